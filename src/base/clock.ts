/**
 * The only place that reads the time. Everything else is handed a `Clock`, so that tests can step, stop and
 * reverse it. `now` is the wall clock (it may jump when the operator sets it); `monotonic` never goes back and is
 * for durations and retry times inside one process.
 */
import { setTimeout } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Milliseconds since some fixed point of this process, with fractions. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** IANA name of the zone that this machine is set to. */
export function systemTimeZone(): string {
  return Temporal.Now.timeZoneId();
}

/** Resolves after so many milliseconds, or when the signal is given. */
export function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { ...(signal && { signal }), ref: false }).catch(() => {});
}
