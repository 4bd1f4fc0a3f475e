/**
 * The date of a reported time: numbers in any order that has one meaning, or a month by its English name. A date that
 * could be two days is refused.
 */
import { monthName, monthOf } from './calendar.ts';
import { isDigit } from './digits.ts';
import { remedy, unreadable } from './refusal.ts';

/** Numbers as written, not yet checked. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The day, or the reason why there is none. */
export function readDay(text: string): Day | string {
  if (text === '') return `has no date: ${remedy}`;
  const numbers = numericDayPattern.exec(text);
  if (numbers !== null) return readNumbers(numbers[1] ?? '', numbers[3] ?? '', numbers[4] ?? '');
  if (numericDayOfTwoPattern.test(text)) {
    return /^\d{4}/.test(text) ? `has no day of the month: ${remedy}` : `has no year: ${remedy}`;
  }
  return namedDayPattern.test(text) ? readNamed(text) : unreadable;
}

function readNumbers(first: string, second: string, third: string): Day | string {
  if (first.length === 4 && third.length <= 2) {
    return { year: Number(first), month: Number(second), day: Number(third) };
  }
  if (third.length !== 4 || first.length > 2)
    return first.length < 4 && third.length < 4 ? twoDigitYear : unreadable;
  const [a, b, year] = [Number(first), Number(second), Number(third)];
  // 5/5/2024 is the same day either way, and a number above 12 can only be the day.
  if (a === b || b > 12) return { year, month: a, day: b };
  if (a > 12) return { year, month: b, day: a };
  return `could be ${a} ${monthName(b)} or ${monthName(a)} ${b}: send YYYY-MM-DD`;
}

/** `15 Nov 2016`, `November 15, 2016`, `2016 Nov 15`, with or without the day of the week before it. */
function readNamed(text: string): Day | string {
  const words = (text.toLowerCase().match(/\d+|[a-z]+/g) ?? []).filter(
    (word) => !/^(?:st|nd|rd|th)$/.test(word),
  );
  if (weekdayPattern.test(words[0] ?? '')) words.shift();
  const at = words.findIndex((word) => monthOf(word) > 0);
  const numbers = words.filter((word) => isDigit(word.charCodeAt(0)));
  if (at === -1 || numbers.length !== words.length - 1 || numbers.length > 2) return unreadable;

  const yearAt = numbers.findIndex((word) => word.length === 4);
  if (numbers.length < 2)
    return yearAt === -1 ? `has no year: ${remedy}` : `has no day of the month: ${remedy}`;
  if (yearAt === -1) return numbers.every((word) => word.length <= 2) ? twoDigitYear : unreadable;
  const day = numbers[1 - yearAt] ?? '';
  // The month stands beside the day: `15 2016 Nov` is nobody's way of writing.
  if (day.length > 2 || at === 2) return unreadable;
  return { year: Number(numbers[yearAt]), month: monthOf(words[at] ?? ''), day: Number(day) };
}

const twoDigitYear = `has a year of two digits: ${remedy}`;

const numericDayPattern = /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})$/;
const numericDayOfTwoPattern = /^\d{1,4}[-/.]\d{1,2}$/;
const namedDayPattern = /^(?=.*[a-z])[a-z\d ,./-]+$/i;
const weekdayPattern = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?$/;
