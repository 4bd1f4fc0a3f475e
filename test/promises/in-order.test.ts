// The promise: per parcel and webhook, a later revision is not sent before the earlier ones are settled.

import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { startChildServer } from '../support/childServer.ts';
import { firstReceipts, type Heard, openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { until } from '../support/until.ts';

/** Starting it is what takes time here, so it is one for all, and each test takes its webhooks away again. */
const server = await startChildServer({ after });

test('first receipts come in revision order across failures, retries and restarts', async (t) => {
  const parcels = 12;
  const rounds = 12;
  const receiver = await openScriptedReceiver(t);
  receiver.answer(() => {
    const roll = Math.random();
    return roll < 0.1 ? 500 : roll < 0.15 ? 'reset' : 200;
  });
  await createWebhook(t, { url: `${receiver.url}/v2`, version: 'v2' });
  await createWebhook(t, { url: `${receiver.url}/standard`, version: 'standard' });
  for (let round = 0; round < rounds; round++) {
    if (round % 5 === 4) await server.restart();
    await report(Array.from({ length: parcels }, (_, parcel) => `ORDER-${parcel}`));
  }
  for (const path of ['/v2', '/standard']) {
    await until('everything is accepted', () => {
      const accepted = receiver.heard.filter((heard) => heard.path === path && heard.answer === 200);
      return new Set(accepted.map(({ id }) => id)).size === parcels * rounds;
    });
    const receipts = firstReceipts(receiver.heard, path);
    assert.equal(receipts.size, parcels);
    for (const [number, received] of receipts) {
      assert.deepEqual(
        received.map(({ revision }) => revision),
        Array.from({ length: rounds }, (_, index) => index + 1),
        `${number} at ${path}`,
      );
    }
    assertNeverEarly(receiver.heard.filter((heard) => heard.path === path));
  }
});

test('a successor is not sent while its predecessor is tried again', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const webhookId = await createWebhook(t, { url: receiver.url });
  const { promise: looked, resolve: letGo } = Promise.withResolvers<void>();
  receiver.playFor('HEAD-1', 500, 'reset', async () => {
    await looked;
    return 200;
  });
  for (let revision = 1; revision <= 4; revision++) await report(['HEAD-1']);
  await report(['HEAD-2']);
  await receiver.hears(3, ({ number }) => number === 'HEAD-1');
  await receiver.hears(1, ({ number }) => number === 'HEAD-2');
  const waiting = (await deliveries(webhookId)).filter(({ tracking_number }) => tracking_number === 'HEAD-1');
  assert.deepEqual(
    waiting.map(({ revision, state, attempt_count }) => ({ revision, state, attempt_count })),
    [
      { revision: 4, state: 'waiting', attempt_count: 0 },
      { revision: 3, state: 'waiting', attempt_count: 0 },
      { revision: 2, state: 'waiting', attempt_count: 0 },
      { revision: 1, state: 'sending', attempt_count: 2 },
    ],
  );
  letGo();
  await receiver.hears(6, ({ number }) => number === 'HEAD-1');
  const heard = receiver.heard.filter(({ number }) => number === 'HEAD-1');
  assert.deepEqual(
    heard.map(({ revision }) => revision),
    [1, 1, 1, 2, 3, 4],
  );
  assertNeverEarly(heard);
});

test('parking releases the successor', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const webhookId = await createWebhook(t, { url: receiver.url, retry_seconds: [1] });
  receiver.answer(({ revision }) => (revision === 1 ? 500 : 200));
  await report(['PARK-1']);
  await report(['PARK-1']);
  await receiver.hears(3);
  assert.deepEqual(
    receiver.heard.map(({ revision }) => revision),
    [1, 1, 2],
  );
  await until('the second is accepted', async () => (await statesOf(webhookId)).join() === 'parked,accepted');
});

test('a webhook that opted out of order does not wait for a failing predecessor', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.answer(({ revision }) => (revision === 1 ? 500 : 200));
  const webhookId = await createWebhook(t, { url: receiver.url, ordered: false, retry_seconds: [600] });
  for (let revision = 1; revision <= 3; revision++) await report(['FREE-1']);
  await receiver.hears(3);
  assert.deepEqual(receiver.heard.map(({ revision }) => revision).sort(), [1, 2, 3]);
  await until(
    'the later ones are accepted',
    async () => (await statesOf(webhookId)).join() === 'waiting,accepted,accepted',
  );
});

