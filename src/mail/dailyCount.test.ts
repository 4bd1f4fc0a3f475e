import assert from 'node:assert/strict';
import test from 'node:test';
import { dayMs } from '../base/durations.ts';
import { makeDailyCount } from './dailyCount.ts';

test('an address gets so many letters a day and no more, and others are not in its way', () => {
  let now = 0;
  const count = makeDailyCount({ clock: { now: () => now }, most: 2 });
  const taken = ['a', 'a', 'a', 'b', 'a'].map((key) => count.take(key));
  assert.deepEqual(taken, [true, true, false, true, false]);
  now = dayMs - 1;
  assert.equal(count.take('a'), false);
  now = dayMs;
  assert.deepEqual([count.take('a'), count.take('a'), count.take('a')], [true, true, false]);
});

test('a letter that did not go out does not count', () => {
  const count = makeDailyCount({ clock: { now: () => 0 }, most: 1 });
  for (let tries = 0; tries < 5; tries++) {
    assert.equal(count.take('a'), true);
    count.giveBack('a');
  }
  count.giveBack('a');
  assert.deepEqual([count.take('a'), count.take('a')], [true, false]);
});
