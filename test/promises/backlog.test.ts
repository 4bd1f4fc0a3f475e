// The promise: nothing is lost, also when more is owed to a webhook than is held in memory, and it fails at first.

import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { limits } from '../../src/domain/limits.ts';
import { startChildServer } from '../support/childServer.ts';
import { openScriptedReceiver, type ScriptedReceiver } from '../support/scriptedReceiver.ts';
import { withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

test('every delivery of a backlog that does not fit into memory is attempted again until accepted', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const refused = refusingOnce(receiver);
  const parcels = Math.round(limits.deliveriesInMemoryPerWebhook * 1.5);
  await withServer(async ({ anna: { owner: call } }) => {
    const body = { url: receiver.url, version: 'v4', retry_seconds: [1, 1, 1, 1, 1, 1, 1, 1] };
    assert.equal((await call('POST', '/webhooks', { body })).status, 201);
    for (let first = 0; first < parcels; first += 1000) {
      const updates = Array.from({ length: Math.min(1000, parcels - first) }, (_, index) => ({
        tracking_number: `BACKLOG-${first + index}`,
        courier_code: 'dhl',
        checkpoints: [{ time: '2026-03-01T10:00:00Z', description: 'On its way' }],
      }));
      assert.equal((await call('POST', '/updates', { body: { updates } })).status, 200);
    }
    await receiver.hears(2 * parcels);
    await until('nothing waits any more', async () => {
      const { json } = await call('GET', '/deliveries?state=waiting&limit=1');
      return json.data.length === 0;
    });
    assert.equal(refused.size, parcels);
  });
});

test('every delivery arrives though the bodies of all webhooks together have next to no room in memory', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const refused = refusingOnce(receiver);
  const parcels = 100;
  await withServer(
    async ({ sender, anna: { owner: call } }) => {
      for (const version of ['v2', 'v4', 'standard']) {
        const body = { url: receiver.url, version, retry_seconds: [1, 1, 1, 1] };
        assert.equal((await call('POST', '/webhooks', { body })).status, 201);
      }
      const updates = Array.from({ length: parcels }, (_, index) => ({
        tracking_number: `ROOM-${index}`,
        courier_code: 'dhl',
        checkpoints: [{ time: '2026-03-01T10:00:00Z', description: 'On its way' }],
      }));
      assert.equal((await call('POST', '/updates', { body: { updates } })).status, 200);
      await receiver.hears(6 * parcels);
      assert.equal(refused.size, 3 * parcels);
      await until('no body is held any more', () => sender.load().heldBytes === 0);
    },
    { heldBytesMax: 10_000 },
  );
});

test('a webhook that was deleted is forgotten, with what was queued in memory for it', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.answer(503);
  await withServer(async ({ sender, anna: { owner: call } }) => {
    for (let round = 0; round < 5; round++) {
      const { json: webhook } = await call('POST', '/webhooks', { body: { url: receiver.url } });
      const updates = Array.from({ length: 50 }, (_, index) => ({
        tracking_number: `GONE-${round}-${index}`,
        courier_code: 'dhl',
        checkpoints: [{ time: '2026-03-01T10:00:00Z', description: 'On its way' }],
      }));
      await call('POST', '/updates', { body: { updates } });
      assert.equal(sender.load().webhooks, 1);
      assert.equal((await call('DELETE', `/webhooks/${webhook.id}`)).status, 204);
      await until('nothing of it is held', () => {
        const { inFlight, heldBytes, webhooks } = sender.load();
        return inFlight + heldBytes + webhooks === 0;
      });
    }
  });
});

test('a redelivery that is accepted is not followed by the attempt that was scheduled', async (t) => {
  const receiver = await openScriptedReceiver(t, 500, 200, 200);
  await withServer(async ({ anna: { owner: call } }) => {
    const body = { url: receiver.url, version: 'v4', retry_seconds: [1, 1] };
    const { json: webhook } = await call('POST', '/webhooks', { body });
    const report = (number: string, status: string) =>
      call('POST', '/updates', {
        body: {
          updates: [
            {
              tracking_number: number,
              courier_code: 'dhl',
              checkpoints: [{ time: '2026-03-01T10:00:00Z', description: 'x', status }],
            },
          ],
        },
      });
    await report('REDELIVER-1', 'transit');
    const failed = await until('the first attempt has failed', async () => {
      const { json } = await call('GET', `/deliveries?webhook_id=${webhook.id}`);
      const [delivery] = json.data;
      return delivery?.next_attempt_at && delivery;
    });
    await call('POST', `/deliveries/${failed.id}/redeliver`);
    // What comes a second and more later would have come behind the scheduled attempt.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await report('REDELIVER-2', 'transit');
    await receiver.hears(3);
    assert.deepEqual(
      receiver.heard.map(({ number }) => number),
      ['REDELIVER-1', 'REDELIVER-1', 'REDELIVER-2'],
    );
  });
});

test('attempts are numbered as they came, and a redelivery that fails is none of the schedule', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.playFor('NUMBERED-1', 500, 500, 500, 500);
  let shiftMs = 0;
  const clock = {
    now: () => systemClock.now() + shiftMs,
    monotonic: () => systemClock.monotonic() + shiftMs,
  };
  await withServer(
    async ({ anna: { owner: call } }) => {
      const body = { url: receiver.url, version: 'v4', retry_seconds: [3600, 3600] };
      await call('POST', '/webhooks', { body });
      const report = (tracking_number: string) => {
        const checkpoints = [{ time: '2026-03-01T10:00:00Z', description: 'x', status: 'transit' }];
        return call('POST', '/updates', { body: { updates: [{ tracking_number, checkpoints }] } });
      };
      const { json } = await report('NUMBERED-1');
      const [{ tracking_id: tracking }] = json.results;
      const spent = (count: number) =>
        until(`${count} attempts of the schedule have failed`, async () => {
          const { json } = await call('GET', `/deliveries?tracking_id=${tracking}`);
          return json.data[0]?.attempt_count === count && json.data[0];
        });
      const { id } = await spent(1);
      const { json: again } = await call('POST', `/deliveries/${id}/redeliver`);
      assert.deepEqual([again.number, again.verdict], [2, 'retry']);
      await spent(1);
      for (const count of [2, 3]) {
        shiftMs += 4_000_000;
        // A parcel that comes makes the sender look at what is due.
        await report(`OTHER-${count}`);
        await spent(count);
      }
      const { json: parked } = await call('GET', `/deliveries/${id}`);
      assert.equal(parked.state, 'parked');
      assert.deepEqual(
        parked.attempts.map(({ number, cause }: { number: number; cause: string }) => `${number} ${cause}`),
        ['1 schedule', '2 redeliver', '3 schedule', '4 schedule'],
      );
    },
    { clock },
  );
});

test('a caller that never ends its request does not hold up a stop', async (t) => {
  const server = await startChildServer(t, { flags: ['--drain-seconds', '1'] });
  const { hostname, port } = new URL(server.url);
  const socket = net.connect(Number(port), hostname);
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write(
    'POST /api/v1/updates HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
  );
  const { code } = await server.kill('SIGTERM');
  assert.equal(code, 0);
  socket.destroy();
});

/** Every delivery is refused the first time; gives those that were. */
function refusingOnce(receiver: ScriptedReceiver): ReadonlySet<string> {
  const refused = new Set<string>();
  receiver.answer(({ id }) => {
    if (refused.has(id)) return 200;
    refused.add(id);
    return 500;
  });
  return refused;
}
