// Bad days at the front door: whatever is sent, the answer says what was wrong, and the server and the others' updates
// are none the worse.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { startChildServer } from '../support/childServer.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';

const server = await startChildServer({ after });
const { call } = server;
const scan = { time: '2024-03-01 12:00', description: 'Scanned', status: 'transit' };

for (const [what, body] of Object.entries({
  'cut off': '{"updates":[{"tracking_number":"BROKEN-1"',
  'no JSON at all': 'tracking_number=BROKEN-1',
  'a lone half of a surrogate pair': '{"updates":[{"tracking_number":"\\ud800"}]}',
  'not UTF-8': Buffer.from([0x7b, 0xff, 0xfe, 0x7d]).toString('latin1'),
  'a list': '[]',
  null: 'null',
  'very deep': '['.repeat(200_000),
  'an attack on prototypes': '{"updates":[],"__proto__":{"admin":true}}',
})) {
  test(`a body that is ${what} is refused in words`, async () => {
    const { status, json, text } = await call('POST', '/updates', { body });
    const refused = status === 200 ? json.results[0].error : json;
    assert.match(refused.code, /^(body_malformed|body_invalid|number_invalid)$/, text);
    assert.ok(status === 200 || status === 400, text);
    assert.ok((refused.detail ?? refused.message).length > 10, text);
    await isWell();
  });
}

