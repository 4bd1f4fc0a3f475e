/**
 * Lets go of what is older than the retention, in small steps with pauses between, so that no update and no webhook waits
 * for it: events with their settled deliveries and attempts, and, where that is asked for, trackings that are over.
 * What is still owed is never touched; the store sees to that. An account may let go of its own sooner than the server does, and not
 * keep it longer: the disk is the operator's.
 */
import { type Clock, waitFor } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';
import type { Account } from '../domain/account.ts';
import { limits } from '../domain/limits.ts';
import type { AccountStore, FigureStore, NumberKey, RetentionStore } from '../store/store.ts';

export interface RetentionOptions {
  readonly store: Pick<AccountStore, 'accounts'> & RetentionStore;
  readonly clock: Clock;
  readonly days: number;
  /** Ends the round after the step that is under way. */
  readonly signal: AbortSignal;
}

export interface TrackingRetentionOptions extends Omit<RetentionOptions, 'days'> {
  /** Null: trackings are kept for ever, unless their account says otherwise. */
  readonly days: number | null;
  /** Told which numbers are to be read anew: a tracking of theirs is gone. */
  forget(keys: readonly NumberKey[]): void;
}

/** Rows looked at, and rows removed, in one transaction: some milliseconds of the store's time. */
const rowsAtOnce = 500;
const pauseMs = 25;

/** Returns how many events were removed. */
export async function prune({ store, clock, days, signal }: RetentionOptions): Promise<number> {
  const now = clock.now();
  const before = await store.pruneDays(now - days * dayMs);
  let removed = 0;
  await inSteps({ store, signal }, async ({ id, settings }, after) => {
    const own = settings.retention.deliveriesDays;
    const step = await store.prune(id, {
      before: own === null || own >= days ? before : now - own * dayMs,
      after,
      limit: rowsAtOnce,
    });
    removed += step.removed;
    return step.next;
  });
  return removed;
}

/** Returns how many trackings were removed. */
export async function pruneTrackings(options: TrackingRetentionOptions): Promise<number> {
  const { store, clock, days, signal, forget } = options;
  const now = clock.now();
  let removed = 0;
  await inSteps({ store, signal }, async ({ id: accountId, settings }, after) => {
    const own = settings.retention.finalTrackingsDays;
    const kept = Math.min(own ?? Number.POSITIVE_INFINITY, days ?? Number.POSITIVE_INFINITY);
    if (kept === Number.POSITIVE_INFINITY) return null;
    const before = now - kept * dayMs;
    const { numbers, next } = await store.pruneTrackings(accountId, { before, after, limit: rowsAtOnce });
    forget(numbers.map((number) => ({ accountId, number })));
    removed += numbers.length;
    return next;
  });
  return removed;
}

/** Lets go of figures of hours that are long over; those of deleted webhooks go with them. */
export async function forgetFigures({
  store,
  clock,
  signal,
}: Pick<RetentionOptions, 'clock' | 'signal'> & {
  store: Pick<FigureStore, 'forgetHours'>;
}): Promise<void> {
  const before = clock.now() - limits.figureDays * dayMs;
  while ((await store.forgetHours(before)) && !signal.aborted) await waitFor(pauseMs, signal);
}

/** Account by account, a step after the other until there is no next one. */
async function inSteps(
  { store, signal }: Pick<RetentionOptions, 'store' | 'signal'>,
  step: (account: Account, after: string | null) => Promise<string | null>,
): Promise<void> {
  for (const account of await store.accounts()) {
    let after: string | null = null;
    do {
      after = await step(account, after);
      if (after !== null) await waitFor(pauseMs, signal);
    } while (after !== null && !signal.aborted);
    if (signal.aborted) break;
  }
}
