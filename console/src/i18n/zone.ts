/**
 * Between the clocks of a time zone and instants, for fields in which people type a date and a time. What is typed is of the
 * account's zone, wherever the browser is; what is kept in an address is an instant, which says the same to everybody.
 */

/** What the zone's clocks show, as a field of the type `datetime-local` has it: `2026-03-29T14:30`. */
export function wallTimeOf(instant: string, timeZone: string): string {
  const at = Date.parse(instant);
  return new Date(at + offsetMs(at, timeZone)).toISOString().slice(0, 16);
}

/**
 * The instant at which they show it, to the minute; null where it is no time. Of an hour that comes twice it is one of the two,
 * and of one that is left out the hour after it.
 */
export function instantOf(wallTime: string, timeZone: string): string | null {
  const asUtc = Date.parse(`${wallTime}Z`);
  if (Number.isNaN(asUtc)) return null;
  // The offset is that of the instant, which is not known yet: the first guess is off by a few hours at most.
  const guess = asUtc - offsetMs(asUtc, timeZone);
  const second = asUtc - offsetMs(guess, timeZone);
  const isShown = second + offsetMs(second, timeZone) === asUtc;
  return new Date(isShown ? second : Math.max(guess, second)).toISOString();
}

/** How far the zone's clocks are ahead of UTC. */
function offsetMs(at: number, timeZone: string): number {
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
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return shown - Math.floor(at / 1000) * 1000;
}
