/** Clocks that a test sets forth at will. */
import { type Clock, systemClock } from '../../src/base/clock.ts';

export interface SteppedClock extends Clock {
  pass(ms: number): void;
}

/** Goes on by itself, and is set forth by the wall and within the process alike. */
export function makeSteppedClock(): SteppedClock {
  let passedMs = 0;
  return {
    now: () => systemClock.now() + passedMs,
    monotonic: () => systemClock.monotonic() + passedMs,
    pass(ms) {
      passedMs += ms;
    },
  };
}

/** Stands still by the wall until it is set; within the process time goes on. */
export function makeStoppedClock(at: number): Clock & { set(at: number): void } {
  let now = at;
  return {
    ...systemClock,
    now: () => now,
    set(next) {
      now = next;
    },
  };
}
