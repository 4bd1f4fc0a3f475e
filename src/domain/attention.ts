/**
 * What a merchant should look at: parcels that do not go as they should. One rule for a tracking and a moment, used by the API for
 * each tracking and by the stores for what their lists are found by (`store/terms.ts`); no SQL knows it again.
 *
 * What was put away or put right by hand needs nobody any more, and neither does what was deleted.
 */
import { dayMs } from '../base/durations.ts';
import { limits } from './limits.ts';
import { rankOf, type Status } from './status.ts';
import { mayExpire, type Tracking } from './tracking.ts';

export const ATTENTIONS = ['exception', 'failed_attempt', 'returned', 'stalled', 'expired'] as const;

export type Attention = (typeof ATTENTIONS)[number];

const words: ReadonlySet<string> = new Set(ATTENTIONS);

export function isAttention(text: string): text is Attention {
  return words.has(text);
}

/** In which a courier has the parcel, or is about to: silence says something there. */
const underWay: ReadonlySet<Status> = new Set<Status>(['inforeceived', 'transit', 'pickup']);

/**
 * Null: it needs none. Silence is counted in whole days (UTC) behind the day of the last news, so that it begins for
 * all parcels at the same moment of a day; a stopped one is silent because it was told to be.
 */
export function attentionOf(tracking: Tracking, now: number): Attention | null {
  const { state, manual, archived, deletedAt } = tracking;
  if (archived || manual !== null || deletedAt !== null) return null;
  if (rankOf(state) === 2) return 'returned';
  if (state.status === 'exception') return 'exception';
  if (state.status === 'undelivered') return 'failed_attempt';
  if (state.status === 'expired') return 'expired';
  return underWay.has(state.status) && mayExpire(tracking) && isSilent(tracking.newsAt, now)
    ? 'stalled'
    : null;
}

function isSilent(newsAt: number, now: number): boolean {
  return dayOf(newsAt) < stalledBeforeDay(now);
}

/** The first day, counted from 1970, whose news are no silence yet. */
export function stalledBeforeDay(now: number): number {
  return dayOf(now) - limits.stalledDays;
}

function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}
