/**
 * Times as clients of TrackingMore write them: `2023-08-23T06:00:00+00:00`, which arrives with a space for the plus where a
 * client does not escape it; `2023-08-23 06:00`, `2017/8/27 16:51`, `20181001`, `202310231530`, in the account's zone where none is
 * said; or seconds or milliseconds since 1970. A text names all of its day, its minute or its second, so it has a first and a last
 * moment: rows hold milliseconds, and a bound includes what it names.
 */
import { type Members, malformed, textIn } from './said.ts';

/** Epoch milliseconds, both included. */
interface Moments {
  readonly first: number;
  readonly last: number;
}

/** The first that is named. Null: not said. @throws AppError `body_invalid` */
export function momentIn(said: Members, name: string, timeZone: string): number | null {
  return momentsIn(said, name, timeZone)?.first ?? null;
}

/** The last that is named. Null: not said. @throws AppError `body_invalid` */
export function upperMomentIn(said: Members, name: string, timeZone: string): number | null {
  return momentsIn(said, name, timeZone)?.last ?? null;
}

function momentsIn(said: Members, name: string, timeZone: string): Moments | null {
  const text = textIn(said, name);
  if (text === null) return null;
  const moments = momentsOf(text, timeZone);
  if (moments === null) throw malformed(name);
  return moments;
}

function momentsOf(text: string, timeZone: string): Moments | null {
  if (/^\d{9,11}$/.test(text)) return countedMoments(Number(text) * 1000);
  const spaced = text.replace(/^(\d{8})(\d{2})(\d{2})(\d{2})?$/, (_, day, hour, minute, second) =>
    [`${day} ${hour}`, minute, second ?? []].flat().join(':'),
  );
  return writtenMoments(spaced, timeZone) ?? (/^\d{12,14}$/.test(text) ? countedMoments(Number(text)) : null);
}

/** Milliseconds with nothing below the second are seconds to whoever wrote them. */
function countedMoments(first: number): Moments {
  return { first, last: first % 1000 === 0 ? first + 999 : first };
}

/** A zone without a sign is one whose plus was not escaped, and stands behind a time. */
const dateForm =
  /^(\d{4})[-/]?(\d{1,2})[-/]?(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)? ?(Z|[+-]\d{2}(?::?\d{2})?|\d{2}:\d{2}|(?<=:\d{2}(?:\.\d+)? )\d{2}(?:\d{2})?)?$/i;

function writtenMoments(text: string, timeZone: string): Moments | null {
  const parts = dateForm.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  try {
    const wall = Temporal.PlainDateTime.from(
      {
        ...{ year: year as number, month: month as number, day: day as number },
        ...{ hour: hour as number, minute: minute as number, second: second as number },
      },
      { overflow: 'reject' },
    );
    const first = wall.toZonedDateTime(zoneOf(parts[7]) ?? timeZone);
    const named =
      parts[4] === undefined ? { days: 1 } : parts[6] === undefined ? { minutes: 1 } : { seconds: 1 };
    return { first: first.epochMilliseconds, last: first.add(named).epochMilliseconds - 1 };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function zoneOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^z$/i.test(text)) return 'UTC';
  const [, sign, hours, minutes] = /^([+-]?)(\d{2}):?(\d{2})?$/.exec(text) as RegExpExecArray;
  return `${sign || '+'}${hours}:${minutes ?? '00'}`;
}
