/**
 * A time as a courier reported it, and the instant to sort it by. The wall time is kept as it came and never converted.
 */
import { dayMs } from '../base/durations.ts';
import type { Precision } from '../domain/checkpoint.ts';
import { pairAt } from './digits.ts';

export interface ReportedTime {
  /** `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS`, as `precision` says. */
  readonly wall: string;
  readonly precision: Precision;
  /** Minutes east of UTC; null where the courier gave none. */
  readonly offsetMinutes: number | null;
}

/**
 * The instant of a reported time in epoch milliseconds. Its own offset decides; else the clock of `zone` (an IANA
 * name), where a wall time skipped by a change of the clock counts as the later reading and a repeated one as its first
 * occurrence; else UTC, also for a zone that nobody knows. A day alone counts as its first moment.
 */
export function instantOf(time: ReportedTime, zone: string | null): number {
  const wallMs = wallMsOf(time);
  if (time.offsetMinutes !== null) return wallMs - time.offsetMinutes * minuteMs;
  return zone === null ? wallMs : wallMs - offsetMsAt(zone, wallMs);
}

const minuteMs = 60_000;

/** The wall time as if it were UTC. */
function wallMsOf({ wall, precision }: ReportedTime): number {
  const year = pairAt(wall, 0) * 100 + pairAt(wall, 2);
  const month = pairAt(wall, 5) - 1;
  const day = pairAt(wall, 8);
  if (precision === 'day') return Date.UTC(year, month, day);
  const second = precision === 'second' ? pairAt(wall, 17) : 0;
  return Date.UTC(year, month, day, pairAt(wall, 11), pairAt(wall, 14), second);
}

/** By zone, by day of the wall clock: what to subtract, or NaN for a day on which it changes. */
const offsetsMs = new Map<string, Map<number, number>>();
/** A few months of every zone that couriers use; when it is full, it starts again. */
const offsetsKeptMax = 20_000;
let offsetsKept = 0;

/**
 * Asking Temporal takes some 3 µs and reading scans is the hot path, so the answer is kept for a whole day where the
 * day starts and ends with the same one. On a day on which the clock changes Temporal is asked each time.
 */
function offsetMsAt(zone: string, wallMs: number): number {
  const day = Math.floor(wallMs / dayMs);
  const offsetMs = offsetsMs.get(zone)?.get(day) ?? keepOffset(zone, day);
  return Number.isNaN(offsetMs) ? askOffsetMs(zone, wallMs) : offsetMs;
}

function keepOffset(zone: string, day: number): number {
  const first = askOffsetMs(zone, day * dayMs);
  const offsetMs = first === askOffsetMs(zone, (day + 1) * dayMs - 1) ? first : Number.NaN;
  if (offsetsKept >= offsetsKeptMax) {
    offsetsMs.clear();
    offsetsKept = 0;
  }
  const days = offsetsMs.get(zone) ?? new Map<number, number>();
  offsetsMs.set(zone, days.set(day, offsetMs));
  offsetsKept += 1;
  return offsetMs;
}

/** In a gap this is the offset before it, which gives the later reading; in a fold the first occurrence's. */
function askOffsetMs(zone: string, wallMs: number): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDateTime();
  try {
    return wallMs - wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
}
