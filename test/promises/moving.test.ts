// The promise: a data directory moved into PostgreSQL goes on as if it had been there all along. What was owed goes out under the
// same ids with the same bodies, in order; whoever read the log reads on; keys, answers and the inbox are what they were.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { startApp } from '../../src/app.ts';
import { systemClock } from '../../src/base/clock.ts';
import { dayMs } from '../../src/base/durations.ts';
import { run, start } from '../cli/program.ts';
import { serveToEnd, startChildServer } from '../support/childServer.ts';
import { startCluster } from '../support/postgres.ts';
import { dataIn, openScriptedReceiver, type ScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, callerOf, testConfig } from '../support/server.ts';
import { until } from '../support/until.ts';

const cluster = await startCluster();
after(() => cluster.stop());

const environment = { WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 9').toString('base64') };

test('what a data directory holds goes on in PostgreSQL as if it had been there all along', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-move-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [good, away] = [await openScriptedReceiver(t), await openScriptedReceiver(t)];
  away.answer(500);
  const data = path.join(folder, 'data');
  const inboxPath = await fiveDaysAgo(data, { good, away });

  const server = await startChildServer(t, { dataFolder: path.join('..', path.basename(folder), 'data') });
  const { call } = server;
  const { data: webhooks }: { data: Webhook[] } = (await call('GET', '/webhooks')).json;
  const ofAway = webhooks.find(({ url }) => url === `${away.url}/`) as Webhook;
  const late = await webhook(call, { url: `${good.url}/late`, version: 'v4' });
  assert.ok((await call('POST', `/webhooks/${late}/replay-missing`)).json.count > 0);
  const parking = await webhook(call, { url: `${good.url}/parked`, version: 'v3' });
  await call('POST', `/webhooks/${parking}/disable`);
  const said = { headers: { 'idempotency-key': 'once' }, body: { updates: [update('NEW-1', 1)] } };
  const answered = await call('POST', '/updates', said);
  assert.equal(answered.status, 200, answered.text);
  for (const revision of [2, 3, 4]) await report(call, ['OLD-1', 'NEW-1'], revision);
  const { json: inbox } = await call('GET', inboxPath);
  assert.equal(inbox.data.length, 1);
  const other = await secondAccount(server);
  await until('all but what is held back is accepted', async () => {
    const lists = await Promise.all(
      ['waiting', 'sending'].map((state) => call('GET', `/deliveries?state=${state}&limit=500`)),
    );
    return lists.every(({ json }) => json.data.every((one: Delivery) => one.webhook_id === ofAway.id));
  });

  const { json: page } = await call('GET', '/events?limit=3');
  const events = await allEvents(call);
  const before = await lists(call, ofAway.id);
  const owed: Delivery[] = (await call('GET', `/deliveries?webhook_id=${ofAway.id}&limit=500`)).json.data;
  assert.ok(owed.length > 8, `${owed.length} are owed`);
  // Killed, so that some of the store is still in its log.
  await server.kill('SIGKILL');
  const source = fingerprint(data);
  const heardByGood = good.heard.length;
  const tries = away.heard.length;

  const database = await cluster.create();
  const moved = await run(['migrate', '--from', data, '--database', database], { cwd: folder, environment });
  assert.equal(moved.code, 0, moved.stdout + moved.stderr);
  for (const table of ['account', 'tracking', 'event', 'delivery', 'delivery_history', 'attempt', 'answer'])
    assert.match(moved.stdout, new RegExp(`^${table} +[1-9]\\d* +[0-9a-f]{16} +verified$`, 'm'));
  assert.match(moved.stdout, /Never start without --database again/);
  assert.doesNotMatch(moved.stdout, /Copying|DIFFERS/, 'quiet where it is piped');
  assert.equal(fingerprint(data), source, 'the source is as it was');

  away.answer(200);
  await server.restart({ flags: ['--database', database], environment });
  assert.deepEqual(await lists(server.call, ofAway.id), before);
  await until('all that was owed is accepted', async () => {
    // Not only none that waits: what is being sent just now is neither.
    const { json } = await server.call('GET', `/deliveries?webhook_id=${ofAway.id}&limit=500`);
    return json.data.every(({ state }: { state: string }) => state === 'accepted');
  });
  const taken = away.heard.slice(tries);
  assert.deepEqual(taken.map(({ id }) => id).toSorted(), owed.map(({ id }) => id).toSorted(), 'each once');
  for (const number of new Set(taken.map((one) => one.number))) {
    const revisions = taken.filter((one) => one.number === number).map(({ revision }) => revision);
    assert.deepEqual(
      revisions,
      revisions.toSorted((a, b) => a - b),
      number,
    );
  }
  for (const one of taken) {
    for (const earlier of away.heard.slice(0, tries).filter(({ id }) => id === one.id))
      assert.deepEqual(dataIn(one.body, 'standard'), dataIn(earlier.body, 'standard'));
  }
  assert.equal(good.heard.length, heardByGood, 'what was accepted is not sent again');

  assert.deepEqual(await allEvents(server.call), events);
  await report(server.call, ['OLD-1'], 5);
  const after = (await allEvents(server.call, page.next_cursor)).map(({ id }) => id);
  assert.deepEqual(
    after.slice(0, -1),
    events.slice(3).map(({ id }) => id),
  );
  assert.equal(after.length, events.length - 3 + 1);

  const again = await server.call('POST', '/updates', said);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.deepEqual(again.json, answered.json);
  assert.deepEqual((await server.call('GET', inboxPath)).json, inbox);
  assert.equal((await callerOf(server.url, other.key)('GET', '/account')).json.id, other.id);
  await server.call('POST', `/webhooks/${parking}/enable`);
  const parked = before.deliveries.filter((one) => one.state === 'parked');
  assert.ok(parked.length > 0);
  await server.call('POST', `/webhooks/${parking}/recover`, { body: { since: '2020-01-01T00:00:00Z' } });
  const recovered = await good.hears(parked.length, (one) => one.path === '/parked');
  for (const { id } of parked) assert.ok(recovered.some((one) => one.id === id));

  const full = await run(['migrate', '--from', data, '--database', database], { cwd: folder, environment });
  assert.equal(full.code, 1);
  assert.match(
    full.stderr,
    /it has 2 accounts already, and a data directory is moved into an empty database/,
  );
});

