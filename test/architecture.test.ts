/**
 * Holds the house to its plan: which folder may know which, and where the clock, the network and the environment are
 * touched. It reads the syntax tree of every file (not its text), so a comment or a
 * string never counts. A failure names the file and the line and says what to do; where a rule is wrong for a case, the
 * exception goes into one of the lists at the top, with its reason.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { cyclesIn } from './support/cycles.ts';
import { none } from './support/none.ts';
import { projectFiles, root } from './support/projectFiles.ts';
import {
  calledName,
  declaredName,
  type Import,
  isNode,
  memberName,
  ofConsole,
  type SourceFile,
  type SyntaxNode,
  shipped,
  sources,
} from './support/sourceFiles.ts';

/** The floors of the house, lowest first. A file imports from its own folder and from lower floors. */
const LAYERS = [
  ['base', 'sdk'],
  ['domain'],
  ['normalise', 'texts'],
  ['pipeline', 'wire'],
  ['config', 'vault.ts', 'store', 'outbound'],
  ['couriers'],
  ['accounts', 'shards'],
  ['tracking', 'webhooks', 'backups'],
  ['inbox', 'people', 'samples', 'mail'],
  ['http'],
  ['app.ts', 'cli'],
] as const;

/** The same of the console, lowest first. */
const CONSOLE_LAYERS = [
  ['i18n'],
  ['api'],
  ['session'],
  ['shell'],
  ['attempts', 'figures'],
  ['webhooks'],
  ['deliveries', 'format', 'inbox', 'settings'],
  ['shipments'],
  ['overview', 'entrance'],
  ['router.tsx'],
  ['main.tsx'],
] as const;

/** Imports that the table forbids and that are right all the same. `from` and `to` are beginnings of paths in `src/`. */
const LAYER_EXCEPTIONS: readonly Exception[] = [
  { from: 'cli/', to: 'app.ts', why: '`waybell serve` starts the application; nothing else builds one.' },
  {
    from: 'store/',
    to: 'vault.ts',
    why: 'Rows hold secrets sealed, and the thread of the database opens the vault of its folder.',
  },
];

/** Folders inside one part that must not know each other, although they share a floor. */
const APART = [
  ['store/sqlite/', 'store/postgres/'],
  ['http/trackingmore/v2/', 'http/trackingmore/v3/'],
  ['http/trackingmore/v3/', 'http/trackingmore/v4/'],
  ['http/trackingmore/v4/', 'http/trackingmore/v2/'],
] as const;

/** The sdk is published alone and imports nothing of ours, so a caller who gives it no time gets the clock's. */
const CLOCK_FILES = ['base/clock.ts', 'sdk/'];

/** Who may wait for a time to come. Add a file here only if it owns such a wait; the rest is handed a timer. */
const TIMER_FILES = [
  'base/',
  'outbound/',
  // Gathers the jobs of a few milliseconds into one durable transaction.
  'store/sqlite/database.ts',
  // One timer over the heap of retry times.
  'webhooks/alarms.ts',
  // The wait for a store that is away, and for a graceful stop.
  'webhooks/sender.ts',
  'webhooks/settling.ts',
  // Every few minutes what was noted of keys is written.
  'accounts/keyUses.ts',
  // Looks for what a process has left that died over it.
  'webhooks/clearing.ts',
  // Gathers what is for other processes, and looks for what they did without being heard.
  'webhooks/elsewhere.ts',
  // The rounds in which leases are renewed, and the news read.
  'shards/',
  // Asks whether it is heard, and listens again where it is not.
  'store/postgres/signals.ts',
  // One timer for the poll that is next due.
  'tracking/polling.ts',
  // Waits between two askings of a server.
  'cli/pause.ts',
  'sdk/transport.ts',
];

/** Modules that open sockets (or a database), and the only places that may. Type imports open nothing and are free. */
const DOORS: readonly Door[] = [
  {
    modules: ['net', 'tls', 'dns', 'dns/promises', 'http', 'https', 'http2', 'dgram', 'undici'],
    files: ['outbound/'],
  },
  { modules: ['http'], files: ['cli/'] },
  { modules: ['nodemailer'], files: ['outbound/'] },
  { modules: ['pg'], files: ['store/postgres'] },
  // The authorities that are trusted here, for `pg_dump`, which opens the connection itself.
  { modules: ['tls'], files: ['store/postgres/dump.ts'] },
];

