// The promise: whatever dies, every acknowledged update is accepted by its receivers, or visibly waiting or parked.

import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { startChildServer } from '../support/childServer.ts';
import { type Heard, openScriptedReceiver, type ScriptedReceiver } from '../support/scriptedReceiver.ts';
import { until } from '../support/until.ts';

/** `npm run chaos` has as many as one likes. */
const kills = 2;
const reporters = 6;
const parcelsEach = 5;
const batchMax = 8;

/** Starting it is what takes time here, so it is one for all, and each test takes its webhooks away again. */
const server = await startChildServer({ after });

test('nothing acknowledged is lost when the server is killed again and again', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const unwell = await openScriptedReceiver(t);
  receiver.answer(failingNowAndThen);
  unwell.answer(500);

  const good = [
    await createWebhook(t, { url: `${receiver.url}/v2`, version: 'v2' }),
    await createWebhook(t, { url: `${receiver.url}/v4-unordered`, version: 'v4', ordered: false }),
    await createWebhook(t, { url: `${receiver.url}/standard`, version: 'standard' }),
  ];
  const parking = await createWebhook(t, { url: unwell.url, version: 'v3', retry_seconds: [1] });

  const acknowledged: Acknowledged[] = [];
  const stream = { ended: false };
  const reporting = Array.from({ length: reporters }, (_, reporter) =>
    report({ reporter, stream, acknowledged }),
  );
  for (let kill = 0; kill < kills; kill++) {
    const enough = acknowledged.length + 1 + Math.floor(Math.random() * 250);
    await until('more updates are acknowledged', () => acknowledged.length >= enough);
    await server.kill('SIGKILL');
    await server.restart();
  }
  stream.ended = true;
  await Promise.all(reporting);
  receiver.answer(200);

  for (const webhookId of good) {
    await until('the good webhooks have nothing left to send', async () => {
      const { json } = await server.call('GET', `/deliveries?state=waiting&webhook_id=${webhookId}&limit=1`);
      const { json: sending } = await server.call(
        'GET',
        `/deliveries?state=sending&webhook_id=${webhookId}&limit=1`,
      );
      return json.data.length + sending.data.length === 0;
    });
  }

  const accepted = receiver.heard.filter((heard) => heard.answer === 200);
  const distinct = new Set(accepted.map(({ path, number, revision }) => keyOf(path, number, revision)));
  const owed = acknowledged.flatMap(({ number, revision }) =>
    ['/v2', '/v4-unordered', '/standard'].map((path) => keyOf(path, number, revision)),
  );
  const lost = owed.filter((key) => !distinct.has(key));
  const duplicated = accepted.length - new Set(accepted.map(({ id }) => id)).size;
  t.diagnostic(
    `${kills} kills: ${acknowledged.length} updates acknowledged, ${owed.length} deliveries owed for them, ` +
      `${distinct.size} accepted, ${lost.length} lost, ${duplicated} duplicated`,
  );
  assert.deepEqual(lost, []);

  // They move from one list to another meanwhile, so several looks may be needed to see each.
  const visible = new Set<string>();
  await until('what a failing receiver is owed is seen as waiting, sending or parked', async () => {
    for (const state of ['waiting', 'sending', 'parked']) {
      for (const { tracking_number, revision } of await listAll(`state=${state}&webhook_id=${parking}`)) {
        visible.add(keyOf('', tracking_number, revision));
      }
    }
    return acknowledged.every(({ number, revision }) => visible.has(keyOf('', number, revision)));
  });
});

for (const [moment, die] of Object.entries({
  'before its answer was sent': async () => {
    await server.kill('SIGKILL');
  },
  // Stopped, the process can read nothing: the answer is at this machine and its end is not yet written.
  'after its answer had come and before that was written': async () => server.signal('SIGSTOP'),
})) {
  test(`a crash ${moment} leads to the same delivery again, not to none`, async (t) => {
    const receiver = await openScriptedReceiver(t);
    const webhookId = await createWebhook(t, { url: receiver.url, version: 'standard' });
    const update = updateOf(`CRASH ${moment}`.slice(0, 30), 0);
    const { promise: acknowledged, resolve: acknowledge } = Promise.withResolvers<void>();
    receiver.play(async (_heard, response) => {
      await acknowledged;
      await die();
      response.once('finish', () => server.signal('SIGKILL'));
      return 200;
    });
    const { json } = await server.call('POST', '/updates', { body: { updates: [update] } });
    assert.equal(json.results[0].changed, true);
    acknowledge();
    const [first] = await receiver.hears(1);
    await until('the server is dead', () => !server.running);
    await server.restart();
    await receiver.hears(2);
    const [one] = await until('it is accepted', async () => {
      const accepted = await listAll(`state=accepted&webhook_id=${webhookId}`);
      return accepted.length === 1 && accepted;
    });
    assert.equal(one.id, (first as Heard).id);
    assert.deepEqual(
      receiver.heard.map(({ id, revision }) => ({ id, revision })),
      [
        { id: one.id, revision: 1 },
        { id: one.id, revision: 1 },
      ],
    );
    assert.deepEqual(receiver.heard[0]?.body, receiver.heard[1]?.body);
  });
}