test('a directory that a server runs on is not moved, nor is one that has none', async (t) => {
  const server = await startChildServer(t);
  const database = await cluster.create();
  const move = (from: string) =>
    run(['migrate', '--from', from, '--database', database], { cwd: server.folder, environment });
  const running = await move('data');
  assert.equal(running.code, 1);
  assert.match(running.stderr, /Another Waybell is running on the data directory \S+data\. Stop it\.\n/);
  const none = await move('elsewhere');
  assert.equal(none.code, 1);
  assert.match(none.stderr, /There is no waybell\.db in \S+elsewhere\./);
  assert.equal((await server.call('GET', '/account')).status, 200);
});

test('a move that is killed keeps servers off the database, and goes on when it is run again', async (t) => {
  const server = await startChildServer(t);
  for (let call = 0; call < 8; call++) {
    const updates = Array.from({ length: 1000 }, (_, at) => update(`MANY-${call}-${at}`, 1));
    assert.equal((await server.call('POST', '/updates', { body: { updates } })).status, 200);
  }
  await server.kill('SIGTERM');
  const database = await cluster.create();
  const args = ['migrate', '--from', 'data', '--database', database, '--json'];
  const first = start(args, { cwd: server.folder, environment });
  const copied = 'select count(*)::integer as rows from tracking';
  await until('some rows are copied', async () => {
    const [row] = await cluster.query(database, copied).catch(() => []);
    return Number(row?.rows) > 0;
  });
  first.kill('SIGKILL');
  await first.ended;

  const refused = await serveToEnd(
    ['--data', 'data', '--port', '0', '--database', database],
    server.folder,
    environment,
  );
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /A move of a data directory into it was broken off\. Run `waybell migrate --from DIR/,
  );
  const second = await run(args, { cwd: server.folder, environment });
  assert.equal(second.code, 0, second.stderr);
  const { verified, rows_of_earlier_move: earlier, tables } = JSON.parse(second.stdout);
  assert.equal(verified, true);
  assert.ok(earlier >= 2000, `${earlier} rows were copied`);
  const trackings = tables.find(({ table }: { table: string }) => table === 'tracking');
  assert.deepEqual(trackings.rows, { source: 8000, target: 8000 });
  await server.restart({ flags: ['--database', database], environment });
  assert.equal((await server.call('GET', '/account')).status, 200);
});

interface Webhook {
  readonly id: string;
  readonly url: string;
}

interface Delivery {
  readonly id: string;
  readonly webhook_id: string;
  readonly state: string;
}

/** Makes the directory: parcels with two webhooks, of which one is away. Gives the path of the account's inbox. */
async function fiveDaysAgo(
  data: string,
  { good, away }: Record<'good' | 'away', ScriptedReceiver>,
): Promise<string> {
  const clock = { ...systemClock, now: () => Date.now() - 5 * dayMs };
  const app = await startApp({ ...testConfig, data }, { clock });
  try {
    const { account, key } = app.first as NonNullable<typeof app.first>;
    const call = callerOf(app.url, key);
    await webhook(call, { url: `${good.url}/`, version: 'v2' });
    await webhook(call, { url: `${away.url}/`, version: 'standard', retry_seconds: Array(50).fill(2) });
    await report(call, ['OLD-1', 'OLD-2', 'OLD-3'], 1);
    const { json } = await call('GET', '/trackings?tracking_number=OLD-3');
    assert.equal((await call('DELETE', `/trackings/${json.data[0].id}`)).status, 204);
    const inbox = `//inbox/${await app.inbox.tokenOf(account.id)}`;
    assert.equal((await call('POST', inbox, { body: { seen: 1 } })).status, 200);
    await good.hears(3);
    await away.hears(3);
    return inbox;
  } finally {
    await app.stop();
  }
}