test('recover puts parked deliveries back in revision order, ahead of what waits', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.answer(500);
  const webhookId = await createWebhook(t, { url: receiver.url, retry_seconds: [1] });
  const parcels = ['BACK-1', 'BACK-2', 'BACK-3'];
  await report(parcels);
  await report(parcels);
  await until('the first two revisions are parked', async () =>
    (await statesOf(webhookId)).every((state) => state === 'parked'),
  );
  // From here on a failure waits for longer than this test lasts.
  await edit(webhookId, { retry_seconds: [86_400] });
  await report(parcels);
  await report(parcels);
  await receiver.hears(parcels.length, ({ revision }) => revision === 3);
  await until('the third revisions wait for another attempt', async () =>
    (await deliveries(webhookId))
      .filter(({ revision }) => revision === 3)
      .every(({ attempt_count }) => attempt_count === 1),
  );

  const before = receiver.heard.length;
  receiver.answer(200);
  const { json } = await server.call('POST', `/webhooks/${webhookId}/recover`, {
    body: { since: '2000-01-01' },
  });
  assert.equal(json.count, parcels.length * 2);
  await receiver.hears(before + parcels.length * 4);
  const heard = receiver.heard.slice(before);
  for (const number of parcels) {
    const revisions = heard.filter((one) => one.number === number).map(({ revision }) => revision);
    assert.deepEqual(revisions, [1, 2, 3, 4], number);
  }
  assertNeverEarly(heard);
});

test('what a disabled webhook missed comes in order once it is enabled and recovered', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const webhookId = await createWebhook(t, { url: receiver.url });
  await report(['MISS-1']);
  await receiver.hears(1);
  await server.call('POST', `/webhooks/${webhookId}/disable`);
  await report(['MISS-1']);
  await report(['MISS-1']);
  await until('they are parked', async () => (await statesOf(webhookId)).join() === 'accepted,parked,parked');
  await server.call('POST', `/webhooks/${webhookId}/enable`);
  const { json } = await server.call('POST', `/webhooks/${webhookId}/recover`, {
    body: { since: '2000-01-01' },
  });
  assert.equal(json.count, 2);
  await report(['MISS-1']);
  await receiver.hears(4);
  assert.deepEqual(
    receiver.heard.map(({ revision }) => revision),
    [1, 2, 3, 4],
  );
});

/** Of every delivery, that its first attempt came after its predecessor had been answered for good. */
function assertNeverEarly(heard: readonly Heard[]): void {
  const acceptedAt = new Map<string, number>();
  const begun = new Set<string>();
  for (const one of heard) {
    const { id, number, revision, arrivedAt } = one;
    if (!begun.has(id)) {
      begun.add(id);
      const earlier = heard.filter((other) => other.number === number && other.revision < revision);
      for (const other of earlier) {
        const settledAt = acceptedAt.get(other.id);
        assert.ok(
          settledAt !== undefined && settledAt < arrivedAt,
          `Revision ${revision} of ${number} was sent before revision ${other.revision} was accepted.`,
        );
      }
    }
    if (one.answer === 200 && !acceptedAt.has(id)) acceptedAt.set(id, one.answeredAt as number);
  }
}

let minutes = 0;

/** News of each parcel, later than all before. */
async function report(numbers: readonly string[]): Promise<void> {
  const time = new Date(Date.UTC(2024, 0, 1) + minutes++ * 60_000).toISOString().slice(0, 19);
  const updates = numbers.map((tracking_number) => ({
    tracking_number,
    checkpoints: [{ time, description: 'Scanned', status: 'transit' }],
  }));
  const { status, text } = await server.call('POST', '/updates', { body: { updates } });
  assert.equal(status, 200, text);
}

async function createWebhook(t: TestContext, said: Record<string, unknown>): Promise<string> {
  const body = {
    version: 'v4',
    callback: true,
    fires_on: 'every_update',
    retry_seconds: Array(50).fill(1),
    ...said,
  };
  const { status, text, json } = await server.call('POST', '/webhooks', { body });
  assert.equal(status, 201, text);
  t.after(() => server.call('DELETE', `/webhooks/${json.id}`));
  return json.id;
}

async function edit(webhookId: string, body: Record<string, unknown>): Promise<void> {
  const { status, text } = await server.call('PATCH', `/webhooks/${webhookId}`, { body });
  assert.equal(status, 200, text);
}

/** Newest first. */
async function deliveries(webhookId: string) {
  const { json } = await server.call('GET', `/deliveries?webhook_id=${webhookId}&limit=500`);
  return json.data as { tracking_number: string; revision: number; state: string; attempt_count: number }[];
}

/** Oldest first. */
async function statesOf(webhookId: string): Promise<readonly string[]> {
  return (await deliveries(webhookId)).map(({ state }) => state).reverse();
}
