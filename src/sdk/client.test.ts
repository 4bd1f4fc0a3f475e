import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { makeClient, WaybellError } from './client.ts';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];

/** A server that gives the answers in turn, the last one for ever, and keeps what it was asked. */
async function withServer(
  answers: readonly Answer[],
  run: (given: {
    url: string;
    asked: Asked[];
    waits: number[];
    client: ReturnType<typeof makeClient>;
  }) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers, body });
    const [status, content, extra = {}] = answers[Math.min(asked.length, answers.length) - 1] as Answer;
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    response.writeHead(status, { 'content-type': 'application/json', ...extra }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  try {
    await run({ url, asked, waits, client: makeClient({ url: `${url}/`, apiKey: 'wk_test', wait }) });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const busy = { code: 'busy', detail: 'Come again.', status: 429 };

test('a request carries the key, its JSON and an idempotency key', () =>
  withServer([[200, { results: [] }]], async ({ client, asked }) => {
    assert.deepEqual(await client.updates([{ tracking_number: 'A1' }]), { results: [] });
    const [{ method, url, headers, body }] = asked as [Asked];
    assert.equal(`${method} ${url}`, 'POST /api/v1/updates');
    assert.equal(headers.authorization, 'Bearer wk_test');
    assert.match(headers['idempotency-key'] as string, /^[0-9a-f-]{36}$/);
    assert.deepEqual(JSON.parse(body), { updates: [{ tracking_number: 'A1' }] });
  }));

test('a busy server is asked again after Retry-After, under the same idempotency key', () =>
  withServer(
    [
      [429, busy, { 'retry-after': '7' }],
      [503, busy],
      [200, { results: [] }],
    ],
    async ({ client, asked, waits }) => {
      await client.updates([]);
      assert.deepEqual(waits, [7000, 1000]);
      assert.equal(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size, 1);
    },
  ));

test('two requests have two idempotency keys, and a caller may bring one', () =>
  withServer([[200, {}]], async ({ client, asked }) => {
    await client.updates([]);
    await client.updates([]);
    await client.updates([], { idempotencyKey: 'mine' });
    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    assert.equal(new Set(keys).size, 3);
    assert.equal(keys[2], 'mine');
  }));

test('a server that stays busy is given up after four tries', () =>
  withServer([[503, busy]], async ({ client, asked }) => {
    await assert.rejects(client.trackings.get('trk_1'), { name: 'WaybellError', status: 503, code: 'busy' });
    assert.equal(asked.length, 4);
  }));

test('nobody is kept waiting for more than a minute', () =>
  withServer([[503, busy, { 'retry-after': '61' }]], async ({ client, asked }) => {
    await assert.rejects(client.trackings.get('trk_1'), { code: 'busy' });
    assert.equal(asked.length, 1);
  }));

test('a refusal is not repeated and tells code, detail and place', () =>
  withServer(
    [[422, { code: 'number_invalid', detail: 'No.', where: '/tracking_number' }]],
    async ({ client, asked }) => {
      const error = await client.trackings.create({ tracking_number: '?' }).catch((refused) => refused);
      assert.ok(error instanceof WaybellError);
      const { status, code, detail, where } = error;
      assert.deepEqual(
        { status, code, detail, where },
        { status: 422, code: 'number_invalid', detail: 'No.', where: '/tracking_number' },
      );
      assert.equal(asked.length, 1);
    },
  ));

test('a list goes on from page to page and stops at the last', () =>
  withServer(
    [
      [200, { data: [1, 2], next_cursor: 'c&1' }],
      [200, { data: [3], next_cursor: null }],
    ],
    async ({ client, asked }) => {
      const seen: unknown[] = [];
      for await (const tracking of client.trackings.list({ status: 'delivered', limit: 2 }))
        seen.push(tracking);
      assert.deepEqual(seen, [1, 2, 3]);
      assert.deepEqual(
        asked.map(({ url }) => url),
        [
          '/api/v1/trackings?status=delivered&limit=2',
          '/api/v1/trackings?status=delivered&limit=2&cursor=c%261',
        ],
      );
    },
  ));

test('the log of events ends at an empty page, although there is always a next cursor', () =>
  withServer(
    [
      [200, { data: [1], next_cursor: 'a' }],
      [200, { data: [], next_cursor: 'a' }],
    ],
    async ({ client, asked }) => {
      const seen: unknown[] = [];
      for await (const event of client.events.list({ cursor: 'from' })) seen.push(event);
      assert.deepEqual(seen, [1]);
      assert.deepEqual(
        asked.map(({ url }) => url),
        ['/api/v1/events?cursor=from', '/api/v1/events?cursor=a'],
      );
    },
  ));

test('an id cannot leave its place in the address', () =>
  withServer([[200, {}]], async ({ client, asked }) => {
    await client.webhooks.get('../keys?x=1#');
    assert.equal(asked[0]?.url, '/api/v1/webhooks/..%2Fkeys%3Fx%3D1%23');
    for (const id of ['', '.', '..']) assert.throws(() => client.keys.revoke(id), TypeError);
    assert.equal(asked.length, 1);
  }));

test('an answer without a body is nothing', () =>
  withServer([[204, '']], async ({ client }) => {
    assert.equal(await client.trackings.remove('trk_1'), undefined);
  }));

test('a redirect is not followed, for it would take the key along', () =>
  withServer([[302, '', { location: 'http://127.0.0.1:1/' }]], async ({ client, asked }) => {
    await assert.rejects(client.account.get(), { code: 'not_waybell', status: 302 });
    assert.equal(asked.length, 1);
  }));

test('what is not Waybell is named so', () =>
  withServer(
    [
      [200, '<html>'],
      [502, '<html>'],
    ],
    async ({ client }) => {
      await assert.rejects(client.account.get(), { code: 'not_waybell', detail: /check the URL/ });
      await assert.rejects(client.account.get(), { code: 'not_waybell', status: 502 });
    },
  ));

test('a server that is not ready is asked once and is no error', () =>
  withServer([[503, { status: 'store unavailable' }]], async ({ client, asked }) => {
    assert.equal(await client.server.ready(), false);
    assert.equal(asked.length, 1);
  }));

test('a server that is not there is said to be unreachable, with status 0', async () => {
  let gone = '';
  await withServer([[200, {}]], async ({ url }) => {
    gone = url;
  });
  await assert.rejects(makeClient({ url: gone, apiKey: 'x' }).account.get(), {
    status: 0,
    code: 'unreachable',
    detail: /connection was refused/,
  });
});

test('a server that does not answer in time is said to be unreachable', async () => {
  const stuck = createServer(() => {});
  stuck.listen(0, '127.0.0.1');
  await once(stuck, 'listening');
  const url = `http://127.0.0.1:${(stuck.address() as AddressInfo).port}`;
  await assert.rejects(makeClient({ url, apiKey: 'x', timeoutMs: 50 }).account.get(), {
    status: 0,
    detail: /longer than 0.05 s/,
  });
  stuck.closeAllConnections();
  stuck.close();
});

test('an address that is none is refused at once', () => {
  assert.throws(() => makeClient({ url: 'ftp://example.com', apiKey: 'x' }), TypeError);
  assert.throws(() => makeClient({ url: 'example.com', apiKey: 'x' }), TypeError);
});
