/**
 * `waybell serve` as a process of its own, over a temporary data directory and on a free port, so that a test can kill
 * it at any moment and start it again. It sees none of the settings of the machine that tests it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Caller, callerOf } from './server.ts';
import { until } from './until.ts';

const main = path.join(import.meta.dirname, '../../src/cli/main.ts');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildServerOptions {
  /** Further flags of `serve`. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Loopback unless given. */
  readonly allowNetworks?: readonly string[];
  /** The name of the data directory; `data` unless given. */
  readonly dataFolder?: string;
  /** The first account's, where the process that made it keeps it in another folder. */
  readonly key?: string;
}

export interface ChildServer {
  /** Of the process that runs now: it changes with a restart, unless that is told otherwise. */
  readonly url: string;
  /** Where the process was started; its data directory lies in it. */
  readonly folder: string;
  readonly data: string;
  readonly key: string;
  /** Asks the process that runs now, with the first account's key. */
  readonly call: Caller;
  readonly running: boolean;
  /** All that was printed since the last start. */
  readonly stdout: string;
  /** All that every process of this server has printed, to both outputs. */
  readonly everything: string;
  /** The first match in what is printed since the last start. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  /** The end of the process that runs now. */
  readonly ended: Promise<Ended>;
  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<Ended>;
  /** Ends the process if it runs (SIGKILL) and starts it on the same data. */
  restart(options?: ChildServerOptions & { samePort?: boolean }): Promise<void>;
}

/** What ends with its test, or with its file (`{ after }` of node:test). */
export interface Scope {
  after(end: () => Promise<void>): void;
}

export async function startChildServer(t: Scope, options: ChildServerOptions = {}): Promise<ChildServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'waybell-child-'));
  const { dataFolder = 'data' } = options;
  const data = path.join(folder, dataFolder);
  let run: Run;
  let url = '';
  let key = '';
  let before = '';
  t.after(async () => {
    await run?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  async function start(
    port: number,
    { flags = [], environment = {}, allowNetworks = ['127.0.0.0/8'], key: known }: ChildServerOptions,
  ) {
    const allowed = allowNetworks.flatMap((network) => ['--allow-network', network]);
    run = serve(['--data', dataFolder, '--port', String(port), ...allowed, ...flags], {
      cwd: folder,
      environment,
    });
    url = (await run.printed(/listening on (http:\S+)/))[1] as string;
    key = known ?? (await readFile(path.join(data, 'api-key'), 'utf8')).trim();
  }

  await start(0, options);
  const call = (...asked: Parameters<Caller>) => callerOf(url, key)(...asked);
  return {
    get url() {
      return url;
    },
    folder,
    data,
    get key() {
      return key;
    },
    get call() {
      return Object.assign(call, { key });
    },
    get running() {
      return run.running;
    },
    get ended() {
      return run.ended;
    },
    get stdout() {
      return run.output.stdout;
    },
    get everything() {
      return before + run.output.stdout + run.output.stderr;
    },
    printed: (pattern) => run.printed(pattern),
    signal: (signal) => run.signal(signal),
    kill: (signal) => run.kill(signal),
    async restart({ samePort = false, ...changed } = {}) {
      await run.kill('SIGKILL');
      before += run.output.stdout + run.output.stderr;
      await start(samePort ? Number(new URL(url).port) : 0, { ...options, ...changed });
    },
  };
}

/** `waybell serve` to its end: for what cannot start. */
export async function serveToEnd(
  flags: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return serve(flags, { cwd, environment }).ended;
}

interface Run {
  readonly output: { stdout: string; stderr: string };
  readonly running: boolean;
  readonly ended: Promise<Ended>;
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  signal(signal: NodeJS.Signals): void;
  kill(signal: NodeJS.Signals): Promise<Ended>;
}

function serve(
  flags: readonly string[],
  { cwd, environment }: { cwd: string; environment: Readonly<Record<string, string>> },
): Run {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, 'serve', ...flags],
    { cwd, env: { ...ownEnvironment(), ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  let running = true;
  const ended = once(child, 'close').then(([code]): Ended => {
    running = false;
    return { code, ...output };
  });
  return {
    output,
    get running() {
      return running && child.exitCode === null && child.signalCode === null;
    },
    ended,
    printed: (pattern) =>
      until(`the server printed ${pattern}`, () => {
        const match = output.stdout.match(pattern);
        if (match === null && !running) throw new Error(`The server ended: ${output.stdout}${output.stderr}`);
        return match;
      }),
    signal: (signal) => void child.kill(signal),
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(WAYBELL_|FORCE_COLOR|NODE_TEST_CONTEXT|NODE_OPTIONS)/.test(name),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}
