/** The one wait of the command line: `listen --delay`, `events list --follow` and the steps of the smoke test. */
import { setTimeout } from 'node:timers/promises';

/** Resolves after the time, or at once when `signal` is aborted. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {});
}
