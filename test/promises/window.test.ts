// The promise: a bad receiver hurts only itself. Here: how it is spared, and how it is met again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWebhook, report, seen } from '../support/asking.ts';
import { makeSteppedClock } from '../support/clocks.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const parcels = 200;
const ofEach = Array.from({ length: parcels }, (_, n) => seen(`SB-${n}`));

test('a receiver that is away is probed, not flooded, and what it is owed spends no attempts meanwhile', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.answer(503);
  await withServer(async ({ anna: { owner: call } }) => {
    const { id } = await createWebhook(call, { url: receiver.url, retry_seconds: Array(9).fill(5) });
    await report(call, ...ofEach);
    const closed = await until('the window is closed', async () => {
      const { json } = await call('GET', `/webhooks/${id}`);
      return json.sending.window === 0 && json.sending.in_flight === 0 && json;
    });
    assert.ok(closed.sending.closed_until !== null);
    const tried = receiver.heard.length;
    assert.ok(tried <= 12, `${tried} requests were spent on finding out.`);
    // All but those have had no attempt.
    await until('the ends of those are written, and no other attempt is spent', async () => {
      const owed = await deliveries(call, id);
      assert.equal(owed.length, parcels);
      return owed.filter(({ attempt_count }) => attempt_count > 0).length === tried;
    });

    await until('each of those says when the next probe is', async () => {
      const untried = (await deliveries(call, id)).filter(({ attempt_count }) => attempt_count === 0);
      const { closed_until: probeAt } = (await call('GET', `/webhooks/${id}`)).json.sending;
      if (probeAt === null) return false;
      // Both are worked out from clocks when they are asked for.
      return untried.every(
        ({ next_attempt_at: at }) => Math.abs(Date.parse(at ?? '') - Date.parse(probeAt)) < 1000,
      );
    });

    // It comes back: the next probe finds it, the window opens, and every parcel arrives.
    receiver.answer(200);
    await receiver.hears(parcels, ({ answer }) => answer === 200);
  });
});

test('a poisonous body delays its own parcel and no other', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.playFor('SB-0', ...Array(20).fill('reset'));
  await withServer(async ({ anna: { owner: call } }) => {
    const { id } = await createWebhook(call, { url: receiver.url, retry_seconds: Array(30).fill(1) });
    await report(call, ...ofEach);
    await receiver.hears(parcels - 1, ({ number }) => number !== 'SB-0');
    await receiver.hears(3, ({ number }) => number === 'SB-0');
    const { json } = await call('GET', `/webhooks/${id}`);
    assert.ok(json.sending.window > 4, `${json.sending.window}`);
  });
});

test('a fixed rate holds, whatever the receiver would take', async (t) => {
  const receiver = await openScriptedReceiver(t);
  await withServer(async ({ anna: { owner: call } }) => {
    const { id } = await createWebhook(call, { url: receiver.url, rate_per_second: 50 });
    const start = performance.now();
    await report(call, ...ofEach);
    await until('one that waits for the rate says when it may go', async () =>
      (await deliveries(call, id)).some(
        ({ state, next_attempt_at }) => state === 'waiting' && next_attempt_at !== null,
      ),
    );
    await receiver.hears(parcels);
    // A second's worth may come at once, the rest evenly: 150 at 50 a second.
    const took = performance.now() - start;
    assert.ok(took >= 2900, `${took} ms for ${parcels}.`);
  });
});

test('webhooks that share too few places get them in turn', async (t) => {
  const busy = await openScriptedReceiver(t);
  const quiet = await openScriptedReceiver(t);
  await withServer(
    async ({ anna: { owner: call } }) => {
      await createWebhook(call, { url: busy.url, fires_on: 'every_update' });
      await createWebhook(call, { url: quiet.url, statuses: ['delivered'] });
      await report(call, ...ofEach);
      await report(call, seen('LATE-1', 'delivered'));
      await quiet.hears(1);
      await busy.hears(parcels + 1);
    },
    { inFlightMax: 2 },
  );
});

test('first attempts go before retries that are due', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const clock = makeSteppedClock();
  await withServer(
    async ({ anna: { owner: call } }) => {
      const { id } = await createWebhook(call, { url: receiver.url, retry_seconds: [600] });
      const owes = (number: string) => report(call, seen(number));
      receiver.playFor('RETRY-1', 500);
      await owes('RETRY-1');
      await until('its retry waits', async () => (await deliveries(call, id))[0]?.attempt_count === 1);
      const { promise: held, resolve: goOn } = Promise.withResolvers<void>();
      receiver.playFor('HELD-1', async () => {
        await held;
        return 200;
      });
      await owes('HELD-1');
      await receiver.hears(2);
      // While the only place is taken a first attempt comes, and the retry is due.
      await owes('FIRST-1');
      clock.pass(700_000);
      goOn();
      const heard = await receiver.hears(4);
      assert.deepEqual(
        heard.map(({ number }) => number),
        ['RETRY-1', 'HELD-1', 'FIRST-1', 'RETRY-1'],
      );
    },
    { clock, inFlightMax: 1 },
  );
});

interface Owed {
  readonly state: string;
  readonly attempt_count: number;
  readonly next_attempt_at: string | null;
}

async function deliveries(call: Caller, webhookId: string): Promise<Owed[]> {
  return (await call('GET', `/deliveries?webhook_id=${webhookId}&limit=500`)).json.data;
}
