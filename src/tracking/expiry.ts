/** Says of parcels without news for thirty days that they expired: an update like any other. */
import type { Clock } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';
import { AppError } from '../domain/error.ts';
import type { Page } from '../domain/page.ts';
import type { Tracking } from '../domain/tracking.ts';
import { updateOf } from '../domain/update.ts';
import type { TrackingStore } from '../store/store.ts';
import type { Ingest } from './ingest.ts';

export interface ExpiryOptions {
  readonly store: Pick<TrackingStore, 'dueExpiries'>;
  readonly ingest: Pick<Ingest, 'submit'>;
  readonly clock: Clock;
}

const silenceMs = 30 * dayMs;
const atOnceMax = 200;

/** Expires what is due; returns how many parcels that were. */
export async function expire({ store, ingest, clock }: ExpiryOptions): Promise<number> {
  const now = clock.now();
  let expired = 0;
  let after: string | null = null;
  do {
    const page: Page<Tracking> = await store.dueExpiries(now - silenceMs, { after, limit: atOnceMax });
    // The store finds by whole days, so of the last day some are not due yet; others may be behind them.
    const due = page.items.filter((tracking) => tracking.newsAt <= now - silenceMs);
    const updates = due.map((tracking) => ({
      ...updateOf(tracking, { source: 'poll', receivedAt: now }),
      expire: true,
    }));
    const byAccount = [...Map.groupBy(updates, (update) => update.accountId).values()];
    const submitted = byAccount.map((own) => ingest.submit({ updates: own, answer: null }));
    const ends = await Promise.allSettled(submitted);
    // An account with too much waiting is asked again at the next round; the others are not kept waiting for it.
    for (const end of ends) if (end.status === 'rejected' && !isBusy(end.reason)) throw end.reason;
    const results = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
    expired += results.filter((result) => result.ok && result.changed).length;
    after = page.next;
  } while (after !== null);
  return expired;
}

function isBusy(error: unknown): boolean {
  return error instanceof AppError && error.problem.code === 'busy';
}
