/**
 * One scan. What the courier reported is kept as it came (text, wall time, offset or none); `at` is only for
 * sorting. A checkpoint never changes: a correction is a further version under the same key, and the one it
 * replaces stays with `replacedIn`, so that the parcel as of any revision can be told again.
 */
import type { State } from './status.ts';

export const SIDES = ['origin', 'destination'] as const;
export type Side = (typeof SIDES)[number];

export const SOURCES = ['api', 'poll', 'push', 'import', 'sandbox'] as const;
export type Source = (typeof SOURCES)[number];

export type Precision = 'day' | 'minute' | 'second';

/** A scan as read from a report, before it belongs to a tracking. */
export interface Scan extends State {
  readonly side: Side;
  /** The source's own id, null where it has none; then minute, text and place tell scans apart. */
  readonly sourceId: string | null;
  /** Of several versions under one source id the highest holds; 0 where the source does not count. */
  readonly version: number;
  /** `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS`, as reported, never converted. */
  readonly wall: string;
  readonly precision: Precision;
  readonly offsetMinutes: number | null;
  /** Sorting instant, epoch milliseconds. */
  readonly at: number;
  readonly description: string;
  readonly location: string | null;
  /** The source's own status code, as it came. */
  readonly code: string | null;
  /** Whether the source stated the status, or `transit` was assumed for want of one. */
  readonly stated: boolean;
  readonly source: Source;
  /** Place in the report it came with, 0 first. Kept for reading; never decides anything. */
  readonly position: number;
}

export interface Checkpoint extends Scan {
  /** Dated too far ahead when it arrived: kept and shown, never decides. */
  readonly ahead: boolean;
  /** The revision that added it. */
  readonly addedIn: number;
  /** The revision whose correction took its place; null while it holds. */
  readonly replacedIn: number | null;
}
