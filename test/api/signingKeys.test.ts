// The keys of TrackingMore's signatures, of which a request carries one: they switch at the time that was stated.

import assert from 'node:assert/strict';
import test from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { verifyWebhook } from '../../src/sdk/verify.ts';
import { testNow } from '../support/build.ts';
import { type Caller, withServer } from '../support/server.ts';

const first = 'first-webhook-secret-0123456789';

test('the secret of V4 and the signing email switch when their overlaps are over', () => {
  let now = testNow;
  const clock = { ...systemClock, now: () => now };
  return withServer(
    async ({ anna: { owner: call } }) => {
      const at = async (version: string) =>
        (await call('POST', '/webhooks', { body: { url: 'http://127.0.0.1:9/', version } })).json.id;
      const [v2, v3, v4] = [await at('v2'), await at('v3'), await at('v4')];
      const email = 'anna@shop.example';
      assert.ok(await signs(v4, { secret: first }));

      const body = { overlap_seconds: 3600 };
      const { json } = await call('POST', '/account/rotate-webhook-secret', { body });
      const next = json.webhook_secret;
      const edit = { signing_email: 'new@shop.example', overlap_seconds: 60 };
      assert.equal((await call('PATCH', '/account', { body: edit })).status, 200);
      assert.ok(await signs(v4, { secret: first }));
      assert.ok(!(await signs(v4, { secret: next })), 'There is room for one signature.');
      for (const id of [v2, v3]) assert.ok(await signs(id, { email }));

      now += 60_000;
      for (const id of [v2, v3]) assert.ok(await signs(id, { email: 'new@shop.example' }));
      assert.ok(await signs(v4, { secret: first }), 'An edit of the email moves no secret.');
      now += 3_540_000;
      assert.ok(await signs(v4, { secret: next }));
      assert.ok(!(await signs(v4, { secret: first })));

      async function signs(id: string, key: { secret: string } | { email: string }): Promise<boolean> {
        const { headers, body } = await tried(call, id);
        return (await verifyWebhook({ headers, body, ...key, now })).ok;
      }
    },
    { clock },
    { first: { ...firstAccount, webhookSecret: first } },
  );
});

const firstAccount = {
  email: 'anna@shop.example',
  password: null,
  apiKey: null,
  timeZone: 'Europe/Stockholm',
};

/** The request of a test, whatever becomes of it. */
async function tried(call: Caller, id: string): Promise<{ headers: Record<string, string>; body: string }> {
  const { status, json, text } = await call('POST', `/webhooks/${id}/test`);
  assert.equal(status, 200, text);
  return json.request;
}
