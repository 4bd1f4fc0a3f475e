/** Hostile and mistaken requests: each gets a clear problem, and the server goes on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import test from 'node:test';
import { type Answer, type Caller, type TestServer, withServer } from '../support/server.ts';

const mebi = 1024 * 1024;

function refuses(name: string, run: (server: TestServer) => Promise<void>): void {
  test(name, () =>
    withServer(async (server) => {
      await run(server);
      assert.equal((await server.nobody('GET', '//healthz')).status, 200, 'the process is alive');
    }),
  );
}

function assertProblem(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.json?.code], [status, code], answer.text);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  const { type, title, detail } = answer.json;
  assert.deepEqual(
    [type, title, answer.json.status],
    [`urn:waybell:error:${code}`, code.replaceAll('_', ' '), status],
  );
  assert.match(detail, /[.…]$/);
  assert.doesNotMatch(answer.text, /node_modules|\.ts:|at [\w.]+ \(/);
}

refuses('malformed JSON', async ({ anna }) => {
  for (const body of ['{', '{"updates": [}', 'tracking', '\u0000', '{"a":1}}']) {
    assertProblem(await anna.owner('POST', '/updates', { body }), 400, 'body_malformed');
  }
});

refuses('members that would reach into prototypes', async ({ anna }) => {
  for (const body of [
    '{"tracking_number":"PROTO1","__proto__":{"title":"x"}}',
    '{"tracking_number":"PROTO1","constructor":{"prototype":{"title":"x"}}}',
  ]) {
    assertProblem(await anna.owner('POST', '/trackings', { body }), 400, 'body_malformed');
  }
  assertProblem(
    await anna.owner('POST', '/trackings', { body: { tracking_number: 'PROTO1', toString: 'x' } }),
    400,
    'body_invalid',
  );
  assert.deepEqual((await anna.owner('GET', '/trackings')).json.data, []);
});

refuses('headers that every object has by birth', async ({ anna, bela }) => {
  const made = await anna.owner('POST', '/webhooks', { body: { url: 'http://127.0.0.1:9/' } });
  const path = `/webhooks/${made.json.id}`;
  for (const name of ['toString', 'constructor', 'hasOwnProperty', 'valueOf', '__defineGetter__']) {
    const edited = await anna.owner('PATCH', path, { body: { headers: { [name]: '(hidden)' } } });
    assertProblem(edited, 422, 'header_invalid');
    assert.equal((await bela.owner('GET', '/webhooks')).status, 200);
  }
  const signature_headers = { id: '__proto__', timestamp: 'x-time', signature: 'x-signature' };
  assertProblem(await anna.owner('PATCH', path, { body: { signature_headers } }), 422, 'header_invalid');
});

refuses('bodies of another type', async ({ anna }) => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense']) {
    const said = { body: '{"tracking_number":"TYPE1"}', headers: { 'content-type': type } };
    assertProblem(await anna.owner('POST', '/trackings', said), 415, 'content_type_unsupported');
  }
});

refuses('bodies that are missing or of another form', async ({ anna }) => {
  for (const body of [undefined, '', 'null', '[]', '5', '"x"']) {
    const answer = await anna.owner('POST', '/trackings', body === undefined ? {} : { body });
    assertProblem(answer, 400, 'body_invalid');
    assert.equal(answer.json.detail, 'The body must be a JSON object. The form is described at /api.');
  }
});

refuses('a body of 2 MiB that is not of updates', async (server) => {
  const { status, text } = await postRaw(server, '/api/v1/trackings', 'x'.repeat(2 * mebi));
  assert.deepEqual([status, JSON.parse(text).code], [413, 'body_too_large']);
});

refuses('no updates at all', async ({ anna }) => {
  assertProblem(await anna.owner('POST', '/updates', { body: { updates: [] } }), 400, 'body_invalid');
  assert.deepEqual((await anna.owner('GET', '/events')).json.data, []);
});

refuses('numbers that cannot be one', async ({ anna }) => {
  for (const number of ['A'.repeat(60), '', 'AB', '📦📦📦📦', 'RR\u0000123', 'A;B<C>', "1' or '1'='1"]) {
    assertProblem(
      await anna.owner('POST', '/trackings', { body: { tracking_number: number } }),
      422,
      'number_invalid',
    );
    assertProblem(
      await anna.owner('POST', '/couriers/detect', { body: { tracking_number: number } }),
      422,
      'number_invalid',
    );
  }
});

refuses('an unknown courier, country, status and time zone', async ({ anna }) => {
  const { json } = await anna.owner('POST', '/trackings', { body: { tracking_number: 'WRONG1' } });
  const path = `/trackings/${json.id}`;
  const cases: [string, unknown, string][] = [
    [path, { courier_code: 'pony' }, 'courier_unknown'],
    [path, { destination_courier_code: 'pony' }, 'courier_unknown'],
    [path, { origin_country: 'ZZ' }, 'country_invalid'],
    [path, { status: 'lost' }, 'status_invalid'],
    ['/account', { time_zone: 'Mars/Olympus' }, 'time_zone_invalid'],
  ];
  for (const [where, body, code] of cases) {
    assertProblem(await anna.owner('PATCH', where, { body }), 422, code);
  }
  assert.equal((await anna.owner('GET', path)).text, JSON.stringify(json));
});

test('in a call of updates each bad item is told in its place, and the others are taken', () =>
  withServer(async ({ anna }) => {
    const scan = { time: '2026-03-02T10:00:00Z', description: 'Posted' };
    const good = { tracking_number: 'GOOD1', checkpoints: [scan] };
    const bad: [unknown, string][] = [
      [{ tracking_number: 'A'.repeat(60) }, 'number_invalid'],
      [{ tracking_number: 'A' }, 'number_invalid'],
      [{ tracking_number: '' }, 'number_invalid'],
      [{ tracking_number: 12_345 }, 'body_invalid'],
      [{ tracking_number: 'BAD1', courier_code: 'pony' }, 'courier_unknown'],
      [{ tracking_number: 'BAD1', destination_courier_code: 'pony' }, 'courier_unknown'],
      [
        { tracking_number: 'BAD2', checkpoints: [{ ...scan, time: '2026-02-31T10:00:00Z' }] },
        'checkpoint_time_invalid',
      ],
      [{ tracking_number: 'BAD3', checkpoints: [{ ...scan, time: 'soon' }] }, 'checkpoint_time_invalid'],
      [{ tracking_number: 'BAD3', checkpoints: [{ ...scan, time: '' }] }, 'checkpoint_time_invalid'],
      [{ tracking_number: 'BAD4', checkpoints: [{ ...scan, status: 'lost' }] }, 'status_invalid'],
      [{ tracking_number: 'BAD5', checkpoints: [{ time: scan.time }] }, 'checkpoint_invalid'],
      [{ tracking_number: 'BAD6', checkpoints: Array(301).fill(scan) }, 'checkpoints_too_many'],
      [{ tracking_number: 'BAD7', colour: 'red' }, 'body_invalid'],
      [{ tracking_number: 'BAD8', create: false }, 'tracking_not_found'],
      [{ tracking_number: 'BAD9', destination_country: 'Sweden' }, 'country_invalid'],
      [null, 'body_invalid'],
      [7, 'body_invalid'],
    ];
    const updates = bad.flatMap(([item]) => [item, good]);
    const { status, json } = await anna.owner('POST', '/updates', { body: { updates } });
    assert.equal(status, 200);
    for (const [index, [item, code]] of bad.entries()) {
      const { error } = json.results[2 * index];
      assert.equal(error?.code, code, JSON.stringify(item));
      assert.ok(error.message.length > 10, error.message);
      assert.equal(json.results[2 * index + 1].tracking_number, 'GOOD1');
    }
    assert.equal((await anna.owner('GET', '/trackings')).json.data.length, 1);
  }));

test('emoji and right-to-left text are kept; NUL, half a surrogate pair and direction overrides are not', () =>
  withServer(async ({ anna }) => {
    const scan = {
      time: '2026-03-02T10:00:00Z',
      description: 'שלום \u0000 📦 \ud800 \u202eevil',
      location: 'تل أبيب',
    };
    const updates = [{ tracking_number: 'TEXT1', title: '🎁 \u0000 für Zoë', checkpoints: [scan] }];
    const { json } = await anna.owner('POST', '/updates', { body: { updates } });
    const tracking = (await anna.owner('GET', `/trackings/${json.results[0].tracking_id}`)).json;
    assert.equal(tracking.title, '🎁  für Zoë');
    assert.equal(tracking.checkpoints[0].description, 'שלום  📦 \ufffd evil');
    assert.equal(tracking.checkpoints[0].location, 'تل أبيب');
  }));

refuses('addresses that are none, and methods that an address does not take', async ({ anna, nobody }) => {
  for (const path of [
    '/nothing',
    '//nothing',
    '//api/v2/trackings',
    '/trackings/a/b/c',
    '//%zz',
    `/trackings/${'x'.repeat(300)}`,
  ]) {
    assertProblem(await anna.owner('GET', path), 404, 'route_not_found');
  }
  assertProblem(await anna.owner('GET', '/trackings/%00'), 404, 'tracking_not_found');
  for (const [method, path, allow] of [
    ['PUT', '/trackings', 'GET, HEAD, POST'],
    ['DELETE', '/events', 'GET, HEAD'],
    ['GET', '/updates', 'POST'],
    ['POST', '//healthz', 'GET, HEAD'],
  ] as const) {
    const answer = await nobody(method, path);
    assertProblem(answer, 405, 'method_not_allowed');
    assert.equal(answer.headers.get('allow'), allow);
  }
});

test('answers say that they are data, not pages, and are not to be kept', () =>
  withServer(async ({ anna, nobody }) => {
    const { headers } = await anna.owner('GET', '/keys');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('content-security-policy'), "default-src 'none';frame-ancestors 'none'");
    const page = await nobody('GET', '//api/');
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'self'/);
    assert.doesNotMatch(page.headers.get('content-security-policy') ?? '', /unsafe-eval|script-src/);
  }));

/** By a plain client, since fetch gives up when the answer comes before it has sent everything. */
async function postRaw(
  { url, anna }: { url: string; anna: { owner: Caller } },
  path: string,
  body: string,
): Promise<{ status: number; text: string }> {
  const sent = request(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${anna.owner.key}`, 'content-type': 'application/json' },
  });
  const failed = new Promise<never>((_, reject) => sent.on('error', reject));
  failed.catch(() => {});
  sent.end(body);
  const [response] = await Promise.race([once(sent, 'response'), failed]);
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return { status: response.statusCode, text };
}
