// Several processes on one PostgreSQL keep the promises of one: whoever is asked, whoever sends, whoever changes what. What one of
// them holds in memory and another changes is in `edited-elsewhere.test.ts` and `reordered-elsewhere.test.ts`, what dies and is
// cut off in `chaos-postgres.test.ts`.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { type ChildServer, startChildServer } from '../support/childServer.ts';
import {
  assertEachOnceInOrder,
  deliveriesOf,
  pairEnvironment as environment,
  operatorKey,
  report,
  startPair,
  webhookOf,
} from '../support/pair.ts';
import { callerOf } from '../support/server.ts';
import { until } from '../support/until.ts';

const { cluster, database, first, second } = await startPair({ after });

test('what any of them takes is sent by the owners of the parcels, each once and in order', async (t) => {
  const { receiver } = await webhookOf(t, first);
  const revisions = 4;
  const numbers = Array.from({ length: 40 }, (_, parcel) => `OWN${parcel}`);
  for (let revision = 0; revision < revisions; revision++) {
    // In turn by parcel and revision: half of what each takes is for the other to send.
    await Promise.all(
      numbers.map((number, parcel) =>
        report((parcel + revision) % 2 === 0 ? first : second, number, revision),
      ),
    );
  }
  const total = numbers.length * revisions;
  await until('all have come', () => receiver.heard.length >= total);
  assertEachOnceInOrder(receiver, total);
});

test('what the one changes of settings holds for what the other takes from its answer on', async (t) => {
  for (let round = 0; round < 10; round++) {
    const [here, there] = round % 2 === 0 ? [first, second] : [second, first];
    const { receiver, webhook } = await webhookOf(t, here);
    const added = await report(there, `NEW${round}`, 0);
    await receiver.hears(1);
    const edited = await here.call('PATCH', `/webhooks/${webhook.id}`, { body: { statuses: ['delivered'] } });
    assert.equal(edited.status, 200, edited.text);
    await report(there, `NEW${round}`, 1);
    const events = await deliveriesOf(there, webhook.id);
    assert.deepEqual(
      events.map(({ tracking_id, revision }) => [tracking_id, revision]),
      [[added.tracking_id, 1]],
    );
    const gone = await there.call('DELETE', `/webhooks/${webhook.id}`);
    assert.equal(gone.status, 204, gone.text);
    assert.equal((await here.call('GET', `/webhooks/${webhook.id}`)).status, 404);
  }
});

test('edits of one webhook by both at once all count', async (t) => {
  const { webhook } = await webhookOf(t, first);
  const edit = (server: ChildServer, body: object) =>
    server
      .call('PATCH', `/webhooks/${webhook.id}`, { body })
      .then(({ status, text }) => assert.equal(status, 200, text));
  for (let round = 0; round < 10; round++) {
    const statuses = round % 2 === 0 ? ['delivered'] : ['transit', 'delivered'];
    await Promise.all([edit(first, { description: `No. ${round}` }), edit(second, { statuses })]);
    const { json } = await second.call('GET', `/webhooks/${webhook.id}`);
    assert.deepEqual([json.description, json.statuses], [`No. ${round}`, statuses]);
  }
});

test('an account that the one suspends is refused by the other, and what it is owed waits until it is taken back', async (t) => {
  const operators = [first, second].map(({ url }) => callerOf(url, operatorKey));
  const [here, there] = operators as [(typeof operators)[0], (typeof operators)[0]];
  const made = await here('POST', '/accounts', { body: { signing_email: 'carla@shop.example' } });
  assert.equal(made.status, 201, made.text);
  const own = callerOf(second.url, made.json.key);
  const { receiver } = await webhookOf(t, { call: own });
  await report({ call: own }, 'SUS1', 0);
  await receiver.hears(1);
  await here('PATCH', `/accounts/${made.json.id}`, { body: { suspended: true } });
  await until('it is refused', async () => (await own('GET', '/trackings')).status === 403);
  await there('PATCH', `/accounts/${made.json.id}`, { body: { suspended: false } });
  await until('it is taken back', async () => (await own('GET', '/trackings')).status === 200);
  await report({ call: own }, 'SUS1', 1);
  await receiver.hears(2);
});

test('a key that the one revokes is refused by the other', async () => {
  const made = await first.call('POST', '/keys', { body: { name: 'for a moment', role: 'member' } });
  assert.equal(made.status, 201, made.text);
  const own = callerOf(second.url, made.json.key);
  assert.equal((await own('GET', '/trackings')).status, 200);
  assert.equal((await first.call('DELETE', `/keys/${made.json.id}`)).status, 204);
  await until('it is refused', async () => (await own('GET', '/trackings')).status === 401);
});

