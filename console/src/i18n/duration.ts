/** Lengths of time as the reader's language writes them, in the two largest units that say something: `2 days, 20 hours`. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { regional } from './languages.ts';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

type Duration = (seconds: number) => string;

export function useDuration(): Duration {
  const { language } = useTranslation().i18n;
  return useMemo(() => makeDuration(regional(language)), [language]);
}

export function makeDuration(language: string): Duration {
  const list = new Intl.ListFormat(language, { type: 'unit', style: 'long' });
  const write = (value: number, unit: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
  return (seconds) => {
    let rest = Math.max(0, Math.round(seconds));
    const parts: [value: number, unit: string][] = [];
    for (const [unit, size] of units) {
      const value = Math.floor(rest / size);
      rest -= value * size;
      // Two that follow each other: a day and three seconds are a day.
      if (parts.length > 0 || value > 0) parts.push([value, unit]);
      if (parts.length === 2) break;
    }
    const said = parts.filter(([value]) => value > 0).map(([value, unit]) => write(value, unit));
    return said.length === 0 ? write(0, 'second') : list.format(said);
  };
}
