/** Times as the wire writes them: instants in ISO 8601 to the second with the offset of the account's zone. */
import { two } from '../normalise/digits.ts';

/** `2016-11-09T22:21:43+08:00`. @param at epoch milliseconds @param timeZone IANA name */
export function formatInstant(at: number, timeZone: string): string {
  const offsetMs = timeZone === 'UTC' ? 0 : spanOf(at, timeZone).offsetMs;
  const local = new Date(at + offsetMs).toISOString().slice(0, 19);
  return `${local}${formatOffset(offsetMs / 60_000)}`;
}

/** `+08:00`; the seconds of historic local mean times are rounded, as Temporal does. */
export function formatOffset(minutes: number): string {
  const size = Math.round(Math.abs(minutes));
  const sign = minutes < 0 && size > 0 ? '-' : '+';
  return `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** A reported time in full, `2016-11-15T08:23:00`: what was not reported is zero. @param wall see `Scan` */
export function toSecond(wall: string, separator: 'T' | ' '): string {
  return `${wall.slice(0, 10)}${separator}${wall.slice(11)}${'00:00:00'.slice(Math.max(0, wall.length - 11))}`;
}

/** A time during which a zone keeps its offset. */
interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly offsetMs: number;
}

/** The span of each zone that was met last: a server meets few zones and mostly the present. */
const spans = new Map<string, Span>();
const spansMax = 1000;

function spanOf(at: number, timeZone: string): Span {
  const known = spans.get(timeZone);
  if (known !== undefined && at >= known.fromMs && at < known.untilMs) return known;
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  // The previous transition lies strictly before, so at a transition's own instant the span begins right there.
  const before = zoned.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const after = zoned.getTimeZoneTransition('next');
  const span = {
    fromMs: before?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    untilMs: after?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: zoned.offsetNanoseconds / 1e6,
  };
  if (spans.size >= spansMax) spans.clear();
  spans.set(timeZone, span);
  return span;
}