async function webhook(call: Caller, said: Record<string, unknown>): Promise<string> {
  const body = { fires_on: 'every_update', callback: true, ...said };
  const { status, text, json } = await call('POST', '/webhooks', { body });
  assert.equal(status, 201, text);
  return json.id;
}

function update(number: string, revision: number) {
  const time = `2024-03-${String(revision).padStart(2, '0')} 10:00`;
  const checkpoints = [{ time, description: `Scan ${revision}`, status: 'transit' }];
  return { tracking_number: number, courier_code: 'dhl', checkpoints };
}

async function report(call: Caller, numbers: readonly string[], revision: number): Promise<void> {
  const updates = numbers.map((number) => update(number, revision));
  const { status, text } = await call('POST', '/updates', { body: { updates } });
  assert.equal(status, 200, text);
}

async function secondAccount(server: { url: string; data: string }): Promise<{ id: string; key: string }> {
  const operator = callerOf(server.url, readFileSync(path.join(server.data, 'operator-key'), 'utf8').trim());
  const { status, json } = await operator('POST', '/accounts', {
    body: { signing_email: 'bela@shop.example' },
  });
  assert.equal(status, 201);
  return json;
}

/** What an account sees, but for what a webhook that is away changes by the second. */
async function lists(call: Caller, away: string) {
  const of = async (what: string) => (await call('GET', `/${what}?limit=500`)).json.data as Delivery[];
  const deliveries = (await of('deliveries')).map(({ id, webhook_id, state }) => ({ id, webhook_id, state }));
  return {
    deliveries: deliveries.filter((one) => one.webhook_id !== away),
    trackings: (await call('GET', '/trackings?limit=500')).json.data.map(withPagePath),
  };
}

/** The page of each is where it was, at whatever port the server is by now. */
function withPagePath<Tracking extends { track_url: string }>(tracking: Tracking): Tracking {
  return { ...tracking, track_url: new URL(tracking.track_url).pathname };
}

async function allEvents(call: Caller, from: string | null = null): Promise<{ id: string }[]> {
  const events: { id: string }[] = [];
  for (let cursor = from; ; ) {
    const { json } = await call('GET', `/events?limit=4${cursor === null ? '' : `&cursor=${cursor}`}`);
    if (json.data.length === 0) return events;
    events.push(...json.data);
    cursor = json.next_cursor;
  }
}

/** Of the database's files, their bytes. */
function fingerprint(data: string): string {
  const hash = createHash('sha256');
  for (const name of ['waybell.db', 'waybell.db-wal', 'vault-key', 'operator-key', 'api-key'])
    hash.update(readFileSync(path.join(data, name)));
  return hash.digest('hex');
}