for (const [what, head, status] of [
  ['no HTTP at all', 'HELO there\r\n\r\n', 400],
  ['headers of 20 KiB', `GET /v4/couriers/all HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  [
    'an expectation',
    'GET /api/v1/trackings HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\nconnection: close\r\n\r\n',
    401,
  ],
  ['an address that cannot be read', 'GET /api/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 404],
] as const) {
  test(`a request with ${what} is answered with JSON, and as any other`, async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.end(head);
    const [top = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    assert.match(top, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(top, /x-content-type-options: nosniff/i);
    assert.equal(JSON.parse(body.replace(/^[\da-f]+\r\n|\r\n0\r\n\r\n$/gi, '')).status, status);
    await isWell();
  });
}

test('a body of 9 MiB is refused by its size, and nothing of it is taken', async () => {
  const filler = 'x'.repeat(9 * 1024 * 1024);
  const body = { updates: [{ tracking_number: 'HUGE-1', title: filler, checkpoints: [scan] }] };
  const { status, json, text } = await call('POST', '/updates', { body });
  assert.equal(status, 413, text);
  assert.equal(json.code, 'body_too_large');
  assert.match(json.detail, /8 MiB/);
  assert.deepEqual((await call('GET', '/trackings?tracking_number=HUGE-1')).json.data, []);
  await isWell();
});

test('1001 updates are refused, 1000 are taken', async () => {
  const updates = Array.from({ length: 1001 }, (_, index) => ({
    tracking_number: `MANY-${index}`,
    checkpoints: [scan],
  }));
  const refused = await call('POST', '/updates', { body: { updates } });
  assert.equal(refused.status, 400, refused.text);
  assert.deepEqual([refused.json.code, refused.json.where], ['body_invalid', '/updates']);
  assert.deepEqual((await call('GET', '/trackings?tracking_number=MANY-0')).json.data, []);
  const taken = await call('POST', '/updates', { body: { updates: updates.slice(1) } });
  assert.equal(taken.status, 200);
  assert.ok(taken.json.results.every(({ changed }: { changed: boolean }) => changed));
});

test('emoji, right-to-left letters and control characters arrive at the receiver as they may', async (t) => {
  const receiver = await openScriptedReceiver(t);
  for (const version of ['v2', 'standard']) {
    const { status, text } = await call('POST', '/webhooks', {
      body: { url: `${receiver.url}/${version}`, version },
    });
    assert.equal(status, 201, text);
  }
  const said = {
    tracking_number: 'ODD-TEXT-1',
    title: '🫖 Teekanne „blau“ <b>&amp;</b>',
    customer_name: 'محمد عبد‎الله',
    order_id: 'a\u0000b\u0007c\u001b[31md',
    customer_email: "x'; drop table tracking; --",
    checkpoints: [
      { ...scan, description: 'line one\nline\ttwo\r\n\u202eevil\u202c', location: '𠮷野家, 東京' },
    ],
  };
  const { json, text } = await call('POST', '/updates', { body: { updates: [said] } });
  assert.equal(json.results[0].changed, true, text);
  await receiver.hears(2);
  for (const heard of receiver.heard) {
    const { data } = JSON.parse(heard.body.toString('utf8'));
    assert.equal(data.title, said.title);
    assert.equal(data.customer_name, said.customer_name);
    assert.equal(data.customer_email, said.customer_email);
    assert.equal(data.order_id, 'abc[31md', 'Control characters are left out.');
    const { StatusDescription, Details } = data.origin_info?.trackinfo[0] ?? {
      StatusDescription: data.checkpoints[0].description,
      Details: data.checkpoints[0].location,
    };
    assert.equal(StatusDescription, 'line one line two evil');
    assert.equal(Details, said.checkpoints[0]?.location);
    if (heard.path === '/v2') assert.match(heard.body.toString('latin1'), /^[\x20-\x7e]+$/);
  }
});

test('creating a parcel twice answers with the one there is', async () => {
  const body = { tracking_number: 'LX203960974CN', courier_code: 'china-ems' };
  const first = await call('POST', '/trackings', { body });
  assert.equal(first.status, 201, first.text);
  const second = await call('POST', '/trackings', {
    body: { ...body, tracking_number: ' lx 2039 60974-cn ' },
  });
  assert.equal(second.status, 200, second.text);
  assert.equal(second.json.id, first.json.id);
  assert.equal(second.json.tracking_number, 'LX203960974CN');
  const both = await Promise.all(
    Array.from({ length: 20 }, () =>
      call('POST', '/trackings', { body: { ...body, courier_code: 'china-post' } }),
    ),
  );
  assert.equal(new Set(both.map(({ json }) => json.id)).size, 1, 'Twenty at once make one.');
  assert.deepEqual(
    both
      .map(({ status }) => status)
      .sort()
      .slice(0, 19),
    Array(19).fill(200),
  );
});

test('the same update twice is one change', async () => {
  const body = { updates: [{ tracking_number: 'TWICE-1', checkpoints: [scan] }] };
  const first = await call('POST', '/updates', { body });
  const second = await call('POST', '/updates', { body });
  assert.equal(first.json.results[0].changed, true);
  assert.equal(second.json.results[0].changed, false);
  assert.equal(second.json.results[0].revision, first.json.results[0].revision);
});

for (const [path, headers] of [
  ['/api/static/%2e%2e/', {}],
  ['/api/static/%2e%2e%2f%2e%2e%2fpackage.json', {}],
  ['/api/static/..%5c..%5cpackage.json', {}],
  ['/api/static/%00', {}],
  ['/api/static/.env', {}],
  ['/api/static/%2e%2e/index.html', { range: 'bytes=9-1' }],
  ['/api/static/index.html', { range: 'bytes=99999999-' }],
  ['/api/static/index.html', { 'if-match': '"other"' }],
  ['/%c0%ae%c0%ae/', {}],
] as const) {
  test(`GET ${path} ${JSON.stringify(headers)} is the caller's mistake and not ours`, async () => {
    const { status, text } = await getRaw(path, headers);
    assert.ok(status >= 200 && status < 500, `${status} ${text}`);
    if (status >= 400) assert.match(JSON.parse(text).code, /^(route_not_found|body_invalid)$/);
    assert.doesNotMatch(server.everything, /failed unexpectedly/);
  });
}

test('an inbox full of deeply nested bodies is shown as they came', async (t) => {
  const hit = await startChildServer(t, { flags: ['--samples'] });
  const [, inbox = ''] = await hit.printed(/Watch: {2}(http:\S+)/);
  const body = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  for (let count = 0; count < 50; count++) {
    assert.equal((await fetch(inbox, { method: 'POST', body })).status, 200);
  }
  const page = await fetch(inbox, { headers: { accept: 'text/html' } });
  const shown = (await page.text()).split(`<pre>${body}</pre>`).length - 1;
  assert.ok(shown >= 40, `${shown} are shown; some samples may have come in between`);
});

/** By a plain client: fetch would mend the path. */
async function getRaw(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const [response] = await once(get(server.url, { path, headers }), 'response');
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return { status: response.statusCode, text };
}

async function isWell(): Promise<void> {
  assert.equal((await call('GET', '//readyz')).status, 200);
  assert.ok(server.running);
}
