/**
 * Whatever is sent under a version's prefix (bodies, methods, paths, headers, encodings), the answer is JSON in the version's
 * envelope with a status of its table, never one that says that the server failed, and it comes.
 */
import assert from 'node:assert/strict';
import http, { METHODS } from 'node:http';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { makeSkins, type TrackingmoreServices } from '../../src/http/trackingmore/trackingmore.ts';
import { V3_CODES } from '../../src/http/trackingmore/v3/errors.ts';
import { V4_CODES } from '../../src/http/trackingmore/v4/errors.ts';
import { type TestServer, withServer } from '../support/server.ts';

/** How each version is held to its own: its codes with their status, and the code of an answer whose envelope is right. */
const versions = {
  v3: {
    codes: V3_CODES,
    codeIn(answer: Record<string, unknown>, path: string): unknown {
      // One action has the envelope of version 2.
      if (answer.meta !== undefined) assert.match(path, /getuserinfo/);
      else assert.deepEqual(Object.keys(answer), ['code', 'message', 'data']);
      const { code, message } = (answer.meta ?? answer) as Record<string, unknown>;
      assert.equal(typeof message, 'string');
      return code;
    },
  },
  v4: {
    codes: V4_CODES,
    codeIn(answer: Record<string, unknown>): unknown {
      assert.deepEqual(Object.keys(answer), ['meta', 'data']);
      const meta = answer.meta as Record<string, unknown>;
      assert.deepEqual(Object.keys(meta), ['code', 'message']);
      assert.equal(typeof meta.message, 'string');
      return meta.code;
    },
  },
} as const;

type Version = keyof typeof versions;

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

