/**
 * Remembers what was read for a short while, so that many who ask for one thing cost one look. Who asks while it is being read
 * waits for that reading; a reading that failed is not remembered. What is held is bounded in number and in weight, and what
 * is out of date goes with the next reading, so that nothing is held because it was once asked for.
 */
import type { Clock } from '../../base/clock.ts';

export interface ShortMemoryOptions<Value> {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly forMs: number;
  readonly atMost: number;
  weightOf(value: Value): number;
  /** Of all together; what weighs more by itself is not remembered. */
  readonly weightMax: number;
}

interface Held<Value> {
  readonly value: Promise<Value>;
  readonly until: number;
  /** 0 while it is being read. */
  weight: number;
}

export function makeShortMemory<Value>({
  clock,
  forMs,
  atMost,
  weightOf,
  weightMax,
}: ShortMemoryOptions<Value>): (key: string, read: () => Promise<Value>) => Promise<Value> {
  /** The oldest stand first. */
  const known = new Map<string, Held<Value>>();
  let weight = 0;

  function forget(key: string, held: Held<Value>): void {
    known.delete(key);
    weight -= held.weight;
  }

  function makeRoom(places: number): void {
    const now = clock.monotonic();
    for (const [key, held] of known) {
      if (now < held.until && known.size + places <= atMost && weight <= weightMax) return;
      forget(key, held);
    }
  }

  return (key, read) => {
    const before = known.get(key);
    if (before !== undefined && clock.monotonic() < before.until) return before.value;
    if (before !== undefined) forget(key, before);
    makeRoom(1);
    const held: Held<Value> = { value: read(), until: clock.monotonic() + forMs, weight: 0 };
    known.set(key, held);
    held.value.then(
      (value) => {
        if (known.get(key) !== held) return;
        held.weight = weightOf(value);
        weight += held.weight;
        makeRoom(0);
      },
      () => {
        if (known.get(key) === held) forget(key, held);
      },
    );
    return held.value;
  };
}
