import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addLatencies, bucketOf, latencyBoundsMs, noLatencies, percentileMs } from './latency.ts';

test('a percentile lies in the bucket of the true one, whatever was counted and however it was added up', () => {
  const time = fc.oneof(fc.double({ min: 0, max: 20_000, noNaN: true }), fc.integer({ min: 0, max: 300 }));
  fc.assert(
    fc.property(
      fc.array(fc.array(time, { maxLength: 200 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(0.5, 0.95, 0.99, 1),
      (parts, share) => {
        const sum = noLatencies();
        for (const part of parts) addLatencies(sum, histogramOf(part));
        const all = parts.flat().sort((a, b) => a - b);
        const found = percentileMs(sum, share);
        if (all.length === 0) return assert.equal(found, null);
        const rank = Math.max(1, Math.ceil(share * all.length - 1e-6));
        assert.equal(bucketOf(found as number), bucketOf(all[rank - 1] as number));
      },
    ),
  );
});

test('within its bucket a percentile is where it would be if times lay evenly', () => {
  const evenly = Array.from({ length: 1000 }, (_, index) => 100 + (index + 1) / 20);
  assert.equal(percentileMs(histogramOf(evenly), 0.5), 125);
  assert.equal(percentileMs(histogramOf(evenly), 0.98), 149);
  assert.equal(percentileMs(histogramOf([90]), 0.99), 85);
  assert.equal(percentileMs(histogramOf(Array(100).fill(30)), 0.01), 23, 'never in the bucket before');
  assert.equal(percentileMs(histogramOf([...Array(95).fill(0.4), ...Array(5).fill(900)]), 0.95), 1);
});

test('a time belongs to the first bound that is not shorter, and the longest to the last', () => {
  assert.deepEqual([0, 1, 1.01, 15_000, 15_001, 99_999].map(bucketOf), [
    0,
    0,
    1,
    ...Array(3).fill(latencyBoundsMs.length - 1),
  ]);
});

test('from 5 ms on the ends of a bucket are as near as is said', () => {
  const ratios = latencyBoundsMs.slice(1).map((bound, index) => bound / (latencyBoundsMs[index] as number));
  assert.ok(Math.max(...ratios.slice(latencyBoundsMs.indexOf(5))) <= 1.52);
});

function histogramOf(times: readonly number[]): number[] {
  const numbers = noLatencies();
  for (const time of times) numbers[bucketOf(time)] = (numbers[bucketOf(time)] as number) + 1;
  return numbers;
}
