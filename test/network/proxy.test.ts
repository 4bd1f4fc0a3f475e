/** The outbound proxy: what it is asked for, whose fault what is, and that the guard judges before it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { asFiles, makeAuthority } from '../support/certificates.ts';
import type { Scope } from '../support/childServer.ts';
import { answered, failed, openTestDoor } from '../support/door.ts';
import { freePort } from '../support/freePort.ts';
import { withListener } from '../support/listener.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { withServer } from '../support/server.ts';
import { openTunnel } from '../support/tunnel.ts';
import { until } from '../support/until.ts';

test('http goes through the proxy, to the judged address, with its credentials, on a kept tunnel', async (t) => {
  await withListener(async (listener) => {
    const tunnel = await openTunnel(t);
    const { port } = new URL(listener.url);
    const proxy = `http://me:p%40ss@127.0.0.1:${tunnel.port}`;
    const { post } = openTestDoor(t, { proxy, lookup: async () => [{ address: '127.0.0.1', family: 4 }] });
    const url = `http://shop.example.com:${port}/hook`;
    const first = answered(await post(url));
    assert.deepEqual([first.status, first.address], [200, '127.0.0.1']);
    assert.ok(first.timings.connectMs !== null && first.timings.dnsMs !== null);
    // A connection is free again one turn of the event loop after its response.
    await pause(20);
    assert.equal(answered(await post(url)).status, 200);
    assert.deepEqual(tunnel.asked, [`127.0.0.1:${port}`]);
    assert.equal(tunnel.authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    assert.equal(listener.heard[0]?.headers.host, `shop.example.com:${port}`);
    assert.equal(listener.heard[0]?.headers['proxy-authorization'], undefined);
  });
});

test('https through an https proxy: the receiver is verified by its own name', async (t) => {
  const authority = await makeAuthority();
  const { ca } = asFiles(t, { ca: authority.cert });
  const named = await authority.sign({ names: [{ type: 'dns', value: 'shop.example.com' }] });
  const server = createHttps(named, (request, response) => {
    request.resume();
    response.end(`for ${request.headers.host}`);
  });
  const port = await listening(t, server);
  const tunnel = await openTunnel(t, { tls: await authority.sign() });
  const door = openTestDoor(t, {
    ca: [ca],
    proxy: `https://127.0.0.1:${tunnel.port}`,
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  assert.equal(
    answered(await door.post(`https://shop.example.com:${port}/`)).body,
    `for shop.example.com:${port}`,
  );
  const exchange = failed(await door.post(`https://other.example.com:${port}/`));
  assert.deepEqual([exchange.code, exchange.ours], ['ERR_TLS_CERT_ALTNAME_INVALID', false]);
});

test('the guard judges before the proxy is asked', async (t) => {
  const tunnel = await openTunnel(t);
  const { post } = openTestDoor(t, {
    allowNetworks: [],
    proxy: `http://127.0.0.1:${tunnel.port}`,
    lookup: async () => [{ address: '10.1.2.3', family: 4 }],
  });
  assert.equal(failed(await post('http://10.0.0.1/')).code, 'REFUSED_ADDRESS');
  assert.equal(failed(await post('http://rebind.example.com/')).code, 'REFUSED_ADDRESS');
  assert.deepEqual(tunnel.asked, []);
});

test('an address that the proxy cannot connect to is followed by the next', async (t) => {
  await withListener(async (listener) => {
    const { port } = new URL(listener.url);
    const tunnel = await openTunnel(t);
    const { post } = openTestDoor(t, {
      proxy: `http://127.0.0.1:${tunnel.port}`,
      // Nobody listens on the first: the receiver is on 127.0.0.1 alone.
      lookup: async () => [
        { address: '127.0.0.9', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    });
    assert.equal(answered(await post(`http://shop.example.com:${port}/`)).address, '127.0.0.1');
    assert.deepEqual(tunnel.asked, [`127.0.0.9:${port}`, `127.0.0.1:${port}`]);
  });
});

for (const [status, code, ours, words] of [
  [407, 'PROXY_REFUSED', true, /\(407\)\. Check the user and password in --proxy/],
  [403, 'PROXY_REFUSED', true, /\(403\)\. It must let this server CONNECT to 127\.0\.0\.1:9\.$/],
  [502, 'PROXY_NO_CONNECTION', false, /got no connection to 127\.0\.0\.1:9 \(502\)/],
  [503, 'PROXY_NO_CONNECTION', false, /\(503\)/],
  [504, 'PROXY_NO_CONNECTION', false, /\(504\)/],
] as const) {
  test(`a proxy that answers ${status}: ${ours ? 'ours' : "the receiver's"}`, async (t) => {
    const tunnel = await openTunnel(t, { status });
    const { post } = openTestDoor(t, { proxy: `http://user:hidden@127.0.0.1:${tunnel.port}` });
    const exchange = failed(await post('http://127.0.0.1:9/'));
    assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['before', code, ours]);
    assert.match(exchange.reason, words);
    assert.doesNotMatch(exchange.reason, /hidden/);
  });
}

test('a proxy that is not there, or speaks no HTTP, is our own failure', async (t) => {
  const door = openTestDoor(t, { proxy: `http://127.0.0.1:${await freePort()}` });
  const exchange = failed(await door.post('http://127.0.0.1:9/'));
  assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['before', 'PROXY_UNREACHABLE', true]);
  assert.match(exchange.reason, /ECONNREFUSED\. Check it and --proxy\.$/);
  const odd = createServer((socket) => socket.end('220 mail ready\r\n').on('error', () => {}));
  const port = await listening(t, odd);
  const other = failed(
    await openTestDoor(t, { proxy: `http://127.0.0.1:${port}` }).post('http://127.0.0.1:9/'),
  );
  assert.deepEqual([other.code, other.ours], ['PROXY_UNREACHABLE', true]);
});

test('a receiver that the proxy never reaches is a time-out of its connection', async (t) => {
  const tunnel = await openTunnel(t, { status: null });
  const door = openTestDoor(t, { proxy: `http://127.0.0.1:${tunnel.port}`, connectMsMax: 100 });
  const exchange = failed(await door.post('http://127.0.0.1:9/'));
  assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['before', 'TIMEOUT_CONNECT', false]);
});

test('a server whose proxy is down keeps its deliveries, spends no attempt, says so, and sends when it is back', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const port = await freePort();
  await withServer(
    async ({ anna }) => {
      const url = `${receiver.url}/hook`;
      const made = await anna.owner('POST', '/webhooks', { body: { url, version: 'standard' } });
      assert.equal(made.status, 201, made.text);
      await anna.owner('POST', '/updates', {
        body: {
          updates: [
            {
              tracking_number: 'LX203960974CN',
              checkpoints: [{ time: '2026-11-16 10:05', description: 'Delivered', status: 'delivered' }],
            },
          ],
        },
      });
      const delivery = await until('a delivery that waits for its next attempt', async () => {
        const [found] = (await anna.owner('GET', '/deliveries?state=waiting')).json.data;
        return found;
      });
      assert.equal(delivery.attempt_count, 0);
      const [attempt] = (await anna.owner('GET', `/deliveries/${delivery.id}`)).json.attempts;
      assert.deepEqual([attempt.verdict, attempt.failure.ours], ['unspent', true]);
      assert.match(attempt.reason, /The outbound proxy 127\.0\.0\.1:\d+ cannot be used: ECONNREFUSED/);
      const tunnel = await openTunnel(t, { port });
      await anna.owner('POST', `/deliveries/${delivery.id}/redeliver`);
      const [heard] = await receiver.hears(1);
      assert.equal(heard?.path, '/hook');
      assert.deepEqual(tunnel.asked, [new URL(receiver.url).host]);
    },
    {},
    { proxy: `http://127.0.0.1:${port}` },
  );
});

async function listening(t: Scope, server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
