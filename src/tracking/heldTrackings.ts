/**
 * The trackings of numbers that had updates lately, so that a parcel on its way is not read for every scan. What stands
 * here was committed by this process; a commit that finds another revision in the store drops it and reads again. Bounded
 * by what is held of them, counted in checkpoints; the least recently used go first.
 */
import type { Tracking } from '../domain/tracking.ts';

export interface HeldTrackings {
  get(key: string): readonly Tracking[] | undefined;
  set(key: string, trackings: readonly Tracking[]): void;
  drop(key: string): void;
}

/** Some 500 bytes each: about 60 MB. */
const checkpointsHeldMax = 120_000;
/** What a tracking is besides. */
const checkpointsPerTracking = 6;

export function makeHeldTrackings(): HeldTrackings {
  const entries = new Map<string, readonly Tracking[]>();
  let held = 0;

  function drop(key: string): void {
    const trackings = entries.get(key);
    if (trackings === undefined) return;
    held -= sizeOf(trackings);
    entries.delete(key);
  }

  return {
    get(key) {
      const trackings = entries.get(key);
      if (trackings === undefined) return undefined;
      entries.delete(key);
      entries.set(key, trackings);
      return trackings;
    },
    set(key, trackings) {
      drop(key);
      entries.set(key, trackings);
      held += sizeOf(trackings);
      for (const oldest of entries.keys()) {
        if (held <= checkpointsHeldMax) break;
        drop(oldest);
      }
    },
    drop,
  };
}

function sizeOf(trackings: readonly Tracking[]): number {
  return trackings.reduce((size, tracking) => size + checkpointsPerTracking + tracking.checkpoints.length, 0);
}
