/**
 * How many trackings a list has in all. By status and archive that is kept by the store and told at once; else they are counted
 * off, which may take seconds where there are millions: an account counts one list at a time, who asks for the same meanwhile
 * gets the same count, and it is remembered for some seconds, since clients ask for it with every page.
 */
import type { Clock } from '../base/clock.ts';
import { oneAfterAnotherBy } from '../base/oneAfterAnother.ts';
import { AppError, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { AccountId, TrackingFilter, TrackingStore } from '../store/store.ts';
import { makePerAccount } from './perAccount.ts';

export interface TrackingTotals {
  /** @throws AppError `busy` */
  count(accountId: AccountId, filter: TrackingFilter): Promise<number>;
}

const totalMsMax = 10_000;
const totalsMax = 1000;
/** Different counts of an account that wait or are under way: more would be ready when nobody waits for them any more. */
const waitingMax = 32;

const tooMany =
  'Too many counts of this account are under way just now. Ask for fewer at a time, and again after `Retry-After`.';

interface Total {
  readonly count: Promise<number>;
  /** When it was ready; null: it is not yet. */
  at: number | null;
}

export function makeTrackingTotals({
  store,
  clock,
}: {
  store: Pick<TrackingStore, 'skipTrackings' | 'trackingCounts'>;
  clock: Pick<Clock, 'now'>;
}): TrackingTotals {
  const totals = makePerAccount<Total>(totalsMax);
  const inTurn = oneAfterAnotherBy<AccountId>();
  const waiting = new Map<AccountId, number>();

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

  async function countInTurn(accountId: AccountId, filter: TrackingFilter): Promise<number> {
    const before = waiting.get(accountId) ?? 0;
    if (before >= waitingMax) throw new AppError(problem('busy', tooMany));
    waiting.set(accountId, before + 1);
    try {
      return await inTurn(accountId, () => countOff(accountId, filter));
    } finally {
      const left = (waiting.get(accountId) ?? 1) - 1;
      if (left === 0) waiting.delete(accountId);
      else waiting.set(accountId, left);
    }
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
      const total: Total = { count: countInTurn(accountId, filter), at: null };
      totals.set(accountId, key, total);
      total.count.then(
        () => {
          total.at = clock.now();
        },
        () => {
          // It is counted again.
          total.at = 0;
        },
      );
      return total.count;
    },
  };
}

/** The statuses and the archive, of which counts are kept. */
function isKept({ statuses: _, archived: __, ...others }: TrackingFilter): boolean {
  return Object.values(others).every((value) => value === null);
}
