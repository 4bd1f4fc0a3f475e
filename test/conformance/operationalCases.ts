/** Conformance: operational events, written with what they tell, and their deliveries, which are of no parcel. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { OperationalEvent, OperationalNews } from '../../src/domain/operationalEvent.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { Notice, Settlement, Store } from '../../src/store/store.ts';
import { noticeOf, parkingNotice } from '../../src/webhooks/notices.ts';
import type { WithStore } from './store.ts';
import {
  commitRevisions,
  everything,
  heardAll,
  ids,
  lastMade,
  recover,
  recoverable,
  rowsOf,
  settle,
  settleAll,
  settled,
  settlementOf,
  stateOf,
  statesOf,
  wholeQueue,
} from './world.ts';

const listener: Partial<Webhook> = {
  version: 'standard',
  operationalEvents: ['webhook.failing', 'webhook.recovered', 'webhook.disabled', 'delivery.parked'],
};
const far = 2 ** 47;

export function operationalCases(withStore: WithStore): void {
  it(
    'a parking is told in the log and to who asked, with the settlement that parked it',
    withStore(async (store, opened) => {
      const { account, webhooks } = await settled(store, {}, listener, { ...listener, enabled: false });
      const [mine, on, off] = webhooks as [Webhook, Webhook, Webhook];
      const { deliveries } = await commitRevisions(store, 2, [mine]);
      const [first, second] = deliveries as [Delivery, Delivery];
      const settlement = parking(first, mine, webhooks);
      const [done] = await settleAll(store, settlement);
      assert.equal(done?.released?.delivery.id, second.id);
      assert.deepEqual(
        done?.told.map(({ delivery }) => [delivery.webhookId, delivery.state]),
        [
          [on.id, 'ready'],
          [off.id, 'parked'],
        ],
      );
      const told = settlement.notice?.event as OperationalEvent;
      const data = JSON.parse(done?.told[0]?.data ?? '');
      assert.deepEqual([data.delivery_id, data.tracking_number], [first.id, first.number]);
      assert.deepEqual(done?.told[0]?.event, told);
      const check = async (opened: Store): Promise<void> => {
        const events = await opened.events(account.id, { after: null, limit: 10 });
        assert.deepEqual([events.length, events.at(-1)], [3, told]);
        assert.deepEqual(await opened.event(account.id, told.id), told);
        assert.equal(await opened.body(account.id, told.id, 'standard'), done?.told[0]?.data);
        const [owed] = await wholeQueue(opened, on.id);
        assert.deepEqual(owed, done?.told[0]);
      };
      await check(store);
      await check(await opened.reopen());
    }),
  );

  it(
    'what was parked already or is gone is not told again',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {}, listener);
      const [mine, other] = webhooks as [Webhook, Webhook, Webhook];
      const [parked] = (await commitRevisions(store, 1, [mine])).deliveries as [Delivery];
      const [cancelled] = (await commitRevisions(store, 1, [other])).deliveries as [Delivery];
      await store.updateWebhook({ ...mine, enabled: false }, null, heardAll);
      await store.deleteWebhook(other, lastMade());
      const done = await settleAll(
        store,
        parking(parked, mine, webhooks),
        parking(cancelled, other, webhooks),
      );
      assert.deepEqual(
        done.map(({ applied, told }) => [applied, told]),
        [
          [true, []],
          [false, []],
        ],
      );
      assert.equal((await store.events(account.id, { after: null, limit: 10 })).length, 2);
    }),
  );

  it(
    'a webhook that is disabled is told with how many deliveries that parked, none of which is told itself',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, listener);
      const [mine, on] = webhooks as [Webhook, Webhook];
      const { deliveries } = await commitRevisions(store, 4, [mine]);
      await settle(store, deliveries[0] as Delivery, 'accepted');
      await settle(store, deliveries[1] as Delivery, 'parked');
      const disabled = { ...mine, enabled: false };
      const news = disabledBy('receiver');
      const notice = noticeAbout(disabled, webhooks, news);
      const [told, ...others] = await store.updateWebhook(disabled, notice, heardAll);
      assert.deepEqual([told?.delivery.webhookId, others], [on.id, []]);
      assert.equal(JSON.parse(told?.data ?? '').parked_count, 2);
      const events = await store.events(account.id, { after: null, limit: 10 });
      assert.deepEqual(events.slice(4), [{ ...notice.event, parked: 2 }]);
      assert.deepEqual(told?.event, events[4]);
    }),
  );

  it(
    'is kept also where nobody asked, and only its own account sees it',
    withStore(async (store) => {
      const [mine, other] = [await settled(store, {}), await settled(store, listener)];
      const [webhook] = mine.webhooks as [Webhook];
      const notice = noticeAbout(webhook, mine.webhooks, {
        kind: 'webhook.failing',
        failingSince: 5,
        reason: 'Answered 500.',
      });
      assert.deepEqual(await store.updateWebhook({ ...webhook, failingSince: 5 }, notice, heardAll), []);
      assert.deepEqual(await store.events(mine.account.id, { after: null, limit: 10 }), [notice.event]);
      assert.deepEqual(await store.events(other.account.id, { after: null, limit: 10 }), []);
      assert.equal(await store.event(other.account.id, notice.event.id), null);
      assert.equal(await store.newestEventId(), notice.event.id);
    }),
  );

  it(
    'its deliveries wait for none, are listed among the others, and are put back first',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, listener);
      const [mine, on] = webhooks as [Webhook, Webhook];
      const own = (await commitRevisions(store, 2, [on])).deliveries as [Delivery, Delivery];
      const told: Delivery[] = [];
      for (let count = 0; count < 3; count++) {
        const notice = noticeAbout(mine, webhooks, { kind: 'webhook.recovered', failingSince: 5 });
        for (const { delivery } of await store.updateWebhook(mine, notice, heardAll)) told.push(delivery);
      }
      assert.deepEqual(await statesOf(store, [...own, ...told]), [
        'ready',
        'blocked',
        'ready',
        'ready',
        'ready',
      ]);
      assert.equal((await settle(store, told[0] as Delivery, 'accepted')).released, null);
      await settle(store, told[1] as Delivery, 'parked');
      await settle(store, own[0], 'parked');
      const listed = await store.deliveries(account.id, everything, { after: null, limit: 10 });
      assert.deepEqual(
        listed.items.map(({ id, trackingId, number, revision }) => [id, trackingId, number, revision]),
        [
          ...told.toReversed().map(({ id }) => [id, null, null, null]),
          ...own
            .toReversed()
            .map(({ id, trackingId, number, revision }) => [id, trackingId, number, revision]),
        ],
      );
      const ofParcel = { since: null, until: null, trackingId: own[0].trackingId, after: null };
      assert.equal((await store.recoverable(on.id, ofParcel)).count, 1);
      assert.equal(await recoverable(store, on.id), 2);
      assert.equal(await recover(store, on.id), 2);
      assert.deepEqual(await statesOf(store, [...own, ...told.slice(1)]), [
        'ready',
        'blocked',
        'ready',
        'ready',
      ]);
    }),
  );

  it(
    'thousands of them are put back in steps, each once, before those of parcels',
    withStore(async (store) => {
      const { webhooks } = await settled(store, {}, listener);
      const [mine, on] = webhooks as [Webhook, Webhook];
      const [own] = (await commitRevisions(store, 1, [on])).deliveries as [Delivery];
      // More than a step of either store takes.
      const count = 2050;
      const news = { kind: 'webhook.recovered', failingSince: 5 } as const;
      // They take turns at their webhook: no more at a time than get theirs before a store gives up waiting.
      for (let made = 0; made < count; made += 50) {
        const some = Array.from({ length: 50 }, () => noticeAbout(mine, webhooks, news));
        await Promise.all(some.map((notice) => store.updateWebhook(mine, notice, heardAll)));
      }
      await store.updateWebhook({ ...on, enabled: false }, null, heardAll);
      await store.updateWebhook(on, null, heardAll);
      assert.equal(await stateOf(store, own), 'parked');
      assert.equal(await recoverable(store, on.id), count + 1);
      const first = await store.recover(
        on.id,
        { since: null, until: null, trackingId: null, after: null },
        null,
      );
      assert.match(first.next ?? '', /^[a-z0-9-]+$/);
      assert.equal(await stateOf(store, own), 'parked');
      assert.equal(first.count + (await recover(store, on.id)), count + 1);
      assert.equal(await stateOf(store, own), 'ready');
      assert.equal((await wholeQueue(store, on.id, 1000)).length, count + 1);
    }),
  );

  it(
    'is owed to no webhook that was not there, and goes like any other once it is old and settled',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, listener);
      const [mine, on] = webhooks as [Webhook, Webhook];
      const notice = noticeAbout(mine, webhooks, { kind: 'webhook.recovered', failingSince: 5 });
      const [told] = await store.updateWebhook(mine, notice, heardAll);
      assert.deepEqual(await store.missing(account.id, mine.id, [notice.event.id]), []);
      const step = { before: far, after: null, limit: 10 };
      assert.equal((await store.prune(account.id, step)).removed, 0);
      await settle(store, told?.delivery as Delivery, 'accepted');
      assert.equal((await store.prune(account.id, step)).removed, 1);
      const { events, deliveries_settled: history, attempts } = await rowsOf(store);
      assert.deepEqual([events, history, attempts], [0, 0, 0]);
      assert.equal((await store.webhooks(account.id)).find(({ id }) => id === on.id)?.enabled, true);
    }),
  );
}

function noticeAbout(about: Webhook, webhooks: readonly Webhook[], news: OperationalNews): Notice {
  return noticeOf({ news, about, webhooks, ids, now: lastMade() });
}

function disabledBy(by: 'receiver'): OperationalNews {
  return {
    kind: 'webhook.disabled',
    disabledBy: by,
    reason: 'The receiver answered 410.',
    failingSince: null,
    parked: 0,
  };
}

/** The settlement that parks a delivery, and tells it. */
function parking(delivery: Delivery, about: Webhook, webhooks: readonly Webhook[]): Settlement {
  const settlement = settlementOf(delivery, 'parked');
  const notice = parkingNotice(settlement, { about, webhooks, ids, now: lastMade() });
  assert.ok(notice);
  return { ...settlement, notice };
}
