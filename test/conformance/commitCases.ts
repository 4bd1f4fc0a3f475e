/** Conformance: the commit, wholly or by name. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Answer, Store, TrackingCommit } from '../../src/store/store.ts';
import type { WithStore } from './store.ts';
import {
  aParcel,
  changeOf,
  commit,
  dataOf,
  eventOf,
  heardAll,
  ids,
  owing,
  rowsOf,
  settled,
  trackingEvents,
} from './world.ts';

export function commitCases(withStore: WithStore): void {
  it(
    'writes a new tracking with its event, bodies and deliveries',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, { version: 'v2' }, { version: 'standard' });
      const tracking = aParcel(account.id);
      const change = changeOf(tracking, webhooks);
      const [event] = change.events;
      assert.deepEqual(await commit(store, change), change.deliveries);
      assert.ok(event);
      assert.deepEqual(await store.tracking(account.id, tracking.id), tracking);
      assert.deepEqual(await store.event(account.id, event.id), event);
      for (const version of ['v2', 'standard'] as const) {
        assert.equal(await store.body(account.id, event.id, version), dataOf(event.id, version));
      }
      for (const delivery of change.deliveries) {
        assert.deepEqual(await store.delivery(account.id, delivery.id), delivery);
      }
    }),
  );

  it(
    'writes over what it was read as, any number of revisions further; settings count as well',
    withStore(async (store) => {
      const { account } = await settled(store);
      const first = aParcel(account.id);
      await commit(store, changeOf(first));
      const fourth = { ...first, revision: 4, writes: 4, courierCode: 'usps', archived: true };
      await commit(store, { ...changeOf(fourth), expectedWrites: 1 });
      assert.deepEqual(await store.tracking(account.id, first.id), fourth);
      // Settings make no revision.
      const stopped = { ...fourth, writes: 5, stopped: true };
      const change = { ...changeOf(stopped), tracking: stopped, expectedWrites: 4, events: [] };
      await commit(store, change);
      assert.deepEqual(await store.tracking(account.id, first.id), stopped);
      const unarchived = { ...change, tracking: { ...fourth, writes: 5, archived: false } };
      const over = { trackings: [unarchived], answers: [], heard: heardAll };
      assert.deepEqual(await store.commit(over), [{ kind: 'conflict' }]);
      assert.deepEqual(await store.tracking(account.id, first.id), stopped);
    }),
  );

  it(
    'leaves everything as it is on a conflict, and commits the neighbours',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const [first, stale, last] = [aParcel(account.id), aParcel(account.id), aParcel(account.id)];
      await commit(store, changeOf(stale));
      await commit(store, changeOf({ ...stale, revision: 2 }));
      const before = await countsOf(store);
      const conflicting = { ...changeOf({ ...stale, revision: 2, archived: true }, webhooks) };
      const results = await store.commit({
        trackings: [changeOf(first, webhooks), conflicting, changeOf(last, webhooks)],
        answers: [],
        heard: heardAll,
      });
      assert.deepEqual(
        results.map((result) => result.kind),
        ['committed', 'conflict', 'committed'],
      );
      assert.equal((await store.tracking(account.id, stale.id))?.archived, false);
      await nothingOf(store, conflicting);
      const after = await countsOf(store);
      assert.equal(after.event, before.event + 2);
      assert.equal(after.delivery, before.delivery + 2);
      assert.equal(after.tracking, before.tracking + 2);
    }),
  );

  it(
    'conflicts over a tracking that is not there',
    withStore(async (store) => {
      const { account } = await settled(store);
      const results = await store.commit({
        trackings: [changeOf(aParcel(account.id, { revision: 2 }))],
        answers: [],
        heard: heardAll,
      });
      assert.deepEqual(results, [{ kind: 'conflict' }]);
    }),
  );

  it(
    'of two commits at once over one revision takes one',
    withStore(async (store) => {
      const { account } = await settled(store);
      const tracking = aParcel(account.id);
      await commit(store, changeOf(tracking));
      const over = (courierCode: string) =>
        store.commit({
          trackings: [changeOf({ ...tracking, revision: 2, courierCode })],
          answers: [],
          heard: heardAll,
        });
      const couriers = ['usps', 'dhl'];
      const kinds = (await Promise.all(couriers.map(over))).flat().map(({ kind }) => kind);
      assert.deepEqual(kinds.toSorted(), ['committed', 'conflict']);
      const taken = couriers[kinds.indexOf('committed')];
      assert.equal((await store.tracking(account.id, tracking.id))?.courierCode, taken);
    }),
  );

  it(
    'takes two events of one tracking in one commit, the later delivery behind the earlier',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const tracking = aParcel(account.id, { revision: 2 });
      const owed = [1, 2].map((revision) => owing(eventOf(tracking, revision), webhooks));
      const placed = await commit(store, {
        tracking,
        expectedWrites: 0,
        events: owed.flatMap(({ events }) => events),
        bodies: owed.flatMap(({ bodies }) => bodies),
        deliveries: owed.flatMap(({ deliveries }) => deliveries),
      });
      assert.deepEqual(
        placed.map((delivery) => [delivery.revision, delivery.state]),
        [
          [1, 'ready'],
          [2, 'blocked'],
        ],
      );
      assert.deepEqual(
        (await trackingEvents(store, account.id)).map((event) => event.revision),
        [1, 2],
      );
    }),
  );

  it(
    'lets a datum that cannot be stored fail alone, within a commit and among commits',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const earlier = changeOf(aParcel(account.id), webhooks);
      await commit(store, earlier);
      // Its event has an id that is taken: the tracking before it and the deliveries after it must not stay.
      const bad = { ...changeOf(aParcel(account.id), webhooks), events: earlier.events };
      const good = [0, 1, 2].map(() => changeOf(aParcel(account.id), webhooks));
      const [mixed, lone, badAlone] = await Promise.all([
        store.commit({
          trackings: [good[0], bad, good[1]] as TrackingCommit[],
          answers: [],
          heard: heardAll,
        }),
        store.commit({ trackings: [good[2] as TrackingCommit], answers: [], heard: heardAll }),
        store.commit({ trackings: [bad], answers: [], heard: heardAll }),
      ]);
      assert.deepEqual(
        mixed.map((result) => result.kind),
        ['committed', 'failed', 'committed'],
      );
      assert.equal(lone[0]?.kind, 'committed');
      assert.equal(badAlone[0]?.kind, 'failed');
      assert.equal(await store.tracking(account.id, bad.tracking.id), null);
      assert.equal(await store.delivery(account.id, bad.deliveries[0]?.id ?? ''), null);
      for (const { tracking } of good) assert.ok(await store.tracking(account.id, tracking.id));
      const counts = await countsOf(store);
      assert.deepEqual([counts.tracking, counts.event, counts.delivery], [4, 4, 4]);
    }),
  );

  it(
    'fails a second tracking of the same id',
    withStore(async (store) => {
      const { account } = await settled(store);
      const tracking = aParcel(account.id);
      await commit(store, changeOf(tracking));
      const again = changeOf({ ...tracking, courierCode: 'usps' });
      const [result] = await store.commit({ trackings: [again], answers: [], heard: heardAll });
      assert.equal(result?.kind, 'failed');
      assert.equal((await store.tracking(account.id, tracking.id))?.courierCode, null);
    }),
  );

  it(
    'remembers answers only when every tracking is written',
    withStore(async (store) => {
      const { account } = await settled(store);
      const tracking = aParcel(account.id);
      const answer = (key: string): Answer => ({
        accountId: account.id,
        key,
        requestHash: 'hash',
        status: 200,
        body: '{}',
        createdAt: 10,
      });
      const stale = { ...changeOf(tracking), expectedWrites: 7 };
      await store.commit({
        trackings: [stale, changeOf(aParcel(account.id))],
        answers: [answer('conflict')],
        heard: heardAll,
      });
      assert.equal(await store.answer(account.id, 'conflict', 0), null);
      const doubled = changeOf(aParcel(account.id));
      const twice = { ...doubled, events: [...doubled.events, ...doubled.events] };
      await store.commit({ trackings: [twice], answers: [answer('failed')], heard: heardAll });
      assert.equal(await store.answer(account.id, 'failed', 0), null);
      await store.commit({
        trackings: [changeOf(tracking)],
        answers: [answer('written'), answer('both')],
        heard: heardAll,
      });
      assert.deepEqual(await store.answer(account.id, 'written', 0), answer('written'));
      assert.deepEqual(await store.answer(account.id, 'both', 0), answer('both'));
      await store.commit({ trackings: [], answers: [answer('nothing changed')], heard: heardAll });
      assert.deepEqual(await store.answer(account.id, 'nothing changed', 0), answer('nothing changed'));
    }),
  );

  it(
    'parks a delivery whose webhook was disabled meanwhile, and cancels one whose webhook is gone',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {});
      const [disabled, deleted] = webhooks;
      assert.ok(disabled && deleted);
      const change = changeOf(aParcel(account.id), webhooks);
      await store.updateWebhook({ ...disabled, enabled: false, disabledReason: 'By hand.' }, null, heardAll);
      await store.deleteWebhook(deleted, 1);
      const placed = await commit(store, change);
      assert.deepEqual(
        placed.map((delivery) => delivery.state),
        ['parked', 'cancelled'],
      );
      for (const delivery of placed)
        assert.deepEqual(await store.delivery(account.id, delivery.id), delivery);
      assert.deepEqual(await store.webhooksWithWork(null, null), []);
    }),
  );

  it(
    'survives a restart once it is acknowledged',
    withStore(async (store, opened) => {
      const { account, webhooks } = await settled(store, {});
      const change = changeOf(aParcel(account.id), webhooks);
      const [delivery] = await commit(store, change);
      const again = await opened.reopen();
      assert.deepEqual(await again.tracking(account.id, change.tracking.id), change.tracking);
      assert.deepEqual(await again.event(account.id, change.events[0]?.id ?? ''), change.events[0]);
      assert.deepEqual(await again.delivery(account.id, delivery?.id ?? ''), delivery);
      assert.deepEqual(await again.webhooks(account.id), webhooks);
      assert.deepEqual(await again.webhooksWithWork(null, null), [webhooks[0]?.id]);
    }),
  );

  it(
    'says that it is ready, and what it holds',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      await commit(store, changeOf(aParcel(account.id), webhooks), changeOf(aParcel(account.id)));
      assert.equal(await store.ready(), true);
      assert.equal(await store.ready(), true);
      const { accounts, trackings, events, deliveries_owed: owed, webhooks: hooks } = await rowsOf(store);
      assert.deepEqual([accounts, trackings, events, owed, hooks], [1, 2, 2, 1, 1]);
      const { bytes, freeBytes } = await store.size();
      assert.ok(bytes > freeBytes && freeBytes >= 0);
    }),
  );
}

async function countsOf(store: Store): Promise<{ tracking: number; event: number; delivery: number }> {
  const { trackings = -1, events = -1, deliveries_owed: owed = -1 } = await rowsOf(store);
  return { tracking: trackings, event: events, delivery: owed };
}

async function nothingOf(store: Store, change: TrackingCommit): Promise<void> {
  for (const event of change.events) {
    assert.equal(await store.event(event.accountId, event.id), null);
    assert.equal(await store.body(event.accountId, event.id, 'v4'), null);
  }
  for (const delivery of change.deliveries) {
    assert.equal(await store.delivery(delivery.accountId, delivery.id), null);
  }
  assert.equal(await store.event(change.tracking.accountId, ids.next('evt')), null);
}
