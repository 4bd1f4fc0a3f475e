/**
 * Remembers what was read for a short while, so that many who ask for one thing cost one look. Who asks while it is being read
 * waits for that reading; a reading that failed is not remembered.
 */
import type { Clock } from '../../base/clock.ts';

export function makeRecent<Value>({
  clock,
  forMs,
  atMost,
}: {
  clock: Pick<Clock, 'monotonic'>;
  forMs: number;
  atMost: number;
}): (key: string, read: () => Promise<Value>) => Promise<Value> {
  const known = new Map<string, { readonly value: Promise<Value>; readonly until: number }>();

  return (key, read) => {
    const held = known.get(key);
    if (held !== undefined && clock.monotonic() < held.until) return held.value;
    known.delete(key);
    // The oldest stand first.
    if (known.size >= atMost) known.delete(known.keys().next().value as string);
    const value = read();
    const entry = { value, until: clock.monotonic() + forMs };
    known.set(key, entry);
    value.catch(() => {
      if (known.get(key) === entry) known.delete(key);
    });
    return value;
  };
}
