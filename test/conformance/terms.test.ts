/** Trackings of before are filled in, and silent ones found, by chores that go on where they were broken off. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dayMs } from '../../src/base/durations.ts';
import { readSearch } from '../../src/domain/search.ts';
import { noFields, type Tracking } from '../../src/domain/tracking.ts';
import { overRecords } from '../../src/store/overRecords.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { recordStoreOn } from '../../src/store/sqlite/recordStore.ts';
import { anyTracking, type Store, type TrackingFilter } from '../../src/store/store.ts';
import { fillTerms, findStalled } from '../../src/tracking/terms.ts';
import { makeVault } from '../../src/vault.ts';
import { aState } from '../support/build.ts';
import { makeStoppedClock } from '../support/clocks.ts';
import { testKey, withFolder } from './folder.ts';
import { aParcel, changeOf, commit, lastMade, settled, wholeList } from './world.ts';

it('trackings of before are filled in, step by step and once', () =>
  withFolder(async (folder) => {
    const database = openDatabase(folder);
    const store = overRecords(await recordStoreOn(database, makeVault(testKey)));
    const { account } = await settled(store);
    const parcels = Array.from({ length: 1200 }, (_, index) =>
      aParcel(account.id, { fields: { ...noFields, orderId: `old-${index}` } }),
    );
    await commit(store, ...parcels.map((one) => changeOf(one)));
    database.exec('update tracking set terms = null');
    const found = async () => (await listed(store, account.id, { search: readSearch('OLD') ?? null })).length;
    assert.equal(await found(), 0);

    const clock = makeStoppedClock(lastMade());
    // Each is broken off after its first step, but the last.
    for (const [filled, together] of [
      [500, 500],
      [500, 1000],
      [200, 1200],
      [0, 1200],
    ]) {
      assert.equal(await fillTerms({ store, clock, signal: AbortSignal.abort() }), filled);
      assert.equal(await found(), together);
    }
    database.exec('update tracking set terms = null');
    assert.equal(await fillTerms({ store, clock, signal: AbortSignal.abort() }), 0, 'it is done once');
    await store.close();
  }));

it('parcels that fall silent are found to be stalled when their day has come, those of skipped days too', () =>
  withFolder(async (folder) => {
    const store = overRecords(await recordStoreOn(openDatabase(folder), makeVault(testKey)));
    const { account } = await settled(store);
    const today = Math.floor(lastMade() / dayMs);
    const clock = makeStoppedClock(today * dayMs);
    const silentSince = (day: number) => {
      const newsAt = (today + day) * dayMs;
      return aParcel(account.id, {
        number: `D${day}`,
        ...{ state: aState('transit001'), newsAt, updatedAt: newsAt },
      });
    };
    const pending = aParcel(account.id, { number: 'PENDING', newsAt: (today - 9) * dayMs });
    const parcels = [-20, -8, -7, -6, -2].map(silentSince);
    await commit(store, ...[...parcels, pending].map((one) => changeOf(one)));
    const stalled = async () =>
      (await listed(store, account.id, { attention: ['stalled'] })).map(({ number }) => number);
    const signal = new AbortController().signal;
    assert.deepEqual(await stalled(), []);
    assert.equal(await findStalled({ store, clock, signal }), 2);
    assert.deepEqual(await stalled(), ['D-8', 'D-20']);
    clock.set((today + 1) * dayMs - 1);
    assert.equal(await findStalled({ store, clock, signal }), 0);
    clock.set((today + 2) * dayMs);
    assert.equal(await findStalled({ store, clock, signal }), 2);
    assert.deepEqual(await stalled(), ['D-6', 'D-7', 'D-8', 'D-20']);
    await store.close();
  }));

async function listed(
  store: Store,
  accountId: Tracking['accountId'],
  filter: Partial<TrackingFilter>,
): Promise<readonly Tracking[]> {
  return wholeList((page) => store.trackings(accountId, { ...anyTracking, ...filter }, page), 400);
}
