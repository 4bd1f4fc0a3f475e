// The promise of `nothing-is-lost.test.ts` where connections to PostgreSQL are not to be had: the server has no more, all
// of ours are busy, or a pooler between is away or has none to lend. Callers hear of it while it lasts, however long.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import { type ChildServer, type Scope, startChildServer } from '../support/childServer.ts';
import { keepsAll, refusesMeanwhile } from '../support/keepsAll.ts';
import { needsBouncer, startBouncer } from '../support/pgbouncer.ts';
import { startCluster } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const connectionsMax = 24;
const cluster = await startCluster({
  wanted: {
    max_connections: connectionsMax,
    superuser_reserved_connections: 0,
    // Nothing but what the test is about.
    autovacuum: 'off',
    max_wal_senders: 0,
  },
});
after(() => cluster.stop());

test('the server has no connection left', async (t) => {
  const server = await serverOn(t, await cluster.create());
  await keepsAll(t, server, 'M', async () => {
    const held: pg.Client[] = [await connected(cluster.urlOf('postgres'))];
    const [watch] = held as [pg.Client];
    // Those of the server have to go first, and it is quick to open new ones.
    await until('the server has none', async () => {
      await watch.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where ${isServers}`);
      for (;;) {
        const another = await connected(cluster.urlOf('postgres')).catch(assertTooMany);
        if (another === null) break;
        held.push(another);
      }
      const { rows } = await watch.query(`select from pg_stat_activity where ${isServers}`);
      return rows.length === 0;
    });
    await refusesMeanwhile(server);
    await Promise.all(held.map((client) => client.end()));
  });
});

test('all connections that it may open are busy, and stay so for long', async (t) => {
  const url = await cluster.create();
  const server = await serverOn(t, url, ['--database-connections', '4']);
  await keepsAll(
    t,
    server,
    'B',
    async () => {
      const holder = await connected(url);
      await holder.query('begin; lock table tracking, note');
      const updates = Array.from({ length: 40 }, (_, index) => ({
        tracking_number: `WBBUSY${index}`,
        checkpoints: [{ time: '2024-01-01T00:00:00', description: 'Scan', status: 'transit' }],
      }));
      const answers = await Promise.all(
        updates.map((update) => server.call('POST', '/updates', { body: { updates: [update] } })),
      );
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [503]);
      await refusesMeanwhile(server);
      await holder.end();
    },
    1,
  );
});

test('the pooler is killed and started again, again and again', needsBouncer, async (t) => {
  const url = await cluster.create();
  const bouncer = await startBouncer(url);
  t.after(() => bouncer.stop());
  const server = await serverOn(t, bouncer.through(url), ['--database-direct', url]);
  const refused = await keepsAll(t, server, 'P', async () => {
    await bouncer.halt();
    await refusesMeanwhile(server);
    await bouncer.start();
  });
  assert.deepEqual(
    refused.filter((status) => status !== 503),
    [],
  );
});

test('the server behind the pooler dies and is started again', needsBouncer, async (t) => {
  const url = await cluster.create();
  const bouncer = await startBouncer(url);
  t.after(() => bouncer.stop());
  const server = await serverOn(t, bouncer.through(url));
  await keepsAll(
    t,
    server,
    'S',
    async () => {
      await cluster.halt();
      await refusesMeanwhile(server);
      await cluster.start();
    },
    1,
  );
});

test('the pooler has none to lend, and lets those that ask wait for minutes', needsBouncer, async (t) => {
  const url = await cluster.create();
  const bouncer = await startBouncer(url, { default_pool_size: 2 });
  t.after(() => bouncer.stop());
  const server = await serverOn(t, bouncer.through(url));
  await keepsAll(
    t,
    server,
    'L',
    async () => {
      const holders = await Promise.all([connected(bouncer.through(url)), connected(bouncer.through(url))]);
      await Promise.all(holders.map((holder) => holder.query('begin')));
      await refusesMeanwhile(server);
      await Promise.all(holders.map((holder) => holder.end()));
    },
    1,
  );
});

const isServers = "application_name = 'waybell'";

function serverOn(t: Scope, database: string, flags: readonly string[] = []): Promise<ChildServer> {
  return startChildServer(t, {
    flags: ['--database', database, ...flags],
    environment: { WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 7').toString('base64') },
  });
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  return client;
}

function assertTooMany(error: unknown): null {
  assert.equal((error as pg.DatabaseError).code, '53300');
  return null;
}
