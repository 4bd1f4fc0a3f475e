/**
 * How many trackings a list has in all. By status and archive that is kept by the store and told at once; else they are counted
 * off, which may take seconds where there are millions: an account counts one list at a time, who asks for the same meanwhile
 * gets the same count, and it is remembered for some seconds, since clients ask for it with every page.
 */
import type { Clock } from '../base/clock.ts';
import { oneAfterAnotherBy } from '../base/oneAfterAnother.ts';
import { limits } from '../domain/limits.ts';
import type { AccountId, TrackingFilter, TrackingStore } from '../store/store.ts';
import { makePerAccount } from './perAccount.ts';

export interface TrackingTotals {
  count(accountId: AccountId, filter: TrackingFilter): Promise<number>;
}

const totalMsMax = 10_000;
const totalsMax = 1000;

export function makeTrackingTotals({
  store,
  clock,
}: {
  store: Pick<TrackingStore, 'skipTrackings' | 'trackingCounts'>;
  clock: Pick<Clock, 'now'>;
}): TrackingTotals {
  const totals = makePerAccount<{ readonly count: Promise<number>; at: number | null }>(totalsMax);
  const inTurn = oneAfterAnotherBy<AccountId>();

  async function countOff(accountId: AccountId, filter: TrackingFilter): Promise<number> {
    let count = 0;
    let after: string | null = null;
    do {
      const skipped = await store.skipTrackings(accountId, filter, { after, limit: limits.rowsLookedAtMax });
      count += skipped.count;
      after = skipped.next;
    } while (after !== null);
    return count;
  }

  return {
    async count(accountId, filter) {
      if (isKept(filter)) {
        const { statuses, archived } = filter;
        const counts = await store.trackingCounts(accountId);
        return counts
          .filter((one) => statuses?.includes(one.status) ?? true)
          .filter((one) => archived === null || one.archived === archived)
          .reduce((sum, { count }) => sum + count, 0);
      }
      const key = JSON.stringify(filter);
      const known = totals.get(accountId, key);
      if (known !== undefined && (known.at === null || clock.now() - known.at <= totalMsMax))
        return known.count;
      const total = {
        count: inTurn(accountId, () => countOff(accountId, filter)),
        at: null as number | null,
      };
      totals.set(accountId, key, total);
      try {
        return await total.count;
      } finally {
        // One that failed is counted again.
        total.at = (await total.count.catch(() => null)) === null ? 0 : clock.now();
      }
    },
  };
}

/** The statuses and the archive, of which counts are kept. */
function isKept({ statuses: _, archived: __, ...others }: TrackingFilter): boolean {
  return Object.values(others).every((value) => value === null);
}
