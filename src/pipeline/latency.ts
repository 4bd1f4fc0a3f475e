/**
 * How long things took, as a histogram: how many took at most so long and longer than the bound before. Sums of histograms
 * are histograms, so hours, webhooks and processes add up, and percentiles are read out of the sum.
 *
 * A percentile lies in the same bucket as the true one, between whose ends it is interpolated. From 5 ms on these lie a
 * factor of at most 1.52 apart, so that it is off by no more than that, and by less the more evenly times lie.
 */

/** In milliseconds, inclusive. An exchange takes 15 seconds at most; what is longer counts as the last. Columns are named after them. */
export const latencyBoundsMs = [
  1, 2, 3, 5, 7, 10, 15, 22, 33, 50, 70, 100, 150, 220, 330, 500, 700, 1000, 1500, 2200, 3300, 5000, 7000,
  10_000, 15_000,
] as const;

const last = latencyBoundsMs.length - 1;

export function noLatencies(): number[] {
  return latencyBoundsMs.map(() => 0);
}

/** Which of the numbers counts that time. */
export function bucketOf(ms: number): number {
  const found = latencyBoundsMs.findIndex((bound) => ms <= bound);
  return found === -1 ? last : found;
}

/** Adds to the first. */
export function addLatencies(into: number[], one: readonly number[]): void {
  for (const [bucket, number] of one.entries()) into[bucket] = (into[bucket] ?? 0) + number;
}

/**
 * How long the fastest `share` of them took at most, in whole milliseconds; null where there are none.
 * @param share such as 0.95
 */
export function percentileMs(latencies: readonly number[], share: number): number | null {
  const total = latencies.reduce((sum, number) => sum + number, 0);
  if (total === 0) return null;
  // Less than a count, more than what a product of fractions is wrong by.
  const rank = Math.max(1, Math.ceil(share * total - 1e-6));
  let before = 0;
  for (const [bucket, number] of latencies.entries()) {
    if (before + number >= rank) {
      const from = latencyBoundsMs[bucket - 1] ?? 0;
      const to = latencyBoundsMs[bucket] ?? from;
      // In the middle of its share of the bucket; rounded up, since a bucket begins behind the end of the one before.
      return Math.ceil(from + ((rank - before - 0.5) / number) * (to - from));
    }
    before += number;
  }
  return latencyBoundsMs[last] as number;
}
