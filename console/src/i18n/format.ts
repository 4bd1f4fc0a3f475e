/** Times, numbers and durations as the reader's language writes them, times in the zone of the account. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.ts';

export interface Format {
  /** The time of day if it is of today, else the date with it. */
  instant(iso: string): string;
  /** The date and the time with its zone. */
  whole(iso: string): string;
  number(value: number): string;
  milliseconds(ms: number): string;
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  const timeZone = useSession()?.account.time_zone ?? 'UTC';
  const language = regional(i18n.language);
  return useMemo(() => makeFormat(language, timeZone), [language, timeZone]);
}

/** The language as the browser's country writes it: `en` is `en-GB` to who asked for that. */
function regional(language: string): string {
  return navigator.languages.find((one) => one.split('-')[0] === language) ?? language;
}

function makeFormat(language: string, timeZone: string): Format {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const time = new Intl.DateTimeFormat(language, { timeZone, timeStyle: 'medium' });
  const both = new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'medium', timeStyle: 'medium' });
  const whole = new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'full', timeStyle: 'long' });
  const number = new Intl.NumberFormat(language);
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
    milliseconds(ms) {
      if (ms >= 1000) return many.format(ms / 1000);
      return ms >= 10 ? rounded.format(ms) : few.format(ms);
    },
  };
}
