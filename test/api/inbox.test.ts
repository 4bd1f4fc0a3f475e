// The built-in inbox takes whatever Waybell itself sends, and keeps the newest of it.

import assert from 'node:assert/strict';
import test from 'node:test';
import { limits } from '../../src/domain/limits.ts';
import { fullScan } from '../support/fullBody.ts';
import { withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

test('the largest webhook there can be arrives in the inbox at the first attempt', () =>
  withServer(async ({ url, inbox, anna: { owner: call, account } }) => {
    const address = `/inbox/${await inbox.tokenOf(account.id)}`;
    await call('POST', '/webhooks', { body: { url: `${url}${address}`, version: 'v2' } });
    const checkpoints = Array.from({ length: limits.checkpointsPerUpdateMax }, (_, index) => ({
      ...fullScan,
      time: new Date(Date.UTC(2024, 2, 1, 0, index)).toISOString(),
      status: 'transit',
    }));
    const { status } = await call('POST', '/updates', {
      body: { updates: [{ tracking_number: 'FULL-1', checkpoints }] },
    });
    assert.equal(status, 200);
    const [delivery] = await until('it is settled, or failed', async () => {
      const { json } = await call('GET', '/deliveries');
      return json.data[0]?.attempt_count > 0 && json.data;
    });
    assert.deepEqual([delivery.state, delivery.attempt_count], ['accepted', 1]);
    const { json } = await call('GET', `/${address}`);
    assert.ok(json.data[0].body.length > 2 * 1024 * 1024);
    assert.equal(json.data[0].verified, true);
  }));

test('the inbox refuses more than any webhook has, and keeps the newest, whatever bytes it is of', () =>
  withServer(async ({ nobody: call, inbox, anna: { account } }) => {
    const address = `//inbox/${await inbox.tokenOf(account.id)}`;
    const post = (body: string) => call('POST', address, { body });
    const { status, json } = await post('x'.repeat(limits.webhookBodyBytesMax + 1));
    assert.deepEqual([status, json.code], [413, 'body_too_large']);
    assert.match(json.detail, /3 MiB at \/inbox/);
    // A control character is stored as six bytes.
    for (const letter of ['a', '\u0001']) {
      assert.equal((await post(letter.repeat(limits.webhookBodyBytesMax))).status, 200);
      const { json: shown } = await call('GET', address);
      assert.equal(shown.data[0].body[0], letter);
    }
  }));
