// One account hands in more than the store can write: the others' updates are taken, and are next.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAccounts } from '../../src/accounts/accounts.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { type Id, makeIds } from '../../src/base/id.ts';
import { AppError } from '../../src/domain/error.ts';
import { limits } from '../../src/domain/limits.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { recordStoreOn } from '../../src/store/sqlite/recordStore.ts';
import { overRecords } from '../../src/store/sqlite/records.ts';
import type { Commit } from '../../src/store/store.ts';
import { makeIngest } from '../../src/tracking/ingest.ts';
import { makeVault } from '../../src/vault.ts';
import { testKey, withFolder } from '../conformance/folder.ts';
import { anUpdate } from '../support/build.ts';
import { until } from '../support/until.ts';

test('an account that floods a slow store is refused itself, and another one is answered after what was begun', () =>
  withFolder(async (folder) => {
    const store = overRecords(await recordStoreOn(openDatabase(folder), makeVault(testKey)));
    const ids = makeIds(clock);
    const accounts = makeAccounts({ store, ids, clock, operatorKey: 'wop_test' });
    const [anna, bela] = [
      (await accounts.create({ signingEmail: 'anna@shop.example' })).account.id,
      (await accounts.create({ signingEmail: 'bela@shop.example' })).account.id,
    ];
    const commits: Commit[] = [];
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const ingest = makeIngest({
      store: {
        load: store.load,
        /** Nothing is written until all have handed in. */
        async commit(commit) {
          commits.push(commit);
          await begun;
          return store.commit(commit);
        },
      },
      ids,
      accountOf: accounts.get,
      webhooksOf: async () => [],
      courierOf: () => null,
      candidateOf: () => null,
      pollable: () => false,
      onCommitted() {},
    });
    const submit = (accountId: Id<'acc'>, count: number, name: string) =>
      ingest.submit({
        updates: Array.from({ length: count }, (_, index) =>
          anUpdate({ accountId, number: `${name}X${index}` }),
        ),
        answer: null,
      });

    const flood = Array.from({ length: 30 }, (_, index) => submit(anna, 1000, `ANNA${index}`));
    const others = Array.from({ length: 40 }, (_, index) => submit(bela, 1, `BELA${index}`));
    const settled = Promise.allSettled(flood);
    await until('two flushes are being written', () => commits.length === 2);
    begin();
    const answered = (await Promise.all(others)).flat();
    const ends = await settled;
    await ingest.idle();
    await store.close();

    assert.ok(answered.every(({ ok }) => ok));
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    assert.ok(refused.every((reason) => reason instanceof AppError && reason.problem.code === 'busy'));
    assert.equal(refused.length, 30 - limits.ingestWaitingUpdatesPerAccountMax / 1000);
    assert.deepEqual(
      commits.slice(0, 3).map(({ trackings }) => [trackings[0]?.tracking.accountId, trackings.length]),
      [
        [anna, 1000],
        [bela, 40],
        [anna, 1000],
      ],
    );
  }));
