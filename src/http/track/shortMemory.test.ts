import assert from 'node:assert/strict';
import test from 'node:test';
import { makeShortMemory } from './shortMemory.ts';

function scene() {
  let now = 0;
  let reads = 0;
  const recent = makeShortMemory<number>({
    ...{ clock: { monotonic: () => now }, forMs: 10, atMost: 4, weightMax: 100 },
    weightOf: (weight) => weight,
  });
  return {
    pass: (ms: number) => {
      now += ms;
    },
    /** Whether it had to be read. */
    async isRead(key: string, weight: number): Promise<boolean> {
      const before = reads;
      await recent(key, async () => {
        reads++;
        return weight;
      });
      return reads > before;
    },
  };
}

test('what was read is remembered for a while, by number and by weight', async () => {
  const { isRead, pass } = scene();
  assert.deepEqual([await isRead('a', 1), await isRead('a', 1)], [true, false]);
  pass(10);
  assert.equal(await isRead('a', 1), true, 'out of date');
  for (const key of ['b', 'c', 'd', 'e']) await isRead(key, 1);
  assert.deepEqual([await isRead('e', 1), await isRead('a', 1)], [false, true], 'four at most');
});

test('the oldest give way to what is heavy, and what is too heavy by itself is not held', async () => {
  const { isRead } = scene();
  for (const key of ['a', 'b', 'c']) await isRead(key, 40);
  assert.deepEqual(
    [await isRead('c', 40), await isRead('b', 40), await isRead('a', 40)],
    [false, false, true],
  );
  await isRead('heavy', 101);
  assert.equal(await isRead('heavy', 101), true);
});

test('what is out of date weighs nothing any more once something else is read', async () => {
  const { isRead, pass } = scene();
  await isRead('a', 90);
  pass(10);
  await isRead('b', 90);
  assert.equal(await isRead('b', 90), false);
});

test('a reading that failed is not remembered, and weighs nothing', async () => {
  const recent = makeShortMemory<number>({
    ...{ clock: { monotonic: () => 0 }, forMs: 10, atMost: 2, weightMax: 1 },
    weightOf: () => 1,
  });
  await assert.rejects(
    recent('a', () => Promise.reject(new Error('away'))),
    /away/,
  );
  assert.equal(await recent('a', async () => 7), 7);
});
