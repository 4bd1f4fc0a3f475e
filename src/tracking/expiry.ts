/** Says of parcels without news for thirty days that they expired: an update like any other. */
import type { Clock } from '../base/clock.ts';
import { updateOf } from '../domain/update.ts';
import type { TrackingStore } from '../store/store.ts';
import type { Ingest } from './ingest.ts';

export interface ExpiryOptions {
  readonly store: Pick<TrackingStore, 'dueExpiries'>;
  readonly ingest: Pick<Ingest, 'submit'>;
  readonly clock: Clock;
}

const silenceMs = 30 * 86_400_000;
const atOnceMax = 200;

/** Expires what is due; returns how many parcels that were. */
export async function expire({ store, ingest, clock }: ExpiryOptions): Promise<number> {
  const now = clock.now();
  let expired = 0;
  while (true) {
    // The store finds by whole days, so the last day's are looked at once more.
    const due = (await store.dueExpiries(now - silenceMs, atOnceMax)).filter(
      (tracking) => tracking.newsAt <= now - silenceMs,
    );
    if (due.length === 0) break;
    const updates = due.map((tracking) => ({
      ...updateOf(tracking, { source: 'poll', receivedAt: now }),
      expire: true,
    }));
    const results = await ingest.submit({ updates, answer: null });
    expired += results.filter((result) => result.ok && result.changed).length;
    // Each leaves the list by expiring; if none could, going on would never end.
    if (!results.some((result) => result.ok && result.tracking.expiredAt !== null)) break;
  }
  return expired;
}
