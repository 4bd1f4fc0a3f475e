/**
 * Several stores on one database, as several processes have them, at the same parcels at once: no update is lost, no two
 * deliveries of one parcel are out at a time, none is forgotten, and nobody waits in a circle.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Tracking } from '../../src/domain/tracking.ts';
import { OPERATIONAL_EVENT_TYPES, type Webhook } from '../../src/domain/webhook.ts';
import type { Settled, Store } from '../../src/store/store.ts';
import { noticeOf, parkingNotice } from '../../src/webhooks/notices.ts';
import { startDatabases } from './database.ts';
import {
  aParcel,
  changeOf,
  everything,
  heardAll,
  ids,
  recover,
  settleAll,
  settled,
  settlementOf,
  trackingEvents,
  wholeList,
  wholeQueue,
} from './world.ts';

const parcelsTotal = 6;
/** Of each store. */
const commitsTotal = 60;
const parcelsPerCommit = 4;

const databases = await startDatabases();
after(() => databases.cluster.stop());

describe('several stores on one database', () => {
  it('write every update of a parcel once, over the revision before', () =>
    withStores(async (stores) => {
      const [first] = stores as [Store];
      const { account, webhooks } = await settled(first, {}, {});
      const parcels = await commitParcels(first, account.id, webhooks);
      const committed = (
        await Promise.all(stores.map((store) => commitMany(store, parcels, webhooks)))
      ).flat();
      const expected = parcels.length + committed.length;
      const events = await trackingEvents(first, account.id, 100_000);
      assert.equal(events.length, expected);
      for (const { id } of parcels) {
        const revisions = events
          .filter(({ trackingId }) => trackingId === id)
          .map(({ revision }) => revision);
        assert.deepEqual(
          revisions,
          revisions.map((_, index) => index + 1),
          'in the order of the log',
        );
        assert.equal((await first.tracking(account.id, id))?.revision, revisions.length);
      }
      const listed = await wholeList((page) => first.deliveries(account.id, everything, page), 1000);
      assert.equal(listed.length, expected * webhooks.length);
      assertOneHead(listed);
    }));

  it('send the deliveries of a parcel one after the other, whoever settles them, while more are committed', () =>
    withStores(async (stores) => {
      const [first] = stores as [Store];
      const { account, webhooks } = await settled(first, {}, {});
      const parcels = await commitParcels(first, account.id, webhooks);
      const begun = new Map<string, number>();
      const releasedBy = new Map<string, number>();
      let committing = true;

      /** Sends what is at the head and says what came of it; the other stores may be sending the same. */
      async function send(store: Store, webhook: Webhook): Promise<void> {
        while (committing || (await store.queue(webhook.id, null, bounds, null)).rows.length > 0) {
          const { rows } = await store.queue(webhook.id, null, bounds, null);
          for (const { delivery } of rows) begin(delivery);
          const settlements = rows.map(({ delivery }, index) =>
            settlementOf(delivery, index % 5 === 4 ? 'scheduled' : 'accepted', 1),
          );
          for (const { released } of await settleAll(store, ...settlements)) {
            if (released === null) continue;
            const { id } = released.delivery;
            releasedBy.set(id, (releasedBy.get(id) ?? 0) + 1);
          }
        }
      }

      /** None begins before all earlier ones of its parcel have begun: they were settled before it was released. */
      function begin({ webhookId, trackingId, revision: number }: Delivery): void {
        const parcel = `${webhookId} ${trackingId}`;
        const newest = begun.get(parcel) ?? 0;
        const revision = number ?? 0;
        assert.ok(revision <= newest + 1, `${revision} of ${parcel} after ${newest}`);
        begun.set(parcel, Math.max(newest, revision));
      }

      const sending = stores.flatMap((store) => webhooks.map((webhook) => send(store, webhook)));
      await Promise.all(stores.map((store) => commitMany(store, parcels, webhooks)));
      committing = false;
      await Promise.all(sending);
      const listed = await wholeList((page) => first.deliveries(account.id, everything, page), 1000);
      assert.deepEqual(
        listed.filter(({ state }) => state !== 'accepted').map(({ id }) => id),
        [],
      );
      assert.deepEqual(
        [...releasedBy].filter(([, times]) => times > 1),
        [],
        'released once',
      );
    }));

  it('settle one delivery once', () =>
    withStores(async (stores) => {
      const [first] = stores as [Store];
      const { account, webhooks } = await settled(first, {});
      const change = changeOf(aParcel(account.id), webhooks);
      await first.commit({ trackings: [change], answers: [], heard: heardAll });
      const [head] = await wholeQueue(first, webhooks[0]?.id ?? '');
      assert.ok(head);
      const ends = await Promise.all(
        stores.map(async (store) => (await store.settle([settlementOf(head.delivery, 'accepted')]))[0]),
      );
      assert.equal(ends.filter((end) => (end as Settled).applied).length, 1);
      assert.equal((await first.attempts(account.id, head.delivery.id)).length, stores.length);
    }));

  it('forget no delivery while webhooks are disabled, enabled and recovered, and others are told', () =>
    withStores(async (stores) => {
      const [first, second] = stores as [Store, Store];
      const listener = { version: 'standard', operationalEvents: OPERATIONAL_EVENT_TYPES } as const;
      const { account, webhooks } = await settled(first, {}, listener, listener);
      const [webhook] = webhooks as [Webhook];
      const parcels = await commitParcels(first, account.id, webhooks);
      let committing = true;
      const settling = webhooks.map(async (about) => {
        const source = { about, webhooks, ids, now: 0 };
        while (committing) {
          const { rows } = await second.queue(about.id, null, bounds, null);
          await second.settle(
            rows.map(({ delivery }, at) => {
              const settlement = settlementOf(delivery, at % 3 === 0 ? 'parked' : 'accepted');
              return { ...settlement, notice: parkingNotice(settlement, source) };
            }),
          );
        }
      });
      const news = { kind: 'webhook.recovered', failingSince: 1 } as const;
      const switching = (async () => {
        while (committing) {
          const notice = noticeOf({ news, about: webhook, webhooks, ids, now: 0 });
          await first.updateWebhook({ ...webhook, enabled: false }, notice, heardAll);
          await first.updateWebhook(webhook, null, heardAll);
          await recover(first, webhook.id);
          await recover(second, webhook.id);
        }
      })();
      await Promise.all(stores.map((store) => commitMany(store, parcels, webhooks)));
      committing = false;
      await Promise.all([...settling, switching]);
      const listed = await wholeList((page) => first.deliveries(account.id, everything, page), 1000);
      assertOneHead(listed);
      for (const { id } of webhooks) {
        await recover(first, id);
        for (;;) {
          const { rows } = await first.queue(id, null, bounds, null);
          if (rows.length === 0) break;
          await first.settle(rows.map(({ delivery }) => settlementOf(delivery, 'accepted')));
        }
      }
      const after = await wholeList((page) => first.deliveries(account.id, everything, page), 1000);
      assert.deepEqual(
        after.filter(({ state }) => state !== 'accepted').map(({ id, state }) => [id, state]),
        [],
      );
    }));

  it('make one tracking of a number that both are told of at once', () =>
    withStores(async (stores) => {
      const [first] = stores as [Store];
      const { account } = await settled(first);
      for (let round = 0; round < 20; round++) {
        const numbers = Array.from({ length: 10 }, (_, index) => `N${round}-${index}`);
        const results = await Promise.all(
          stores.map((store, at) => {
            const order = at % 2 === 0 ? numbers : numbers.toReversed();
            const trackings = order.map((number) => changeOf(aParcel(account.id, { number })));
            return store.commit({ trackings, answers: [], heard: heardAll });
          }),
        );
        const kinds = Map.groupBy(results.flat(), ({ kind }) => kind);
        assert.equal(kinds.get('committed')?.length, numbers.length);
        assert.equal(kinds.get('conflict')?.length, (stores.length - 1) * numbers.length);
      }
    }));

  it('read a number again whose courier becomes known to one while another was told of both', () =>
    withStores(async (stores) => {
      const [first, second] = stores as [Store, Store];
      const { account, webhooks } = await settled(first, {});
      const unknown = aParcel(account.id, { courierCode: null });
      const { number } = unknown;
      await first.commit({ trackings: [changeOf(unknown, webhooks)], answers: [], heard: heardAll });
      const known = aParcel(account.id, { number, courierCode: 'usps' });
      await second.commit({ trackings: [changeOf(known, webhooks)], answers: [], heard: heardAll });
      const neighbour = changeOf(aParcel(account.id), webhooks);
      const upgraded = changeOf({ ...unknown, revision: 2, courierCode: 'usps' }, webhooks);
      const results = await first.commit({ trackings: [upgraded, neighbour], answers: [], heard: heardAll });
      assert.deepEqual(
        results.map(({ kind }) => kind),
        ['conflict', 'committed'],
      );
      assert.deepEqual(await first.load([{ accountId: account.id, number }]), [[unknown, known]]);
    }));
});

