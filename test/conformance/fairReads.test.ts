/** Lists of one account that take long on PostgreSQL keep nobody's keys and settings from being looked up, nor other accounts' updates. */
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import pg from 'pg';
import { anyTracking } from '../../src/store/store.ts';
import { startDatabases } from './database.ts';
import { aParcel, changeOf, heardAll, settled } from './world.ts';

const databases = await startDatabases();
after(() => databases.cluster.stop());

it('lists that take long leave connections for keys, accounts, webhooks and commits', () =>
  databases.withStores(async ([store], url) => {
    const { account: greedy } = await settled(store);
    const { account: other } = await settled(store, {});
    // What holds the lists up stands in for a walk over millions of rows.
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query('begin; lock table event in access exclusive mode');
    const lists = Array.from({ length: 48 }, () => store.events(greedy.id, { after: null, limit: 100 }));
    assert.equal((await store.account(other.id))?.id, other.id);
    assert.equal((await store.webhooks(other.id)).length, 1);
    assert.equal(await store.keyByHash('nobody has it'), null);
    assert.deepEqual((await store.trackings(other.id, anyTracking, { after: null, limit: 10 })).items, []);
    await holder.query('rollback');
    await holder.end();
    assert.equal((await Promise.all(lists)).length, 48);
    const [made] = await store.commit({
      trackings: [changeOf(aParcel(other.id))],
      answers: [],
      heard: heardAll,
    });
    assert.equal(made?.kind, 'committed');
  }));
