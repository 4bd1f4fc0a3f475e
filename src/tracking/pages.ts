/**
 * Lists by page number, for clients that know no cursors. A page's number says where it begins only together with the pages
 * before it, so where each page ended is remembered for a while: the next one then begins right there, at the cost of
 * any page, and whoever reads page after page, by a key that reads the list once at a time, neither meets a tracking twice nor
 * misses one, whatever is made meanwhile.
 *
 * A page that nobody came to page by page is reached from the nearest mark before it, over rows that are passed and not read;
 * how many is bounded. Marks are this process's own: another one, or this one after a restart, passes over the rows.
 */
import type { Clock } from '../base/clock.ts';
import { AppError } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { AccountId, TrackingFilter, TrackingStore } from '../store/store.ts';
import { makePerAccount } from './perAccount.ts';
import { makeTrackingTotals, type TrackingTotals } from './totals.ts';

export interface PageOf {
  /** 1 is the first. */
  readonly number: number;
  readonly size: number;
  /** Who reads page after page: another's reading of the same list begins its pages elsewhere. */
  readonly reader: string;
}

export interface TrackingPages extends TrackingTotals {
  /**
   * Newest first. Shorter than asked for only at the end of the list, or where its documents fill what is held at once:
   * then the next page begins where it ended. @throws AppError `page_too_far`
   */
  read(accountId: AccountId, filter: TrackingFilter, page: PageOf): Promise<readonly Tracking[]>;
}

/** New trackings come at the front, so a mark grows older than what it stands for. */
const markMsMax = 10 * 60_000;
const listsMax = 500;
/** Beyond it every second one is forgotten: those that are left are as far apart everywhere. */
const marksPerListMax = 200;
/** Readings of a page, each of which ends where its documents fill it (`pageCharsMax`). */
const readingsMax = 4;
/** Of looking at `rowsLookedAtMax` rows each, of which few may fit the filter. */
const passStepsMax = 4;

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
  const lists = makePerAccount<Marks>(listsMax);

  function marksOf(accountId: AccountId, key: string): Marks {
    const known = lists.get(accountId, key);
    const marks = known ?? new Map<number, Mark>();
    if (known === undefined) lists.set(accountId, key, marks);
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

  return {
    async read(accountId, filter, { number, size, reader }) {
      const marks = marksOf(accountId, JSON.stringify([reader, filter, size]));
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
    ...makeTrackingTotals({ store, clock }),
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
