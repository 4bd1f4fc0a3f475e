// Asking couriers while nothing can be written, or nobody answers: it backs off, and goes on where it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAccounts } from '../../src/accounts/accounts.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { makeIds } from '../../src/base/id.ts';
import { type Log, makeLog } from '../../src/base/log.ts';
import type { CourierAdapter } from '../../src/couriers/courier.ts';
import { overRecords } from '../../src/store/overRecords.ts';
import { type Database, openDatabase } from '../../src/store/sqlite/database.ts';
import { recordStoreOn } from '../../src/store/sqlite/recordStore.ts';
import { type AccountId, type Store, StoreUnavailable } from '../../src/store/store.ts';
import type { Asked } from '../../src/tracking/courierTallies.ts';
import { makeIngest } from '../../src/tracking/ingest.ts';
import { makePolling, type Polling } from '../../src/tracking/polling.ts';
import { makeVault } from '../../src/vault.ts';
import { testKey, withFolder } from '../conformance/folder.ts';
import { anUpdate } from '../support/build.ts';
import { noNews } from '../support/news.ts';
import { until } from '../support/until.ts';

const parcels = 3;

test('a courier is not asked over and over while the store is full, and its report is taken once there is room', () =>
  withPolling(wordyCourier, async ({ database, store, polling, report, asked, answers, failures }) => {
    for (let index = 0; index < parcels; index++) await report(`FULL${index}`);
    limitPages(database, pagesOf(database));
    polling.start();
    await until('a round of asking has failed', () => failures.length > 0);
    assert.ok(failures[0] instanceof StoreUnavailable, String(failures[0]));
    // As much time as many more rounds would take, on any machine.
    for (let index = 0; index < 30; index++) {
      await store.duePolls(clock.now(), parcels, null);
      await assert.rejects(report(`OTHER-${index}`, null, 'x'.repeat(20_000)), StoreUnavailable);
    }
    assert.deepEqual([asked(), failures.length], [parcels, 1]);

    limitPages(database, 1_000_000);
    polling.wake();
    await until('the reports are taken', async () => (await store.nextPollAt(null)) === null);
    assert.equal(asked(), 2 * parcels);
    const [known = []] = await store.load([
      { accountId: answers[0]?.accountId as AccountId, number: 'FULL0' },
    ]);
    assert.equal(known[0]?.checkpoints.length, 100);
    const failed = answers.filter(({ failure }) => failure !== null);
    assert.deepEqual([answers.length, failed], [2 * parcels, []], "a full store is not the courier's fault");
  }));

test('a courier that does not answer, or not in words that can be read, is told to have failed, and is asked later', () =>
  withPolling(troubledCourier, async ({ store, polling, report, answers }) => {
    for (const number of ['AWAY1', 'CONFUSED1', 'WELL1']) await report(number);
    polling.start();
    await until('all were asked', () => answers.length === 3);
    await until('they are asked later', async () => ((await store.nextPollAt(null)) ?? 0) > clock.now());
    assert.deepEqual(
      new Set(answers.map(({ courierCode, failure }) => `${courierCode}: ${failure?.slice(0, 10)}`)),
      new Set(['sandbox: The courie', 'sandbox: One update', 'sandbox: undefined']),
    );
  }));

interface Scene {
  readonly database: Database;
  readonly store: Store;
  readonly polling: Polling;
  report(number: string, courierCode?: string | null, title?: string): Promise<unknown>;
  asked(): number;
  readonly answers: readonly Asked[];
  /** What went wrong with asking as a whole. */
  readonly failures: readonly unknown[];
}

function withPolling(adapter: CourierAdapter, run: (scene: Scene) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const database = openDatabase(folder);
    const store = overRecords(await recordStoreOn(database, makeVault(testKey)));
    const ids = makeIds(clock);
    const accounts = makeAccounts({ store, freshly: noNews.freshly, ids, clock, operatorKey: 'wop_test' });
    const { account } = await accounts.create({ signingEmail: 'anna@shop.example' });
    const ingest = makeIngest({
      store,
      ids,
      news: noNews,
      accountOf: accounts.get,
      webhooksOf: async () => [],
      courierOf: () => null,
      candidateOf: () => null,
      pollable: () => true,
      onCommitted() {},
    });
    let asked = 0;
    const answers: Asked[] = [];
    const failures: unknown[] = [];
    const log: Log = {
      ...makeLog('silent'),
      warn() {},
      error: (said: { err: unknown }) => failures.push(said.err),
    } as Log;
    const polling = makePolling({
      store,
      ingest,
      clock,
      log,
      onAsked: (one) => answers.push(one),
      shards: () => null,
      adapterOf: () => counted(adapter, () => asked++),
    });
    const report: Scene['report'] = (number, courierCode = 'sandbox', title = '') =>
      ingest.submit({
        updates: [
          anUpdate({
            accountId: account.id,
            number,
            courierCode,
            fields: { title },
            receivedAt: clock.now(),
          }),
        ],
        answer: null,
      });
    try {
      await run({ database, store, polling, report, asked: () => asked, answers, failures });
    } finally {
      await polling.stop();
      await ingest.idle();
      await store.close();
    }
  });
}

/** One answers, one does not, and one says more than an update may hold. */
const troubledCourier: CourierAdapter = {
  code: 'sandbox',
  async poll({ number }) {
    if (number === 'AWAY1') throw new Error('The courier answered 503.');
    const scan = { time: '2026-03-02T08:30:00Z', description: 'At the depot' };
    const scans = number === 'WELL1' ? [] : Array.from({ length: 400 }, () => scan);
    return { scans, nextAt: clock.now() + 3_600_000 };
  },
};

/** Reports more than the free space of a page takes. */
const wordyCourier: CourierAdapter = {
  code: 'sandbox',
  async poll() {
    const scans = Array.from({ length: 100 }, (_, index) => ({
      time: '2026-03-02T08:30:00Z',
      id: `scan-${index}`,
      description: 'At the depot. '.repeat(50),
    }));
    return { scans, nextAt: null };
  },
};

function counted(adapter: CourierAdapter, count: () => void): CourierAdapter {
  return {
    code: adapter.code,
    poll(request) {
      count();
      return adapter.poll(request);
    },
  };
}

function pagesOf(database: Database): number {
  return (database.prepare('pragma page_count').get() as { page_count: number }).page_count;
}

function limitPages(database: Database, pages: number): void {
  database.exec(`pragma max_page_count=${pages}`);
}
