/**
 * The form that nine in ten of all times have: `YYYY-MM-DD`, alone or with `THH:MM[:SS[.f]]` and an offset. It is read by
 * character codes, since this runs for every scan.
 */
import { daysIn, yearMax, yearMin } from './calendar.ts';
import { isDigit, pairAt } from './digits.ts';
import type { ReportedTime } from './instant.ts';
import { offsetMinutesOf } from './offset.ts';

/** Null for every other form, impossible dates included, so that one place gives the reasons. */
export function readUsual(text: string): ReportedTime | null {
  const year = pairAt(text, 0) * 100 + pairAt(text, 2);
  const month = pairAt(text, 5);
  const day = pairAt(text, 8);
  if (!(year >= yearMin && year <= yearMax)) return null;
  if (text.charCodeAt(4) !== dash || text.charCodeAt(7) !== dash) return null;
  if (!(day >= 1 && (day <= 28 || day <= daysIn(year, month)) && month >= 1 && month <= 12)) return null;
  if (text.length === 10) return { wall: text, precision: 'day', offsetMinutes: null };

  const separator = text.charCodeAt(10);
  const isT = separator === upperT || separator === lowerT;
  if (!isT && separator !== space) return null;
  if (!(pairAt(text, 11) <= 23 && text.charCodeAt(13) === colon && pairAt(text, 14) <= 59)) return null;
  const hasSeconds = text.charCodeAt(16) === colon;
  if (hasSeconds && !(pairAt(text, 17) <= 59)) return null;

  const end = hasSeconds ? fractionEnd(text, 19) : 16;
  const offsetMinutes = end === text.length ? null : usualOffset(text, end, isT || hasSeconds);
  if (Number.isNaN(offsetMinutes)) return null;
  const wall = `${text.slice(0, 10)} ${text.slice(11, hasSeconds ? 19 : 16)}`;
  return { wall, precision: hasSeconds ? 'second' : 'minute', offsetMinutes };
}

/** Where up to nine digits after a point or comma end; `at` itself where there are none. */
function fractionEnd(text: string, at: number): number {
  const mark = text.charCodeAt(at);
  if (mark !== point && mark !== comma) return at;
  let end = at + 1;
  while (end <= at + 9 && isDigit(text.charCodeAt(end))) end += 1;
  return end === at + 1 ? at : end;
}

/** Minutes of `Z`, `+08`, `+0800`, `+08:00` that fill the text from `at` on; NaN for anything else. */
function usualOffset(text: string, at: number, mayLackPlus: boolean): number {
  const sign = text.charCodeAt(at);
  const left = text.length - at;
  if (left === 1) return sign === upperZ || sign === lowerZ ? 0 : Number.NaN;
  const isColon = text.charCodeAt(at + 3) === colon;
  if (left !== 3 && left !== (isColon ? 6 : 5)) return Number.NaN;
  // A plus sign that went through a form or a URL unescaped arrives as a space; only the full form is told by it.
  const isPlus = sign === plus || (sign === space && mayLackPlus && left === 6);
  if (!isPlus && sign !== dash) return Number.NaN;
  const hours = pairAt(text, at + 1);
  const minutes = left === 3 ? 0 : pairAt(text, isColon ? at + 4 : at + 3);
  return offsetMinutesOf(isPlus, hours, minutes);
}

const dash = 0x2d;
const plus = 0x2b;
const space = 0x20;
const colon = 0x3a;
const point = 0x2e;
const comma = 0x2c;
const upperT = 0x54;
const lowerT = 0x74;
const upperZ = 0x5a;
const lowerZ = 0x7a;
