/** Processes that a test starts to kill them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

export interface Child {
  readonly process: ChildProcess;
  readonly lines: Interface;
  /** SIGKILL, unless it has ended, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Runs a script of this folder. */
export function start(script: string, ...parameters: readonly string[]): Child {
  const file = path.join(import.meta.dirname, script);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  return {
    process: child,
    lines: createInterface(child.stdout),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export async function firstLine({ lines }: Child): Promise<string> {
  const [line] = await once(lines, 'line');
  return line;
}
