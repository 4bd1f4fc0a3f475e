// The promise of `nothing-is-lost.test.ts` where the primary is failed over: commits wait for a standby, the primary dies or is cut
// off from it, the standby is promoted, and the address leads there. Waybell is told nothing.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { openLink } from '../../chaos/postgres/link.ts';
import { type ChildServer, startChildServer } from '../support/childServer.ts';
import { keepsAll, refusesMeanwhile } from '../support/keepsAll.ts';
import { folderOf, startCluster } from '../support/postgres.ts';
import { needsStandby, startStandby } from '../support/standby.ts';
import { until } from '../support/until.ts';

const primary = await startCluster();
after(() => primary.stop());
const needs = needsStandby(primary);

test('the primary dies and its standby takes over, under load', needs, async (t) => {
  const { standby, servers, onPrimary, onStandby, turnOver } = await pair(t);
  const [first, second] = servers;
  const log = followEvents(t, second);
  const before = await onPrimary(shards);
  const refused = await keepsAll(
    t,
    first,
    'F',
    async () => {
      await primary.halt();
      await Promise.all(servers.map(refusesMeanwhile));
      turnOver();
      // Connected to, and read-only.
      await Promise.all(servers.map(refusesMeanwhile));
      await standby.promote();
    },
    1,
  );
  assert.deepEqual(
    refused.filter((status) => status !== 503),
    [],
  );
  // The other of the two goes on taking updates as well.
  await keepsAll(t, second, 'G', async () => {}, 1);
  const now = await until('both hold shards', async () => {
    const rows = await onStandby(shards);
    return ownersIn(rows).size === 2 && rows;
  });
  assert.deepEqual(ownersIn(now), ownersIn(before), 'Both go on as they are.');
  assert.ok(now.every(({ epoch }, at) => Number(epoch) >= Number(before[at]?.epoch)));
  await assertHearEachOther(servers);
  const whole = await eventsOf(first);
  assert.deepEqual(await log.upTo(whole.at(-1)), whole);
});

test('the old primary is not shut off and those connected to it stay so', needs, async (t) => {
  // So that the test need not wait for what hangs as long as one would have to otherwise.
  const { standby, servers, onPrimary, turnOver } = await pair(t, '-c statement_timeout=1s');
  const [first, second] = servers;
  const log = followEvents(t, second);
  const refused = await keepsAll(
    t,
    first,
    'O',
    async () => {
      await standby.promote();
      turnOver();
      await until('a commit on the old one waits', async () => (await onPrimary(waiting)).length > 0);
      await assertReadFromTheNew(servers);
    },
    1,
  );
  assert.deepEqual(
    refused.filter((status) => status !== 503),
    [],
  );
  await keepsAll(t, second, 'P', async () => {}, 1);
  await assertHearEachOther(servers);
  const whole = await eventsOf(first);
  assert.deepEqual(await log.upTo(whole.at(-1)), whole);
});

test('a commit that is told not to wait for the standby is not acknowledged', needs, async (t) => {
  const { standby, servers, onPrimary } = await pair(t);
  await standby.halt();
  const updates = [{ tracking_number: 'WBALONE', checkpoints: [] }];
  const asked = servers[0].call('POST', '/updates', { body: { updates } });
  const table = "pg_stat_activity where wait_event = 'SyncRep' and query = 'commit'";
  let ended = false;
  const answer = asked.finally(() => {
    ended = true;
  });
  await until('it is answered', async () => {
    await onPrimary(`select pg_cancel_backend(pid) from ${table}`);
    return ended;
  });
  assert.equal((await answer).status, 503, (await answer).text);
  await standby.start();
  await until('it takes updates again', async () => {
    const { status } = await servers[0].call('POST', '/updates', { body: { updates } });
    return status === 200;
  });
});

const waiting = "select from pg_stat_activity where application_name = 'waybell' and wait_event = 'SyncRep'";
const shards = "select shard, owner, epoch from shard where duty = 'send' order by shard";

function ownersIn(rows: readonly Record<string, unknown>[]): ReadonlySet<unknown> {
  return new Set(rows.map(({ owner }) => owner).filter((owner) => owner !== null));
}

