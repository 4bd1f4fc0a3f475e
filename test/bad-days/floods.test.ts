// One account hands in more than can be worked or written at once: the others' updates are taken, and soon.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAccounts } from '../../src/accounts/accounts.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { type Id, makeIds } from '../../src/base/id.ts';
import { AppError } from '../../src/domain/error.ts';
import { limits } from '../../src/domain/limits.ts';
import { overRecords } from '../../src/store/overRecords.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { recordStoreOn } from '../../src/store/sqlite/recordStore.ts';
import type { Commit } from '../../src/store/store.ts';
import { type Ingest, type IngestRequest, makeIngest } from '../../src/tracking/ingest.ts';
import { makeVault } from '../../src/vault.ts';
import { testKey, withFolder } from '../conformance/folder.ts';
import { anUpdate, aScan } from '../support/build.ts';
import { noNews } from '../support/news.ts';
import { until } from '../support/until.ts';

test('an account that floods a slow store is refused itself, and another one is answered after what was begun', () =>
  withIngest(async ({ ingest, commits, anna, bela, open }) => {
    const flood = Array.from({ length: 30 }, (_, index) => ingest.submit(blank(anna, 1000, `ANNA${index}`)));
    const others = Array.from({ length: 40 }, (_, index) => ingest.submit(blank(bela, 1, `BELA${index}`)));
    const settled = Promise.allSettled(flood);
    await until('two flushes are being written', () => commits.length === 2);
    open();
    const answered = (await Promise.all(others)).flat();
    const ends = await settled;

    assert.ok(answered.every(({ ok }) => ok));
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    assert.ok(refused.every((reason) => reason instanceof AppError && reason.problem.code === 'busy'));
    assert.equal(refused.length, 30 - limits.ingestWaitingUpdatesPerAccountMax / 1000);
    const first = commits.slice(0, 2).map(({ trackings }) => trackings.length);
    assert.deepEqual(first.toSorted(), [1000, 40]);
  }));

test('a heavy request gives others their turn: they are committed meanwhile, and ids of events are made in that order', () =>
  withIngest(async ({ ingest, commits, anna, bela, open }) => {
    open();
    const scans = Array.from({ length: 50 }, (_, index) => aScan({ sourceId: `s${index}` }));
    const heavy = blank(anna, 1000, 'ANNA');
    let turns = 0;
    let working = true;
    const count = () => {
      turns++;
      if (working) setImmediate(count);
    };
    const answers = ingest
      .submit({ ...heavy, updates: heavy.updates.map((update) => ({ ...update, scans })) })
      .finally(() => {
        working = false;
      });
    setImmediate(count);
    for (let index = 0; working; index++) await ingest.submit(blank(bela, 1, `BELA${index}`));
    const results = await answers;

    // 50,000 scans at 4 microseconds, 20 milliseconds a turn.
    assert.ok(turns >= 10, `${turns} turns`);
    assert.ok(commits.findIndex(({ trackings }) => trackings.length === 1000) > 0);
    const events = commits.flatMap(({ trackings }) => trackings.flatMap((commit) => commit.events));
    assert.deepEqual(
      events.map(({ id }) => id),
      events.map(({ id }) => id).toSorted(),
    );
    const last = results.at(-1);
    assert.ok(last?.ok);
    assert.equal(
      last.tracking.lastEventId,
      events.find(({ trackingId }) => trackingId === last.tracking.id)?.id,
    );
  }));

test('several updates of one parcel in a request make a chain of events', () =>
  withIngest(async ({ ingest, commits, anna, open }) => {
    open();
    const { updates } = blank(anna, 1, 'ANNA');
    const [update] = updates;
    assert.ok(update !== undefined);
    const told = [aScan({ sourceId: 'a' }), aScan({ sourceId: 'b' })].map((scan) => ({
      ...update,
      scans: [scan],
    }));
    const paused = { ...update, settings: { archived: true } };
    const results = await ingest.submit({ updates: [update, ...told, paused, update], answer: null });
    const ids = commits[0]?.trackings[0]?.events.map(({ id }) => id) ?? [];
    const events = commits[0]?.trackings[0]?.events ?? [];
    assert.deepEqual(
      events.map(({ previousId }) => previousId),
      [null, ...ids.slice(0, -1)],
    );
    assert.deepEqual(
      results.map((result) => result.ok && result.tracking.lastEventId),
      [...ids, ids.at(-1), ids.at(-1)],
    );
  }));

interface World {
  readonly ingest: Ingest;
  /** What was handed to the store so far. */
  readonly commits: readonly Commit[];
  readonly anna: Id<'acc'>;
  readonly bela: Id<'acc'>;
  /** Nothing is written before. */
  open(): void;
}

function withIngest(run: (world: World) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const store = overRecords(await recordStoreOn(openDatabase(folder), makeVault(testKey)));
    const ids = makeIds(clock);
    const accounts = makeAccounts({ store, freshly: noNews.freshly, ids, clock, operatorKey: 'wop_test' });
    const [anna, bela] = [
      (await accounts.create({ signingEmail: 'anna@shop.example' })).account.id,
      (await accounts.create({ signingEmail: 'bela@shop.example' })).account.id,
    ];
    const commits: Commit[] = [];
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const ingest = makeIngest({
      store: {
        load: store.load,
        writesOf: store.writesOf,
        async commit(commit) {
          commits.push(commit);
          await opened;
          return store.commit(commit);
        },
      },
      ids,
      news: noNews,
      accountOf: accounts.get,
      webhooksOf: async () => [],
      courierOf: () => null,
      candidateOf: () => null,
      pollable: () => false,
      onCommitted() {},
      gatherMs: 0,
    });
    try {
      await run({ ingest, commits, anna, bela, open });
    } finally {
      await ingest.idle();
      await store.close();
    }
  });
}

function blank(accountId: Id<'acc'>, count: number, name: string): IngestRequest {
  const updates = Array.from({ length: count }, (_, index) =>
    anUpdate({ accountId, number: `${name}X${index}` }),
  );
  return { updates, answer: null };
}
