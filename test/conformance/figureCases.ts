/** Conformance: figures of webhooks and couriers by the hour, and what is counted of what waits at webhooks. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hourMs } from '../../src/base/durations.ts';
import { timeOfId } from '../../src/base/id.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { CourierHour, WebhookHour } from '../../src/domain/figures.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { noLatencies } from '../../src/pipeline/latency.ts';
import { testNow } from '../support/build.ts';
import type { WithStore } from './store.ts';
import { aParcel, changeOf, commit, commitRevisions, ids, settle, settled } from './world.ts';

export function figureCases(withStore: WithStore): void {
  it(
    'adds to what is there of a webhook and an hour, whoever adds it, and keeps it',
    withStore(async (store, opened) => {
      const { account, webhooks } = await settled(store, {}, {});
      const [one, other] = webhooks as [Webhook, Webhook];
      await Promise.all([
        store.addWebhookHours([aWebhookHour(one), aWebhookHour(other, { failed: 7 })]),
        store.addWebhookHours([
          aWebhookHour(other, { accepted: 5, latencies: latencies([0, 1], [24, 3]) }),
          aWebhookHour(one, { accepted: 3, failed: 1, latencies: latencies([24, 4]) }),
          aWebhookHour(one, { hour: testNow + hourMs }),
        ]),
      ]);
      const again = await opened.reopen();
      const { hours, latencies: sums } = await again.webhookHours(account.id, {
        from: testNow,
        webhookId: null,
      });
      assert.deepEqual(hours, [
        { webhookId: one.id, hour: testNow, accepted: 5, failed: 1 },
        { webhookId: other.id, hour: testNow, accepted: 7, failed: 7 },
        { webhookId: one.id, hour: testNow + hourMs, accepted: 2, failed: 0 },
      ]);
      assert.deepEqual(
        new Map(sums.map((sum) => [sum.webhookId, sum.latencies])),
        new Map([
          [one.id, latencies([0, 4], [24, 4])],
          [other.id, latencies([0, 3], [24, 3])],
        ]),
      );
    }),
  );

  it(
    'tells figures of the hours that are asked for, of one webhook or all, and of no other account',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {});
      const { account: another, webhooks: others } = await settled(store, {});
      const [one, other] = webhooks as [Webhook, Webhook];
      const week = 7 * 24 * hourMs;
      await store.addWebhookHours([
        ...[
          aWebhookHour(one, { hour: testNow - week }),
          aWebhookHour(one, { hour: testNow - week - hourMs }),
        ],
        ...[aWebhookHour(one), aWebhookHour(other), aWebhookHour(others[0] as Webhook)],
      ]);
      const span = { from: testNow - week, webhookId: null };
      const all = await store.webhookHours(account.id, span);
      assert.deepEqual(
        all.hours.map(({ webhookId, hour }) => [webhookId, hour]),
        [
          [one.id, testNow - week],
          [one.id, testNow],
          [other.id, testNow],
        ],
      );
      const own = await store.webhookHours(account.id, { ...span, webhookId: other.id });
      assert.deepEqual([own.hours.length, own.latencies.length], [1, 1]);
      assert.deepEqual(await store.webhookHours(another.id, { ...span, webhookId: other.id }), {
        ...{ hours: [], latencies: [] },
      });
    }),
  );

  it(
    'adds up how couriers answered, and tells the last answer and failure of any time',
    withStore(async (store) => {
      const { account } = await settled(store);
      const { account: another } = await settled(store);
      const about = { accountId: account.id };
      const before = testNow - 50 * hourMs;
      await store.addCourierHours([
        aCourierHour(about, { hour: before, answeredAt: before + 5 }),
        aCourierHour(about, { failed: 1, answeredAt: null, failedAt: testNow + 7, failure: 'Away 📦' }),
        aCourierHour(about, { courierCode: 'dhl', hour: before }),
        aCourierHour({ accountId: another.id }, { courierCode: 'ups' }),
      ]);
      await store.addCourierHours([
        aCourierHour(about, {
          asked: 4,
          failed: 1,
          answeredAt: null,
          failedAt: testNow + 6,
          failure: 'Before',
        }),
      ]);
      const sums = { courierCode: 'sandbox', asked: 6, failed: 2, failedAt: testNow + 7, failure: 'Away 📦' };
      assert.deepEqual(await store.courierFigures(account.id, testNow), [
        { ...sums, answeredAt: before + 5 },
      ]);
      await store.addCourierHours([aCourierHour(about, { answeredAt: testNow + 9 })]);
      const [sandbox] = await store.courierFigures(account.id, testNow);
      assert.deepEqual(sandbox, { ...sums, asked: 8, answeredAt: testNow + 9 });
      const codes = (await store.courierFigures(account.id, before)).map(({ courierCode }) => courierCode);
      assert.deepEqual(codes, ['dhl', 'sandbox']);
    }),
  );

  it(
    'forgets hours that are old enough, step by step, and no other',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const [webhook] = webhooks as [Webhook];
      const hours = Array.from({ length: 1500 }, (_, back) => testNow - back * hourMs);
      await store.addWebhookHours(hours.map((hour) => aWebhookHour(webhook, { hour })));
      await store.addCourierHours([aCourierHour(webhook, { hour: testNow - hourMs }), aCourierHour(webhook)]);
      let steps = 1;
      while (await store.forgetHours(testNow)) steps++;
      assert.ok(steps > 1);
      const left = await store.webhookHours(account.id, { from: 0, webhookId: null });
      assert.deepEqual(
        left.hours.map(({ hour }) => hour),
        [testNow],
      );
      assert.equal((await store.courierFigures(account.id, 0))[0]?.asked, 2);
    }),
  );

  it(
    'counts what waits and what is parked, with the oldest and the next attempt, of several webhooks at once',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {}, {});
      const [busy, calm, idle] = webhooks as [Webhook, Webhook, Webhook];
      // Of the first parcel one waits for its retry and two behind it; of the second one is parked, one ready.
      const { deliveries: first } = await commitRevisions(store, 3, [busy]);
      const { deliveries: second } = await commitRevisions(store, 2, [busy]);
      const [ready] = await commit(store, changeOf(aParcel(account.id), [calm]));
      await settle(store, first[0] as Delivery, 'scheduled', testNow + 30_000);
      await settle(store, second[0] as Delivery, 'parked');
      const nothing = { waiting: 0, parked: 0, oldestWaitingAt: null, nextAttemptAt: null };
      const unknown = ids.next('wh');
      assert.deepEqual(await store.backlogs([idle.id, busy.id, unknown, calm.id], 100), [
        { ...nothing, webhookId: idle.id },
        {
          ...{ webhookId: busy.id, waiting: 4, parked: 1 },
          ...{ oldestWaitingAt: madeAt(first[0]), nextAttemptAt: testNow + 30_000 },
        },
        { ...nothing, webhookId: unknown },
        { ...nothing, webhookId: calm.id, waiting: 1, oldestWaitingAt: madeAt(ready) },
      ]);
    }),
  );

  it(
    'counts no further than it is told, and still knows the oldest and the next attempt',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const [webhook] = webhooks as [Webhook];
      const parcels = Array.from({ length: 8 }, () => aParcel(account.id));
      const made = await commit(store, ...parcels.map((tracking) => changeOf(tracking, [webhook])));
      await settle(store, made[6] as Delivery, 'scheduled', testNow + 2);
      await settle(store, made[7] as Delivery, 'scheduled', testNow + 1);
      const countOf = async (countedTo: number) => (await store.backlogs([webhook.id], countedTo))[0];
      const now = { webhookId: webhook.id, oldestWaitingAt: madeAt(made[0]), nextAttemptAt: testNow + 1 };
      assert.deepEqual(await countOf(3), { ...now, waiting: 3, parked: 0 });
      assert.deepEqual(await countOf(8), { ...now, waiting: 8, parked: 0 });
      for (const delivery of made.slice(2, 6)) await settle(store, delivery, 'parked');
      assert.deepEqual(await countOf(3), { ...now, waiting: 3, parked: 3 });
      assert.deepEqual(await countOf(5), { ...now, waiting: 4, parked: 4 });
    }),
  );
}

export function aWebhookHour(
  { accountId, id: webhookId }: Pick<Webhook, 'accountId' | 'id'>,
  said: Partial<WebhookHour> = {},
): WebhookHour {
  return {
    ...{ accountId, webhookId, hour: testNow, accepted: 2, failed: 0, latencies: latencies([0, 2]) },
    ...said,
  };
}

export function aCourierHour(
  { accountId }: Pick<CourierHour, 'accountId'>,
  said: Partial<CourierHour> = {},
): CourierHour {
  return {
    ...{ accountId, courierCode: 'sandbox', hour: testNow, asked: 2, failed: 0 },
    ...{ answeredAt: testNow, failedAt: null, failure: null },
    ...said,
  };
}

/** By bucket and number. */
function latencies(...numbers: readonly (readonly [bucket: number, number: number])[]): number[] {
  const all = noLatencies();
  for (const [bucket, number] of numbers) all[bucket] = number;
  return all;
}

function madeAt(delivery: Delivery | undefined): number {
  return timeOfId((delivery as Delivery).id);
}
