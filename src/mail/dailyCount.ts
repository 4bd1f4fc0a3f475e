/**
 * How many letters an address has had today, of one account. Whoever may make parcels may name any address as their recipient's,
 * and members' own addresses are written to as often as deliveries are parked; so there is a bound. It is kept in memory:
 * after a restart, and in each of several processes, it begins anew.
 */
import type { Clock } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';

export interface DailyCount {
  /** Counts one, unless it would be one too many; whether it was counted. */
  take(key: string): boolean;
  /** One that was counted did not go out. */
  giveBack(key: string): void;
}

/** Addresses of one day that are held; beyond it those that were written to first are forgotten. */
const keysMax = 100_000;

export function makeDailyCount({ clock, most }: { clock: Pick<Clock, 'now'>; most: number }): DailyCount {
  let day = 0;
  const counts = new Map<string, number>();
  return {
    take(key) {
      const today = Math.floor(clock.now() / dayMs);
      if (today !== day) counts.clear();
      day = today;
      const count = counts.get(key) ?? 0;
      if (count >= most) return false;
      counts.delete(key);
      if (counts.size >= keysMax) counts.delete(counts.keys().next().value as string);
      counts.set(key, count + 1);
      return true;
    },
    giveBack(key) {
      const count = counts.get(key);
      if (count !== undefined && count > 0) counts.set(key, count - 1);
    },
  };
}
