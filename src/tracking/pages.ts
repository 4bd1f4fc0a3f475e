/**
 * Lists by page number, for clients that know no cursors. A page's number says where it begins only together with the pages
 * before it, so where each page ended is remembered for a while: the next one then begins right there, at the cost of
 * any page, and whoever reads page after page neither meets a tracking twice nor misses one, whatever is made meanwhile.
 *
 * A page that nobody came to page by page is reached from the nearest mark before it, over rows that are passed and not read;
 * how many is bounded. Marks are this process's own: another one, or this one after a restart, passes over the rows.
 */
import type { Clock } from '../base/clock.ts';
import { AppError } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { AccountId, TrackingFilter, TrackingStore } from '../store/store.ts';

export interface PageOf {
  /** 1 is the first. */
  readonly number: number;
  readonly size: number;
}

export interface TrackingPages {
  /**
   * Newest first. Shorter than asked for only at the end of the list, or where its documents fill what is held at once:
   * then the next page begins where it ended. @throws AppError `page_too_far`
   */
  read(accountId: AccountId, filter: TrackingFilter, page: PageOf): Promise<readonly Tracking[]>;
  /** How many the list has in all: at once by status and archive, else counted off, and then remembered for some seconds. */
  count(accountId: AccountId, filter: TrackingFilter): Promise<number>;
}

/** New trackings come at the front, so a mark grows older than what it stands for. */
const markMsMax = 10 * 60_000;
const listsMax = 500;
/** A client asks for it with every page. */
const totalMsMax = 10_000;
/** Beyond it every second one is forgotten: those that are left are as far apart everywhere. */
const marksPerListMax = 200;
/** Readings of a page, each of which ends where its documents fill it (`pageCharsMax`). */
const readingsMax = 4;

interface Mark {
  /** The last row of the pages before. */
  readonly after: string;
  readonly at: number;
}

/** By the number of the page that begins there. */
type Marks = Map<number, Mark>;

export function makeTrackingPages({
  store,
  clock,
}: {
  store: Pick<TrackingStore, 'trackings' | 'skipTrackings' | 'trackingCounts'>;
  clock: Pick<Clock, 'now'>;
}): TrackingPages {
  /** The list that was read last is the last. */
  const lists = new Map<string, Marks>();
  const totals = new Map<string, { readonly count: number; readonly at: number }>();

  function marksOf(key: string): Marks {
    const marks = lists.get(key) ?? new Map<number, Mark>();
    lists.delete(key);
    lists.set(key, marks);
    for (const oldest of lists.keys()) {
      if (lists.size <= listsMax) break;
      lists.delete(oldest);
    }
    return marks;
  }

  function remember(marks: Marks, number: number, after: string): void {
    if (marks.size >= marksPerListMax) {
      let position = 0;
      for (const one of [...marks.keys()].sort((a, b) => a - b)) if (position++ % 2 === 0) marks.delete(one);
    }
    marks.set(number, { after, at: clock.now() });
  }

  /** The last place before the page that is known: which page begins there, and behind which row. */
  function nearest(marks: Marks, number: number): { readonly number: number; readonly after: string | null } {
    let best: { number: number; after: string | null } = { number: 1, after: null };
    for (const [one, { after, at }] of marks) {
      if (clock.now() - at > markMsMax) marks.delete(one);
      else if (one <= number && one > best.number) best = { number: one, after };
    }
    return best;
  }

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
    async read(accountId, filter, { number, size }) {
      const marks = marksOf(JSON.stringify([accountId, filter, size]));
      const from = nearest(marks, number);
      const rows = (number - from.number) * size;
      const begin = rows === 0 ? from : await pass(store, { accountId, filter, after: from.after, rows });
      if (begin === null) return [];
      const items: Tracking[] = [];
      let { after } = begin;
      for (let readings = 0; readings < readingsMax; readings++) {
        const page = await store.trackings(accountId, filter, { after, limit: size - items.length });
        items.push(...page.items);
        after = page.next;
        if (after === null || items.length === size) break;
      }
      if (after !== null) remember(marks, number + 1, after);
      return items;
    },
    async count(accountId, filter) {
      if (isKept(filter)) {
        const { statuses, archived } = filter;
        const counts = await store.trackingCounts(accountId);
        return counts
          .filter((one) => statuses?.includes(one.status) ?? true)
          .filter((one) => archived === null || one.archived === archived)
          .reduce((sum, { count }) => sum + count, 0);
      }
      const key = JSON.stringify([accountId, filter]);
      const known = totals.get(key);
      if (known !== undefined && clock.now() - known.at <= totalMsMax) return known.count;
      const count = await countOff(accountId, filter);
      totals.delete(key);
      totals.set(key, { count, at: clock.now() });
      for (const oldest of totals.keys()) {
        if (totals.size <= listsMax) break;
        totals.delete(oldest);
      }
      return count;
    },
  };
}

/** Where the page begins; null: the list ends before it. @throws AppError `page_too_far` */
async function pass(
  store: Pick<TrackingStore, 'skipTrackings'>,
  {
    accountId,
    filter,
    after: first,
    rows,
  }: { accountId: AccountId; filter: TrackingFilter; after: string | null; rows: number },
): Promise<{ readonly after: string } | null> {
  let after = first;
  let left = rows;
  for (let steps = 0; steps < passStepsMax; steps++) {
    const limit = Math.min(left, limits.rowsLookedAtMax);
    const { count, next } = await store.skipTrackings(accountId, filter, { after, limit });
    if (next === null) return null;
    after = next;
    left -= count;
    if (left === 0) return { after };
    if (rows - left >= limits.rowsLookedAtMax) break;
  }
  throw new AppError('page_too_far');
}

/** The statuses and the archive, of which counts are kept. */
function isKept({ statuses: _, archived: __, ...others }: TrackingFilter): boolean {
  return Object.values(others).every((value) => value === null);
}

/** Of looking at `rowsLookedAtMax` rows each, of which few may fit the filter. */
const passStepsMax = 4;
