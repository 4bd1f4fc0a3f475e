/** The months and days of the years that are read. */
import { dayMs } from '../base/durations.ts';

export const yearMin = 1970;
export const yearMax = 2100;

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const monthNumbers = new Map(
  months.flatMap((name, index): [string, number][] => [
    [name.toLowerCase(), index + 1],
    [name.slice(0, 3).toLowerCase(), index + 1],
  ]),
).set('sept', 9);

/** 1 to 12, or 0 for a word that names no month. */
export function monthOf(word: string): number {
  return monthNumbers.get(word) ?? 0;
}

/** For a sentence: a number that is no month stays a number. */
export function monthName(month: number): string {
  return months[month - 1] ?? String(month);
}

export function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Null where the day after is outside the years read. */
export function dayAfter(date: string): string | null {
  const after = new Date(Date.parse(date) + dayMs);
  return after.getUTCFullYear() > yearMax ? null : after.toISOString().slice(0, 10);
}
