import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anId, testNow } from '../../test/support/build.ts';
import { hourMs } from '../base/durations.ts';
import { makeLog } from '../base/log.ts';
import type { CourierHour } from '../domain/figures.ts';
import { StoreUnavailable } from '../store/store.ts';
import { makeCourierTallies } from './courierTallies.ts';

const about = { accountId: anId('acc'), courierCode: 'dhl' };

test('how a courier answered is summed up by account and hour, with its last answer and failure', async () => {
  const { tallies, written } = world();
  tallies.asked({ ...about, at: testNow, failure: null });
  tallies.asked({ ...about, at: testNow + 1, failure: 'It answered\n503.\0' });
  tallies.asked({ ...about, at: testNow + hourMs, failure: null });
  tallies.asked({ ...about, accountId: anId('acc', 2), at: testNow, failure: null });
  await tallies.write();
  const well = {
    ...about,
    hour: testNow,
    asked: 1,
    failed: 0,
    answeredAt: testNow,
    failedAt: null,
    failure: null,
  };
  assert.deepEqual(written, [
    { ...well, asked: 2, failed: 1, failedAt: testNow + 1, failure: 'It answered 503.' },
    { ...well, hour: testNow + hourMs, answeredAt: testNow + hourMs },
    { ...well, accountId: anId('acc', 2) },
  ]);
});

test('what could not be written never puts an older failure over a newer one', async () => {
  const { tallies, written, store } = world();
  tallies.asked({ ...about, at: testNow, failure: 'Older' });
  store.failure = new StoreUnavailable('away', null);
  // Taken to be written, and on its way when the next one comes.
  const writing = tallies.write();
  tallies.asked({ ...about, at: testNow + 1, failure: 'Newer' });
  await writing;
  store.failure = null;
  await tallies.stop();
  assert.deepEqual(written, [
    {
      ...about,
      hour: testNow,
      asked: 2,
      failed: 2,
      answeredAt: null,
      failedAt: testNow + 1,
      failure: 'Newer',
    },
  ]);
});

function world() {
  const written: CourierHour[] = [];
  const store = {
    failure: null as Error | null,
    async addCourierHours(hours: readonly CourierHour[]) {
      if (store.failure !== null) throw store.failure;
      written.push(...structuredClone(hours));
    },
  };
  return { tallies: makeCourierTallies({ store, log: makeLog('silent') }), written, store };
}