test('an acknowledged update is owed after a crash that comes before the first attempt', async (t) => {
  const receiver = await openScriptedReceiver(t);
  await createWebhook(t, { url: receiver.url, version: 'v2' });
  await receiver.close();
  const updates = Array.from({ length: 200 }, (_, index) => updateOf(`EARLY-${index}`, 0));
  const { status } = await server.call('POST', '/updates', { body: { updates } });
  await server.kill('SIGKILL');
  assert.equal(status, 200);
  await receiver.open();
  await server.restart();
  await until('all are received', () => numbersOf(receiver).size === updates.length);
});

test('a request that was never acknowledged is repeated safely under its idempotency key', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const webhookId = await createWebhook(t, { url: receiver.url, version: 'v2' });
  const said = { body: { updates: [updateOf('AGAIN-1', 0)] }, headers: { 'idempotency-key': 'once' } };
  // Whether the commit or the kill comes first is a matter of luck; the outcome must be the same.
  const first = server.call('POST', '/updates', said).catch(() => null);
  await server.kill('SIGKILL');
  await first;
  await server.restart();
  const second = await server.call('POST', '/updates', said);
  assert.equal(second.status, 200);
  assert.equal(second.json.results[0].revision, 1);
  assert.equal(
    second.json.results[0].changed,
    true,
    'Done before or just now, the answer is that of the first time.',
  );
  await receiver.hears(1);
  assert.equal((await listAll(`webhook_id=${webhookId}`)).length, 1);
});

interface Acknowledged {
  readonly number: string;
  readonly revision: number;
}

interface Reporting {
  readonly reporter: number;
  readonly stream: { readonly ended: boolean };
  readonly acknowledged: Acknowledged[];
}

/** Reports one batch after another for parcels of its own; what was not answered may or may not have been taken. */
async function report({ reporter, stream, acknowledged }: Reporting): Promise<void> {
  for (let minute = 0; !stream.ended; minute += batchMax) {
    const size = 1 + Math.floor(Math.random() * batchMax);
    const updates = Array.from({ length: size }, (_, index) =>
      updateOf(`LOST-${reporter}-${(minute + index) % parcelsEach}`, minute + index),
    );
    const answer = await server.call('POST', '/updates', { body: { updates } }).catch(() => null);
    if (answer === null) {
      await until('the server is back', () => stream.ended || server.running);
      continue;
    }
    assert.equal(answer.status, 200, answer.text);
    for (const result of answer.json.results) {
      assert.equal(result.changed, true, answer.text);
      acknowledged.push({ number: result.tracking_number, revision: result.revision });
    }
  }
}

/** News that no other report tells: each is a minute later than the one before. */
function updateOf(number: string, minute: number) {
  const time = new Date(Date.UTC(2024, 0, 1) + minute * 60_000).toISOString().slice(0, 19);
  return {
    tracking_number: number,
    checkpoints: [{ time, description: `Scan ${minute}`, status: 'transit' }],
  };
}

/** One in six answers is a failure of one kind or another. */
function failingNowAndThen(): 200 | 500 | 503 | 'reset' {
  const roll = Math.random();
  if (roll > 1 / 6) return 200;
  return roll < 1 / 18 ? 500 : roll < 1 / 9 ? 503 : 'reset';
}

async function createWebhook(t: TestContext, said: Record<string, unknown>): Promise<string> {
  const body = { callback: true, fires_on: 'every_update', retry_seconds: Array(50).fill(1), ...said };
  const { status, text, json } = await server.call('POST', '/webhooks', { body });
  assert.equal(status, 201, text);
  t.after(() => server.call('DELETE', `/webhooks/${json.id}`));
  return json.id;
}

async function listAll(query: string) {
  const all = [];
  let cursor = '';
  do {
    const { json } = await server.call('GET', `/deliveries?${query}&limit=500${cursor}`);
    all.push(...json.data);
    cursor = json.next_cursor === null ? '' : `&cursor=${json.next_cursor}`;
  } while (cursor !== '');
  return all;
}

function numbersOf(receiver: ScriptedReceiver): Set<string> {
  return new Set(receiver.heard.map(({ number }) => number));
}

function keyOf(path: string, number: string, revision: number): string {
  return `${path} ${number} ${revision}`;
}
