import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { afterRequest, nextRequestAt } from './rate.ts';

/** Times at which requests begin when as many as possible do, from `start` on. */
function begun(perSecond: number, count: number, start = 0): number[] {
  const times: number[] = [];
  let due = 0;
  let now = start;
  for (let one = 0; one < count; one++) {
    now = nextRequestAt(due, perSecond, now);
    times.push(now);
    due = afterRequest(due, perSecond, now);
  }
  return times;
}

test('one a second is one a second', () => {
  assert.deepEqual(begun(1, 4), [0, 1000, 2000, 3000]);
});

test('a rate below one a second holds as well', () => {
  assert.deepEqual(begun(0.5, 3), [0, 2000, 4000]);
});

test('after a pause one second of requests may come at once, no more', () => {
  const times = begun(10, 30, 60_000);
  assert.equal(times.filter((time) => time === 60_000).length, 10);
});

test('over any time no more than the rate and its burst, and not much less', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 2000 }), (perSecond, count) => {
      const times = begun(perSecond, count);
      const took = (times.at(-1) as number) / 1000;
      assert.ok(count <= perSecond * took + perSecond + 1e-6 + 1);
      assert.ok(took <= count / perSecond + 1e-6);
    }),
  );
});
