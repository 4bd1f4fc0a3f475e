/**
 * Lets go of what is older than the retention: events, their settled deliveries and attempts, in small steps with pauses
 * between, so that no update and no webhook waits for it. What is still owed is never touched; the store sees to that.
 */
import { type Clock, waitFor } from '../base/clock.ts';
import type { AccountStore, RetentionStore } from '../store/store.ts';

export interface RetentionOptions {
  readonly store: Pick<AccountStore, 'accounts'> & RetentionStore;
  readonly clock: Clock;
  readonly days: number;
  /** Ends the round after the step that is under way. */
  readonly signal: AbortSignal;
}

/** Events looked at, and rows removed, in one transaction: some milliseconds of the store's time. */
const rowsAtOnce = 500;
const pauseMs = 25;
const dayMs = 86_400_000;

/** Returns how many events were removed. */
export async function prune({ store, clock, days, signal }: RetentionOptions): Promise<number> {
  const before = await store.pruneDays(clock.now() - days * dayMs);
  let removed = 0;
  for (const { id } of await store.accounts()) {
    let after: string | null = null;
    do {
      const step: Awaited<ReturnType<RetentionStore['prune']>> = await store.prune(id, {
        before,
        after,
        limit: rowsAtOnce,
      });
      removed += step.removed;
      after = step.next;
      if (after !== null) await waitFor(pauseMs, signal);
    } while (after !== null && !signal.aborted);
    if (signal.aborted) break;
  }
  return removed;
}
