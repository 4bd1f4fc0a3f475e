/** Conformance: events owed to a webhook that never had them, and what is let go of when it is old. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { TrackingEvent } from '../../src/domain/event.ts';
import type { Tracking } from '../../src/domain/tracking.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { Replay, Store } from '../../src/store/store.ts';
import { aDelivery, aWebhook } from '../support/build.ts';
import type { WithStore } from './store.ts';
import {
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  heardAll,
  ids,
  lastMade,
  recover,
  rowsOf,
  settle,
  settled,
  stateOf,
  trackingEvents,
  wholeQueue,
} from './world.ts';

const far = 2 ** 47;

export function retentionCases(withStore: WithStore): void {
  it(
    'owes events to a webhook that never had them, by revision and ahead of what waits, once',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, { version: 'v2' });
      const late = await addWebhook(store, account.id, { version: 'standard' });
      const { deliveries } = await commitRevisions(store, 2, webhooks);
      const events = await trackingEvents(store, account.id);
      const all = events.map(({ id }) => id);
      // What comes after the webhook was made is owed to it at once.
      assert.deepEqual(await store.missing(account.id, late.id, all), all);
      assert.deepEqual(await store.missing(account.id, (webhooks[0] as Webhook).id, all), []);
      const replays = events.toReversed().map((event) => replayOf(event, late));
      assert.equal(await store.replay(replays, null), 2);
      assert.equal(
        await store.replay(
          events.map((event) => replayOf(event, late)),
          null,
        ),
        0,
      );
      assert.deepEqual(await store.missing(account.id, late.id, all), []);
      const [second, first] = replays.map(({ delivery }) => delivery) as [Delivery, Delivery];
      assert.deepEqual([await stateOf(store, first), await stateOf(store, second)], ['ready', 'blocked']);
      const [head] = await wholeQueue(store, late.id);
      assert.equal(head?.data, 'standard of the event');
      await settle(store, first, 'accepted');
      assert.equal(await stateOf(store, second), 'ready');
      assert.deepEqual(
        (await store.events(account.id, { after: null, limit: 10 })).map(({ id }) => id),
        all,
      );
      assert.equal(deliveries.length, 2);
    }),
  );

  it(
    'leaves out events of a tracking that was deleted',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const late = await addWebhook(store, account.id, {});
      const { tracking } = await commitRevisions(store, 1, webhooks);
      const [{ id }] = (await store.events(account.id, { after: null, limit: 1 })) as [TrackingEvent];
      assert.deepEqual(await store.missing(account.id, late.id, [id]), [id]);
      await commit(store, {
        ...changeOf({ ...tracking, revision: 2, deletedAt: lastMade() }),
        ...{ events: [], bodies: [], deliveries: [] },
      });
      assert.deepEqual(await store.missing(account.id, late.id, [id]), []);
    }),
  );

  it(
    'parks a replay to a webhook that is disabled, and leaves out one to a webhook that is gone',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      await commitRevisions(store, 1, webhooks);
      const [event] = (await store.events(account.id, { after: null, limit: 1 })) as [TrackingEvent];
      const off = await addWebhook(store, account.id, { enabled: false });
      const parked = replayOf(event, off);
      const gone = replayOf(event, aWebhook({ id: ids.next('wh'), accountId: account.id }));
      assert.equal(await store.replay([parked, gone], null), 1);
      assert.equal(await stateOf(store, parked.delivery), 'parked');
      assert.equal(await store.delivery(account.id, gone.delivery.id), null);
    }),
  );

  it(
    'lets go of what was settled before a time, with its attempts, and remembers how far',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const { deliveries } = await commitRevisions(store, 3, webhooks);
      for (const delivery of deliveries) await settle(store, delivery, 'accepted');
      const events = await store.events(account.id, { after: null, limit: 10 });
      assert.equal(await store.prunedTo(account.id), null);
      // An event, its delivery and its attempt are three rows: after two events it is enough.
      const first = await store.prune(account.id, { before: far, after: null, limit: 4 });
      assert.deepEqual(first, { removed: 2, rows: 6, next: events[1]?.id ?? '' });
      assert.deepEqual(await store.prune(account.id, { before: far, after: first.next, limit: 4 }), {
        removed: 1,
        rows: 3,
        next: null,
      });
      assert.equal(await store.prunedTo(account.id), events[2]?.id);
      assert.deepEqual(await store.events(account.id, { after: null, limit: 10 }), []);
      for (const { id, trackingId } of deliveries) {
        assert.equal(await store.delivery(account.id, id), null);
        assert.deepEqual(await store.attempts(account.id, id), []);
        const filter = { state: null, webhookId: null, createdFrom: null, createdTo: null, trackingId };
        assert.deepEqual((await store.deliveries(account.id, filter, { after: null, limit: 9 })).items, []);
      }
    }),
  );

  it(
    'removes no more rows at once than it is told, or one event',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const { deliveries } = await commitRevisions(store, 40, webhooks);
      for (const delivery of deliveries) await settle(store, delivery, 'accepted');
      const limit = 10;
      let after: string | null = null;
      let rows = 0;
      for (let steps = 0; steps === 0 || after !== null; steps++) {
        const step: Awaited<ReturnType<Store['prune']>> = await store.prune(account.id, {
          before: far,
          after,
          limit,
        });
        assert.ok(step.rows < limit + 3, `${step.rows} rows in one step`);
        rows += step.rows;
        after = step.next;
      }
      assert.equal(rows, 3 * deliveries.length);
      assert.equal((await store.prune(account.id, { before: far, after: null, limit: 1 })).rows, 0);
    }),
  );

  it(
    'counts its rows a stretch at a time',
    withStore(async (store) => {
      const { account } = await settled(store);
      const parcels = 4100;
      await commit(store, ...Array.from({ length: parcels }, () => changeOf(aParcel(account.id))));
      const first = await store.countSome(null);
      assert.deepEqual([first.of, first.rows], ['accounts', 1]);
      const { trackings, events, attempts } = await rowsOf(store);
      assert.deepEqual([trackings, events, attempts], [parcels, parcels, 0]);
    }),
  );

  it(
    'keeps whole what is owed, waiting or parked, and what was made or settled since',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const one = await commitRevisions(store, 1, webhooks);
      const two = await commitRevisions(store, 1, webhooks);
      const three = await commitRevisions(store, 1, webhooks);
      await settle(store, two.deliveries[0] as Delivery, 'parked');
      const before = lastMade();
      await settle(store, three.deliveries[0] as Delivery, 'accepted');
      const settledLater = await store.delivery(account.id, three.deliveries[0]?.id ?? '');
      const until = Math.min(before, (settledLater?.settledAt ?? 0) - 1);
      assert.equal((await store.prune(account.id, { before: until, after: null, limit: 10 })).removed, 0);
      await commitRevisions(store, 1, webhooks);
      assert.equal((await store.prune(account.id, { before: far, after: null, limit: 10 })).removed, 1);
      const kept = await trackingEvents(store, account.id);
      assert.deepEqual(
        kept.slice(0, 2).map(({ trackingId }) => trackingId),
        [one.tracking.id, two.tracking.id],
      );
      assert.equal((await store.attempts(account.id, two.deliveries[0]?.id ?? '')).length, 1);
      const other = await settled(store);
      assert.deepEqual(await store.prune(other.account.id, { before: far, after: null, limit: 10 }), {
        removed: 0,
        rows: 0,
        next: null,
      });
    }),
  );

  it(
    'lets go of trackings that are over and long without news, with all that hangs on them',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const kinds = {
        delivered: { ...delivered, ...changedAt(10) },
        returned: { ...returned, ...changedAt(10) },
        expired: { ...expired, ...changedAt(10) },
        deleted: { deletedAt: 10, ...changedAt(10) },
        'on its way': changedAt(10),
        'with news since': { ...delivered, ...changedAt(20) },
      };
      const parcels = new Map<string, Tracking>();
      for (const [kind, said] of Object.entries(kinds)) {
        const parcel = aParcel(account.id, said);
        const change = changeOf(parcel, webhooks);
        const lastEventId = change.events[0]?.id ?? null;
        for (const delivery of await commit(store, { ...change, tracking: { ...parcel, lastEventId } }))
          await settle(store, delivery, 'accepted');
        parcels.set(kind, parcel);
      }
      const events = await store.events(account.id, { after: null, limit: 10 });
      const { numbers, rows, next } = await store.pruneTrackings(account.id, { ...all, before: 20 + far });
      const gone = ['delivered', 'returned', 'expired', 'deleted'];
      assert.deepEqual(
        numbers,
        gone.map((kind) => parcels.get(kind)?.number),
      );
      // The tracking, its event, its delivery and its attempt.
      assert.deepEqual([rows, next], [4 * gone.length, null]);
      for (const [kind, { id }] of parcels) {
        const kept = await store.tracking(account.id, id, { withDeleted: true });
        assert.equal(kept === null, gone.includes(kind), kind);
      }
      const counted = await rowsOf(store);
      assert.deepEqual(
        [counted.trackings, counted.events, counted.deliveries_settled, counted.attempts],
        [2, 2, 2, 2],
      );
      assert.equal(await store.prunedTo(account.id), events[3]?.id);
      const other = await settled(store);
      assert.deepEqual(await store.pruneTrackings(other.account.id, { ...all, before: far }), {
        numbers: [],
        rows: 0,
        next: null,
      });
    }),
  );

  it(
    'keeps whole a tracking that is owed a delivery, be it parked',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, { ordered: false });
      const { tracking, deliveries } = await commitRevisions(store, 2, webhooks, delivered);
      const [parked, ...rest] = deliveries as [Delivery, ...Delivery[]];
      const step = { ...all, before: far };
      assert.deepEqual((await store.pruneTrackings(account.id, step)).numbers, []);
      await settle(store, parked, 'parked');
      for (const delivery of rest) await settle(store, delivery, 'accepted');
      assert.deepEqual(await store.pruneTrackings(account.id, step), { numbers: [], rows: 0, next: null });
      assert.equal((await store.events(account.id, { after: null, limit: 9 })).length, 2);
      assert.equal(await recover(store, parked.webhookId), 1);
      await settle(store, parked, 'accepted');
      assert.deepEqual((await store.pruneTrackings(account.id, step)).numbers, [tracking.number]);
    }),
  );

  it(
    'removes a tracking of a long history in steps, oldest events first',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const before = await commitRevisions(store, 1, webhooks, delivered);
      const long = await commitRevisions(store, 40, webhooks, delivered);
      for (const { deliveries } of [before, long])
        for (const delivery of deliveries) await settle(store, delivery, 'accepted');
      const limit = 10;
      let after: string | null = null;
      const numbers: string[] = [];
      let rows = 0;
      do {
        const step: Awaited<ReturnType<Store['pruneTrackings']>> = await store.pruneTrackings(account.id, {
          before: far,
          after,
          limit,
        });
        assert.ok(step.rows <= limit + 3, `${step.rows} rows in one step`);
        numbers.push(...step.numbers);
        rows += step.rows;
        after = step.next;
        const kept = await store.events(account.id, { after: null, limit: 100 });
        assert.deepEqual(
          kept.map((event) => ('revision' in event ? event.revision : null)),
          Array.from({ length: kept.length }, (_, index) => 41 - kept.length + index),
        );
      } while (after !== null);
      assert.deepEqual(numbers, [before.tracking.number, long.tracking.number]);
      assert.equal(rows, 3 * 41 + 2);
    }),
  );

  it(
    'a number whose tracking was removed can have one again',
    withStore(async (store) => {
      const { account } = await settled(store);
      const parcel = aParcel(account.id, delivered);
      await commit(store, changeOf(parcel));
      await store.pruneTrackings(account.id, { ...all, before: far });
      const [late] = await store.commit({
        trackings: [changeOf({ ...parcel, revision: 2 })],
        answers: [],
        heard: heardAll,
      });
      assert.equal(late?.kind, 'conflict', 'what was held in memory does not come back');
      const { number } = parcel;
      await commit(store, changeOf(aParcel(account.id, { number, courierCode: parcel.courierCode })));
    }),
  );
}

const all = { after: null, limit: 100 };
const delivered: Partial<Tracking> = { state: { status: 'delivered', substatus: 'delivered001' } };
const returned: Partial<Tracking> = { state: { status: 'exception', substatus: 'exception011' } };
const expired: Partial<Tracking> = { state: { status: 'expired', substatus: 'expired001' } };

/** So long after `far`, which is later than whatever ids say. */
function changedAt(updatedAt: number): Partial<Tracking> {
  return { updatedAt: far + updatedAt };
}

async function addWebhook(
  store: Store,
  accountId: Webhook['accountId'],
  said: Partial<Webhook>,
): Promise<Webhook> {
  const webhook = aWebhook({ id: ids.next('wh'), accountId, ...said });
  await store.insertWebhook(webhook, null, heardAll);
  return webhook;
}

function replayOf(event: TrackingEvent, webhook: Webhook): Replay {
  const { accountId, id: eventId, trackingId, number, revision } = event;
  const { id: webhookId, version, ordered } = webhook;
  const delivery = aDelivery({
    ...{ id: ids.next('dlv'), accountId, webhookId, eventId, trackingId, number, revision, version, ordered },
    createdAt: lastMade(),
  });
  return { delivery, data: `${version} of the event` };
}
