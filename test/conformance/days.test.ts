/** Days of the PostgreSQL store: made before they are needed, dropped as a whole, and what is still needed survives. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { dayMs } from '../../src/base/durations.ts';
import { timeOfId } from '../../src/base/id.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { Store, TrackingCommit } from '../../src/store/store.ts';
import { startDatabases } from './database.ts';
import {
  aParcel,
  changeOf,
  commit,
  dataOf,
  heardAll,
  lastMade,
  rowsOf,
  settle,
  settleAll,
  settled,
  settlementOf,
  statesOf,
  wholeQueue,
} from './world.ts';

const databases = await startDatabases();
after(() => databases.cluster.stop());

describe('days of the PostgreSQL store', () => {
  it('goes as a whole, but for what is owed, parked, or settled since', () =>
    databases.withStore(async (store, url) => {
      const { account, webhooks } = await settled(store, {}, {});
      const [webhook, disabled] = webhooks as [Webhook, Webhook];
      const [gone, owed, late] = await commitAt(store, -3, [webhook], 3);
      const [parked] = await commitAt(store, -3, [disabled], 1);
      const [today] = await commitAt(store, 0, [webhook], 1);
      assert.ok(gone && owed && late && parked && today);
      await settleAt(store, gone, 'accepted', dayStart(-2));
      await settleAt(store, owed, 'scheduled', dayStart(-2));
      await settleAt(store, late, 'accepted', dayStart(0));
      await store.updateWebhook({ ...disabled, enabled: false }, null, heardAll);

      const before = dayStart(0) - 1;
      const tables = await dayTables(url);
      assert.equal(await store.pruneDays(before), dayStart(-1));
      assert.ok((await dayTables(url)).length < tables.length);

      const all = [gone, owed, late, parked, today];
      assert.deepEqual(await statesOf(store, all), [null, 'scheduled', 'accepted', 'parked', 'ready']);
      assert.equal(await store.event(account.id, gone.eventId), null);
      for (const kept of [owed, late, parked]) {
        assert.ok(await store.event(account.id, kept.eventId));
        assert.equal(await store.body(account.id, kept.eventId, kept.version), bodyOf(kept));
      }
      assert.equal((await store.attempts(account.id, owed.id)).length, 1);
      assert.equal((await store.attempts(account.id, late.id)).length, 1);
      assert.equal(await store.prunedTo(account.id), gone.eventId);
      const events = await store.events(account.id, { after: null, limit: 10 });
      assert.deepEqual(
        events.map(({ id }) => id),
        [owed, late, parked, today].map(({ eventId }) => eventId),
      );

      // What is owed is still sent, and once it is settled it goes, one by one.
      assert.deepEqual(
        (await wholeQueue(store, webhook.id)).map(({ delivery }) => delivery.id),
        [today.id, owed.id],
      );
      await settleAt(store, owed, 'accepted', dayStart(0));
      await store.deleteWebhook(disabled, dayStart(0));
      const { removed } = await store.prune(account.id, { before: dayStart(1), after: null, limit: 100 });
      assert.equal(removed, 3);
      assert.deepEqual(await statesOf(store, all), [null, null, null, null, 'ready']);
    }));

  it('is dropped once, day after day, and a second time nothing is', () =>
    databases.withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      for (const day of [-4, -3, -2]) {
        const deliveries = await commitAt(store, day, webhooks, 5);
        for (const one of deliveries) await settleAt(store, one, 'accepted', dayStart(day));
      }
      await store.pruneDays(dayStart(-1));
      const { events, deliveries_settled: history, attempts } = await rowsOf(store);
      assert.deepEqual(
        [events, history, attempts],
        [0, 0, 15],
        'attempts are of the day in which they were made',
      );
      await store.pruneDays(dayStart(1));
      await store.pruneDays(dayStart(1));
      assert.equal((await rowsOf(store)).attempts, 0);
    }));

  it('takes what a clock far behind dates there after it is gone', () =>
    databases.withStore(async (store) => {
      const { webhooks } = await settled(store, {});
      await commitAt(store, -5, webhooks, 1);
      await store.pruneDays(dayStart(-1));
      const [behind] = await commitAt(store, -6, webhooks, 1);
      assert.ok(behind);
      assert.equal((await settle(store, behind, 'accepted')).applied, true);
    }));

  it('keeps an event that was owed to one more webhook later', () =>
    databases.withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {});
      const [webhook, other] = webhooks as [Webhook, Webhook];
      const [old] = await commitAt(store, -3, [webhook], 1);
      assert.ok(old);
      await settleAt(store, old, 'accepted', dayStart(-3));
      const delivery: Delivery = { ...old, id: atDay(old.id, 3), webhookId: other.id, state: 'ready' };
      assert.equal(await store.replay([{ delivery, data: 'again' }], null), 1);
      await settleAt(store, delivery, 'accepted', dayStart(0));
      await store.pruneDays(dayStart(0));
      assert.ok(await store.event(account.id, old.eventId));
      assert.deepEqual(await statesOf(store, [old, delivery]), ['accepted', 'accepted']);
    }));

  it('is dropped while others commit and settle', () =>
    databases.withStore(async (store, url) => {
      const { webhooks } = await settled(store, {});
      for (const day of [-6, -5, -4, -3, -2]) await commitAt(store, day, webhooks, 20);
      const second = await databases.open(url);
      let dropping = true;
      const working = [store, second].map(async (one) => {
        while (dropping) {
          const [delivery] = await commitAt(one, 0, webhooks, 1);
          await settle(one, delivery as Delivery, 'accepted');
        }
      });
      await second.pruneDays(dayStart(-1));
      dropping = false;
      await Promise.all(working);
      await second.close();
      assert.equal((await wholeQueue(store, webhooks[0]?.id ?? '')).length, 5 * 20);
    }));
});

/** The fixtures' day, so many days on. */
function dayStart(days: number): number {
  return (Math.floor(lastMade() / dayMs) + days) * dayMs;
}

