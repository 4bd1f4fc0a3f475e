/**
 * A checkpoint's time as it was reported: the clock on the wall there, never converted, to the precision that there was, with
 * its offset where it came with one.
 */
interface WallTime {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** `HH:MM` or `HH:MM:SS`; null: only the day was said. */
  readonly time: string | null;
  /** `+08:00`, `UTC`, or null: none was said. */
  readonly offset: string | null;
}

const form = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/;

export function readWallTime(text: string): WallTime | null {
  const [, day, time = null, offset = null] = form.exec(text) ?? [];
  if (day === undefined) return null;
  return { day, time, offset: offset !== null && /^Z$|^[+-]00:?00$/.test(offset) ? 'UTC' : offset };
}

/** What follows each other on one day stands together, in the order that it came in. */
export function byDay<One extends { readonly time: string }>(
  ones: readonly One[],
): readonly { readonly day: string; readonly ones: readonly One[] }[] {
  const days: { day: string; ones: One[] }[] = [];
  for (const one of ones) {
    const day = readWallTime(one.time)?.day ?? one.time;
    const last = days.at(-1);
    if (last?.day === day) last.ones.push(one);
    else days.push({ day, ones: [one] });
  }
  return days;
}

/** In the words of a language; the day is one of the calendar, whatever the reader's zone. */
export function makeWallFormat(language: string) {
  const day = new Intl.DateTimeFormat(language, { timeZone: 'UTC', dateStyle: 'full' });
  const minute = new Intl.DateTimeFormat(language, { timeZone: 'UTC', timeStyle: 'short' });
  const second = new Intl.DateTimeFormat(language, { timeZone: 'UTC', timeStyle: 'medium' });
  return {
    day: (text: string) => (Number.isNaN(Date.parse(text)) ? text : day.format(new Date(text))),
    time(time: string): string {
      const at = new Date(`1970-01-01T${time.length === 5 ? `${time}:00` : time}Z`);
      return (time.length === 5 ? minute : second).format(at);
    },
  };
}
