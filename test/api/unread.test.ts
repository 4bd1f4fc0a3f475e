// What nobody with a key has sent is not read: a request is refused by its head alone, and no news are asked for.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import test from 'node:test';
import { callerOf, withServer } from '../support/server.ts';

for (const [path, status] of [
  ['/nothing', 404],
  ['/healthz', 405],
  ['/api/v1/nothing', 404],
  ['/api/v1/events', 405],
  ['/api/v1/updates', 401],
  // V2 says it in the body alone.
  ['/v2/nothing', 200],
  ['/v4/nothing', 404],
  ['/v4/trackings/create', 401],
  [`/inbox/${'x'.repeat(24)}`, 404],
] as const) {
  test(`POST ${path} without a key is answered with ${status} before its body is sent`, () =>
    withServer(async ({ url }) => {
      const headers = { 'content-type': 'application/json', 'content-length': 500_000 };
      const asked = request(`${url}${path}`, { method: 'POST', headers });
      asked.flushHeaders();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const told = answer.statusCode;
      asked.on('error', () => {});
      asked.destroy();
      assert.equal(told, status);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    }));
}

test('who has no key makes the server ask for no news', () =>
  withServer(async ({ url, store, anna }) => {
    let asked = 0;
    const { news } = store;
    Object.assign(store, {
      news: (after: number | null) => {
        asked++;
        return news(after);
      },
    });
    await anna.owner('GET', '/webhooks');
    assert.ok(asked > 0, 'they are asked for otherwise');
    asked = 0;
    for (const key of ['', 'wk_wrong_but_long_enough_to_be_one']) {
      const { status } = await callerOf(url, key)('GET', '/webhooks');
      assert.equal(status, 401);
    }
    assert.equal(asked, 0);
  }));