test('what is parked is put back by either ahead of what waits, wherever it is sent', async (t) => {
  const { receiver, webhook } = await webhookOf(t, first, { retry_seconds: [1] });
  const numbers = Array.from({ length: 60 }, (_, parcel) => `PARK${parcel}`);
  receiver.answer(500);
  await Promise.all(numbers.map((number) => report(first, number, 0)));
  await until(
    'all are parked',
    async () => (await deliveriesOf(second, webhook.id, 'parked')).length === numbers.length,
  );
  // What comes now waits behind nothing, and is held back by the receiver until all is put back.
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  receiver.answer(async () => {
    await opened;
    return 200;
  });
  const before = receiver.heard.length;
  for (let revision = 1; revision < 4; revision++)
    await Promise.all(numbers.map((number) => report(second, number, revision)));
  const recovered = await second.call('POST', `/webhooks/${webhook.id}/recover`, {
    body: { since: '2020-01-01T00:00:00Z' },
  });
  assert.equal(recovered.status, 200, recovered.text);
  // Those that were under way by then have gone out; all others come in order, the parked one first.
  const underWay = receiver.heard.length;
  assert.ok(underWay > before && underWay < before + numbers.length);
  open();
  await until('all have come', () => receiver.heard.length >= before + numbers.length * 4);
  const heard = Map.groupBy(receiver.heard.slice(underWay), ({ number }) => number);
  for (const [number, own] of heard) {
    const revisions = own.map(({ revision }) => revision);
    assert.equal(revisions[0], 1, number);
    assert.deepEqual(
      revisions,
      revisions.toSorted((a, b) => a - b),
      number,
    );
  }
});

test('one request with an idempotency key that comes to both makes one webhook', async () => {
  for (let round = 0; round < 5; round++) {
    const headers = { 'idempotency-key': `twice-${round}` };
    const body = { url: 'http://127.0.0.1:9/hook', version: 'v4', description: `twice ${round}` };
    const answers = await Promise.all(
      [first, second].map((server) => server.call('POST', '/webhooks', { headers, body })),
    );
    assert.deepEqual(
      new Set(answers.map(({ json }) => json.id)).size,
      1,
      answers.map(({ text }) => text).join('\n'),
    );
    const { json } = await first.call('GET', '/webhooks');
    const made = json.data.filter(
      ({ description }: { description: string }) => description === body.description,
    );
    assert.equal(made.length, 1);
    await second.call('DELETE', `/webhooks/${made[0].id}`);
  }
});

test('processes of one role each: what the one takes the other sends, and only the one takes any', async (t) => {
  const url = await cluster.create();
  const roleFlags = (...roles: string[]) => ['--database', url, ...roles.flatMap((role) => ['--role', role])];
  const api = await startChildServer(t, { flags: roleFlags('api'), environment });
  const sender = await startChildServer(t, { flags: roleFlags('send', 'poll'), environment, key: api.key });
  const { receiver } = await webhookOf(t, api);
  for (let revision = 0; revision < 3; revision++) await report(api, 'ROLE1', revision);
  await receiver.hears(3);
  assertEachOnceInOrder(receiver, 3);
  // A parcel of the sandbox is polled by the process that has that role.
  const { status, text } = await api.call('POST', '/trackings', {
    body: { tracking_number: 'SANDBOX-DELIVERED-1', courier_code: 'sandbox' },
  });
  assert.equal(status, 201, text);
  await until('the courier was asked', async () => {
    const { json } = await api.call('GET', '/trackings');
    return json.data.some((one: { checkpoints?: unknown[]; revision: number }) => one.revision > 1);
  });
  assert.equal((await sender.call('GET', '/trackings')).status, 404);
  assert.equal((await sender.call('GET', '//healthz')).status, 200);
  assert.equal((await api.call('GET', '//readyz')).status, 200);
});

test('two first starts at once make one account, whose key the one that made it has', async (t) => {
  const url = await cluster.create();
  const start = () => startChildServer(t, { flags: ['--database', url], environment, key: 'unknown' });
  const servers = await Promise.all([start(), start()]);
  const keys = await Promise.all(
    servers.map(({ data }) => readFile(path.join(data, 'api-key'), 'utf8').catch(() => null)),
  );
  const [own, ...others] = keys.filter((one) => one !== null);
  assert.equal(others.length, 0);
  for (const server of servers)
    assert.equal((await callerOf(server.url, own?.trim() ?? '')('GET', '/trackings')).status, 200);
  const rows = await cluster.query(url, 'select id from account');
  assert.equal(rows.length, 1);
});

test('roles without a database are refused, and so is one that there is not', async () => {
  const { serveToEnd } = await import('../support/childServer.ts');
  const { tmpdir } = await import('node:os');
  const alone = await serveToEnd(['--role', 'send'], tmpdir());
  assert.match(alone.stderr, /--role is for several processes on one PostgreSQL/);
  const wrong = await serveToEnd(['--role', 'cook', '--database', database], tmpdir(), environment);
  assert.match(wrong.stderr, /--role is one of api, send, poll, not "cook"/);
});