/** A standby that commits of the primary wait for, and two processes whose address leads to the primary. */
async function pair(t: TestContext, options = '') {
  const database = await primary.create();
  const standby = await startStandby(primary);
  t.after(async () => {
    await primary.restart();
    await standby.stop();
  });
  const link = await openLink({ after: (end) => t.after(end) }, socketOf(database));
  const address = `postgres://waybell@127.0.0.1:${link.port}${new URL(database).pathname}`;
  const settings = {
    flags: ['--database', `${address}?options=${encodeURIComponent(options)}`, '--lease-seconds', '3'],
    environment: { WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 7').toString('base64') },
  };
  const first = await startChildServer(t, settings);
  const second = await startChildServer(t, { ...settings, key: first.key });
  const onPrimary = (sql: string) => primary.query(database, sql);
  await until('both hold shards', async () => ownersIn(await onPrimary(shards)).size === 2);
  return {
    standby,
    link,
    servers: [first, second] as const,
    onPrimary,
    onStandby: (sql: string) => primary.query(standby.urlOf(database), sql),
    /** New connections lead to the standby. */
    turnOver: () => link.turn(socketOf(standby.urlOf(database))),
  };
}

function socketOf(database: string): string {
  return path.join(folderOf(database), '.s.PGSQL.5432');
}

/** What is acknowledged is on the new one alone: once a process has been there it goes nowhere else. */
async function assertReadFromTheNew(servers: readonly ChildServer[]): Promise<void> {
  const updates = [{ tracking_number: 'WBNEW', checkpoints: [] }];
  const id = await until('an update is acknowledged', async () => {
    const { status, json } = await (servers[0] as ChildServer).call('POST', '/updates', {
      body: { updates },
    });
    return status === 200 && json.results[0].tracking_id;
  });
  for (const server of servers) {
    const found = async () => (await server.call('GET', `/trackings/${id}`)).status === 200;
    await until('it is read', found);
    // More at once than a process has connections.
    assert.ok((await Promise.all(Array.from({ length: 20 }, found))).every(Boolean));
  }
}

/** Settings that the one changes hold for the other. */
async function assertHearEachOther(servers: readonly [ChildServer, ChildServer]): Promise<void> {
  for (const [here, there] of [servers, servers.toReversed()] as [ChildServer, ChildServer][]) {
    const body = { url: 'http://127.0.0.1:9/hook', version: 'v4' };
    const made = await here.call('POST', '/webhooks', { body });
    assert.equal(made.status, 201, made.text);
    const asked = `/webhooks/${made.json.id}`;
    await until('it is there', async () => (await there.call('GET', asked)).status === 200);
    assert.equal((await there.call('DELETE', asked)).status, 204);
    await until('it is gone here', async () => (await here.call('GET', asked)).status === 404);
  }
}

/** Reads the log of events on and on by its cursor, whatever befalls the server; gives what it has read, in order. */
function followEvents(t: TestContext, server: ChildServer) {
  const read: string[] = [];
  let wanted: string | undefined;
  let ended = false;
  t.after(() => {
    ended = true;
  });
  const reading = (async () => {
    for (let query = ''; !ended && (wanted === undefined || !read.includes(wanted)); ) {
      const answer = await server.call('GET', `/events${query}`).catch(() => null);
      if (answer?.status !== 200) continue;
      read.push(...idsIn(answer.json));
      query = `?cursor=${answer.json.next_cursor}`;
    }
  })();
  return {
    async upTo(id: string | undefined): Promise<readonly string[]> {
      wanted = id ?? '';
      await reading;
      return read;
    },
  };
}

/** The whole log, as it is read from its beginning. */
async function eventsOf(server: ChildServer): Promise<readonly string[]> {
  const all: string[] = [];
  for (let query = ''; ; ) {
    const { json } = await server.call('GET', `/events${query}`);
    if (json.data.length === 0) return all;
    all.push(...idsIn(json));
    query = `?cursor=${json.next_cursor}`;
  }
}

function idsIn({ data }: { data: readonly { id: string }[] }): string[] {
  return data.map(({ id }) => id);
}
