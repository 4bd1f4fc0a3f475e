/**
 * Every accepted form of a time but the usual one, and the reason for every refusal: the text is split into its date, its
 * time of day and its offset, each is read, and what they say together is checked.
 */
import { dayAfter, daysIn, monthName, yearMax, yearMin } from './calendar.ts';
import { type Day, readDay } from './day.ts';
import { two } from './digits.ts';
import type { ReportedTime } from './instant.ts';
import { readZone } from './offset.ts';
import { remedy, unreadable } from './refusal.ts';

/** The time, or the reason why there is none. @param text short, trimmed, without control characters */
export function readOther(text: string): ReportedTime | string {
  if (isDateAndHour(text)) return dateOrEpoch;
  if (epochPattern.test(text)) return readEpoch(text) ?? yearReason;
  const parts = splitBasic(text) ?? splitClock(text);
  const day = readDay(parts.day);
  if (typeof day === 'string') return day;
  const offsetMinutes = parts.clock === null && parts.zone !== '' ? unreadable : readZone(parts.zone);
  if (typeof offsetMinutes === 'string') return offsetMinutes;
  return assemble(day, parts.clock, offsetMinutes);
}

const dateOrEpoch = `could be a date with its hour or seconds since 1970: ${remedy}`;
const yearReason = `has a year outside ${yearMin} to ${yearMax}: ${remedy}`;

/** Numbers as written, not yet checked. */
interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  /** Null where the text names none. */
  readonly second: number | null;
  readonly half: 'a' | 'p' | null;
}

interface Parts {
  readonly day: string;
  readonly clock: TimeOfDay | null;
  readonly zone: string;
}

/** `20240501`, `202405011530`, `20240501T153000Z`: digits without separators, told by their number. */
function splitBasic(text: string): Parts | null {
  const match = basicPattern.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, zone = ''] = match;
  return {
    day: `${year}-${month}-${day}`,
    clock:
      hour === undefined
        ? null
        : {
            hour: Number(hour),
            minute: Number(minute),
            second: second === undefined ? null : Number(second),
            half: null,
          },
    zone: zone.trim(),
  };
}

/** Finds the time of day. Before it stands the date; after it the zone and perhaps the date or, as in ctime, its year. */
function splitClock(text: string): Parts {
  const match = clockPattern.exec(text);
  if (match === null) return { day: text, clock: null, zone: '' };
  const [all, hour, minute, second, half] = match;
  const before = text.slice(0, match.index).replace(dayEndPattern, '').trim();
  const after = text.slice(match.index + all.length).trim();
  const late = before === '' ? after : (yearAtEndPattern.exec(after)?.[1] ?? '');
  return {
    day: `${before} ${late}`.trim(),
    clock: {
      hour: Number(hour),
      minute: Number(minute),
      second: second === undefined ? null : Number(second),
      half: half === undefined ? null : (half.toLowerCase() as 'a' | 'p'),
    },
    zone: after
      .slice(0, after.length - late.length)
      .replace(zoneCommentPattern, '')
      .trim(),
  };
}

/** Checks the numbers and puts them together, or says which of them cannot be. */
function assemble(day: Day, clock: TimeOfDay | null, offsetMinutes: number | null): ReportedTime | string {
  if (day.year < yearMin || day.year > yearMax) return yearReason;
  if (day.month < 1 || day.month > 12) return `has the month ${day.month}: send YYYY-MM-DD`;
  if (day.day < 1 || day.day > daysIn(day.year, day.month)) {
    return `has the day ${day.day} ${monthName(day.month)} ${day.year}, which does not exist: send YYYY-MM-DD`;
  }
  const date = `${day.year}-${two(day.month)}-${two(day.day)}`;
  if (clock === null) return { wall: date, precision: 'day', offsetMinutes };

  const hour = hourOf(clock);
  if (hour === null) {
    return `has the hour ${clock.hour} with ${clock.half?.toUpperCase()}M: send the hour from 1 to 12 with it, or from 00 to 23 without`;
  }
  const isEndOfDay = hour === 24 && clock.minute === 0 && (clock.second ?? 0) === 0;
  if (hour > 23 && !isEndOfDay) return `has the hour ${hour}: send the hour from 00 to 23`;
  if (clock.minute > 59) return `has the minute ${clock.minute}: send the minute from 00 to 59`;
  if (clock.second !== null && clock.second > 60)
    return `has the second ${clock.second}: send the second from 00 to 59`;
  const start = isEndOfDay ? dayAfter(date) : date;
  if (start === null) return yearReason;
  const minutes = `${start} ${two(hour % 24)}:${two(clock.minute)}`;
  if (clock.second === null) return { wall: minutes, precision: 'minute', offsetMinutes };
  return { wall: `${minutes}:${two(Math.min(clock.second, 59))}`, precision: 'second', offsetMinutes };
}

/**
 * The hour from 0 to 23, or as it stands where it is beyond that without a half of the day; null where the two do not go
 * together. `13:00 PM` may be a slip in either of them. `00:30 AM` is what a 24-hour clock with a half behind it makes of
 * the first hour, and what clocks that count from 0 to 11 show, so it is read; of `00:30 PM` the first makes midnight and
 * the second half past noon, so it is not.
 */
function hourOf({ hour, half }: TimeOfDay): number | null {
  if (half === null) return hour;
  if (hour > 12 || (hour === 0 && half === 'p')) return null;
  return (hour % 12) + (half === 'p' ? 12 : 0);
}

/**
 * Whether ten digits say a date and an hour as well as they say seconds since 1970, which is so of seconds from 2033 to
 * 2036 alone. Nobody tracks a parcel of before 1990.
 */
function isDateAndHour(text: string): boolean {
  const match = dateAndHourPattern.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0] = match.slice(1).map(Number);
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  return isDay && hour < 24 && year >= 1990 && year <= yearMax;
}

function readEpoch(digits: string): ReportedTime | null {
  const instant = new Date(digits.length === 10 ? Number(digits) * 1000 : Number(digits));
  if (instant.getUTCFullYear() > yearMax) return null;
  const wall = instant.toISOString().slice(0, 19).replace('T', ' ');
  return { wall, precision: 'second', offsetMinutes: 0 };
}

// Each of these is anchored or starts at a digit and repeats nothing inside a repetition, so that reading takes time in
// proportion to the text, which is short.
const epochPattern = /^(?:\d{10}|\d{13})$/;
const dateAndHourPattern = /^(\d{4})(\d\d)(\d\d)(\d\d)$/;
const basicPattern =
  /^(\d{4})(\d\d)(\d\d)(?:[Tt]?(\d\d)(\d\d)(?:(\d\d)(?:[.,]\d{1,9})?)?( ?(?:[Zz]|[+-]\d[\d:]{1,4}))?)?$/;
const clockPattern =
  /(?<![\d:.+-])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d{1,9})?)?(?![\d:.]*\d)(?: ?([ap])(?:m\b|\.m\.))?/i;
/** What may stand between a date and its time. */
const dayEndPattern = /(?:(?<=\d)t|,) *$/i;
const yearAtEndPattern = /(?:^| )(\d{4})$/;
const zoneCommentPattern = / *\([^()]*\)$/;
