/** Conformance: parked deliveries put back, each parcel in the order of its revisions. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { WithStore } from './store.ts';
import {
  aParcel,
  changeOf,
  commit,
  commitInTurn,
  commitRevisions,
  heardAll,
  lastMade,
  recover,
  recoverable,
  settle,
  settled,
  statesOf,
  type Three,
  wholeQueue,
} from './world.ts';

export function recoverCases(withStore: WithStore): void {
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
      const deliveries = await commitInTurn(store, [loose, strict, strict]);
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
        assert.deepEqual(await store.recover(webhook.id, step, null), { count: 2, next: null });
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
