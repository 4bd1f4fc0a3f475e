// Several processes on one PostgreSQL that hear no signals of each other, as behind a pooler and nothing around it: signals are
// hints, and whatever they tell stands in a table, so all goes on by looking there.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startChildServer } from '../support/childServer.ts';
import { startLender } from '../support/lending.ts';
import { report } from '../support/pair.ts';
import { startCluster } from '../support/postgres.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { callerOf } from '../support/server.ts';
import { until } from '../support/until.ts';

const operatorKey = 'wop_of_all_processes_of_this_test';
const environment = {
  WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 7').toString('base64'),
  WAYBELL_OPERATOR_KEY: operatorKey,
};

const cluster = await startCluster();
after(() => cluster.stop());
const database = await cluster.create();
const pooler = await startLender(database);
after(() => pooler.stop());
const start = (key?: string, roles: readonly string[] = ['api', 'send', 'poll']) => {
  const flags = ['--database', pooler.through(database), ...roles.flatMap((role) => ['--role', role])];
  return startChildServer({ after }, { flags, environment, ...(key === undefined ? {} : { key }) });
};
// The one takes and the other does: all that comes up is another's.
const api = await start(undefined, ['api']);
await start(api.key, ['send', 'poll']);
const second = await start(api.key, ['api']);

test('what the one takes the other sends, each once and in order', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const body = { url: receiver.url, version: 'standard', fires_on: 'every_update' };
  assert.equal((await api.call('POST', '/webhooks', { body })).status, 201);
  const numbers = Array.from({ length: 10 }, (_, parcel) => `QUIET${parcel}`);
  for (const minute of [0, 1, 2])
    await Promise.all(numbers.map((number, parcel) => report(parcel % 2 ? api : second, number, minute)));
  await receiver.hears(30);
  assert.equal(new Set(receiver.heard.map(({ id }) => id)).size, 30);
  for (const revisions of Map.groupBy(receiver.heard, ({ number }) => number).values())
    assert.deepEqual(
      revisions.map(({ revision }) => revision),
      [1, 2, 3],
    );
});

test('a courier is asked by the other, of a parcel that came to the one', async () => {
  const body = { tracking_number: 'SANDBOX-DELIVERED-1', courier_code: 'sandbox' };
  const { status, text, json } = await api.call('POST', '/trackings', { body });
  assert.equal(status, 201, text);
  await until('the courier was asked', async () => {
    const asked = await second.call('GET', `/trackings/${json.id}`);
    return asked.json.revision > 1;
  });
});

test('what the one changes of accounts and keys the other hears of', async () => {
  const operator = callerOf(api.url, operatorKey);
  const made = await operator('POST', '/accounts', { body: { signing_email: 'carla@shop.example' } });
  assert.equal(made.status, 201, made.text);
  const own = callerOf(second.url, made.json.key);
  const isAnswered = async (status: number) => (await own('GET', '/trackings')).status === status;
  assert.ok(await isAnswered(200));
  await operator('PATCH', `/accounts/${made.json.id}`, { body: { suspended: true } });
  await until('it is refused', () => isAnswered(403));
  await operator('PATCH', `/accounts/${made.json.id}`, { body: { suspended: false } });
  await until('it is taken back', () => isAnswered(200));
  const key = await callerOf(api.url, made.json.key)('POST', '/keys', {
    body: { name: 'b', role: 'member' },
  });
  const withKey = callerOf(second.url, key.json.key);
  assert.equal((await withKey('GET', '/trackings')).status, 200);
  await callerOf(api.url, made.json.key)('DELETE', `/keys/${key.json.id}`);
  await until('it is revoked', async () => (await withKey('GET', '/trackings')).status === 401);
});

test('a webhook that the one disables gets nothing from the other, and its queue is put back by looking there', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const body = { url: receiver.url, version: 'standard', fires_on: 'every_update' };
  const { json: webhook } = await api.call('POST', '/webhooks', { body });
  await report(api, 'BACK', 0);
  await receiver.hears(1);
  const set = async (what: 'enable' | 'disable') => {
    const { status, text } = await second.call('POST', `/webhooks/${webhook.id}/${what}`);
    assert.equal(status, 200, text);
  };
  await set('disable');
  await report(api, 'BACK', 1);
  await set('enable');
  await report(api, 'BACK', 2);
  await receiver.hears(2);
  const back = await api.call('POST', `/webhooks/${webhook.id}/recover`, {
    body: { since: '2020-01-01T00:00:00Z' },
  });
  assert.equal(back.status, 200, back.text);
  await receiver.hears(3);
  assert.deepEqual(
    receiver.heard.map(({ revision }) => revision),
    [1, 3, 2],
  );
});

test('none of them has heard a signal', async () => {
  const isListening = "datname = current_database() and query ilike 'listen %'";
  assert.deepEqual(await cluster.query(database, `select from pg_stat_activity where ${isListening}`), []);
});
