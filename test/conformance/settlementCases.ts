/** Conformance: the ends of attempts, what becomes of their deliveries, and what is released by it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { WithStore } from './store.ts';
import {
  anAttempt,
  changeOf,
  commit,
  commitRevisions,
  dataOf,
  heardAll,
  lastMade,
  settle,
  settleAll,
  settled,
  settlementOf,
  stateOf,
  statesOf,
  type Three,
} from './world.ts';

export function settlementCases(withStore: WithStore): void {
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
}