const bounds = { rowsMax: 100, bytesMax: 10_000_000 };

async function withStores(run: (stores: readonly Store[]) => Promise<void>): Promise<void> {
  let database = '';
  await databases.withStores(async (stores, url) => {
    database = url;
    await run(stores);
  });
  await assertNoDeadlock(database);
}

async function commitParcels(
  store: Store,
  accountId: Tracking['accountId'],
  webhooks: readonly Webhook[],
): Promise<readonly Tracking[]> {
  const parcels = Array.from({ length: parcelsTotal }, () => aParcel(accountId));
  await store.commit({
    trackings: parcels.map((parcel) => changeOf(parcel, webhooks)),
    answers: [],
    heard: heardAll,
  });
  return parcels;
}

/** Revisions of a few parcels at a time, planned on what the store has; gives those that it took. */
async function commitMany(
  store: Store,
  parcels: readonly Tracking[],
  webhooks: readonly Webhook[],
): Promise<readonly Tracking[]> {
  const taken: Tracking[] = [];
  for (let count = 0; count < commitsTotal; count++) {
    const chosen = parcels.toSorted(() => Math.random() - 0.5).slice(0, parcelsPerCommit);
    const loaded = await store.load(chosen.map(({ accountId, number }) => ({ accountId, number })));
    const trackings = loaded.map(([before]) => {
      const tracking = { ...(before as Tracking), revision: (before as Tracking).revision + 1 };
      return changeOf(tracking, webhooks);
    });
    const results = await store.commit({ trackings, answers: [], heard: heardAll });
    for (const [index, { kind }] of results.entries()) {
      assert.notEqual(kind, 'failed');
      if (kind === 'committed') taken.push(trackings[index]?.tracking as Tracking);
    }
  }
  return taken;
}

/** Of what a parcel waits to be sent, exactly the earliest is at the head. */
function assertOneHead(deliveries: readonly Delivery[]): void {
  const waiting = deliveries.filter(
    ({ state, trackingId }) => trackingId !== null && ['ready', 'scheduled', 'blocked'].includes(state),
  );
  const parcels = Map.groupBy(waiting, ({ webhookId, trackingId }) => `${webhookId} ${trackingId}`);
  for (const [parcel, queue] of parcels) {
    const states = queue.toSorted((a, b) => (a.revision ?? 0) - (b.revision ?? 0)).map(({ state }) => state);
    assert.notEqual(states[0], 'blocked', parcel);
    assert.deepEqual(new Set(states.slice(1)).size <= 1 && (states[1] ?? 'blocked'), 'blocked', parcel);
  }
}

async function assertNoDeadlock(url: string): Promise<void> {
  await databases.allEnded(url);
  const [row] = await databases.cluster.query(
    url,
    'select deadlocks::integer from pg_stat_database where datname = current_database()',
  );
  assert.equal(row?.deadlocks, 0);
}
