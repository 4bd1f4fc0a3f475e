/**
 * Runs the receivers that the console shows, as it shows them. Those of PHP, Java, Node, Python and Go are whole programs and
 * get requests over HTTP. That of Ruby is an application for Rack and that of C# one for ASP.NET Core, neither of which is asked
 * for here: Ruby's is called as Rack would call it, and of C#'s the class that verifies is compiled and asked.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { exampleOf } from '../../console/src/format/exampleOf.ts';
import type { WebhookVersion } from '../../src/domain/status.ts';
import { root } from './projectFiles.ts';
import { type Command, startListening, stop } from './receivers.ts';

export const languages = ['php', 'java', 'node', 'python', 'go', 'ruby', 'csharp'] as const;
export type Language = (typeof languages)[number];

export interface Example {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type AskExample = (request: Example) => Promise<'accepted' | 'refused'>;

interface Run {
  readonly language: Language;
  readonly version: WebhookVersion;
  readonly url: string;
  readonly secret: string;
  readonly email: string;
  readonly accountSecret: string;
}

interface Runner {
  readonly file: string;
  /** As the example is saved. */
  readonly name: string;
  readonly probe: Command;
  /** In the folder of the example; `PORT` stands for where to listen. */
  start(folder: string): Promise<Command>;
  /** One request a line instead of HTTP. */
  line?(request: Example & { readonly path: string }): string;
  /** What takes longer to build is tried for one version, and for all in a run that asks for it. */
  readonly isSlow?: boolean;
}

const python = process.platform === 'win32' ? 'python' : 'python3';

const runners: Record<Language, Runner> = {
  php: {
    ...{
      file: 'php.php',
      name: 'waybell.php',
      probe: ['php', '-r', 'exit(PHP_VERSION_ID >= 70400 ? 0 : 1);'],
    },
    start: async () => ['php', '-S', '127.0.0.1:PORT', 'waybell.php'],
  },
  java: {
    ...{ file: 'java.java', name: 'Waybell.java', probe: ['java', '--describe-module', 'jdk.compiler'] },
    start: async () => ['java', 'Waybell.java'],
    isSlow: true,
  },
  node: {
    ...{ file: 'node.mjs', name: 'waybell.mjs', probe: [process.execPath, '--version'] },
    start: async () => [process.execPath, 'waybell.mjs'],
  },
  python: {
    ...{ file: 'python.py', name: 'waybell.py', probe: [python, '-c', 'import http.server'] },
    start: async () => [python, 'waybell.py'],
  },
  go: {
    ...{ file: 'go.go', name: 'waybell.go', probe: ['go', 'version'] },
    async start(folder) {
      const program = path.join(folder, process.platform === 'win32' ? 'waybell.exe' : 'waybell');
      await promisify(execFile)('go', ['build', '-o', program, 'waybell.go'], { cwd: folder });
      return [program];
    },
    isSlow: true,
  },
  ruby: {
    ...{ file: 'ruby.rb', name: 'config.ru', probe: ['ruby', '-e', 'exit(RUBY_VERSION >= "2.7")'] },
    start: async () => ['ruby', path.join(root, 'test/support/receiverRack.rb'), 'config.ru'],
    line: (request) => JSON.stringify(request),
  },
  csharp: {
    ...{ file: 'csharp.cs', name: 'Program.cs', probe: ['mcs', '--version'] },
    async start(folder) {
      await writeFile(path.join(folder, 'Compiled.cs'), withoutEndpoint(folder));
      const reference = '-r:System.Core.dll';
      await promisify(execFile)('mcs', [reference, '-out:waybell.exe', 'Compiled.cs'], { cwd: folder });
      return ['mono', 'waybell.exe'];
    },
    line: ({ headers, body }) =>
      [
        Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n'),
        body,
      ]
        .map((text) => Buffer.from(text).toString('base64'))
        .join(' '),
    isSlow: true,
  },
};

export function exampleSource(language: Language): string {
  return readFileSync(path.join(root, 'console/src/format/code', runners[language].file), 'utf8');
}

export async function withExample(run: Run, test: (ask: AskExample) => Promise<void>): Promise<void> {
  const { language, version, url } = run;
  const runner = runners[language];
  const folder = await mkdtemp(path.join(tmpdir(), `waybell-example-${language}-`));
  const environment = {
    WAYBELL_SECRET: run.secret,
    WAYBELL_EMAIL: run.email,
    WAYBELL_ACCOUNT_SECRET: run.accountSecret,
  };
  let child: ChildProcess | null = null;
  try {
    const text = exampleOf(exampleSource(language), { version, url });
    await writeFile(path.join(folder, runner.name), text);
    const command = await runner.start(folder);
    const { pathname } = new URL(url);
    if (runner.line === undefined) {
      const started = await startListening({ command, folder, environment });
      child = started.child;
      await test((request) => post(new URL(pathname, started.url), request));
    } else {
      const [program, ...parameters] = command;
      const env = { ...process.env, ...environment };
      child = spawn(program, parameters, { cwd: folder, env, stdio: ['pipe', 'pipe', 'ignore'] });
      await test(byLine(child, (request) => runner.line?.({ ...request, path: pathname }) ?? ''));
    }
  } finally {
    if (child !== null) await stop(child);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says so where it is read, because a skipped test is easily overlooked. */
export async function skippedWithoutLanguage(
  t: TestContext,
  { language, version }: { language: Language; version: WebhookVersion },
): Promise<boolean> {
  const { probe, isSlow = false } = runners[language];
  if (isSlow && version !== 'v2' && process.env.WAYBELL_TEST_WHOLE !== '1') {
    t.skip('Left out of the usual run: WAYBELL_TEST_WHOLE=1 asks for it.');
    return true;
  }
  const [program, ...parameters] = probe;
  try {
    await promisify(execFile)(program, parameters);
    return false;
  } catch {
    const missing = `${language} is not installed: its example could not be run.`;
    process.stderr.write(`SKIPPED: ${missing}\n`);
    t.skip(missing);
    return true;
  }
}

async function post(url: URL, { headers, body }: Example): Promise<'accepted' | 'refused'> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  return verdictOf(response.status, text);
}

function byLine(child: ChildProcess, lineOf: (request: Example) => string): AskExample {
  const answers = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return async (request) => {
    const input = child.stdin as NodeJS.WritableStream;
    if (!input.write(`${lineOf(request)}\n`)) await once(input, 'drain');
    const { value } = await answers.next();
    return verdictOf(Number(value), String(value));
  };
}

function verdictOf(status: number, text: string): 'accepted' | 'refused' {
  if (status === 200) return 'accepted';
  if (status === 401) return 'refused';
  throw new Error(`The example answered ${status}: ${text}`);
}

/** The names it uses and the class that verifies, with a program of ours around it. */
function withoutEndpoint(folder: string): string {
  const text = readFileSync(path.join(folder, 'Program.cs'), 'utf8');
  const names = text.match(/^using \S+;$/gm) ?? [];
  const verifying = text.slice(text.indexOf('static class Webhook'));
  const main = readFileSync(path.join(root, 'test/support/receiverMain.cs'), 'utf8');
  return [...names, verifying, main].join('\n');
}
