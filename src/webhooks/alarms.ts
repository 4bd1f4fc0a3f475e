/**
 * One timer over a heap of moments: each key is woken at its soonest moment, once. Monotonic milliseconds; a moment that
 * a key has already passed by being set anew sooner is left in the heap and ignored.
 */
import TinyQueue from 'tinyqueue';
import type { Clock } from '../base/clock.ts';

export interface Alarms<Key> {
  /** Wakes the key at `at`, unless it is to be woken sooner. Infinity: never. */
  set(key: Key, at: number): void;
  stop(): void;
}

interface Moment<Key> {
  readonly key: Key;
  readonly at: number;
}

/** Timers of Node are told in whole milliseconds up to some 24 days; a moment further off is looked at again. */
const timerMsMax = 60_000;

export function makeAlarms<Key>(clock: Clock, wake: (key: Key) => void): Alarms<Key> {
  const moments = new TinyQueue<Moment<Key>>([], (a, b) => a.at - b.at);
  const soonest = new Map<Key, number>();
  let timer: NodeJS.Timeout | null = null;
  let timerAt = Number.POSITIVE_INFINITY;
  let stopped = false;

  function arm(): void {
    const next = moments.peek();
    if (next === undefined || next.at >= timerAt || stopped) return;
    if (timer !== null) clearTimeout(timer);
    timerAt = next.at;
    timer = setTimeout(ring, Math.max(1, Math.min(next.at - clock.monotonic(), timerMsMax)));
    timer.unref();
  }

  function ring(): void {
    timer = null;
    timerAt = Number.POSITIVE_INFINITY;
    const now = clock.monotonic();
    const due: Key[] = [];
    for (let next = moments.peek(); next !== undefined && next.at <= now; next = moments.peek()) {
      moments.pop();
      if (soonest.get(next.key) !== next.at) continue;
      soonest.delete(next.key);
      due.push(next.key);
    }
    for (const key of due) wake(key);
    arm();
  }

  return {
    set(key, at) {
      if (at === Number.POSITIVE_INFINITY || at >= (soonest.get(key) ?? Number.POSITIVE_INFINITY)) return;
      soonest.set(key, at);
      moments.push({ key, at });
      arm();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