interface Received {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

const numbers = ['LX203960974CN', 'A1B2C3', '', ' ', '?', 'x'.repeat(60), '\u0000', '\ud800', '件件件'];

const anyText = fc.oneof(
  fc.constantFrom(
    ...numbers,
    'usps',
    'postnl-3s',
    'none',
    'true',
    '2024-03-01T00:00:00+00:00',
    '20240301',
    '-1',
    '1e9',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const anyValue = fc.oneof(
  anyText,
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, {}, [], 2 ** 53, [null], { __proto__: null }),
);
const memberNames = [
  ...[
    'tracking_number',
    'courier_code',
    'courier_code_new',
    'title',
    'note',
    'label',
    'order_id',
    'order_date',
  ],
  ...[
    'origin_country_iso2',
    'tracking_postal_code',
    'archived_status',
    'awb_number',
    'trackings',
    '__proto__',
  ],
  ...['constructor', 'toString', 'length', 'carrier_code', 'num', 'new_courier_code', 'delivery_status'],
  ...['archived', 'shipping_date', 'track_number', 'country', 'original_code', 'destination_code', 'page'],
];
const anyMembers = fc
  .array(fc.tuple(fc.constantFrom(...memberNames), anyValue), { maxLength: 6 })
  .map(
    (members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)}}`,
  );
const wellMeant = [
  '"tracking_number":"LX203960974CN","courier_code":"china-ems"',
  '"awb_number":"235-69030430"',
  '"track_number":["235-69030430"]',
  '"courier_code":"china-ems","original_code":"CN","destination_code":"SE"',
];
const anyObject = fc.oneof(
  anyMembers,
  fc
    .tuple(fc.constantFrom(...wellMeant), anyMembers)
    .map(([base, more]) => (more === '{}' ? `{${base}}` : `{${base},${more.slice(1)}`)),
);
const anyJson = fc.oneof(
  anyObject,
  fc.array(anyObject, { maxLength: 45 }).map((items) => `[${items}]`),
  fc.array(anyObject, { maxLength: 3 }).map((items) => `{"trackings":[${items}]}`),
  fc.json({ maxDepth: 4 }),
  fc.constantFrom('', '{', '[', 'null', '"', '0', '\ufeff{}', '[[[[]]]]', '{"tracking_number":'),
);
const anyBody = fc.oneof(
  { weight: 5, arbitrary: anyJson.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: anyJson.map((text) => gzipSync(text)) },
  { weight: 1, arbitrary: anyJson.map((text) => Buffer.from(text, 'utf16le')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constant(Buffer.alloc(1024 * 1024 + 1, 'a')) },
  { weight: 2, arbitrary: fc.constant(null) },
);

const paths = [
  ...['couriers/all', 'couriers/detect', 'trackings/create', 'trackings/get', 'trackings/batch', 'awb'],
  ...['trackings/sandbox', 'trackings/sandbox/none', 'sandbox/trackings/', 'trackings/modifyinfo'],
  ...['trackings/realtime', `trackings/update/${'0'.repeat(32)}`, 'trackings/delete/x', 'trackings/retrack/'],
  ...[
    '',
    'none',
    'trackings',
    'trackings/update',
    '..',
    '../api',
    '%2e%2e',
    '%',
    '%zz',
    '%00',
    'é',
    '*',
    ':id',
  ],
];
const anyPath = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...paths) },
  { weight: 1, arbitrary: fc.webPath().map((path) => path.slice(1)) },
);
const anySlash = fc.constantFrom('/', '/', '//', '///');
const queryNames = [
  ...['tracking_numbers', 'courier_code', 'created_date_min', 'created_date_max', 'updated_date_min', 'lang'],
  ...['updated_date_max', 'delivery_status', 'archived_status', 'items_amount', 'pages_amount', '__proto__'],
  ...['page', 'limit', 'created_at_min', 'shipping_date_min', 'order_numbers'],
];
const anyQuery = fc
  .array(fc.tuple(fc.constantFrom(...queryNames), anyText), { maxLength: 4 })
  .map((pairs) =>
    pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&'),
  );
const addressIn = (version: Version) =>
  fc
    .tuple(anySlash, anySlash, anyPath, fc.oneof(anyQuery, fc.constantFrom('', '%', '?&=&', 'a=%zz')))
    .map(
      ([before, between, path, query]) =>
        `${before}${version}${between}${encodeURI(path).replace(/%25/g, '%')}?${query}`,
    );

const anyHeaders = fc.record(
  {
    'content-type': fc.constantFrom(
      ...['application/json', 'application/json; charset=utf-16', 'text/plain', 'multipart/form-data'],
      ...['application/x-www-form-urlencoded', 'application/xml', 'x', '/', ';', 'application/json;;;', ''],
    ),
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity', 'none'),
    accept: fc.constantFrom('application/json', 'text/html', '', '*/*;q=0'),
    'accept-encoding': fc.constantFrom('gzip', 'br', 'identity;q=0'),
    'idempotency-key': fc.constantFrom('a', ''),
    authorization: fc.constantFrom('Basic abc', 'Bearer', 'Bearer x'),
    origin: fc.constantFrom('null', 'https://shop.example'),
    range: fc.constant('bytes=0-1'),
    'x-http-method-override': fc.constantFrom('DELETE', 'NONE'),
  },
  { requiredKeys: [] },
);

/** A tunnel is no request, and has no answer. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

const skins = makeSkins({} as TrackingmoreServices);

function wellAddressed(version: Version) {
  const { endpoints } = skins.find(({ prefix }) => prefix === `/${version}`) as (typeof skins)[number];
  const known = endpoints.flatMap(({ methods, path }) =>
    methods.map((method) => ({
      method: String(method),
      path: path.slice(1).replace(':id', '0'.repeat(32)),
    })),
  );
  return fc.tuple(fc.constantFrom(...known), anySlash, anyQuery).map(([{ method, path }, slash, query]) => ({
    method,
    path: `${slash}${version}${slash}${path}?${query}`,
  }));
}

const sentTo = (version: Version): fc.Arbitrary<Sent & { readonly isKeyed: boolean }> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: wellAddressed(version) },
        {
          weight: 1,
          arbitrary: fc.record({
            method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'), fc.constantFrom(...methods)),
            path: addressIn(version),
          }),
        },
      ),
      fc.record({ headers: anyHeaders, body: anyBody, isKeyed: fc.nat({ max: 9 }).map((dice) => dice > 0) }),
    )
    .map(([address, rest]) => ({ ...address, ...rest }));

for (const version of Object.keys(versions) as Version[]) {
  const { codes, codeIn } = versions[version];
  const statusOf: Readonly<Record<number, number>> = {
    ...Object.fromEntries(Object.entries(codes).map(([code, [status]]) => [code, status])),
    200: 200,
  };

  test(`whatever is sent to ${version}, the answer comes, in its envelope, and says of no failure`, () =>
    withServer((server) =>
      fc.assert(
        fc.asyncProperty(sentTo(version), async ({ isKeyed, ...sent }) => {
          const key = isKeyed ? { 'tracking-api-key': server.anna.member.key } : {};
          const received = await send(server, { ...sent, headers: { ...sent.headers, ...key } });
          assert.ok(Object.values(statusOf).includes(received.status), `status ${received.status}`);
          assert.ok(received.status < 500, received.text);
          assert.equal(received.type, 'application/json; charset=utf-8');
          if (sent.method === 'HEAD') return;
          const code = codeIn(JSON.parse(received.text), sent.path);
          assert.equal(received.status, statusOf[code as number]);
        }),
        { numRuns: 600 },
      ),
    ));
}

/** @throws where no answer comes */
function send({ url }: TestServer, { method, path, headers, body }: Sent): Promise<Received> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        hostname,
        port,
        method,
        path,
        headers: { ...headers, connection: 'close' },
        timeout: 20_000,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'],
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error('There was no answer.')));
    request.on('error', reject);
    if (body !== null) {
      request.setHeader('content-length', body.length);
      request.write(body);
    }
    request.end();
  });
}
