/** The servers that scenarios are run on: started as processes of their own, asked for their use, and stopped. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Plan } from './contestants/scenario.ts';
import type { Usage } from './contestants/usage.ts';

export interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  /** Of its first account, where it was not told one. */
  readonly key: string;
}

export const startServer = (plan: Plan) => startContestant('scenario.ts', [JSON.stringify(plan)]);

/** @param file in `contestants/` */
export async function startContestant(
  file: string,
  values: readonly string[],
  execArgv: readonly string[] = [],
): Promise<Server> {
  const child = fork(path.join(import.meta.dirname, 'contestants', file), values, {
    execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
  });
  const { url, key } = await messageOf<{ url: string; key: string }>(child);
  return { child, url, key };
}

export async function stopServer({ child }: Server): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.disconnect();
  await once(child, 'exit');
}

export async function usageOf({ child }: Server): Promise<Usage> {
  child.send('usage');
  return messageOf<Usage>(child);
}

/** The next one. @throws Error when the process ends without it */
export async function messageOf<T>(child: ChildProcess): Promise<T> {
  const done = new AbortController();
  const { signal } = done;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(
      `${path.basename(child.spawnargs[2] ?? '')} ended with ${code}: what it said stands above.`,
    );
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message as T;
  } finally {
    done.abort();
    ended.catch(() => {});
  }
}

/** Hands updates over, as many as one call takes. */
export async function postUpdates(url: string, key: string, updates: readonly object[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/updates`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ updates }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}
