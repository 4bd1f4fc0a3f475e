/** Times and numbers as the reader's language writes them, times in the zone of the account. */
import { useTranslation } from 'react-i18next';
import { i18n } from '../i18n/i18n.ts';
import { regional } from '../i18n/languages.ts';
import { useTimeZone } from '../session/session.ts';

export interface Format {
  /** The time of day if it is of today, else the date with it. */
  instant(iso: string): string;
  /** The date and the time with its zone. */
  whole(iso: string): string;
  number(value: number): string;
  /** There may be more than were counted. */
  atLeast(value: number): string;
  milliseconds(ms: number): string;
  /** `0.984` is 98.4 %. */
  percent(ratio: number): string;
  /** When an hour begins: its time, its day, or both. */
  hour(iso: string, how: 'short' | 'day' | 'long'): string;
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  const timeZone = useTimeZone();
  const language = regional(i18n.language);
  return formatOf(language, timeZone);
}

/** Making one takes milliseconds, and every row of a list asks for it: there is one of each language and zone. */
const made = new Map<string, Format>();

function formatOf(language: string, timeZone: string): Format {
  const key = `${language} ${timeZone}`;
  const format = made.get(key) ?? makeFormat(language, timeZone);
  made.set(key, format);
  return format;
}

function makeFormat(language: string, timeZone: string): Format {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const time = new Intl.DateTimeFormat(language, { timeZone, timeStyle: 'medium' });
  const both = new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'medium', timeStyle: 'medium' });
  const whole = new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'full', timeStyle: 'long' });
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const hours = {
    short: new Intl.DateTimeFormat(language, { timeZone, hour: 'numeric', minute: '2-digit' }),
    day: new Intl.DateTimeFormat(language, { timeZone, weekday: 'short', day: 'numeric' }),
    long: new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'medium', timeStyle: 'short' }),
  };
  const few = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'millisecond',
    maximumSignificantDigits: 2,
  });
  const many = new Intl.NumberFormat(language, { style: 'unit', unit: 'second', maximumFractionDigits: 1 });
  const rounded = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'millisecond',
    maximumFractionDigits: 0,
  });
  return {
    instant(iso) {
      const at = new Date(iso);
      return day.format(at) === day.format(new Date()) ? time.format(at) : both.format(at);
    },
    whole: (iso) => whole.format(new Date(iso)),
    number: (value) => number.format(value),
    atLeast: (value) => i18n.t('atLeast', { number: number.format(value) }),
    milliseconds(ms) {
      if (ms >= 1000) return many.format(ms / 1000);
      return ms >= 10 ? rounded.format(ms) : few.format(ms);
    },
    percent(ratio) {
      // Nearly all is not all: what failed is not rounded away.
      return percent.format(ratio < 1 ? Math.min(ratio, 0.999) : ratio);
    },
    hour: (iso, how) => hours[how].format(new Date(iso)),
  };
}
