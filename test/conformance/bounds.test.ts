/** The embedded store: what one list costs everybody else is bounded, in what it reads at a time and in how long it looks. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dayMs } from '../../src/base/durations.ts';
import { limits } from '../../src/domain/limits.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { overRecords } from '../../src/store/records.ts';
import { type Database, openDatabase } from '../../src/store/sqlite/database.ts';
import { recordStoreOn } from '../../src/store/sqlite/recordStore.ts';
import type { Store, TrackingFilter } from '../../src/store/store.ts';
import { makeVault } from '../../src/vault.ts';
import { aCheckpoint } from '../support/build.ts';
import { testKey, withFolder } from './folder.ts';
import {
  type anAccount,
  anAttempt,
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  dataOf,
  eventOf,
  everything,
  ids,
  lastMade,
  owing,
  settle,
  settled,
  wholeList,
} from './world.ts';

const any: TrackingFilter = {
  status: null,
  courierCode: null,
  number: null,
  archived: null,
  createdFrom: null,
  createdTo: null,
};

const description = 'x'.repeat(1000);
const manyCheckpoints = Array.from({ length: 1000 }, (_, index) =>
  aCheckpoint({ description, position: index }),
);

describe('a page of large rows ends early, and the list goes on', () => {
  it('of trackings, of those to be polled and of those to expire', () =>
    withStore(async (store) => {
      const { account } = await settled(store);
      const newsAt = 100 * dayMs;
      const parcels = Array.from({ length: 7 }, () =>
        aParcel(account.id, { checkpoints: manyCheckpoints, pollAt: 1, newsAt }),
      );
      for (const tracking of parcels) await commit(store, changeOf(tracking));
      const page = await store.trackings(account.id, any, { after: null, limit: 500 });
      assertSome(page.items, parcels);
      assert.equal(page.next, page.items.at(-1)?.id);
      assert.deepEqual(
        idsOf(await wholeList((asked) => store.trackings(account.id, any, asked))),
        idsOf(parcels).toReversed(),
      );
      assertSome(await store.duePolls(1, 500), parcels);
      assertSome((await store.dueExpiries(newsAt, { after: null, limit: 500 })).items, parcels);
      assert.deepEqual(
        idsOf(await wholeList((asked) => store.dueExpiries(newsAt, asked))).sort(),
        idsOf(parcels),
      );
    }));

  it('of events that have owed very many deliveries', () =>
    withStore(async (store) => {
      const { account } = await settled(store);
      const deliveryIds = Array.from({ length: 10_000 }, () => ids.next('dlv'));
      const parcel = aParcel(account.id);
      const events = Array.from({ length: 20 }, () => ({ ...eventOf(parcel, 1), deliveryIds }));
      await commit(store, { ...changeOf(parcel), events });
      assertSome(await store.events(account.id, { after: null, limit: 500 }), events);
      const read: string[] = [];
      for (;;) {
        const page = await store.events(account.id, { after: read.at(-1) ?? null, limit: 500 });
        if (page.length === 0) break;
        read.push(...idsOf(page));
      }
      assert.deepEqual(read, idsOf(events));
    }));

  it('of attempts of one delivery, whose newest are kept', () =>
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const delivery = (await commitRevisions(store, 1, webhooks)).deliveries[0];
      assert.ok(delivery);
      const made = Array.from({ length: 20 }, () => anAttempt(delivery, { reason: 'x'.repeat(200_000) }));
      for (const attempt of made)
        await store.settle([{ attempt, delivery, next: null, notice: null, epoch: null }]);
      const kept = await store.attempts(delivery.accountId, delivery.id);
      assertSome(kept, made);
      assert.deepEqual(idsOf(kept), idsOf(made.slice(-kept.length)));
    }));

  it('of messages in the inbox', () =>
    withStore(async (store) => {
      const { account } = await settled(store);
      const messages = Array.from({ length: 8 }, () => ({
        ...{ id: ids.next('inb'), accountId: account.id, receivedAt: 1, verified: true, headers: {} },
        ...{ reason: null, body: 'x'.repeat(1_000_000) },
      }));
      const bounds = { messages: 100, bytes: 100_000_000 };
      for (const message of messages) await store.insertInboxMessage(message, bounds);
      const page = await store.inboxMessages(account.id, { after: null, limit: 500 });
      assertSome(page.items, messages);
      assert.equal(
        (await wholeList((asked) => store.inboxMessages(account.id, asked))).length,
        messages.length,
      );
    }));

  it("of a webhook's queue, at the row that fills it", () =>
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      for (let index = 0; index < 5; index++) {
        const change = changeOf(aParcel(account.id), webhooks);
        const data = 'x'.repeat(1_000_000);
        await commit(store, { ...change, bodies: change.bodies.map((body) => ({ ...body, data })) });
      }
      const webhookId = (webhooks[0] as Webhook).id;
      const { rows, more } = await store.queue(webhookId, null, { rowsMax: 100, bytesMax: 1_500_000 }, null);
      assert.equal(rows.length, 2);
      assert.equal(more, true);
    }));
});

describe('a list that looks at very many rows', () => {
  it('lets commits pass between its steps, however few of the rows it finds', () =>
    withStore(async (store, database) => {
      const { account } = await settled(store);
      await manyTrackings(store, database, { account, count: 10_000 });
      for (const filter of [{ courierCode: 'usps' }, { archived: true }, { createdTo: 1 }]) {
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
        await store.trackings(account.id, { ...any, courierCode: 'usps' }, { after: null, limit: 50 });
        ended++;
      });
      await commit(store, changeOf(aParcel(account.id)));
      assert.equal(ended, 0);
      await Promise.all(lists);
    }));

  it('ends somewhere with a page that may be empty, and goes on from there to what it looked for', () =>
    withStore(async (store, database) => {
      const { account } = await settled(store);
      const oldest = aParcel(account.id, { courierCode: 'usps', id: `trk_${'0'.repeat(32)}` });
      await commit(store, changeOf(oldest));
      await manyTrackings(store, database, { account, count: limits.rowsLookedAtMax });
      const filter = { ...any, courierCode: 'usps' };
      const first = await store.trackings(account.id, filter, { after: null, limit: 50 });
      assert.deepEqual(first.items, []);
      assert.notEqual(first.next, null);
      assert.deepEqual(idsOf(await wholeList((page) => store.trackings(account.id, filter, page))), [
        oldest.id,
      ]);
      // By its number it is found at once.
      const { number } = oldest;
      const found = await store.trackings(account.id, { ...filter, number }, { after: null, limit: 50 });
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
  it('are listed newest first though one was replayed, which is newer than its event', () =>
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {});
      const [one, two] = webhooks as [Webhook, Webhook];
      const { tracking, deliveries } = await commitRevisions(store, 4, [one]);
      for (const delivery of deliveries) await settle(store, delivery, 'accepted');
      const [first] = deliveries;
      assert.ok(first);
      const replayed = { ...first, id: ids.next('dlv'), webhookId: two.id };
      assert.equal(
        await store.replay([{ delivery: replayed, data: dataOf(first.eventId, first.version) }]),
        1,
      );
      await settle(store, replayed, 'accepted');
      const filter = { ...everything, trackingId: tracking.id };
      const listed = await wholeList((page) => store.deliveries(account.id, filter, page), 2);
      assert.deepEqual(idsOf(listed), [replayed.id, ...idsOf(deliveries).toReversed()]);
    }));

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
      await commit(store, { tracking, expectedRevision: 0, events, bodies, deliveries });
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

/** Some, and not all; a page holds less than two rows of a million characters beyond its bound. */
function assertSome(page: readonly unknown[], all: readonly unknown[]): void {
  assert.ok(page.length >= 1 && page.length < all.length, `${page.length} of ${all.length}`);
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
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
      status, substatus, archived, created_at, updated_at, deleted_at, expire_day, poll_at, last_event_id, document
    from tracking, n where id = '${parcel.id}'`);
}

/** Copies of one that is settled, right behind it. */
function manyDeliveries(database: Database, id: string, count: number): void {
  database.exec(`${numbered(count)}
    insert into delivery_history select account_id, substr(id, 1, 30) || printf('%06x', i), webhook_id, tracking_id, event_id,
      number, revision, version, callback, ordered, state, attempts, created_at, settled_at
    from delivery_history, n where id = '${id}' and substr(id, 1, 30) || printf('%06x', i) <> id`);
}
