/**
 * The times couriers report, read without guessing: what could mean two days is refused with a sentence that says what
 * to send instead. The wall time is kept as reported and never converted; `instantOf` gives the instant to sort by.
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
 * Fractions of a second are cut off, second 60 is read as 59, and 24:00 is 00:00 of the next day.
 */
import { cleanText } from './text.ts';

export interface ReportedTime {
  /** `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS`, as `precision` says. */
  readonly wall: string;
  readonly precision: 'day' | 'minute' | 'second';
  /** Minutes east of UTC; null where the courier gave none. */
  readonly offsetMinutes: number | null;
}

/** `reason` is a sentence for whoever sent the text. */
export type TimeReading =
  | { readonly ok: true; readonly time: ReportedTime }
  | { readonly ok: false; readonly reason: string };

export function readTime(text: string): TimeReading {
  return readUsual(text) ?? readOther(text);
}

/**
 * The instant of a reported time in epoch milliseconds. Its own offset decides; else the clock of `zone` (an IANA
 * name), where a wall time skipped by a change of the clock counts as the later reading and a repeated one as its first
 * occurrence; else UTC, also for a zone that nobody knows. A day alone counts as its first moment.
 */
export function instantOf(time: ReportedTime, zone: string | null): number {
  const wallMs = wallMsOf(time);
  if (time.offsetMinutes !== null) return wallMs - time.offsetMinutes * minuteMs;
  return zone === null ? wallMs : wallMs - offsetMsAt(zone, wallMs);
}

const yearMin = 1970;
const yearMax = 2100;
const textCharsMax = 64;
const quotedCharsMax = 40;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const remedy = 'send YYYY-MM-DDTHH:MM:SS with an offset such as +01:00, or YYYY-MM-DD';

/**
 * `YYYY-MM-DD`, alone or with `THH:MM[:SS[.f]]` and an offset: nine in ten of all times, so it is read by character
 * codes. Answers null for everything else, impossible dates included, so that one place gives the reasons.
 */
function readUsual(text: string): TimeReading | null {
  const year = pairAt(text, 0) * 100 + pairAt(text, 2);
  const month = pairAt(text, 5);
  const day = pairAt(text, 8);
  if (!(year >= yearMin && year <= yearMax)) return null;
  if (text.charCodeAt(4) !== dash || text.charCodeAt(7) !== dash) return null;
  if (!(day >= 1 && (day <= 28 || day <= daysIn(year, month)) && month >= 1 && month <= 12)) return null;
  if (text.length === 10) return { ok: true, time: { wall: text, precision: 'day', offsetMinutes: null } };

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
  return { ok: true, time: { wall, precision: hasSeconds ? 'second' : 'minute', offsetMinutes } };
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

/** NaN where no place on earth has such an offset: they go from -12:00 to +14:00. */
function offsetMinutesOf(isEast: boolean, hours: number, minutes: number): number {
  const size = hours * 60 + minutes;
  if (!(minutes <= 59 && size <= (isEast ? 14 * 60 : 12 * 60))) return Number.NaN;
  return isEast || size === 0 ? size : -size;
}

/** What is told from a text before it becomes a wall time; numbers as written, not yet checked. */
interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  /** Null where the text names none. */
  readonly second: number | null;
  readonly half: 'a' | 'p' | null;
}

/** Every accepted form, and the reason for every refusal. A part that cannot be read is answered by its reason. */
function readOther(original: string): TimeReading {
  const text = original.trim();
  const refuse = (reason: string): TimeReading => ({ ok: false, reason: `${quote(text)} ${reason}` });
  if (text === '') return { ok: false, reason: `The time is empty: ${remedy}` };
  if (text.length > textCharsMax) return refuse(`is longer than ${textCharsMax} characters: ${remedy}`);
  if (controlsPattern.test(text)) return refuse(`contains control characters: ${remedy}`);

  const plain = text.replace(wideSpacesPattern, ' ');
  if (epochPattern.test(plain)) return readEpoch(plain) ?? refuse(yearReason);
  const parts = splitBasic(plain) ?? splitClock(plain);
  const day = readDay(parts.day);
  if (typeof day === 'string') return refuse(day);
  const offsetMinutes = parts.clock === null && parts.zone !== '' ? unreadable : readZone(parts.zone);
  if (typeof offsetMinutes === 'string') return refuse(offsetMinutes);
  const time = assemble(day, parts.clock, offsetMinutes);
  return typeof time === 'string' ? refuse(time) : { ok: true, time };
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

/** The day, or the reason why there is none. */
function readDay(text: string): Day | string {
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

/** Minutes east of UTC, null where nothing is said, or the reason why it cannot be told. */
function readZone(text: string): number | null | string {
  if (text === '') return null;
  const match = offsetPattern.exec(text);
  if (match !== null) {
    const [, sign, hours, minutes = '0'] = match;
    if (sign === undefined) return 0;
    const result = offsetMinutesOf(sign === '+', Number(hours), Number(minutes));
    return Number.isNaN(result) ? 'has an offset that no place has: send one from -12:00 to +14:00' : result;
  }
  if (zoneNamePattern.test(text))
    return `has the time zone ${text}, which is not one offset: send an offset such as +01:00`;
  return unreadable;
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
  if (hour === null) return `has the hour ${clock.hour} with ${clock.half}m: send the hour from 00 to 23`;
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
 * The hour from 0 to 23, or as it stands where it is beyond that; null where it contradicts its half of the day.
 * `15:27 pm` and `00:30 am` are written by couriers that mix both clocks and have one meaning only.
 */
function hourOf({ hour, half }: TimeOfDay): number | null {
  if (half === null) return hour;
  if (hour >= 1 && hour <= 12) return (hour % 12) + (half === 'p' ? 12 : 0);
  if (half === 'p') return hour >= 13 && hour <= 23 ? hour : null;
  return hour === 0 ? 0 : null;
}

function readEpoch(digits: string): TimeReading | null {
  const instant = new Date(digits.length === 10 ? Number(digits) * 1000 : Number(digits));
  if (instant.getUTCFullYear() > yearMax) return null;
  const wall = instant.toISOString().slice(0, 19).replace('T', ' ');
  return { ok: true, time: { wall, precision: 'second', offsetMinutes: 0 } };
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

// Each of these is anchored or starts at a digit and repeats nothing inside a repetition, so that reading takes time in
// proportion to the text, which has at most `textCharsMax` characters.
const controlsPattern = /\p{Cc}/u;
/** ICU writes a narrow no-break space before AM and PM. */
const wideSpacesPattern = /[\u00a0\u2009\u202f\u3000]/g;
const epochPattern = /^(?:\d{10}|\d{13})$/;
const basicPattern =
  /^(\d{4})(\d\d)(\d\d)(?:[Tt]?(\d\d)(\d\d)(?:(\d\d)(?:[.,]\d{1,9})?)?( ?(?:[Zz]|[+-]\d[\d:]{1,4}))?)?$/;
const clockPattern =
  /(?<![\d:.+-])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d{1,9})?)?(?![\d:.]*\d)(?: ?([ap])(?:m\b|\.m\.))?/i;
/** What may stand between a date and its time. */
const dayEndPattern = /(?:(?<=\d)t|,) *$/i;
const yearAtEndPattern = /(?:^| )(\d{4})$/;
const zoneCommentPattern = / *\([^()]*\)$/;
const numericDayPattern = /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})$/;
const numericDayOfTwoPattern = /^\d{1,4}[-/.]\d{1,2}$/;
const namedDayPattern = /^(?=.*[a-z])[a-z\d ,./-]+$/i;
const weekdayPattern = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?$/;
const offsetPattern = /^(?:z|(?:utc|gmt|ut)?(?: ?([+-])(\d{1,2})(?::?(\d\d))?)?)$/i;
const zoneNamePattern = /^[a-z][a-z_/+\d-]*$/i;

