/** Conformance: deliveries, their order within a parcel, and their attempts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { WithStore } from './store.ts';
import {
  anAttempt,
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  dataOf,
  eventOf,
  heardAll,
  lastMade,
  owing,
  recover,
  recoverable,
  settle,
  settleAll,
  settled,
  settlementOf,
  stateOf,
  statesOf,
  wholeQueue,
} from './world.ts';

type Three = readonly [Delivery, Delivery, Delivery];

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
    'accepting moves a delivery to history and hands out its successor with body and event',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, { version: 'v3' });
      const { deliveries } = await commitRevisions(store, 3, webhooks);
      const [first, second, third] = deliveries as Three;
      const settlement = settlementOf(first, 'accepted');
      const [done] = await settleAll(store, settlement);
      assert.equal(done?.applied, true);
      assert.deepEqual(done.released?.delivery, { ...second, state: 'ready' });
      assert.equal(done.released?.data, dataOf(second.eventId, 'v3'));
      assert.deepEqual(done.released?.event, await store.event(account.id, second.eventId));
      assert.deepEqual(await store.delivery(account.id, first.id), {
        ...first,
        state: 'accepted',
        attempts: 1,
        settledAt: settlement.next?.settledAt,
      });
      assert.deepEqual(await statesOf(store, [second, third]), ['ready', 'blocked']);
      assert.deepEqual(await store.attempts(account.id, first.id), [settlement.attempt]);
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
    'parking releases the successor and keeps the place',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const { deliveries } = await commitRevisions(store, 3, webhooks);
      const [first, second] = deliveries as Three;
      const { released } = await settle(store, first, 'parked');
      assert.equal(released?.delivery.id, second.id);
      assert.deepEqual(await statesOf(store, deliveries), ['parked', 'ready', 'blocked']);
      const parked = await store.delivery(first.accountId, first.id);
      assert.deepEqual(parked, { ...first, state: 'parked', attempts: 1 });
    }),
  );

  it(
    'scheduling keeps the head, with its time and attempts',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const { deliveries } = await commitRevisions(store, 2, webhooks);
      const [first] = deliveries as Three;
      const { released, applied } = await settle(store, first, 'scheduled', 123_456);
      assert.deepEqual([released, applied], [null, true]);
      assert.deepEqual(await statesOf(store, deliveries), ['scheduled', 'blocked']);
      const scheduled = await store.delivery(first.accountId, first.id);
      assert.deepEqual(scheduled, { ...first, state: 'scheduled', attempts: 1, dueAt: 123_456 });
      await settle(store, scheduled as Delivery, 'accepted');
      assert.deepEqual(await statesOf(store, deliveries), ['accepted', 'ready']);
    }),
  );

  it(
    'takes several settlements of one parcel in one call, one after the other',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const { deliveries } = await commitRevisions(store, 3, webhooks);
      const [first, second] = deliveries as Three;
      const done = await settleAll(store, settlementOf(first, 'accepted'), settlementOf(second, 'accepted'));
      assert.deepEqual(
        done.map(({ released }) => released?.delivery.revision),
        [2, 3],
      );
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
      let tracking = aParcel(loose.accountId);
      const deliveries: Delivery[] = [];
      for (const webhook of [loose, strict, strict, loose, strict]) {
        deliveries.push(...(await commit(store, changeOf(tracking, [webhook]))));
        tracking = { ...tracking, revision: tracking.revision + 1 };
      }
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
    'settling a cancelled delivery is not applied, and the attempt is kept',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const [webhook] = webhooks as [Webhook];
      const { deliveries } = await commitRevisions(store, 2, webhooks);
      const [first] = deliveries as Three;
      await store.deleteWebhook(webhook, lastMade());
      for (const state of ['accepted', 'parked', 'scheduled'] as const) {
        assert.deepEqual(await settle(store, first, state), {
          applied: false,
          stale: false,
          released: null,
          told: [],
        });
      }
      assert.deepEqual(await statesOf(store, deliveries), ['cancelled', 'cancelled']);
      assert.equal((await store.attempts(account.id, first.id)).length, 3);
    }),
  );

  it(
    'an attempt that failed after its delivery was parked does not bring it back into the queue',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const [webhook] = webhooks as [Webhook];
      const { tracking, deliveries } = await commitRevisions(store, 1, webhooks);
      const [first] = deliveries as Three;
      await store.updateWebhook({ ...webhook, enabled: false }, null, heardAll);
      await store.updateWebhook(webhook, null, heardAll);
      const [second] = await commit(store, changeOf({ ...tracking, revision: 2 }, webhooks));
      assert.equal(second?.state, 'ready');
      assert.equal((await settle(store, first, 'scheduled')).applied, false);
      assert.deepEqual(await statesOf(store, [first, second]), ['parked', 'ready']);
      // What was accepted is accepted, wherever it stood.
      assert.equal((await settle(store, first, 'accepted')).applied, true);
      assert.equal(await stateOf(store, first), 'accepted');
    }),
  );

  it(
    'a redelivery only logs its attempt',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const { deliveries } = await commitRevisions(store, 2, webhooks);
      const [first, second] = deliveries as Three;
      await settle(store, first, 'accepted');
      const before = await store.delivery(account.id, first.id);
      const attempt = anAttempt(first, { cause: 'redeliver', verdict: 'retry' });
      assert.deepEqual(
        await store.settle([{ attempt, delivery: first, next: null, notice: null, epoch: null }]),
        [{ applied: true, stale: false, released: null, told: [] }],
      );
      assert.deepEqual(await store.delivery(account.id, first.id), before);
      const attempts = await store.attempts(account.id, first.id);
      assert.deepEqual(
        attempts.map(({ cause }) => cause),
        ['schedule', 'redeliver'],
      );
      assert.deepEqual(await store.attempts(account.id, second.id), []);
    }),
  );

  it(
    'a settlement that cannot be written changes nothing and harms no other',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const [one] = (await commitRevisions(store, 1, webhooks)).deliveries as Three;
      const [two] = (await commitRevisions(store, 1, webhooks)).deliveries as Three;
      const good = settlementOf(one, 'scheduled');
      await store.settle([good]);
      const twice = { ...settlementOf(two, 'accepted'), attempt: { ...good.attempt } };
      const [three] = (await commitRevisions(store, 1, webhooks)).deliveries as Three;
      const [four] = (await commitRevisions(store, 1, webhooks)).deliveries as Three;
      // In the same call, and in another, which shares its transaction where the store gathers them.
      const [[before, bad, behind], [other]] = await Promise.all([
        store.settle([
          settlementOf({ ...one, attempts: 1 }, 'scheduled'),
          twice,
          settlementOf(three, 'parked'),
        ]),
        store.settle([settlementOf(four, 'accepted')]),
      ]);
      assert.ok(bad && 'failed' in bad && bad.failed.length > 0, JSON.stringify(bad));
      for (const settled of [before, behind, other])
        assert.deepEqual(settled, { applied: true, stale: false, released: null, told: [] });
      assert.deepEqual(await statesOf(store, [one, two, three, four]), [
        'scheduled',
        'ready',
        'parked',
        'accepted',
      ]);
      assert.equal((await store.attempts(account.id, two.id)).length, 0);
      // Its own delivery is as it was: a settlement that can be written ends it.
      assert.equal((await settle(store, two, 'accepted')).applied, true);
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

  it(
    'recovers a parcel in the order of its revisions, ahead of what waits',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const [webhook] = webhooks as [Webhook];
      const { deliveries } = await commitRevisions(store, 5, webhooks);
      const [first, second, third] = deliveries as Three;
      await settle(store, first, 'parked');
      await settle(store, second, 'accepted');
      await settle(store, third, 'parked');
      await settle(store, deliveries[3] as Delivery, 'scheduled');
      assert.deepEqual(await statesOf(store, deliveries), [
        'parked',
        'accepted',
        'parked',
        'scheduled',
        'blocked',
      ]);
      assert.equal(await recoverable(store, webhook.id), 2);
      assert.equal(await recover(store, webhook.id), 2);
      assert.deepEqual(await statesOf(store, deliveries), [
        'ready',
        'accepted',
        'blocked',
        'blocked',
        'blocked',
      ]);
      assert.equal(await recoverable(store, webhook.id), 0);
      const recovered = await store.delivery(first.accountId, first.id);
      assert.deepEqual(recovered, first, 'with all its attempts again');
      const order = [first, third, deliveries[3], deliveries[4]] as Delivery[];
      for (const [index, delivery] of order.entries()) {
        const { released } = await settle(store, delivery, 'accepted');
        assert.equal(released?.delivery.id, order[index + 1]?.id);
      }
    }),
  );

  it(
    'recovers behind an earlier one that still waits',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const [webhook] = webhooks as [Webhook];
      const { deliveries } = await commitRevisions(store, 3, webhooks);
      const [first, second] = deliveries as Three;
      // As when a person sends the second again and the receiver says 410.
      await settle(store, second, 'parked');
      await settle(store, first, 'scheduled');
      await recover(store, webhook.id);
      assert.deepEqual(await statesOf(store, deliveries), ['scheduled', 'blocked', 'blocked']);
    }),
  );

  it(
    'recovers only what was owed since that time, of that webhook',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {}, {});
      const [mine, other] = webhooks as [Webhook, Webhook];
      const old = await commitRevisions(store, 1, webhooks);
      const since = lastMade() + 500;
      const recent = await commitRevisions(store, 1, webhooks);
      for (const delivery of [...old.deliveries, ...recent.deliveries])
        await settle(store, delivery, 'parked');
      assert.equal(await recoverable(store, mine.id, since), 1);
      assert.equal(await recover(store, mine.id, since), 1);
      assert.deepEqual(await statesOf(store, [...old.deliveries, ...recent.deliveries]), [
        'parked',
        'parked',
        'ready',
        'parked',
      ]);
      assert.equal(await recoverable(store, other.id), 2);
      assert.equal(await recover(store, mine.id, lastMade() + 1_000_000), 0);
    }),
  );

  it(
    'recovers a parcel in which order was switched on or off meanwhile',
    withStore(async (store) => {
      const { webhooks } = await settled(store, { ordered: false });
      const [loose] = webhooks as [Webhook];
      const strict = { ...loose, ordered: true };
      let tracking = aParcel(loose.accountId);
      const deliveries: Delivery[] = [];
      for (const webhook of [loose, strict, strict]) {
        deliveries.push(...(await commit(store, changeOf(tracking, [webhook]))));
        tracking = { ...tracking, revision: tracking.revision + 1 };
      }
      await store.updateWebhook({ ...strict, enabled: false }, null, heardAll);
      await store.updateWebhook(strict, null, heardAll);
      await recover(store, loose.id);
      assert.deepEqual(await statesOf(store, deliveries), ['ready', 'ready', 'blocked']);
    }),
  );

  it(
    'recovers only what was owed until that time, and of that parcel',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const [webhook] = webhooks as [Webhook];
      const first = await commitRevisions(store, 2, webhooks);
      const until = lastMade();
      const second = await commitRevisions(store, 2, webhooks);
      await store.updateWebhook({ ...webhook, enabled: false }, null, heardAll);
      await store.updateWebhook(webhook, null, heardAll);
      const all = { since: null, until: null, trackingId: null, after: null };
      const cases = [
        [{ ...all, until }, ['ready', 'blocked', 'parked', 'parked']],
        [{ ...all, trackingId: second.tracking.id }, ['ready', 'blocked', 'ready', 'blocked']],
      ] as const;
      for (const [step, states] of cases) {
        assert.deepEqual(await store.recoverable(webhook.id, step), { count: 2, next: null });
        assert.deepEqual(await store.recover(webhook.id, step), { count: 2, next: null });
        assert.deepEqual(await statesOf(store, [...first.deliveries, ...second.deliveries]), states);
      }
    }),
  );

  it(
    'recovers more than it takes at once',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      const [webhook] = webhooks as [Webhook];
      const many = Array.from({ length: 1200 }, () => changeOf(aParcel(webhook.accountId), webhooks));
      const placed = await commit(store, ...many);
      const long = await commitRevisions(store, 20, webhooks);
      await store.updateWebhook({ ...webhook, enabled: false }, null, heardAll);
      assert.equal(await recoverable(store, webhook.id), 1220);
      assert.equal(await recover(store, webhook.id), 0, 'it would have to be parked again');
      await store.updateWebhook(webhook, null, heardAll);
      assert.equal(await recover(store, webhook.id), 1220);
      assert.equal((await wholeQueue(store, webhook.id)).length, 1201);
      assert.deepEqual(new Set(await statesOf(store, placed)), new Set(['ready']));
      const [head, ...rest] = await statesOf(store, long.deliveries);
      assert.deepEqual([head, new Set(rest)], ['ready', new Set(['blocked'])]);
    }),
  );
}