const FETCH_FILES = ['sdk/'];
const ENVIRONMENT_FILES = ['config/'];
const NAMES_REFUSED = /^(utils?|types?|libs?|helpers?|managers?|common)$/;

interface Exception {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

interface Door {
  readonly modules: readonly string[];
  readonly files: readonly string[];
}

test('every file in src/ belongs to a layer', () => {
  const homeless = sources
    .filter((source) => layerOf(source.name) === -1)
    .map((source) => `src/${source.name}`);
  none(homeless, 'Give the folder its place in LAYERS (and in ARCHITECTURE.md), or move the file.');
});

test('every part of a layer is there', () => {
  const missing = LAYERS.flat().filter((part) => !existsSync(path.join(root, 'src', part)));
  none(
    missing.map((part) => `src/${part}`),
    'Take it out of LAYERS (and of ARCHITECTURE.md).',
  );
});

test('a file imports only from its own folder and from lower layers', () => {
  const found = ownImports(shipped).filter(({ from, to }) => {
    if (partOf(from) === partOf(to) || layerOf(to) < layerOf(from)) return false;
    return !LAYER_EXCEPTIONS.some((allowed) => from.startsWith(allowed.from) && to.startsWith(allowed.to));
  });
  none(
    found.map(describe),
    'Move what is needed to a lower layer, or hand it in from above (app.ts puts things together).',
  );
});

test('a file of the console imports only from its own folder and from lower layers', () => {
  const layerIn = (file: string) =>
    CONSOLE_LAYERS.findIndex((parts) => parts.some((part) => part === partOf(file)));
  const found = ownImports(ofConsole).filter(
    ({ from, to }) => !to.startsWith('../') && partOf(from) !== partOf(to) && layerIn(to) >= layerIn(from),
  );
  none(
    found.map(({ from, to, line }) => `console/src/${from}:${line} imports ${to}`),
    'Move what is needed to a lower folder; a new folder has its place in CONSOLE_LAYERS.',
  );
});

test('the two databases, and the versions of a foreign API, do not know each other', () => {
  const found = ownImports(shipped).filter(({ from, to }) =>
    APART.some(([one, other]) => {
      const pair = [from, to];
      return pair.some((file) => file.startsWith(one)) && pair.some((file) => file.startsWith(other));
    }),
  );
  none(
    found.map(describe),
    'Put what both need into the folder above: store/, beside the port, or http/trackingmore/.',
  );
});

test('an exception to the layers is still needed', () => {
  const files = sources.map((source) => source.name);
  const unused = LAYER_EXCEPTIONS.filter(({ from, to }) => {
    const bothExist = [from, to].every((part) => files.some((file) => file.startsWith(part)));
    return (
      bothExist &&
      !ownImports(shipped).some((found) => found.from.startsWith(from) && found.to.startsWith(to))
    );
  });
  none(
    unused.map(({ from, to }) => `${from} → ${to}`),
    'Remove it from LAYER_EXCEPTIONS.',
  );
});

test('no imports go round in a circle, type imports included', () => {
  const graph = new Map(shipped.map((source) => [source.name, targetsOf(source)]));
  none(cyclesIn(graph), 'Move what the files share into one that neither of them is (types: into domain/).');
});

test('every import of ours leads to a file', () => {
  const broken = ownImports(sources).filter(({ to }) => !existsSync(path.join(root, 'src', to)));
  none(broken.map(describe), 'Correct the path; imports end in .ts.');
});

test('what is shipped imports no test', () => {
  const found = ownImports(shipped).filter(({ to }) => to.endsWith('.test.ts') || to.startsWith('../test/'));
  none(found.map(describe), 'Move what is shared out of the test.');
});

test('the sdk imports nothing of ours and nothing of Node', () => {
  const found = importsWhere(
    shipped.filter((source) => source.name.startsWith('sdk/')),
    ({ specifier }, source) => {
      const own = specifier.startsWith('.') && resolveFrom(source.name, specifier).startsWith('sdk/');
      return !own;
    },
  );
  none(
    found,
    'The sdk runs in browsers and edge workers and is published alone: use Web APIs, or copy the few lines.',
  );
});

test('only the clock reads the time', () => {
  const found = nodesWhere({ except: CLOCK_FILES, is: readsTime });
  none(found, 'Take a `Clock` (base/clock.ts) as a parameter and call its now() or monotonic().');
});

test('only a few files wait for a time', () => {
  const timers = (node: SyntaxNode) => ['setTimeout', 'setInterval'].includes(calledName(node) ?? '');
  const found = nodesWhere({ except: TIMER_FILES, is: timers });
  const modules = importsWhere(
    shipped.filter((source) => !startsWithAny(source.name, TIMER_FILES)),
    ({ specifier }) => /^(node:)?timers(\/promises)?$/.test(specifier),
  );
  none([...found, ...modules], 'Use what base/ offers, or add the file to TIMER_FILES if it owns the wait.');
});

test('sockets and PostgreSQL are opened only behind their doors', () => {
  const found = importsWhere(shipped, ({ specifier, typeOnly }, source) => {
    const module = specifier.replace(/^node:/, '');
    const doors = DOORS.filter((door) =>
      door.modules.some((name) => module === name || module.startsWith(`${name}/`)),
    );
    return !typeOnly && doors.length > 0 && !doors.some((door) => startsWithAny(source.name, door.files));
  });
  none(found, 'Requests go out through outbound/, which guards the addresses; see DOORS for each module.');
});

test('fetch is called only in the sdk', () => {
  const ownFetch = shipped.filter((source) => source.nodes.some((node) => declaredName(node) === 'fetch'));
  const except = [...FETCH_FILES, ...ownFetch.map((source) => source.name)];
  const found = nodesWhere({ except, is: (node) => calledName(node) === 'fetch' });
  none(found, 'Use outbound/ (guarded and ten times as fast), or the client of the sdk.');
});

test('node:sqlite is imported in one file', () => {
  const importers = shipped.filter((source) =>
    source.imports.some(({ specifier }) => specifier === 'node:sqlite'),
  );
  const names = importers.map((source) => `src/${source.name}`);
  none(names.length > 1 ? names : [], 'Import what the one file exports instead.');
});

test('both stores have the same migrations, by number and name, without a gap', () => {
  const migrationsOf = (dialect: string) =>
    projectFiles()
      .map((file) => file.match(new RegExp(`^src/store/${dialect}/migrations/(.+)$`))?.[1])
      .filter((name) => name !== undefined)
      .toSorted();
  const names = migrationsOf('sqlite');
  assert.deepEqual(migrationsOf('postgres'), names);
  assert.deepEqual(
    names.map((name) => name.match(/^\d{6}_[a-z_]+\.sql$/) && Number(name.slice(0, 6))),
    names.map((_, index) => index + 1),
  );
});

test('PostgreSQL is spoken to in one file', () => {
  // The other names the classes of its errors, and opens nothing.
  const allowed = ['store/postgres/connection.ts', 'store/postgres/outage.ts'];
  const found = importsWhere(
    shipped.filter((source) => !allowed.includes(source.name)),
    ({ specifier, typeOnly }) => specifier === 'pg' && !typeOnly,
  );
  none(found, 'Take a session from database.ts.');
});

test('what has the same name in both stores is for the same thing', () => {
  const filesOf = (dialect: string) =>
    new Set(shipped.flatMap(({ name }) => name.match(new RegExp(`^store/${dialect}/([^/]+)$`))?.[1] ?? []));
  const [sqlite, postgres] = [filesOf('sqlite'), filesOf('postgres')];
  // The thread of the embedded store, whose turns are to be shared out, which the other has no need of; and what its errors say
  // of a disk, where the other's say it of a server (`outage.ts`). That there is one process. And restoring, which is `pg_restore` there.
  const ownOfSqlite = [
    'backupCheck.ts',
    'failure.ts',
    'onlyProcess.ts',
    'restore.ts',
    'thread.ts',
    'turns.ts',
    'worker.ts',
  ];
  assert.deepEqual([...sqlite.difference(postgres)].toSorted(), ownOfSqlite);
});

test('only config/ reads the environment', () => {
  const readsEnvironment = (node: SyntaxNode) => memberName(node) === 'process.env';
  const found = nodesWhere({ except: ENVIRONMENT_FILES, is: readsEnvironment });
  const imported = importsWhere(
    shipped.filter((source) => !startsWithAny(source.name, ENVIRONMENT_FILES)),
    ({ specifier }) => specifier === 'node:process' || specifier === 'process',
  );
  none(
    [...found, ...imported],
    'Add a setting to config/ and take it as a parameter (`process` is a global).',
  );
});

test('no file or folder is named after a kind of thing', () => {
  const found = sources.filter(({ name }) =>
    name.split('/').some((part) => NAMES_REFUSED.test(part.replace(/(\.test)?\.ts$/, ''))),
  );
  none(
    found.map((source) => `src/${source.name}`),
    'Name it after what it does; put each thing beside the one that uses it.',
  );
});

test('nothing in src/ is a default export', () => {
  const found = nodesWhere({ except: [], is: exportsDefault });
  none(found, 'Export it by its name, so that it has one name everywhere.');
});

/** All imports of our own files, with both ends relative to `src/`. */
function ownImports(from: readonly SourceFile[]): { from: string; to: string; line: number }[] {
  return from.flatMap((source) =>
    source.imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier, line }) => ({ from: source.name, to: resolveFrom(source.name, specifier), line })),
  );
}

