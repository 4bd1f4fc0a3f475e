/** The log of events on PostgreSQL, where ids are made by several processes and transactions overlap. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import pg from 'pg';
import { idFloor, timeOfId } from '../../src/base/id.ts';
import type { AnyEvent, TrackingEvent } from '../../src/domain/event.ts';
import { encodeEvent } from '../../src/store/eventDocument.ts';
import { startDatabases } from './database.ts';
import { aParcel, changeOf, commit, eventOf, settled } from './world.ts';

const databases = await startDatabases();
after(() => databases.cluster.stop());

describe('the log of events on PostgreSQL', () => {
  it('is never read past a transaction that is still in flight, so that no event appears behind a reader', () =>
    databases.withStore(async (store, url) => {
      const { account } = await settled(store);
      const [early] = changeOf(aParcel(account.id)).events as [TrackingEvent];
      const before = changeOf(aParcel(account.id));
      await commit(store, before);
      const reader = before.events[0]?.id ?? '';
      // Another process is in the middle of its commit; its event has the smaller id and the older transaction.
      const slow = await begin(url);
      await insert(slow, early);
      const later = changeOf(aParcel(account.id));
      await commit(store, later);
      const page = { after: reader, limit: 10 };
      assert.deepEqual(await store.events(account.id, page), [], 'waits, though the later one is committed');
      await slow.query('commit');
      await slow.end();
      const read = await store.events(account.id, page);
      assert.deepEqual(
        read.map(({ id }) => id),
        [early.id, later.events[0]?.id],
      );
    }));

  it('has one order for every reader, whatever the order of the ids', () =>
    databases.withStore(async (store, url) => {
      const { account } = await settled(store);
      const changes = Array.from({ length: 4 }, () => changeOf(aParcel(account.id)));
      await commit(store, changeOf(aParcel(account.id)));
      const foreign = eventOf(aParcel(account.id), 1);
      const slow = await begin(url);
      // Begun first and committed last, with the greatest id: it stands where its transaction stands.
      await insert(slow, foreign);
      for (const change of changes) await commit(store, change);
      await slow.query('commit');
      await slow.end();
      const all = await store.events(account.id, { after: null, limit: 10 });
      assert.equal(all[1]?.id, foreign.id);
      assert.equal(all.length, 6);
      for (const limit of [1, 2, 3]) {
        const read: AnyEvent[] = [];
        for (;;) {
          const page = await store.events(account.id, { after: read.at(-1)?.id ?? null, limit });
          if (page.length === 0) break;
          read.push(...page);
        }
        assert.deepEqual(read, all, `pages of ${limit}`);
      }
    }));

  it('goes on behind what there is where a dump was restored into a server whose transactions have smaller numbers', () =>
    databases.withStore(async (store, url) => {
      const { account } = await settled(store);
      const before = [changeOf(aParcel(account.id)), changeOf(aParcel(account.id))];
      await commit(store, ...before);
      await databases.cluster.query(url, 'update event set position = position + 1000000000');
      assert.deepEqual(await store.events(account.id, { after: null, limit: 10 }), [], 'as if to come');
      const restored = await databases.open(url);
      const second = await databases.open(url);
      const later = [changeOf(aParcel(account.id)), changeOf(aParcel(account.id))] as const;
      await commit(restored, later[0]);
      await commit(second, later[1]);
      const expected = [...before, ...later].map(({ events }) => events[0]?.id ?? '');
      const read = await second.events(account.id, { after: null, limit: 10 });
      assert.deepEqual(
        read.map(({ id }) => id),
        expected,
      );
      const after = expected[1] ?? '';
      const rest = await restored.events(account.id, { after, limit: 10 });
      assert.deepEqual(
        rest.map(({ id }) => id),
        expected.slice(2),
      );
      await Promise.all([restored.close(), second.close()]);
    }));

  it('goes on from an event that was pruned, and from a time', () =>
    databases.withStore(async (store) => {
      const { account } = await settled(store);
      const changes = Array.from({ length: 3 }, () => changeOf(aParcel(account.id)));
      for (const change of changes) await commit(store, change);
      const [first, second, third] = changes.map(({ events }) => events[0]?.id ?? '') as [
        string,
        string,
        string,
      ];
      const { removed } = await store.prune(account.id, {
        before: timeOfId(second) + 1,
        after: null,
        limit: 10,
      });
      assert.equal(removed, 2);
      assert.equal(await store.prunedTo(account.id), second);
      const ids = async (after: string) =>
        (await store.events(account.id, { after, limit: 10 })).map(({ id }) => id);
      assert.deepEqual(await ids(second), [third]);
      assert.deepEqual(await ids(first), [third]);
      assert.deepEqual(await ids(idFloor('evt', timeOfId(third))), [third]);
      assert.deepEqual(await ids(idFloor('evt', timeOfId(third) + 86_400_000)), []);
    }));
});

async function begin(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  return client;
}

async function insert(client: pg.Client, event: TrackingEvent): Promise<void> {
  await client.query(
    `insert into event (account_id, id, position, document)
     values ($1, $2, pg_current_xact_id()::text::bigint, $3)`,
    [event.accountId, event.id, encodeEvent(event)],
  );
}
