// The promise: a bad receiver hurts only itself.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../src/domain/limits.ts';
import { createWebhook } from '../support/asking.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const parcels = 300;

test('a dead, a refusing and a slow receiver cost a good one nothing', async (t) => {
  const good = await openScriptedReceiver(t);
  const slow = await openScriptedReceiver(t);
  const dead = await openScriptedReceiver(t);
  dead.answer('timeout');
  slow.answer(async () => {
    await pause(200);
    return 200;
  });
  const refusing = await openScriptedReceiver(t);
  await refusing.close();

  await withServer(async ({ anna: { owner: call } }) => {
    // The bad ones come first, so that nothing is gained by being early.
    const webhooks = {
      dead: (await createWebhook(call, { url: dead.url, version: 'v2' })).id,
      refusing: (await createWebhook(call, { url: refusing.url, version: 'v2' })).id,
      slow: (await createWebhook(call, { url: slow.url, version: 'v2' })).id,
      good: (await createWebhook(call, { url: good.url, version: 'v2' })).id,
    };
    await report(call, 'transit');
    await good.hears(parcels);
    assert.equal(new Set(good.heard.map(({ number }) => number)).size, parcels);

    const held = (await deliveries(call, webhooks.dead)).find(({ state }) => state === 'sending');
    // Not one of the dead one's was given up or lost meanwhile, nor of the refusing one's.
    for (const name of ['dead', 'refusing'] as const) {
      const owed = await deliveries(call, webhooks[name]);
      assert.equal(owed.length, parcels, name);
      for (const { state } of owed) assert.match(state, /^(waiting|sending)$/, name);
    }
    assert.ok(
      dead.heldMost <= limits.requestsInFlightPerWebhook,
      `${dead.heldMost} requests at once are more than the bound.`,
    );

    // More news, while the bad ones are as they were: the good one has it, each parcel in order.
    await report(call, 'delivered');
    await good.hears(2 * parcels);
    assert.equal(new Set(good.heard.map(({ id }) => id)).size, 2 * parcels);
    await slow.hears(2 * parcels);

    // An exchange with the dead one ends after a time, and its parcel is tried again later.
    const { json } = await until('a request of the dead receiver is given up', async () => {
      const answer = await call('GET', `/deliveries/${held?.id}`);
      return answer.json.attempts.length > 0 && answer;
    });
    assert.equal(json.state, 'waiting');
    assert.equal(json.attempts[0].failure.code, 'TIMEOUT');
    assert.equal(json.attempts[0].verdict, 'retry');
  });
});

test('a receiver that floods, stalls or speaks nonsense ends as a failed or an accepted attempt, never as more', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const endless = 'y'.repeat(64 * 1024);
  receiver.playFor('BAD-FLOOD', (_heard, response) => {
    // The answer is there with its head; whoever read all of this would never end.
    const more = () => {
      while (!response.destroyed && response.write(endless));
    };
    response.writeHead(200).on('drain', more);
    more();
    return 'timeout';
  });
  receiver.playFor('BAD-BOMB', (_heard, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .end('not gzip at all');
    return 200;
  });
  receiver.playFor('BAD-HEADERS', (_heard, response) => {
    response.writeHead(200, { 'x-large': 'y'.repeat(64 * 1024) }).end();
    return 200;
  });
  receiver.playFor('BAD-HALF', (_heard, response) => {
    response.socket?.end('HTTP/1.1 200 OK\r\ncontent-le');
    return 'timeout';
  });
  receiver.playFor('BAD-HTTP', (_heard, response) => {
    response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
    return 'timeout';
  });
  const numbers = ['BAD-FLOOD', 'BAD-BOMB', 'BAD-HEADERS', 'BAD-HALF', 'BAD-HTTP', 'BAD-NOT'];
  await withServer(async ({ anna: { owner: call } }) => {
    const { id: webhookId } = await createWebhook(call, { url: receiver.url, version: 'v2' });
    const checkpoints = [{ time: '2024-03-01 12:00', description: 'Scanned', status: 'transit' }];
    const updates = numbers.map((tracking_number) => ({ tracking_number, checkpoints }));
    await call('POST', '/updates', { body: { updates } });
    const ended = await until('each was attempted', async () => {
      const all = await deliveries(call, webhookId);
      return all.every(({ state, attempt_count }) => attempt_count === 1 && state !== 'sending') && all;
    });
    const states = Object.fromEntries(ended.map(({ tracking_number, state }) => [tracking_number, state]));
    assert.deepEqual(states, {
      'BAD-FLOOD': 'accepted',
      'BAD-BOMB': 'accepted',
      'BAD-HEADERS': 'waiting',
      'BAD-HALF': 'waiting',
      'BAD-HTTP': 'waiting',
      'BAD-NOT': 'accepted',
    });
    const flooded = ended.find(({ tracking_number }) => tracking_number === 'BAD-FLOOD');
    const { json } = await call('GET', `/deliveries/${flooded?.id}`);
    assert.equal(json.attempts[0].response.truncated, true);
    assert.ok(Buffer.byteLength(json.attempts[0].response.body) <= limits.responseBytesMax);
  });
});

test('a port that takes connections and says nothing holds up nobody', async (t) => {
  const good = await openScriptedReceiver(t);
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  t.after(() => mute.close());
  const { port } = mute.address() as { port: number };
  await withServer(async ({ anna, bela }) => {
    await createWebhook(anna.owner, { url: `http://127.0.0.1:${port}/`, version: 'v2' });
    await createWebhook(bela.owner, { url: good.url, version: 'v2' });
    await report(anna.owner, 'transit');
    await report(bela.owner, 'transit');
    await good.hears(parcels);
    const { json } = await anna.owner('GET', '/deliveries?state=accepted');
    assert.deepEqual(json.data, []);
  });
});

async function report(call: Caller, status: 'transit' | 'delivered'): Promise<void> {
  const time = status === 'transit' ? '2024-03-01 12:00' : '2024-03-02 12:00';
  const updates = Array.from({ length: parcels }, (_, parcel) => ({
    tracking_number: `BESIDE-${parcel}`,
    checkpoints: [{ time, description: status, status }],
  }));
  const answer = await call('POST', '/updates', { body: { updates } });
  assert.equal(answer.status, 200, answer.text);
}

async function deliveries(call: Caller, webhookId: string) {
  const { json } = await call('GET', `/deliveries?webhook_id=${webhookId}&limit=500`);
  return json.data as { id: string; tracking_number: string; state: string; attempt_count: number }[];
}
