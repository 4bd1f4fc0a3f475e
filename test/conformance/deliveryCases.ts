/** Conformance: the place of deliveries within a parcel, and the queues that they are read by. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { WithStore } from './store.ts';
import {
  commit,
  commitInTurn,
  commitRevisions,
  dataOf,
  eventOf,
  heardAll,
  lastMade,
  owing,
  settle,
  settled,
  stateOf,
  statesOf,
  type Three,
  wholeQueue,
} from './world.ts';

export function deliveryCases(withStore: WithStore): void {
  it(
    'blocks what has an earlier one of its parcel, per webhook, and not where order is off',
    withStore(async (store) => {
      const { webhooks } = await settled(store, { ordered: true }, { ordered: false }, { ordered: true });
      const [first] = (await commitRevisions(store, 1, webhooks)).deliveries;
      assert.ok(first);
      const { deliveries } = await commitRevisions(store, 2, webhooks);
      assert.deepEqual(
        deliveries.map((delivery) => delivery.state),
        ['ready', 'ready', 'ready', 'blocked', 'ready', 'blocked'],
      );
      assert.deepEqual(
        await statesOf(store, deliveries),
        deliveries.map((delivery) => delivery.state),
      );
      await settle(store, deliveries[0] as Delivery, 'accepted');
      assert.equal(await stateOf(store, deliveries[3] as Delivery), 'ready');
      assert.equal(await stateOf(store, deliveries[5] as Delivery), 'blocked');
    }),
  );

  it(
    'keeps the version and the callback that the webhook had, wherever a delivery is read',
    withStore(async (store) => {
      const { account, webhooks } = await settled(
        store,
        { version: 'v2', callback: false },
        { version: 'v4', callback: true },
      );
      for (const webhook of webhooks)
        await store.updateWebhook({ ...webhook, version: 'v3', callback: !webhook.callback }, null, heardAll);
      const { deliveries } = await commitRevisions(store, 2, webhooks);
      for (const [index, webhook] of webhooks.entries()) {
        const [first, second] = [deliveries[index], deliveries[index + 2]] as [Delivery, Delivery];
        const { id: webhookId, version, callback } = webhook;
        const kept = (one: Delivery | null | undefined) =>
          assert.deepEqual([one?.webhookId, one?.version, one?.callback], [webhookId, version, callback]);
        const [head] = await wholeQueue(store, webhookId);
        kept(head?.delivery);
        kept(await store.delivery(account.id, first.id));
        kept((await settle(store, first, 'accepted')).released?.delivery);
        kept(await store.delivery(account.id, first.id));
        const filter = { state: null, webhookId, trackingId: null, createdFrom: null, createdTo: null };
        const { items } = await store.deliveries(account.id, filter, { after: null, limit: 10 });
        assert.equal(items.length, 2);
        items.forEach(kept);
        await store.deleteWebhook(webhook, lastMade());
        kept(await store.delivery(account.id, second.id));
      }
    }),
  );

  it(
    'what is owed of an earlier revision goes in front, and there is still one head',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const { tracking, deliveries } = await commitRevisions(store, 3, webhooks);
      await settle(store, deliveries[0] as Delivery, 'accepted');
      // As when events are replayed to a webhook that missed them: the second once more, and the first.
      const owed = [2, 1].map((revision) => owing(eventOf(tracking, revision), webhooks));
      const placed: Delivery[] = [];
      for (const { events, bodies, deliveries: replayed } of owed) {
        const change = { tracking, expectedWrites: 3, events, bodies, deliveries: replayed };
        placed.push(...(await commit(store, change)));
      }
      assert.deepEqual(await statesOf(store, [...deliveries, ...placed]), [
        'accepted',
        'blocked',
        'blocked',
        'blocked',
        'ready',
      ]);
    }),
  );

  it(
    'a delivery out of order holds up none in order, nor the other way about',
    withStore(async (store) => {
      const { webhooks } = await settled(store, { ordered: false });
      const [loose] = webhooks as [Webhook];
      const strict = { ...loose, ordered: true };
      const deliveries = await commitInTurn(store, [loose, strict, strict, loose, strict]);
      const [first, second, third, fourth, fifth] = deliveries as unknown as readonly [...Three, ...Three];
      assert.deepEqual(await statesOf(store, deliveries), ['ready', 'ready', 'blocked', 'ready', 'blocked']);
      // The first is still owed, and no part of the queue.
      assert.equal((await settle(store, second, 'accepted')).released?.delivery.id, third.id);
      assert.equal((await settle(store, first, 'accepted')).released, null);
      assert.equal((await settle(store, fourth, 'parked')).released, null);
      assert.equal((await settle(store, third, 'accepted')).released?.delivery.id, fifth.id);
    }),
  );

  it(
    'reads a queue by time and id, page by page: heads alone, the ready ones first',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {}, {});
      const [mine] = webhooks as [Webhook];
      const heads: Delivery[] = [];
      for (let count = 0; count < 6; count++) {
        heads.push((await commitRevisions(store, 2, webhooks)).deliveries[0] as Delivery);
      }
      const [a, b, c, d, e, f] = heads as unknown as readonly [...Three, ...Three];
      await settle(store, a, 'scheduled', 9000);
      await settle(store, c, 'scheduled', 5000);
      await settle(store, d, 'scheduled', 5000);
      await settle(store, f, 'parked');
      const next = await wholeQueue(store, mine.id);
      const expected = [b.id, e.id, next[2]?.delivery.id, c.id, d.id, a.id];
      assert.equal(next[2]?.delivery.revision, 2, 'the successor of the parked one');
      for (const size of [1, 2, 3, 4, 100]) {
        const queue = await wholeQueue(store, mine.id, size);
        assert.deepEqual(
          queue.map(({ delivery }) => delivery.id),
          expected,
          `pages of ${size}`,
        );
        for (const { delivery, event, data } of queue) {
          assert.equal(event.id, delivery.eventId);
          assert.equal(data, dataOf(event.id, delivery.version));
        }
      }
    }),
  );

  it(
    'knows which webhooks have work: not those with parked or no deliveries',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {}, {}, {}, {});
      const [ready, scheduled, parked] = webhooks as [Webhook, Webhook, Webhook, Webhook];
      assert.deepEqual(await store.webhooksWithWork(null, null), []);
      await commitRevisions(store, 3, [ready]);
      const [late] = (await commitRevisions(store, 1, [scheduled])).deliveries as Three;
      const [lost] = (await commitRevisions(store, 1, [parked])).deliveries as Three;
      await settle(store, late, 'scheduled');
      await settle(store, lost, 'parked');
      assert.deepEqual(
        (await store.webhooksWithWork(null, null)).toSorted(),
        [ready.id, scheduled.id].toSorted(),
      );
    }),
  );
}
