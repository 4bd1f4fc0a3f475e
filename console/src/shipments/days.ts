/** Days in a time zone as the moments at which they begin and end. */
import { instantOf } from '../i18n/zone.ts';

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** ISO 8601. @param day one that `isDay` takes for one */
export function startOfDay(day: string, timeZone: string): string {
  return instantOf(`${day}T00:00`, timeZone) as string;
}

/** The last millisecond of the day. */
export function endOfDay(day: string, timeZone: string): string {
  const next = new Date(Date.parse(day));
  next.setUTCDate(next.getUTCDate() + 1);
  const start = startOfDay(next.toISOString().slice(0, 10), timeZone);
  return new Date(Date.parse(start) - 1).toISOString();
}
