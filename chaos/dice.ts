/** Mulberry32, by Tommy Ettinger, in the public domain: numbers in [0, 1) that a seed repeats. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of them. @throws RangeError when there are none */
export function pick<T>(random: () => number, from: readonly T[]): T {
  if (from.length === 0) throw new RangeError('There is nothing to pick from.');
  return from[Math.floor(random() * from.length)] as T;
}

/** All of them in another order. */
export function shuffled<T>(random: () => number, from: readonly T[]): T[] {
  return from
    .map((one) => ({ one, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}
