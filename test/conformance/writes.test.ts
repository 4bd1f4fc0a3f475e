/**
 * Trackings that several processes write, each with a store of its own on one database: how often one was written is told of
 * it, whoever did, so that what a process holds of a number is known to be right or not; and what is decided over one that
 * was written since is a conflict, also where no revision tells the two apart.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Tracking } from '../../src/domain/tracking.ts';
import type { NumberKey, Store, TrackingCommit } from '../../src/store/store.ts';
import { aState, testNow } from '../support/build.ts';
import { startDatabases } from './database.ts';
import { aParcel, changeOf, commit, countOf, heardAll, lastMade, settled } from './world.ts';

const databases = await startDatabases();
const { withStores } = databases;
after(() => databases.cluster.stop());

describe('how often a tracking was written', () => {
  it('grows with every write, by whichever store and whether it makes a revision or not', () =>
    withStores(async (stores) => {
      const [one, two, three] = stores;
      const { account } = await settled(one);
      const first = changeOf(aParcel(account.id));
      await commit(one, first);
      const { tracking } = first;
      const steps: [Store, TrackingCommit][] = [
        [two, changeOf({ ...tracking, revision: 2 })],
        [three, silently({ ...tracking, revision: 2, writes: 2 }, { archived: true })],
        [one, silently({ ...tracking, revision: 2, writes: 3 }, { pollAt: testNow })],
        [two, silently({ ...tracking, revision: 2, writes: 4 }, { deletedAt: testNow })],
      ];
      for (const store of stores) assert.deepEqual(await writesOf(store, tracking), { [tracking.id]: 1 });
      for (const [at, [writer, change]] of steps.entries()) {
        await commit(writer, change);
        for (const store of stores) {
          assert.deepEqual(await writesOf(store, tracking), { [tracking.id]: at + 2 });
          const [lives] = await store.load([tracking]);
          assert.deepEqual(lives, [change.tracking]);
        }
      }
    }));

  it('does not grow by what is not written', () =>
    withStores(async ([one, two]) => {
      const { account } = await settled(one);
      const first = changeOf(aParcel(account.id));
      await commit(one, first);
      const { tracking } = first;
      const late = changeOf({ ...tracking, revision: 3 });
      const bad = changeOf({ ...tracking, revision: 2, rawNumber: 'bad\0', courierCode: 'bad\0' });
      const outdated = await countOf(two);
      await one.updateAccount(account, heardAll);
      const next = changeOf({ ...tracking, revision: 2 });
      const kindOf = async (change: TrackingCommit, heard: number) =>
        (await two.commit({ trackings: [change], answers: [], heard }))[0]?.kind;
      const kinds = [await kindOf(late, heardAll), await kindOf(bad, heardAll), await kindOf(next, outdated)];
      assert.deepEqual(kinds, ['conflict', 'failed', 'outdated']);
      assert.deepEqual(await writesOf(one, tracking), { [tracking.id]: 1 });
    }));

  it('is told of each number in turn, of all its lives and of no other account', () =>
    withStores(async ([one, two]) => {
      const mine = (await settled(one)).account.id;
      const others = (await settled(one)).account.id;
      const lives = [
        changeOf(aParcel(mine, { number: 'N1', courierCode: 'usps' })),
        changeOf(aParcel(mine, { number: 'N1', courierCode: 'ups' })),
      ] as const;
      const other = changeOf(aParcel(others, { number: 'N1' }));
      const last = changeOf(aParcel(mine, { number: 'N2' }));
      await commit(one, ...lives, other, last);
      await commit(one, changeOf({ ...lives[1].tracking, revision: 2 }));
      const keys: NumberKey[] = [
        { accountId: mine, number: 'N2' },
        { accountId: mine, number: 'unknown' },
        { accountId: others, number: 'N1' },
        { accountId: mine, number: 'N1' },
        { accountId: others, number: 'N2' },
      ];
      const [first, second] = lives.map(({ tracking }) => tracking.id) as [string, string];
      assert.deepEqual(
        (await two.writesOf(keys))?.map((counts) => Object.fromEntries(counts)),
        [{ [last.tracking.id]: 1 }, {}, { [other.tracking.id]: 1 }, { [first]: 1, [second]: 2 }, {}],
      );
      assert.deepEqual(await two.writesOf([]), []);
    }));

  it('is told of none that was removed', () =>
    withStores(async ([one, two]) => {
      const { account } = await settled(one);
      const state = aState('delivered001');
      const { tracking } = changeOf(aParcel(account.id, { state }));
      await commit(one, changeOf(tracking));
      const step = { before: lastMade() + 1_000_000, after: null, limit: 100 };
      assert.deepEqual((await one.pruneTrackings(account.id, step)).numbers, [tracking.number]);
      assert.deepEqual(await writesOf(two, tracking), {});
    }));
});

describe('what two processes decide over one reading', () => {
  it('is written by the first and read again by the second, be it no revision', () =>
    withStores(async ([one, two]) => {
      const { account } = await settled(one);
      const { tracking } = changeOf(aParcel(account.id));
      await commit(one, changeOf(tracking));
      const [[read]] = (await two.load([tracking])) as [[Tracking]];
      const archived = silently(read, { archived: true });
      await commit(one, archived);
      for (const change of [silently(read, { pollAt: testNow }), changeOf({ ...read, revision: 2 })])
        assert.deepEqual(await two.commit({ trackings: [change], answers: [], heard: heardAll }), [
          { kind: 'conflict' },
        ]);
      assert.deepEqual(await two.tracking(account.id, tracking.id), archived.tracking);
    }));
});

/** A write that is no revision. */
function silently(tracking: Tracking, said: Partial<Tracking>): TrackingCommit {
  const { writes } = tracking;
  return {
    tracking: { ...tracking, ...said, writes: writes + 1 },
    expectedWrites: writes,
    events: [],
    bodies: [],
    deliveries: [],
  };
}

async function writesOf(store: Store, tracking: Tracking): Promise<Record<string, number>> {
  const [counts] = (await store.writesOf([tracking])) ?? [];
  assert.ok(counts);
  return Object.fromEntries(counts);
}
