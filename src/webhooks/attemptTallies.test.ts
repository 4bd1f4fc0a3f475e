import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anId, aResponse, testNow } from '../../test/support/build.ts';
import { hourMs } from '../base/durations.ts';
import { makeLog } from '../base/log.ts';
import type { Attempt, Verdict } from '../domain/attempt.ts';
import type { WebhookHour } from '../domain/figures.ts';
import { percentileMs } from '../pipeline/latency.ts';
import { StoreUnavailable } from '../store/store.ts';
import { makeAttemptTallies } from './attemptTallies.ts';

test('attempts are summed up by webhook and by the hour they began in, and written once', async () => {
  const { tallies, written } = world();
  for (const startedAt of [testNow, testNow + hourMs - 1, testNow + hourMs])
    tallies.attempted(anAttempt('accepted', { startedAt }));
  tallies.attempted(anAttempt('retry'));
  tallies.attempted(anAttempt('park'));
  tallies.attempted(anAttempt('unspent'));
  tallies.attempted(anAttempt('accepted', { webhookId: anId('wh', 2) }));
  await tallies.write();
  await tallies.write();
  assert.deepEqual(
    written.map((calls) =>
      calls.map(({ webhookId, hour, accepted, failed }) => [webhookId, hour, accepted, failed]),
    ),
    [
      [
        [anId('wh'), testNow, 2, 2],
        [anId('wh'), testNow + hourMs, 1, 0],
        [anId('wh', 2), testNow, 1, 0],
      ],
      // There was nothing more to write.
    ],
  );
});

test('how long it took is counted of attempts that were answered alone', async () => {
  const { tallies, written } = world();
  const timings = { dnsMs: null, connectMs: null, firstByteMs: null };
  tallies.attempted(
    anAttempt('retry', { exchange: aResponse({ status: 500, timings: { ...timings, totalMs: 6.5 } }) }),
  );
  tallies.attempted(
    anAttempt('retry', {
      exchange: {
        ...{ kind: 'failure', phase: 'during', code: 'TIMEOUT', reason: 'It took too long.', ours: false },
        ...{ address: null, timings: { ...timings, totalMs: 15_000 } },
      },
    }),
  );
  await tallies.write();
  const [hour] = written[0] as [WebhookHour];
  assert.deepEqual([hour.failed, percentileMs(hour.latencies, 1)], [2, 6]);
});

test('what could not be written is written with what came since, once the store is back', async () => {
  const { tallies, written, store } = world();
  tallies.attempted(anAttempt('accepted'));
  store.failure = new StoreUnavailable('away', null);
  await tallies.write();
  tallies.attempted(anAttempt('retry'));
  await tallies.write();
  tallies.attempted(anAttempt('accepted', { webhookId: anId('wh', 2) }));
  store.failure = null;
  await tallies.stop();
  assert.deepEqual(
    written.flat().map(({ webhookId, accepted, failed }) => [webhookId, accepted, failed]),
    [
      [anId('wh'), 1, 1],
      [anId('wh', 2), 1, 0],
    ],
  );
});

test('what may have been written is not written again', async () => {
  const { tallies, written, store } = world();
  tallies.attempted(anAttempt('accepted'));
  store.failure = Object.assign(new StoreUnavailable('no answer', null), { isUncertain: true });
  await tallies.write();
  store.failure = null;
  await tallies.stop();
  assert.deepEqual(written, []);
});

test('while the store is away for very long, sums are bounded, and those that are kept go on', async () => {
  const { tallies, written } = world();
  for (let ordinal = 1; ordinal <= 10_001; ordinal++)
    tallies.attempted(anAttempt('accepted', { webhookId: anId('wh', ordinal) }));
  tallies.attempted(anAttempt('retry'));
  await tallies.stop();
  const sums = written.flat();
  assert.equal(sums.length, 10_000);
  assert.deepEqual([sums[0]?.accepted, sums[0]?.failed], [1, 1]);
  assert.ok(written.every(({ length }) => length <= 500));
});

function world() {
  const written: WebhookHour[][] = [];
  const store = {
    failure: null as Error | null,
    async addWebhookHours(hours: readonly WebhookHour[]) {
      if (store.failure !== null) throw store.failure;
      written.push(structuredClone([...hours]));
    },
  };
  return { tallies: makeAttemptTallies({ store, log: makeLog('silent') }), written, store };
}

function anAttempt(verdict: Verdict, said: Partial<Attempt> = {}): Attempt {
  return {
    ...{ id: anId('att'), accountId: anId('acc'), deliveryId: anId('dlv'), webhookId: anId('wh') },
    ...{ cause: 'schedule', startedAt: testNow, url: 'https://shop.example/', requestHeaders: {} },
    ...{ exchange: aResponse(), verdict, reason: '' },
    ...said,
  };
}
