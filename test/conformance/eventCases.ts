/** Conformance: the log of events. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { WithStore } from './store.ts';
import { aParcel, changeOf, commit, settled } from './world.ts';

export function eventCases(withStore: WithStore): void {
  it(
    'reads in the order of the commits, from any event on',
    withStore(async (store) => {
      const { account } = await settled(store);
      const changes = Array.from({ length: 5 }, () => changeOf(aParcel(account.id)));
      for (const change of changes) await commit(store, change);
      const events = changes.flatMap((change) => change.events);
      assert.deepEqual(await store.events(account.id, { after: null, limit: 10 }), events);
      assert.deepEqual(await store.events(account.id, { after: null, limit: 2 }), events.slice(0, 2));
      const after = events[1]?.id ?? '';
      assert.deepEqual(await store.events(account.id, { after, limit: 2 }), events.slice(2, 4));
      assert.deepEqual(await store.events(account.id, { after: events[4]?.id ?? '', limit: 10 }), []);
    }),
  );

  it(
    'knows the newest of all accounts',
    withStore(async (store) => {
      assert.equal(await store.newestEventId(), null);
      const [mine, other] = [await settled(store), await settled(store)];
      assert.equal(await store.newestEventId(), null);
      const changes = [mine, mine, other, mine].map(({ account }) => changeOf(aParcel(account.id)));
      await commit(store, ...changes);
      const [, , , newest] = changes.map((change) => change.events[0]?.id);
      assert.equal(await store.newestEventId(), newest);
    }),
  );

  it(
    'shows an account only its own',
    withStore(async (store) => {
      const [mine, other] = [await settled(store, { version: 'v4' }), await settled(store)];
      const change = changeOf(aParcel(mine.account.id), mine.webhooks);
      await commit(store, change);
      const id = change.events[0]?.id ?? '';
      assert.deepEqual(await store.events(other.account.id, { after: null, limit: 10 }), []);
      assert.equal(await store.event(other.account.id, id), null);
      assert.equal(await store.body(other.account.id, id, 'v4'), null);
      assert.notEqual(await store.body(mine.account.id, id, 'v4'), null);
    }),
  );

  it(
    'has no body of a version that was never rendered',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, { version: 'v3' });
      const change = changeOf(aParcel(account.id), webhooks);
      await commit(store, change);
      const id = change.events[0]?.id ?? '';
      assert.equal(await store.body(account.id, id, 'v3'), change.bodies[0]?.data);
      for (const version of ['v2', 'v4', 'standard'] as const) {
        assert.equal(await store.body(account.id, id, version), null);
      }
    }),
  );
}
