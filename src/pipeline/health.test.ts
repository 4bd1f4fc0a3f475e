import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterAttempt, type HealthNews, newHealth } from './health.ts';

const minute = 60_000;

function play(
  failingSince: number | null,
  ...attempts: readonly (readonly [at: number, accepted: boolean])[]
) {
  let health = newHealth(failingSince);
  const news: HealthNews[] = [];
  for (const [at, accepted] of attempts) {
    const after = afterAttempt(health, accepted, at);
    health = after.health;
    news.push(after.news);
  }
  return { health, news };
}

test('three failures over a minute are news, once, and are dated by the first', () => {
  const { health, news } = play(null, [5, false], [30_005, false], [90_005, false], [210_005, false]);
  assert.deepEqual(news, [null, null, 'failing', null]);
  assert.equal(health.failingSince, 5);
});

test('many failures within a moment are not, nor few over a long time', () => {
  assert.deepEqual(play(null, [0, false], [1, false], [2, false], [3, false]).news, [null, null, null, null]);
  assert.deepEqual(play(null, [0, false], [60 * minute, false]).news, [null, null]);
});

test('an accepted attempt begins anew, and is news after a failure that was told', () => {
  const untold = play(null, [0, false], [1, true], [2 * minute, false], [2 * minute + 1, false]);
  assert.deepEqual(untold.news, [null, null, null, null]);
  assert.deepEqual(
    play(null, [0, false], [1, false], [minute, false], [minute + 1, true], [minute + 2, true]).news,
    [null, null, 'failing', 'recovered', null],
  );
});

test('what was failing before a restart goes on: it is not told again, and its recovery is', () => {
  const { health, news } = play(7, [minute, false]);
  assert.deepEqual([health.failingSince, news], [7, [null]]);
  assert.deepEqual(play(7, [minute, true]).news, ['recovered']);
});
