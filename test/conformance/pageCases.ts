/** Pages of large rows, and of what one parcel owed. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dayMs } from '../../src/base/durations.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { anyTracking } from '../../src/store/store.ts';
import { aCheckpoint } from '../support/build.ts';
import type { WithStore } from './store.ts';
import {
  anAttempt,
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  dataOf,
  eventOf,
  everything,
  ids,
  idsOf,
  settle,
  settled,
  wholeList,
} from './world.ts';

const any = anyTracking;

const description = 'x'.repeat(1000);
const manyCheckpoints = Array.from({ length: 1000 }, (_, index) =>
  aCheckpoint({ description, position: index }),
);

export function pageCases(withStore: WithStore): void {
  it(
    'of large trackings ends early, and the list goes on, those to be polled and those to expire too',
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
      assertSome(await store.duePolls(1, 500, null), parcels);
      assertSome((await store.dueExpiries(newsAt, { after: null, limit: 500 })).items, parcels);
      assert.deepEqual(
        idsOf(await wholeList((asked) => store.dueExpiries(newsAt, asked))).sort(),
        idsOf(parcels),
      );
    }),
  );

  it(
    'of events that have owed very many deliveries ends early',
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
    }),
  );

  it(
    'of large attempts of one delivery holds the newest',
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
    }),
  );

  it(
    'of large messages in the inbox ends early',
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
    }),
  );

  it(
    "of a webhook's queue ends at the row that fills it",
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
    }),
  );
  it(
    'of the deliveries of one parcel has the newest first, though one was replayed and is newer than its event',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {});
      const [one, two] = webhooks as [Webhook, Webhook];
      const { tracking, deliveries } = await commitRevisions(store, 4, [one]);
      for (const delivery of deliveries) await settle(store, delivery, 'accepted');
      const [first] = deliveries;
      assert.ok(first);
      const replayed = { ...first, id: ids.next('dlv'), webhookId: two.id };
      assert.equal(
        await store.replay([{ delivery: replayed, data: dataOf(first.eventId, first.version) }], null),
        1,
      );
      await settle(store, replayed, 'accepted');
      const filter = { ...everything, trackingId: tracking.id };
      const listed = await wholeList((page) => store.deliveries(account.id, filter, page), 2);
      assert.deepEqual(idsOf(listed), [replayed.id, ...idsOf(deliveries).toReversed()]);
    }),
  );
}

/** Some, and not all; a page holds less than two rows of a million characters beyond its bound. */
function assertSome(page: readonly unknown[], all: readonly unknown[]): void {
  assert.ok(page.length >= 1 && page.length < all.length, `${page.length} of ${all.length}`);
}
