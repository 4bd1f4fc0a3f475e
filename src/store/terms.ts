/**
 * By what a tracking is found: the column `terms`, a JSON array of texts, of which each database itself keeps one row of
 * `tracking_term` each. What people look for stands there folded, so in lower case; what needs attention is said in a text that
 * begins in capitals, which no search comes upon. Null: by nothing but its number, as most are.
 *
 * The text follows from the tracking and the moment, and is written with it: when only time has passed, a chore writes it
 * (`tracking/terms.ts`).
 */
import { type Attention, attentionOf } from '../domain/attention.ts';
import { searchTextsOf } from '../domain/search.ts';
import type { Tracking } from '../domain/tracking.ts';

export function termsOf(tracking: Tracking, now: number): string | null {
  if (tracking.deletedAt !== null) return null;
  const texts = searchTextsOf(tracking.fields);
  const attention = attentionOf(tracking, now);
  if (attention === null && texts.length === 0) return null;
  return JSON.stringify(attention === null ? texts : [attentionTerm(attention), ...texts]);
}

export function attentionTerm(attention: Attention): string {
  return `ATTENTION ${attention}`;
}

/** Behind all texts that begin with it, byte by byte. */
export function endOf(beginning: string): string {
  return `${beginning}\u{10ffff}`;
}

/**
 * Trackings that a search finds so many of, or fewer, are found by it. Of more, the list itself is walked, newest first: they are
 * frequent enough there.
 */
export const foundMax = 5000;

/** The newest `limit` behind `after` of some ids, in any order and more than once. */
export function newestOf(
  some: Iterable<string>,
  { after, limit }: { after: string | null; limit: number },
): readonly string[] {
  const ids = [...new Set(some)].sort().reverse();
  const behind = after === null ? ids : ids.filter((id) => id < after);
  return behind.slice(0, limit);
}
