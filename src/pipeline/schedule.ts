/**
 * When a failed attempt is followed by the next. The default is TrackingMore's published rule, 30 s × 2ⁿ, up to 14
 * attempts: 30, 60, … 122 880 s, together 245 730 s (2.84 days).
 */
import { limits } from '../domain/limits.ts';

export const defaultRetrySeconds: readonly number[] = Array.from(
  { length: limits.attemptsMax - 1 },
  (_, n) => 30 * 2 ** n,
);

/** A receiver may ask for patience up to this long. */
const retryAfterSecondsMax = 6 * 3600;
const jitterShare = 0.1;
const daySeconds = 86_400;

/** No attempt is put off further than this: the longest wait that a webhook may be given, with its jitter. */
export const delayMsMax = limits.retryWaitSecondsMax * 1000 * (1 + jitterShare);

export interface Delay {
  /** Attempts spent so far, the one that just failed included. */
  readonly attempts: number;
  readonly retrySeconds: readonly number[] | null;
  /** After the schedule once a day, for ever. */
  readonly daily: boolean;
  /** What the receiver asked for by `Retry-After`, seconds; null if it did not. */
  readonly retryAfterSeconds: number | null;
  /** A number in [0, 1): the caller's die, so that this stays a function. */
  readonly random: number;
}

/**
 * Milliseconds until the next attempt, or null when the schedule is exhausted. Jitter only adds (0 to 10 %), so that no
 * retry comes before its published time. A longer `Retry-After` wins, within six hours.
 */
export function nextDelayMs({
  attempts,
  retrySeconds,
  daily,
  retryAfterSeconds,
  random,
}: Delay): number | null {
  const schedule = retrySeconds ?? defaultRetrySeconds;
  const planned = schedule[attempts - 1] ?? (daily ? daySeconds : undefined);
  if (planned === undefined) return null;
  const asked = Math.min(retryAfterSeconds ?? 0, retryAfterSecondsMax);
  return Math.round(Math.max(planned, asked) * 1000 * (1 + jitterShare * random));
}

/** Seconds that a `Retry-After` header asks for: a number of seconds or an HTTP date; null where it cannot be read. */
export function readRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return null;
  // The oldest of HTTP's three forms of a date (asctime's) names no zone, and would be read as this machine's.
  const at = Date.parse(/^[A-Z][a-z]{2} .* \d{4}$/.test(text) ? `${text} GMT` : text);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - nowMs) / 1000));
}
