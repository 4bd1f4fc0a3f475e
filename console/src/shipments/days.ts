/** Days in a time zone as the moments at which they begin and end. */

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** ISO 8601. */
export function startOfDay(day: string, timeZone: string): string {
  return new Date(startAt(Date.parse(day), timeZone)).toISOString();
}

/** The last millisecond of the day. */
export function endOfDay(day: string, timeZone: string): string {
  const next = new Date(Date.parse(day));
  next.setUTCDate(next.getUTCDate() + 1);
  return new Date(startAt(next.getTime(), timeZone) - 1).toISOString();
}

/** The first guess takes the offset of the wrong moment where clocks change that night; the second does not. */
function startAt(utc: number, timeZone: string): number {
  const guess = utc - offsetAt(utc, timeZone);
  return utc - offsetAt(guess, timeZone);
}

/** Milliseconds that the zone is ahead of UTC then. */
function offsetAt(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(at / 1000) * 1000;
}
