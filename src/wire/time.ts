/** Instants as the wire writes them: ISO 8601 to the second with the offset of the account's zone. */

const quarterMs = 900_000;
/** Zones change their offset on quarter hours only, and a server meets few zones and mostly the present. */
const offsets = new Map<string, number>();
const offsetsMax = 1000;

/** `2016-11-09T22:21:43+08:00`. @param at epoch milliseconds @param timeZone IANA name */
export function formatInstant(at: number, timeZone: string): string {
  const minutes = offsetMinutes(at, timeZone);
  const local = new Date(at + minutes * 60_000).toISOString().slice(0, 19);
  const size = Math.abs(minutes);
  return `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function offsetMinutes(at: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const quarter = Math.floor(at / quarterMs);
  const key = `${timeZone}|${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const zoned = Temporal.Instant.fromEpochMilliseconds(quarter * quarterMs).toZonedDateTimeISO(timeZone);
  const minutes = Math.round(zoned.offsetNanoseconds / 60e9);
  if (offsets.size >= offsetsMax) offsets.clear();
  offsets.set(key, minutes);
  return minutes;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