function targetsOf(source: SourceFile): string[] {
  return ownImports([source]).map(({ to }) => to);
}

function resolveFrom(file: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(file), specifier);
}

function describe({ from, to, line }: { from: string; to: string; line: number }): string {
  return `src/${from}:${line} imports ${to}`;
}

function partOf(file: string): string {
  return file.split('/')[0] ?? file;
}

/** -1 for what has no layer. What lies outside `src/` counts as above everything. */
function layerOf(file: string): number {
  if (file.startsWith('../')) return LAYERS.length;
  // A test beside a file that is a layer's part by itself (`vault.ts`) belongs with it.
  const part = partOf(file).replace(/\.test\.ts$/, '.ts');
  return LAYERS.findIndex((parts) => parts.some((other) => other === part));
}

function importsWhere(
  from: readonly SourceFile[],
  is: (found: Import, source: SourceFile) => boolean,
): string[] {
  return from.flatMap((source) =>
    source.imports
      .filter((found) => is(found, source))
      .map((found) => `src/${source.name}:${found.line} imports ${found.specifier}`),
  );
}

function nodesWhere(rule: { except: readonly string[]; is: (node: SyntaxNode) => boolean }): string[] {
  const files = shipped.filter((source) => !startsWithAny(source.name, rule.except));
  return files.flatMap((source) =>
    source.nodes.filter(rule.is).map((node) => `src/${source.name}:${source.lineOf(node)}`),
  );
}

function startsWithAny(name: string, beginnings: readonly string[]): boolean {
  return beginnings.some((beginning) => name.startsWith(beginning));
}

function readsTime(node: SyntaxNode): boolean {
  // Mentioning the function counts as calling it: `now = Date.now` reads the same clock one line later.
  const member = memberName(node) ?? '';
  if (['Date.now', 'performance.now', 'process.hrtime', 'Temporal.Now'].includes(member)) return true;
  const makesDate = node.type === 'NewExpression' || node.type === 'CallExpression';
  if (!makesDate || !isNode(node.callee) || node.callee.name !== 'Date') return false;
  return node.type === 'CallExpression' || (Array.isArray(node.arguments) && node.arguments.length === 0);
}

function exportsDefault(node: SyntaxNode): boolean {
  if (node.type === 'ExportDefaultDeclaration') return true;
  return node.type === 'ExportSpecifier' && isNode(node.exported) && node.exported.name === 'default';
}
