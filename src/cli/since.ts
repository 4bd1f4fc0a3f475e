/** A time in the past as people say it on a command line: `2h`, `3d`, a date, or an instant. */
import { InvalidArgumentError } from 'commander';
import { systemClock } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';

/** An ISO 8601 instant. A time without a zone is the reader's own. @throws InvalidArgumentError */
export function readSince(text: string): string {
  const ago = /^(\d{1,6})(m|h|d)$/.exec(text);
  const [, count, unit] = ago ?? [];
  // JavaScript takes a bare date for UTC; whoever types one means the day on the wall.
  const at = ago
    ? systemClock.now() - Number(count) * (unitMs[unit as keyof typeof unitMs] ?? 0)
    : Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text.replace(' ', 'T'));
  if (Number.isNaN(at))
    throw new InvalidArgumentError('It is a date, a time such as 2026-11-23T20:45, or 30m, 2h, 3d.');
  return new Date(at).toISOString();
}

const unitMs = { m: 60_000, h: 3_600_000, d: dayMs };
