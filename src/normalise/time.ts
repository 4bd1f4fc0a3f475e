/**
 * The times couriers report, read without guessing: what could mean two days is refused with a sentence that says what
 * to send instead. The wall time is kept as reported and never converted; `instant.ts` gives the
 * instant to sort by.
 *
 * | form                           | examples                                                                       |
 * |--------------------------------|--------------------------------------------------------------------------------|
 * | ISO 8601, `T` or space         | `2024-05-01T15:27:20.331986369+01:00`, `2024-05-01 15:27`, `2024-05-01`        |
 * | its offset                     | `Z`, `+08:00`, `+0800`, `+08`, ` 08:00` where a `+` was decoded to a space     |
 * | basic                          | `20240501`, `20240501T1530Z`, `202405011530`, `20240501153000`                 |
 * | year first, any separator      | `2017/8/27 16:51`, `2017.08.27`                                                |
 * | year last, a number above 12   | `27/8/2017 16:51`, `8/27/2017`, `27.08.2017`                                   |
 * | month by its English name      | `15 Nov 2016 08:23`, `November 15, 2016 8:23 am`, `15-Nov-2016`, `15NOV2016`   |
 * | RFC 2822                       | `Tue, 15 Nov 2016 08:23:45 +0100`, `15 Nov 2016 08:23 GMT`                     |
 * | 12-hour time                   | `2024-05-01 3:27 PM`, `05:10 pm`, `5:10:09 a.m.` beside any of these dates     |
 * | seconds or milliseconds        | `1714577240`, `1714577240331`: ten or thirteen digits since 1970, in UTC       |
 *
 * Ten digits that are a date and an hour too (`2024050115`) are refused. Fractions of a second are cut off, second 60 is
 * read as 59, 24:00 is 00:00 of the next day, and 00:30 AM is 00:30. An hour above 12 with AM or PM is refused.
 */
import type { ReportedTime } from './instant.ts';
import { readOther } from './otherTime.ts';
import { remedy } from './refusal.ts';
import { cleanText } from './text.ts';
import { readUsual } from './usualTime.ts';

/** `reason` is a sentence for whoever sent the text. */
export type TimeReading =
  | { readonly ok: true; readonly time: ReportedTime }
  | { readonly ok: false; readonly reason: string };

export function readTime(original: string): TimeReading {
  const usual = readUsual(original);
  if (usual !== null) return { ok: true, time: usual };

  const text = original.trim();
  const refuse = (reason: string): TimeReading => ({ ok: false, reason: `${quote(text)} ${reason}` });
  if (text === '') return { ok: false, reason: `The time is empty: ${remedy}` };
  if (text.length > textCharsMax) return refuse(`is longer than ${textCharsMax} characters: ${remedy}`);
  if (controlsPattern.test(text)) return refuse(`contains control characters: ${remedy}`);
  const time = readOther(text.replace(wideSpacesPattern, ' '));
  return typeof time === 'string' ? refuse(time) : { ok: true, time };
}

const textCharsMax = 64;
const quotedCharsMax = 40;
const controlsPattern = /\p{Cc}/u;
/** ICU writes a narrow no-break space before AM and PM. */
const wideSpacesPattern = /[\u00a0\u2009\u202f\u3000]/g;

/** Cleaned, because the sentence may be shown in a terminal. */
function quote(text: string): string {
  const clean = cleanText(text.slice(0, 4 * quotedCharsMax), quotedCharsMax);
  return `"${clean}${text.length > quotedCharsMax ? '…' : ''}"`;
}
