// The promise: a parcel without news for thirty days expires, and its webhooks are told. Not before, and not a day later.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs } from '../../src/base/durations.ts';
import { expire } from '../../src/tracking/expiry.ts';
import { makeStoppedClock } from '../support/clocks.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, withServer } from '../support/server.ts';

/** Noon, so that what comes some hours later is of the same day. */
const startedAt = Date.UTC(2026, 0, 5, 12);
const hourMs = 3_600_000;

test('a parcel expires after thirty days without news, and its webhook is told once', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const clock = makeStoppedClock(startedAt);
  await withServer(
    async ({ store, ingest, anna: { owner: call } }) => {
      await call('POST', '/webhooks', { body: { url: receiver.url, statuses: ['expired'], version: 'v4' } });
      await report(call, ['QUIET-1', 'HEARD-OF-1']);
      const expireAt = (now: number) => expire({ store, ingest, clock: makeStoppedClock(now) });
      clock.set(startedAt + 10 * dayMs);
      await report(call, ['HEARD-OF-1'], '2026-01-15 11:00');

      assert.equal(await expireAt(startedAt + 30 * dayMs - 1), 0);
      assert.equal(await expireAt(startedAt + 30 * dayMs), 1);
      assert.equal(await expireAt(startedAt + 40 * dayMs - 1), 0);
      await receiver.hears(1);
      assert.equal(await expireAt(startedAt + 40 * dayMs), 1);
      await receiver.hears(2);
      const told = receiver.heard.map(({ body }) => JSON.parse(body.toString()).data);
      assert.deepEqual(
        told.map(({ tracking_number: number, delivery_status: status }) => [number, status]),
        [
          ['QUIET-1', 'expired'],
          ['HEARD-OF-1', 'expired'],
        ],
      );
    },
    { clock },
  );
});

test('those that are due expire though as many of their day as are looked at together are not', async () => {
  const [early, late] = [250, 450];
  const clock = makeStoppedClock(startedAt);
  await withServer(
    async ({ store, ingest, anna: { owner: call } }) => {
      const numbers = (what: string, count: number) =>
        Array.from({ length: count }, (_, n) => `${what}-${n}`);
      // The later ones stand first: they were made first and heard of again.
      await report(call, numbers('LATER', late));
      await report(call, numbers('EARLIER', early));
      clock.set(startedAt + 6 * hourMs);
      await report(call, numbers('LATER', late), '2026-01-05 11:30');

      const expireAt = (now: number) => expire({ store, ingest, clock: makeStoppedClock(now) });
      assert.equal(await expireAt(startedAt + 30 * dayMs), early);
      assert.equal(await expireAt(startedAt + 30 * dayMs + 6 * hourMs), late);
      assert.equal(await expireAt(startedAt + 90 * dayMs), 0);
    },
    { clock },
  );
});

async function report(call: Caller, numbers: readonly string[], time = '2026-01-05 10:00'): Promise<void> {
  const checkpoints = [{ time, description: 'Seen', status: 'transit' }];
  const updates = numbers.map((tracking_number) => ({ tracking_number, courier_code: 'dhl', checkpoints }));
  const { json, text } = await call('POST', '/updates', { body: { updates } });
  assert.ok(
    json.results.every(({ changed }: { changed?: boolean }) => changed),
    text.slice(0, 500),
  );
}