/** The same id, made so many days later. */
function atDay<T extends string>(id: T, days: number): T {
  const [prefix, bare = ''] = id.split('_');
  const ms = timeOfId(id) + days * dayMs;
  return `${prefix}_${ms.toString(16).padStart(12, '0')}${bare.slice(12)}` as T;
}

/** New parcels of that day, each with a delivery to each webhook. */
async function commitAt(
  store: Store,
  days: number,
  webhooks: readonly Webhook[],
  count: number,
): Promise<readonly Delivery[]> {
  const changes = Array.from({ length: count }, (): TrackingCommit => {
    const change = changeOf(aParcel((webhooks[0] as Webhook).accountId), webhooks);
    const deliveries = change.deliveries.map((delivery) => ({
      ...delivery,
      id: atDay(delivery.id, days),
      eventId: atDay(delivery.eventId, days),
    }));
    return {
      ...change,
      deliveries,
      bodies: change.bodies.map((body) => ({ ...body, eventId: atDay(body.eventId, days) })),
      events: change.events.map((event) => ({
        ...event,
        id: atDay(event.id, days),
        deliveryIds: deliveries.map(({ id }) => id),
      })),
    };
  });
  return commit(store, ...changes);
}

async function settleAt(
  store: Store,
  delivery: Delivery,
  state: 'accepted' | 'scheduled',
  settledAt: number,
): Promise<void> {
  const settlement = settlementOf(delivery, state, 1);
  const next = settlement.next && { ...settlement.next, settledAt: state === 'accepted' ? settledAt : null };
  assert.equal((await settleAll(store, { ...settlement, next }))[0]?.applied, true);
}

/** Bodies name the event by the id that it was given first. */
function bodyOf({ eventId, version }: Delivery): string {
  return dataOf(atDay(eventId, 3), version);
}

async function dayTables(url: string): Promise<readonly unknown[]> {
  return databases.cluster.query(
    url,
    "select relname from pg_class where relkind = 'r' and relname ~ '_\\d{8}$'",
  );
}
