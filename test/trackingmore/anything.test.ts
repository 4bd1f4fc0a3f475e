/**
 * Whatever is sent under a version's prefix (bodies, methods, paths, headers, encodings), the answer is JSON in the version's
 * envelope with a status of its table, never one that says that the server failed, and it comes.
 */
import assert from 'node:assert/strict';
import http, { METHODS } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { TrackingmoreServices } from '../../src/http/trackingmore/services.ts';
import type { Endpoint, Skin } from '../../src/http/trackingmore/skin.ts';
import { makeSkins } from '../../src/http/trackingmore/trackingmore.ts';
import { V2_CODES } from '../../src/http/trackingmore/v2/errors.ts';
import { V3_CODES } from '../../src/http/trackingmore/v3/errors.ts';
import { V4_CODES } from '../../src/http/trackingmore/v4/errors.ts';
import { startBothStores } from '../support/bothStores.ts';
import type { TestServer } from '../support/server.ts';
import { checkV2, type KindV2, kindsV2 } from './v2Types.ts';
import { checkV3, type KindV3, kindsV3 } from './v3Types.ts';
import { checkV4, type KindV4, kindsV4 } from './v4Types.ts';

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
  ...['tracking_number', 'courier_code', 'carrier_code', 'courier_code_new', 'update_carrier_code', 'title'],
  ...['note', 'comment', 'label', 'order_id', 'order_date', 'status', 'archived', 'destination_code'],
  ...['origin_country_iso2', 'tracking_postal_code', 'archived_status', 'awb_number', 'track_number', 'lang'],
  ...['country', 'postcode', 'original', 'destination', 'numbers', 'orders', 'page', 'limit', 'trackings'],
  ...['created_at_max', 'update_time_min', 'order_created_time_max', '__proto__', 'constructor', 'toString'],
  ...['length', 'num', 'new_courier_code', 'delivery_status', 'shipping_date', 'original_code'],
  ...['destination_code', 'order_number', 'order_numbers', 'tracking_numbers'],
];
const anyMembers = fc
  .array(fc.tuple(fc.constantFrom(...memberNames), anyValue), { maxLength: 6 })
  .map(
    (members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)}}`,
  );
const wellMeant = [
  '"tracking_number":"LX203960974CN","courier_code":"china-ems"',
  '"tracking_number":"LX203960974CN","carrier_code":"china-ems","update_carrier_code":"china-post"',
  '"awb_number":"235-69030430"',
  '"track_number":["235-69030430"]',
  '"country":"Japan","postcode":"7621094"',
  '"country":"Japan"',
  '"original":"CN","destination":"US","carrier_code":"china-ems"',
  '"courier_code":"china-ems","original_code":"CN","destination_code":"SE"',
  '"tracking_number":"LX203960974CN","courier_code":"china-ems","new_courier_code":"china-post"',
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
/** As clients send it. */
const wellMeantObject = fc.constantFrom(...wellMeant).map((members) => `{${members}}`);
const wellMeantJson = fc.oneof(
  { weight: 3, arbitrary: wellMeantObject },
  { weight: 1, arbitrary: fc.array(wellMeantObject, { maxLength: 3 }).map((items) => `[${items}]`) },
);
const anyBody = fc.oneof(
  { weight: 11, arbitrary: wellMeantJson.map((text) => Buffer.from(text)) },
  { weight: 5, arbitrary: anyJson.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: anyJson.map((text) => gzipSync(text)) },
  { weight: 1, arbitrary: anyJson.map((text) => Buffer.from(text, 'utf16le')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constant(Buffer.alloc(1024 * 1024 + 1, 'a')) },
  { weight: 2, arbitrary: fc.constant(null) },
);

const oddPaths = [
  ...[
    '',
    'none',
    'trackings',
    'trackings/update',
    'trackings/update/',
    'trackings/delete/x',
    'trackings/retrack/',
  ],
  ...['trackings/sandbox', 'trackings/sandbox/none', 'sandbox/trackings/'],
  ...['trackings/usps', 'trackings/usps/%2F', 'trackings/none/A1B2C3', 'trackings/usps/A1B2C3/en/x'],
  ...['..', '../api', '%2e%2e', '%', '%zz', '%00', 'é', '*', ':id', ':carrier_code/:tracking_number'],
];
const anyPathOf = ({ endpoints }: Skin) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...endpoints.map(({ path }) => addressOf(path))) },
    { weight: 3, arbitrary: fc.constantFrom(...oddPaths) },
    { weight: 1, arbitrary: fc.webPath().map((path) => path.slice(1)) },
  );
const anySlash = fc.constantFrom('/', '/', '//', '///');
const queryNames = [
  ...['tracking_numbers', 'courier_code', 'created_date_min', 'created_date_max', 'updated_date_min', 'lang'],
  ...['updated_date_max', 'delivery_status', 'archived_status', 'items_amount', 'pages_amount', '__proto__'],
  ...['numbers', 'orders', 'page', 'limit', 'status', 'archived', 'created_at_min', 'created_at_max'],
  ...['shipping_date_min', 'order_numbers', 'update_time_min', 'update_time_max', 'order_created_time_min'],
];
const anyQuery = fc
  .array(fc.tuple(fc.constantFrom(...queryNames), anyText), { maxLength: 4 })
  .map((pairs) =>
    pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&'),
  );
const anyAddressOf = (skin: Skin) =>
  fc
    .tuple(
      ...([anySlash, anySlash, anyPathOf(skin)] as const),
      fc.oneof(anyQuery, fc.constantFrom('', '%', '?&=&', 'a=%zz')),
    )
    .map(
      ([before, between, path, query]) =>
        `${before}${skin.prefix.slice(1)}${between}${encodeURI(path).replace(/%25/g, '%')}?${query}`,
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
    authorization: fc.constantFrom('Basic abc', 'Bearer', 'Basic', 'Digest x', '', 'Bearer x'),
    origin: fc.constantFrom('null', 'https://shop.example'),
    range: fc.constant('bytes=0-1'),
    'x-http-method-override': fc.constantFrom('DELETE', 'NONE'),
  },
  { requiredKeys: [] },
);

/** A tunnel is no request, and has no answer. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

const wellAddressedOf = ({ prefix, endpoints }: Skin) =>
  fc
    .tuple(fc.constantFrom(...endpoints), fc.nat(), anySlash, anyQuery)
    .map(([endpoint, place, slash, query]) => ({
      endpoint,
      method: endpoint.methods[place % endpoint.methods.length] as string,
      path: `${slash}${prefix.slice(1)}${slash}${addressOf(endpoint.path)}?${query}`,
    }));

const anySentTo = (
  skin: Skin,
): fc.Arbitrary<Sent & { readonly isKeyed: boolean; readonly endpoint: Endpoint | null }> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: wellAddressedOf(skin) },
        {
          weight: 1,
          arbitrary: fc.record({
            method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'), fc.constantFrom(...methods)),
            path: anyAddressOf(skin),
            endpoint: fc.constant(null),
          }),
        },
      ),
      fc.record({ headers: anyHeaders, body: anyBody, isKeyed: fc.nat({ max: 9 }).map((dice) => dice > 0) }),
    )
    .map(([address, rest]) => ({ ...address, ...rest }));

/**
 * What an answer of a version is held to: its envelope, the HTTP status of what it says, and, where an endpoint was met, the types
 * that clients bind.
 */
const checks: Readonly<Record<string, (answer: Answer, status: number, met: Met | null) => void>> = {
  '/v2': (answer, status, met) => {
    const { meta = {}, ...rest } = answer;
    assert.equal(typeof meta.message, 'string');
    assert.deepEqual([Object.keys(rest), Object.keys(meta)], [['data'], ['code', 'type', 'message']]);
    assert.equal(status, 200);
    const [type] = meta.code === 200 ? ['Success'] : V2_CODES[meta.code as keyof typeof V2_CODES];
    assert.equal(meta.type, type);
    if (meta.code !== 200) checkV2('nothing', answer);
    else if (met !== null) checkV2(kindsV2[`${met.method} ${met.endpoint.path}`] as KindV2, answer);
  },
  '/v3': (answer, status, met) => {
    const { meta, ...flat } = answer;
    // One action has the envelope of version 2.
    if (met !== null) assert.equal(meta !== undefined, met.endpoint.path.endsWith('/getuserinfo'));
    if (meta === undefined) assert.deepEqual(Object.keys(flat), ['code', 'message', 'data']);
    else assert.deepEqual([Object.keys(flat), Object.keys(meta)], [['data'], ['code', 'type', 'message']]);
    const { code, message } = meta ?? flat;
    assert.equal(typeof message, 'string');
    const [ofCode] = code === 200 ? [200] : V3_CODES[code as keyof typeof V3_CODES];
    assert.equal(status, ofCode);
    if (met === null) return;
    if (code === 200) checkV3(kindsV3[met.endpoint.path.split('/').at(-1) as string] as KindV3, answer);
    else assert.deepEqual(answer.data, met.endpoint.refusedData);
  },
  '/v4': (answer, status, met) => {
    const { meta = {}, ...rest } = answer;
    assert.equal(typeof meta.message, 'string');
    assert.deepEqual([Object.keys(rest), Object.keys(meta)], [['data'], ['code', 'message']]);
    const [ofCode] = meta.code === 200 ? [200] : V4_CODES[meta.code as keyof typeof V4_CODES];
    assert.equal(status, ofCode);
    if (met === null) return;
    const [, module = '', action = module] = met.endpoint.path.split('/');
    if (meta.code === 200) checkV4(kindsV4[action] as KindV4, answer);
    else if (meta.code === 4101) checkV4('tracking', answer);
    else assert.deepEqual(answer.data, met.endpoint.refusedData);
  },
};

/** An endpoint by one of its methods. */
interface Met {
  readonly endpoint: Endpoint;
  readonly method: string;
}

interface Answer {
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data: unknown;
}

const isWhole = process.env.WAYBELL_TEST_WHOLE === '1';
const overBothStores = await startBothStores();

for (const skin of makeSkins({} as TrackingmoreServices)) {
  overBothStores(
    `whatever is sent to ${skin.prefix}, the answer comes, in its envelope, and says of no failure`,
    (server, store) =>
      fc.assert(
        fc.asyncProperty(anySentTo(skin), async ({ isKeyed, endpoint, ...sent }) => {
          const key = isKeyed ? { 'tracking-api-key': server.anna.member.key } : {};
          const received = await send(server, { ...sent, headers: { ...sent.headers, ...key } });
          assert.ok(received.status < 500, received.text);
          assert.equal(received.type, 'application/json; charset=utf-8');
          if (sent.method === 'HEAD') return;
          const answer: Answer = JSON.parse(received.text);
          const check = checks[skin.prefix] ?? assert.fail(`Say here what ${skin.prefix} is held to.`);
          check(answer, received.status, endpoint && { endpoint, method: sent.method });
        }),
        // The second time it is for what the store does with it.
        { numRuns: store === 'SQLite' || isWhole ? 300 : 40 },
      ),
  );
}

/** Of a parcel that the bodies create, so that some of them are met. */
function addressOf(path: string): string {
  return path
    .slice(1)
    .replace(':id', '0'.repeat(32))
    .replace(':carrier_code', 'china-ems')
    .replace(':tracking_number', 'LX203960974CN')
    .replace(':lang', 'en');
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
