/** Runs `waybell` as a process of its own, as a person would, without the settings of the machine that tests it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const main = path.join(import.meta.dirname, '../../src/cli/main.ts');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** The first match in what it has printed so far or will print. Rejects if it ends without. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  /** The same of standard error. */
  complained(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Ends it as Ctrl-C does, and waits for that. */
  interrupt(): Promise<Ended>;
  kill(signal: NodeJS.Signals): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

export function start(
  args: readonly string[],
  {
    cwd,
    stdin = '',
    environment = {},
  }: { cwd: string; stdin?: string | Buffer; environment?: Readonly<Record<string, string>> },
): Running {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd,
    env: { ...ownEnvironment(), ...environment },
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  child.stdin.on('error', () => {}).end(stdin);
  const ended = once(child, 'close').then(([code]) => ({ code, ...output }));

  function said(pattern: RegExp, where: 'stdout' | 'stderr'): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = output[where].match(pattern);
        if (match === null) return;
        child[where].off('data', look);
        resolve(match);
      };
      child[where].on('data', look);
      ended.then(() => reject(new Error(`It ended without ${pattern}: ${output.stdout}${output.stderr}`)));
      look();
    });
  }

  return {
    ended,
    printed: (pattern) => said(pattern, 'stdout'),
    complained: (pattern) => said(pattern, 'stderr'),
    interrupt() {
      child.kill('SIGINT');
      return ended;
    },
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

export function run(
  args: readonly string[],
  where: { cwd: string; stdin?: string | Buffer; environment?: Readonly<Record<string, string>> },
): Promise<Ended> {
  return start(args, where).ended;
}

export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'waybell-cli-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(WAYBELL_|FORCE_COLOR|NODE_TEST_CONTEXT)/.test(name),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1', TZ: 'Asia/Kolkata' };
}
