/** The embedded store: what one list costs everybody else is bounded, in what it reads at a time and in how long it looks. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problem } from '../../src/domain/error.ts';
import { limits } from '../../src/domain/limits.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { overRecords } from '../../src/store/overRecords.ts';
import { type Database, openDatabase } from '../../src/store/sqlite/database.ts';
import { recordStoreOn } from '../../src/store/sqlite/recordStore.ts';
import { anyTracking, type Store, type TrackingFilter } from '../../src/store/store.ts';
import { makeTrackingPages } from '../../src/tracking/pages.ts';
import { makeVault } from '../../src/vault.ts';
import { testNow } from '../support/build.ts';
import { makeStoppedClock } from '../support/clocks.ts';
import { testKey, withFolder } from './folder.ts';
import {
  type anAccount,
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  eventOf,
  everything,
  idsOf,
  lastMade,
  owing,
  settle,
  settled,
  wholeList,
} from './world.ts';

const any = anyTracking;

describe('a list that looks at very many rows', () => {
  it('lets commits pass between its steps, however few of the rows it finds', () =>
    withStore(async (store, database) => {
      const { account } = await settled(store);
      await manyTrackings(store, database, { account, count: 10_000 });
      for (const filter of [{ updatedTo: 1 }, { archived: false, orderIds: ['none'] }, { createdTo: 1 }]) {
        const order: string[] = [];
        const list = store
          .trackings(account.id, { ...any, ...filter }, { after: null, limit: 500 })
          .then((page) => order.push(`list of ${page.items.length}`));
        const write = commit(store, changeOf(aParcel(account.id))).then(() => order.push('commit'));
        await Promise.all([list, write]);
        assert.deepEqual(order, ['commit', 'list of 0'], JSON.stringify(filter));
      }
    }));

  it('takes turns with others, so that a commit waits for one step and not for one of each', () =>
    withStore(async (store, database) => {
      const { account } = await settled(store);
      await manyTrackings(store, database, { account, count: 10_000 });
      let ended = 0;
      const lists = Array.from({ length: 20 }, async () => {
        await store.trackings(account.id, { ...any, updatedTo: 1 }, { after: null, limit: 50 });
        ended++;
      });
      await commit(store, changeOf(aParcel(account.id)));
      assert.equal(ended, 0);
      await Promise.all(lists);
    }));

  it('ends somewhere with a page that may be empty, and goes on from there to what it looked for', () =>
    withStore(async (store, database) => {
      const { account } = await settled(store);
      const oldest = aParcel(account.id, { updatedAt: 1, id: `trk_${'0'.repeat(32)}` });
      await commit(store, changeOf(oldest));
      await manyTrackings(store, database, { account, count: limits.rowsLookedAtMax });
      const filter = { ...any, updatedTo: 1 };
      const first = await store.trackings(account.id, filter, { after: null, limit: 50 });
      assert.deepEqual(first.items, []);
      assert.notEqual(first.next, null);
      assert.deepEqual(idsOf(await wholeList((page) => store.trackings(account.id, filter, page))), [
        oldest.id,
      ]);
      // By its number it is found at once.
      const { number } = oldest;
      const found = await store.trackings(
        account.id,
        { ...filter, numbers: [number] },
        { after: null, limit: 50 },
      );
      assert.deepEqual(idsOf(found.items), [oldest.id]);
    }));

  it('does so for deliveries, in either order and over both tables', () =>
    withStore(async (store, database) => {
      const { account, webhooks } = await settled(store, {}, {});
      const [one, two] = webhooks as [Webhook, Webhook];
      const older = (await commitRevisions(store, 1, [one])).deliveries[0];
      const between = (await commitRevisions(store, 1, [two])).deliveries[0];
      const newer = (await commitRevisions(store, 1, [one])).deliveries[0];
      assert.ok(older && between && newer);
      await settle(store, between, 'accepted');
      await settle(store, older, 'accepted');
      manyDeliveries(database, between.id, 10_000);
      const filter = { ...everything, webhookId: one.id };
      const order: string[] = [];
      const lists = [
        wholeList((page) => store.deliveries(account.id, filter, page), 50),
        wholeList((page) => store.deliveriesFrom(account.id, filter, page), 1),
      ].map((list) => list.then(idsOf).finally(() => order.push('list')));
      await commit(store, changeOf(aParcel(account.id)));
      order.push('commit');
      const [newestFirst, oldestFirst] = await Promise.all(lists);
      assert.deepEqual(newestFirst, [newer.id, older.id]);
      assert.deepEqual(oldestFirst, [older.id, newer.id]);
      assert.deepEqual(order, ['commit', 'list', 'list']);
    }));
});

describe('the deliveries of one parcel', () => {
  it('are found where they are too many to be looked at in one go, without holding up others', () =>
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, ...Array.from({ length: 50 }, () => ({})));
      const parcel = aParcel(account.id);
      const events = [];
      const deliveries = [];
      let previousId: (typeof parcel)['lastEventId'] = null;
      const bodies = [];
      for (let revision = 1; revision <= 50; revision++) {
        const owed = owing({ ...eventOf(parcel, revision), previousId }, webhooks);
        events.push(...owed.events);
        bodies.push(...owed.bodies);
        deliveries.push(...owed.deliveries);
        previousId = owed.events[0]?.id ?? null;
      }
      const tracking = { ...parcel, revision: 50, lastEventId: previousId };
      await commit(store, { tracking, expectedWrites: 0, events, bodies, deliveries });
      for (const webhook of webhooks.slice(0, 45)) await store.deleteWebhook(webhook, lastMade());
      const filter = { ...everything, trackingId: tracking.id };
      const order: string[] = [];
      const none = store
        .deliveries(account.id, { ...filter, createdTo: 1 }, { after: null, limit: 100 })
        .finally(() => order.push('none'));
      const list = wholeList((page) => store.deliveries(account.id, filter, page), 100).then((found) => {
        order.push('list');
        return found;
      });
      await commit(store, changeOf(aParcel(account.id)));
      order.push('commit');
      assert.deepEqual(idsOf(await list), idsOf(deliveries).toReversed());
      assert.deepEqual((await none).items, []);
      assert.equal(order[0], 'commit');
    }));
});

describe('a list by page number', () => {
  it('goes on where the page before ended, whatever was made meanwhile, and is anew after a while', () =>
    withStore(async (store) => {
      const { account } = await settled(store);
      const parcels = Array.from({ length: 7 }, () => aParcel(account.id));
      await commit(store, ...parcels.map((parcel) => changeOf(parcel)));
      const newestFirst = idsOf(parcels).toReversed();
      const clock = makeStoppedClock(testNow);
      const pages = makeTrackingPages({ store, clock });
      const read = async (number: number, size = 3, reader = 'one') =>
        idsOf(await pages.read(account.id, any, { number, size, reader }));
      assert.deepEqual(await read(1), newestFirst.slice(0, 3));
      const later = [aParcel(account.id), aParcel(account.id)];
      await commit(store, ...later.map((parcel) => changeOf(parcel)));
      // Another who begins to read the list meanwhile leaves it to the first where its pages begin.
      assert.deepEqual(await read(1, 3, 'another'), [...idsOf(later).toReversed(), newestFirst[0]]);
      assert.deepEqual(await read(2), newestFirst.slice(3, 6));
      assert.deepEqual(await read(2, 3, 'another'), newestFirst.slice(1, 4));
      assert.deepEqual(await read(3), newestFirst.slice(6));
      assert.deepEqual(await read(4), []);
      const all = [...idsOf(later).toReversed(), ...newestFirst];
      assert.deepEqual(await read(2, 2), all.slice(2, 4), 'a page that was not come to is counted off');
      assert.deepEqual(await read(9, 2), []);
      clock.set(testNow + 10 * 60_000 + 1);
      assert.deepEqual(await read(2), all.slice(3, 6));
      const transit = { ...any, statuses: ['transit'] as const };
      assert.deepEqual(await pages.read(account.id, transit, { number: 2, size: 3, reader: 'one' }), []);
      const count = (filter: Partial<TrackingFilter>) => pages.count(account.id, { ...any, ...filter });
      assert.deepEqual([await count({}), await count(transit), await count({ archived: false })], [9, 0, 9]);
      const since = { createdFrom: (later[0] as (typeof parcels)[0]).createdAt };
      assert.equal(await count(since), 2);
      await commit(store, changeOf(aParcel(account.id)));
      assert.deepEqual([await count({}), await count(since)], [10, 2], 'what was counted off is remembered');
      clock.set(testNow + 11 * 60_000);
      assert.equal(await count(since), 3);
    }));

  it('is refused where a jump is too far, and not where the pages are read one after the other', () =>
    withStore(async (store, database) => {
      const { account } = await settled(store);
      await manyTrackings(store, database, { account, count: limits.rowsLookedAtMax + 5000 });
      let passed = 0;
      const pages = makeTrackingPages({
        clock: makeStoppedClock(testNow),
        store: {
          trackings: store.trackings,
          trackingCounts: store.trackingCounts,
          async skipTrackings(...asked) {
            const skipped = await store.skipTrackings(...asked);
            passed += skipped.count;
            return skipped;
          },
        },
      });
      const read = (number: number) => pages.read(account.id, any, { number, size: 2000, reader: 'one' });
      await assert.rejects(read(53), { problem: problem('page_too_far') });
      assert.ok(passed <= limits.rowsLookedAtMax);
      passed = 0;
      const last = await read(51);
      assert.equal(passed, limits.rowsLookedAtMax);
      passed = 0;
      const beyond = await read(52);
      assert.equal(passed, 0);
      assert.equal(last.length, 2000);
      assert.ok((beyond[0] as (typeof last)[0]).id < (last.at(-1) as (typeof last)[0]).id);
      assert.equal((await read(53)).length, 1001);
    }));
});

function withStore(run: (store: Store, database: Database) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const database = openDatabase(folder);
    const store = overRecords(await recordStoreOn(database, makeVault(testKey)));
    try {
      await run(store, database);
    } finally {
      await store.close();
    }
  });
}

const numbered = (count: number) => `
  with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})`;

/** Copies of one, all older than it. */
async function manyTrackings(
  store: Store,
  database: Database,
  { account, count }: { account: ReturnType<typeof anAccount>; count: number },
): Promise<void> {
  const parcel = aParcel(account.id, { courierCode: 'dhl' });
  await commit(store, changeOf(parcel));
  database.exec(`${numbered(count)}
    insert into tracking select account_id, 'trk_' || printf('%032x', i), number || i, courier_code, generation, shard, revision,
      status, substatus, archived, created_at, updated_at, deleted_at, expire_day, poll_at, last_event_id, document, writes, terms
    from tracking, n where id = '${parcel.id}'`);
}

/** Copies of one that is settled, right behind it. */
function manyDeliveries(database: Database, id: string, count: number): void {
  database.exec(`${numbered(count)}
    insert into delivery_history select account_id, substr(id, 1, 30) || printf('%06x', i), webhook_id, tracking_id, event_id,
      number, revision, version, callback, ordered, state, attempts, created_at, settled_at
    from delivery_history, n where id = '${id}' and substr(id, 1, 30) || printf('%06x', i) <> id`);
}
