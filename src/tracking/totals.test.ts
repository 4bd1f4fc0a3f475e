import assert from 'node:assert/strict';
import test from 'node:test';
import { testNow } from '../../test/support/build.ts';
import { makeStoppedClock } from '../../test/support/clocks.ts';
import { AppError } from '../domain/error.ts';
import { type AccountId, anyTracking, StoreUnavailable, type TrackingFilter } from '../store/store.ts';
import { makeTrackingTotals } from './totals.ts';

const [greedy, modest]: readonly [AccountId, AccountId] = ['acc_greedy', 'acc_modest'];

/** Counts that wait until they are let through, one by one. */
function world() {
  const asked: { accountId: AccountId; since: number | null; end(count: number | Error): void }[] = [];
  const clock = makeStoppedClock(testNow);
  const totals = makeTrackingTotals({
    clock,
    store: {
      trackingCounts: async () => assert.fail('it is not asked for'),
      skipTrackings: (accountId, { createdFrom: since }) =>
        new Promise((resolve, reject) => {
          asked.push({
            ...{ accountId, since },
            end: (count) => (count instanceof Error ? reject(count) : resolve({ count, next: null })),
          });
        }),
    },
  });
  const count = (accountId: AccountId, createdFrom: number) =>
    totals.count(accountId, { ...anyTracking, createdFrom } satisfies TrackingFilter);
  return { asked, clock, count };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an account counts one list at a time, another beside it, and who asks for the same gets the same count', async () => {
  const { asked, count } = world();
  const counts = [count(greedy, 1), count(greedy, 1), count(greedy, 2), count(modest, 1)];
  await turn();
  assert.deepEqual(
    asked.map(({ accountId, since }) => [accountId, since]),
    [
      [greedy, 1],
      [modest, 1],
    ],
  );
  asked[0]?.end(7);
  asked[1]?.end(9);
  await turn();
  assert.deepEqual([asked.length, asked[2]?.since], [3, 2]);
  asked[2]?.end(8);
  assert.deepEqual(await Promise.all(counts), [7, 7, 8, 9]);
});

test('a count is remembered for some seconds, and one that failed is not', async () => {
  const { asked, clock, count } = world();
  const failed = count(greedy, 1);
  await turn();
  asked[0]?.end(new StoreUnavailable('away', null));
  await assert.rejects(failed, StoreUnavailable);
  const counted = count(greedy, 1);
  await turn();
  asked[1]?.end(7);
  assert.equal(await counted, 7);
  assert.deepEqual([await count(greedy, 1), asked.length], [7, 2]);
  clock.set(testNow + 10_001);
  const again = count(greedy, 1);
  await turn();
  asked[2]?.end(8);
  assert.equal(await again, 8);
});

test('more counts than anybody waits for are refused, and those of others go on', async () => {
  const { asked, count } = world();
  const ends = Promise.allSettled(Array.from({ length: 40 }, (_, since) => count(greedy, since)));
  const others = count(modest, 1);
  for (let at = 0; at < 33; at++) {
    await turn();
    asked[at]?.end(at);
  }
  const refused = (await ends).filter((end) => end.status === 'rejected');
  assert.equal(refused.length, 8);
  for (const { reason } of refused) assert.ok(reason instanceof AppError && reason.problem.code === 'busy');
  assert.equal(await others, 1);
  const later = count(greedy, 39);
  await turn();
  asked.at(-1)?.end(5);
  assert.equal(await later, 5);
});