const unreadable = `is not a date and time in a known form: ${remedy}`;
const twoDigitYear = `has a year of two digits: ${remedy}`;
const yearReason = `has a year outside ${yearMin} to ${yearMax}: ${remedy}`;

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
function monthOf(word: string): number {
  return monthNumbers.get(word) ?? 0;
}

/** For a sentence: a number that is no month stays a number. */
function monthName(month: number): string {
  return months[month - 1] ?? String(month);
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Null where the day after is outside the years read. */
function dayAfter(date: string): string | null {
  const after = new Date(Date.parse(date) + dayMs);
  return after.getUTCFullYear() > yearMax ? null : after.toISOString().slice(0, 10);
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** The number of two digits, NaN where they are something else: every comparison with it is then false. */
function pairAt(text: string, at: number): number {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return isDigit(high) && isDigit(low) ? (high - 0x30) * 10 + (low - 0x30) : Number.NaN;
}

/** Cleaned, because the sentence may be shown in a terminal. */
function quote(text: string): string {
  const clean = cleanText(text.slice(0, 4 * quotedCharsMax), quotedCharsMax);
  return `"${clean}${text.length > quotedCharsMax ? '…' : ''}"`;
}

/** The wall time as if it were UTC. */
function wallMsOf({ wall, precision }: ReportedTime): number {
  const year = pairAt(wall, 0) * 100 + pairAt(wall, 2);
  const month = pairAt(wall, 5) - 1;
  const day = pairAt(wall, 8);
  if (precision === 'day') return Date.UTC(year, month, day);
  const second = precision === 'second' ? pairAt(wall, 17) : 0;
  return Date.UTC(year, month, day, pairAt(wall, 11), pairAt(wall, 14), second);
}

/** By zone, by day of the wall clock: what to subtract, or NaN for a day on which it changes. */
const offsetsMs = new Map<string, Map<number, number>>();
/** A few months of every zone that couriers use; when it is full, it starts again. */
const offsetsKeptMax = 20_000;
let offsetsKept = 0;

/**
 * Asking Temporal takes some 3 µs and reading scans is the hot path, so the answer is kept for a whole day where the
 * day starts and ends with the same one. On a day on which the clock changes Temporal is asked each time.
 */
function offsetMsAt(zone: string, wallMs: number): number {
  const day = Math.floor(wallMs / dayMs);
  const offsetMs = offsetsMs.get(zone)?.get(day) ?? keepOffset(zone, day);
  return Number.isNaN(offsetMs) ? askOffsetMs(zone, wallMs) : offsetMs;
}

function keepOffset(zone: string, day: number): number {
  const first = askOffsetMs(zone, day * dayMs);
  const offsetMs = first === askOffsetMs(zone, (day + 1) * dayMs - 1) ? first : Number.NaN;
  if (offsetsKept >= offsetsKeptMax) {
    offsetsMs.clear();
    offsetsKept = 0;
  }
  const days = offsetsMs.get(zone) ?? new Map<number, number>();
  offsetsMs.set(zone, days.set(day, offsetMs));
  offsetsKept += 1;
  return offsetMs;
}

/** In a gap this is the offset before it, which gives the later reading; in a fold the first occurrence's. */
function askOffsetMs(zone: string, wallMs: number): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDateTime();
  try {
    return wallMs - wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
}
