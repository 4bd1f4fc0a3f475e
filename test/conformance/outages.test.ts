/** PostgreSQL away, read-only, too slow, or cut off in the middle: nothing half-written, and the next call works again. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import pg from 'pg';
import type { Delivery } from '../../src/domain/delivery.ts';
import { OPERATIONAL_EVENT_TYPES, type Webhook } from '../../src/domain/webhook.ts';
import { openDatabase } from '../../src/store/postgres/database.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { parkingNotice } from '../../src/webhooks/notices.ts';
import { until } from '../support/until.ts';
import { startDatabases } from './database.ts';
import {
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  heardAll,
  ids,
  settleAll,
  settled,
  settlementOf,
  statesOf,
  wholeQueue,
} from './world.ts';

const databases = await startDatabases();
const { cluster } = databases;
after(() => cluster.stop());

const unavailable = (error: unknown) => {
  assert.ok(error instanceof StoreUnavailable, String(error));
  assert.match(error.message, /^The store cannot be used just now: .+\.$/);
  return true;
};

it("a write on PostgreSQL is answered after it is on the disk, whatever its default; other settings are the URL's", async () => {
  const url = await databases.create();
  const options = '-c synchronous_commit=off -c statement_timeout=1234';
  const database = await openDatabase(`${url}&options=${encodeURIComponent(options)}`);
  const shown = async (name: string) => (await database.rows<[string]>(`show ${name}`))[0]?.[0];
  assert.equal(await shown('synchronous_commit'), 'on');
  assert.equal(await shown('statement_timeout'), '1234ms');
  assert.equal(await shown('lock_timeout'), '5s');
  assert.equal(await shown('idle_in_transaction_session_timeout'), '10s');
  await database.close();
});

it('a single statement that PostgreSQL refuses for what it asks costs no connection', async () => {
  // The fewest there may be, of which one is for single statements.
  const database = await openDatabase(await databases.create(), 2);
  const connection = async () => (await database.rows<[number]>('select pg_backend_pid()'))[0]?.[0];
  const before = await connection();
  for (const value of ['\0', 'no number'])
    await assert.rejects(database.rows('select $1::int', [value]), pg.DatabaseError);
  assert.equal(await connection(), before);
  await database.close();
});

describe('PostgreSQL in trouble', () => {
  it('that is away refuses everything, and takes it again once it is back', () =>
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {});
      const { deliveries } = await commitRevisions(store, 2, webhooks);
      const change = changeOf(aParcel(account.id), webhooks);
      const settlement = settlementOf(deliveries[0] as Delivery, 'accepted');
      await cluster.halt();
      await assert.rejects(store.commit({ trackings: [change], answers: [], heard: heardAll }), unavailable);
      await assert.rejects(store.settle([settlement]), unavailable);
      await assert.rejects(store.load([change.tracking]), unavailable);
      await assert.rejects(store.setNote('a', 'b'), unavailable);
      assert.equal(await store.ready(), false);
      await cluster.start();
      assert.equal(await store.ready(), true);
      await commit(store, change);
      assert.equal((await settleAll(store, settlement))[0]?.released?.delivery.id, deliveries[1]?.id);
    }));

  it('that is restarted between two calls is connected to anew', () =>
    withStore(async (store) => {
      const { account } = await settled(store);
      await cluster.restart();
      const change = changeOf(aParcel(account.id));
      // A connection whose end has not been noticed yet may cost a call; the next one has another.
      await store.load([change.tracking]).catch(unavailable);
      await store.commit({ trackings: [change], answers: [], heard: heardAll }).catch(unavailable);
      assert.equal((await store.load([change.tracking])).length, 1);
    }));

  it('that has become read-only is read from, is not ready, and takes no write', () =>
    withStore(async (store, url) => {
      const { account } = await settled(store);
      const change = changeOf(aParcel(account.id));
      const name = new URL(url).pathname.slice(1);
      const others = 'datname = current_database() and pid <> pg_backend_pid()';
      const endAll = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where ${others}`;
      await cluster.query(url, `alter database ${name} set default_transaction_read_only = on`);
      await cluster.query(url, endAll);
      await assert.rejects(store.commit({ trackings: [change], answers: [], heard: heardAll }), unavailable);
      await assert.rejects(store.commit({ trackings: [change], answers: [], heard: heardAll }), unavailable);
      assert.equal(await store.ready(), false);
      await store.load([change.tracking]).catch(unavailable);
      assert.deepEqual(await store.load([change.tracking]), [[]]);
      const superuser = `${url}&options=-c%20default_transaction_read_only%3Doff`;
      await cluster.query(superuser, `alter database ${name} reset default_transaction_read_only`);
      await cluster.query(url, endAll);
      await until('it is ready again', () => store.ready());
      await commit(store, change);
    }));

  it('whose locks are not to be had in time refuses, and writes nothing', () =>
    withStore(async (store, url) => {
      const { account, webhooks } = await settled(store, {});
      const parcel = aParcel(account.id);
      await commit(store, changeOf(parcel, webhooks));
      const holder = new pg.Client({ connectionString: url });
      await holder.connect();
      await holder.query('begin');
      await holder.query('select from tracking for update');
      const next = changeOf({ ...parcel, revision: 2 }, webhooks);
      const free = changeOf(aParcel(account.id));
      await assert.rejects(
        store.commit({ trackings: [next, free], answers: [], heard: heardAll }),
        unavailable,
      );
      assert.equal(await store.tracking(account.id, free.tracking.id), null);
      await holder.end();
      await commit(store, next, free);
    }, '-c lock_timeout=50 -c statement_timeout=60000'));

  it('that is too slow for a statement refuses likewise', () =>
    withStore(async (store, url) => {
      const holder = new pg.Client({ connectionString: url });
      await holder.connect();
      await holder.query('begin; lock table note');
      await assert.rejects(store.setNote('a', 'b'), unavailable);
      assert.equal(await store.ready(), false);
      await holder.end();
      assert.equal(await store.ready(), true);
    }, '-c statement_timeout=50'));

  it('whose answer to a commit is lost settles no delivery twice, and names the released one again', () =>
    withCuts(async (store, direct, { account, webhooks, cutAtCommit }) => {
      const [mine] = webhooks as [Webhook];
      const { deliveries } = await commitRevisions(direct, 3, [mine]);
      const [first, second] = deliveries as [Delivery, Delivery];
      const settlement = settlementOf(first, 'accepted');
      // Whatever a first write has to see to is seen to.
      await commit(store, changeOf(aParcel(account.id), [mine]));
      cutAtCommit();
      await assert.rejects(store.settle([settlement]), unavailable);
      assert.deepEqual(await statesOf(direct, deliveries), ['accepted', 'ready', 'blocked']);
      const [end] = await settleAll(store, settlement);
      assert.equal(end?.applied, true);
      assert.equal(end?.released?.delivery.id, second.id);
      assert.deepEqual(await statesOf(direct, deliveries), ['accepted', 'ready', 'blocked']);
      assert.equal((await direct.attempts(first.accountId, first.id)).length, 1);
    }));

  it('whose answer to a parking is lost tells it once, and gives what that owes when it is asked again', () =>
    withCuts(async (store, direct, { account, webhooks, cutAtCommit }) => {
      const [mine, listener] = webhooks as [Webhook, Webhook];
      const { deliveries } = await commitRevisions(direct, 1, [mine]);
      const settlement = settlementOf(deliveries[0] as Delivery, 'parked');
      // Made anew for every write, as the sender does.
      const told = () => ({
        ...settlement,
        notice: parkingNotice(settlement, { about: mine, webhooks, ids, now: 0 }),
      });
      await commit(store, changeOf(aParcel(account.id), [mine]));
      cutAtCommit();
      await assert.rejects(store.settle([told()]), unavailable);
      const [owed, ...others] = await wholeQueue(direct, listener.id);
      assert.deepEqual([owed?.event.kind, others], ['delivery.parked', []]);
      const [end] = await settleAll(store, told());
      assert.deepEqual(end, { applied: true, stale: false, released: null, told: [owed] });
      assert.equal((await wholeQueue(direct, listener.id)).length, 1);
    }));
});

async function withStore(
  run: (store: Store, url: string) => Promise<void>,
  options: string | null = null,
): Promise<void> {
  const url = await databases.create();
  const store = await databases.open(
    options === null ? url : `${url}&options=${encodeURIComponent(options)}`,
  );
  try {
    await run(store, url);
  } finally {
    await store.close();
  }
}

/** Two stores on one database, which the first may be cut off from; an account with two webhooks, the latter to be told. */
function withCuts(
  run: (
    store: Store,
    direct: Store,
    world: Awaited<ReturnType<typeof settled>> & { cutAtCommit(): void },
  ) => Promise<void>,
): Promise<void> {
  return withStore(async (direct, url) => {
    const listener = { version: 'standard', operationalEvents: OPERATIONAL_EVENT_TYPES } as const;
    const world = await settled(direct, {}, listener);
    const way = await cutting(new URL(url).searchParams.get('host') ?? '');
    const store = await databases.open(way.through(url));
    try {
      await run(store, direct, { ...world, cutAtCommit: way.cutAtCommit });
    } finally {
      await store.close();
      await way.close();
    }
  });
}

/** A socket in between that passes everything on, and once, having passed on a `commit`, hangs up before the answer. */
async function cutting(server: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'waybell-cut-'));
  const name = '.s.PGSQL.5432';
  const open = new Set<Socket>();
  let cut = false;
  const proxy = createServer((client) => {
    const upstream = connect(path.join(server, name));
    open.add(client).add(upstream);
    let silent = false;
    client.on('data', (bytes) => {
      if (cut && bytes.includes('commit\0')) {
        cut = false;
        silent = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (silent) client.destroy();
      else client.write(bytes);
    });
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  proxy.listen(path.join(folder, name));
  await once(proxy, 'listening');
  return {
    through: (url: string) => url.replace(encodeURIComponent(server), encodeURIComponent(folder)),
    cutAtCommit() {
      cut = true;
    },
    async close() {
      for (const socket of open) socket.destroy();
      proxy.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
