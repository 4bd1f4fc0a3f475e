// The promise: no way in. A secret that was replaced signs until the overlap ends, and not after.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyWebhook } from '../../src/sdk/verify.ts';
import { makeStoppedClock } from '../support/clocks.ts';
import { type Heard, openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { withServer } from '../support/server.ts';

const startedAt = Date.UTC(2026, 0, 5, 12);
const overlapSeconds = 3600;

test('a replaced secret is believed to the end of the overlap, and refused after it', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const clock = makeStoppedClock(startedAt);
  await withServer(
    async ({ anna: { owner: call } }) => {
      const { json: made } = await call('POST', '/webhooks', { body: { url: receiver.url } });
      const body = { overlap_seconds: overlapSeconds };
      const { json: rotated } = await call('POST', `/webhooks/${made.id}/rotate-secret`, { body });
      const believed = async (number: string) => {
        const checkpoints = [{ time: '2026-01-05 13:00', description: 'Seen', status: 'transit' }];
        await call('POST', '/updates', { body: { updates: [{ tracking_number: number, checkpoints }] } });
        const [heard] = await receiver.hears(1, (one) => one.number === number);
        return Promise.all([made.secret, rotated.secret].map((secret) => isGenuine(heard as Heard, secret)));
      };
      assert.deepEqual(await believed('OVERLAP-1'), [true, true]);
      clock.set(startedAt + overlapSeconds * 1000 - 1);
      assert.deepEqual(await believed('OVERLAP-2'), [true, true]);
      clock.set(startedAt + overlapSeconds * 1000);
      assert.deepEqual(await believed('OVERLAP-3'), [false, true]);
    },
    { clock },
  );
});

async function isGenuine({ body, headers }: Heard, secret: string): Promise<boolean> {
  return (await verifyWebhook({ body, headers, secret, toleranceSeconds: 0 })).ok;
}
