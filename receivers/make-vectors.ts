// Writes the test vectors that every language's verification is held to: vectors.json, and the same as
// vectors.tsv for Java, whose standard library reads no JSON. Run `node receivers/make-vectors.ts` after a
// change; the output is the same bytes each time. Signatures are made with node:crypto rather than with
// src/sdk/sign.ts, so that a mistake there shows. Shipments, people and secrets are invented. The keys of the
// two published vectors are the ones their documents print.

import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';

export interface Vector {
  name: string;
  version: 'v2' | 'v3' | 'v4' | 'standard';
  headers: Record<string, string>;
  body: string;
  /** What the receiver is configured with. */
  email: string | null;
  secret: string | null;
  /** The receiver's clock in epoch seconds, so that the age of a request is tested too. */
  now: number;
  valid: boolean;
  why: string;
}

const email = 'warehouse@shop.example';
const secret = secretOf('a key of twenty-four b.');
const olderSecret = secretOf('the key of last year...');
const accountSecret = 'c0ffee00-1234-4abc-8def-0123456789ab';
const signedAt = 1767225600;
const deliveryId = 'dlv_019b76da0a5c7c0e9a3f5b21d4e8c610';

export function makeVectors(): Vector[] {
  return [
    ...publishedVectors(),
    ...v2Vectors(),
    ...hostileV2Vectors(),
    ...otherVersionVectors(),
    ...standardVectors(),
  ];
}

/**
 * One vector a line: name, headers, body, email, secret, now, valid; texts in base64, `-` for what is absent.
 */
export function renderTsv(vectors: Vector[]): string {
  return vectors.map((vector) => `${tsvColumns(vector).join('\t')}\n`).join('');
}

export function renderJson(vectors: Vector[]): string {
  return `${JSON.stringify(vectors, null, 2)}\n`;
}

function publishedVectors(): Vector[] {
  const v3Signature = '0d90bb874fed0b056d8b3aa794529ebacd49932a0cea691629b63eaf2ca9d400';
  const v4Signature = 'a37084ab68ae16b77db1f8463f31be9fcc965e2515e03efecf8139bb1e511b06';
  return [
    {
      ...blank,
      name: 'v3 published',
      version: 'v3',
      body: v3Body({ timestamp: 1653632765, signature: v3Signature }),
      email: 'info@trackingmore.org',
      valid: true,
      why: "The signature printed in the vendor's description of V3.",
    },
    {
      ...blank,
      name: 'v4 published',
      version: 'v4',
      headers: { timestamp: '1662371528', signature: v4Signature },
      body: v4Body,
      secret: '2e55b9a3-4dd1-4416-9897-c4bd1e3d738f',
      valid: true,
      why: "The signature printed in the vendor's description of V4.",
    },
    {
      ...blank,
      name: 'v3 published, another email',
      version: 'v3',
      body: v3Body({ timestamp: 1653632765, signature: v3Signature }),
      email,
      valid: false,
      why: "The key is another account's email.",
    },
  ];
}

function v2Vectors(): Vector[] {
  const signature = hex(email, String(signedAt));
  const body = v2Body({ timeStr: signedAt, signature });
  const v2: Vector = { ...blank, version: 'v2', body, email, valid: false };
  return [
    {
      ...v2,
      name: 'v2 genuine',
      valid: true,
      why: 'The email signed the time; slashes and Chinese are escaped.',
    },
    {
      ...v2,
      name: 'v2 time as text',
      body: v2Body({ timeStr: String(signedAt), signature }),
      valid: true,
      why: 'Some senders quote timeStr; its decimal digits are the same.',
    },
    {
      ...v2,
      name: 'v2 body changed',
      body: body.replace('"status":"exception"', '"status":"delivered"'),
      valid: true,
      why: 'The signature of V2 covers only the time: this forgery cannot be seen without the standard headers.',
    },
    {
      ...v2,
      name: 'v2 another time',
      body: v2Body({ timeStr: signedAt + 1, signature }),
      why: 'The time was changed.',
    },
    {
      ...v2,
      name: 'v2 another email',
      email: 'Warehouse@shop.example',
      why: 'The spelling of the email counts.',
    },
    {
      ...v2,
      name: 'v2 signature in upper case',
      body: v2Body({ timeStr: signedAt, signature: signature.toUpperCase() }),
      why: 'The rule compares exact text and the signature is lower-case.',
    },
    {
      ...v2,
      name: 'v2 signature cut short',
      body: v2Body({ timeStr: signedAt, signature: signature.slice(0, 32) }),
      why: 'A prefix of the signature is not the signature.',
    },
    { ...v2, name: 'v2 no key', email: null, why: 'A receiver without email and secret can verify nothing.' },
    {
      ...v2,
      name: 'v2 signed with an empty key',
      body: v2Body({ timeStr: signedAt, signature: hex('', String(signedAt)) }),
      email: '',
      why: 'An empty email is no key: anybody could sign with it.',
    },
  ];
}

function hostileV2Vectors(): Vector[] {
  const signature = hex(email, String(signedAt));
  const verifyInfos: [name: string, verifyInfo: string][] = [
    ['an object as time', `{"timeStr":{"a":1},"signature":"${signature}"}`],
    ['a list as time', `{"timeStr":[${signedAt}],"signature":"${signature}"}`],
    ['a time beyond all numbers', `{"timeStr":1e400,"signature":"${signature}"}`],
    ['true as time', `{"timeStr":true,"signature":"${hex(email, '1')}"}`],
    ['a negative time', `{"timeStr":-5,"signature":"${hex(email, '-5')}"}`],
    ['a time with a line break', `{"timeStr":"${signedAt}\\n","signature":"${hex(email, `${signedAt}\n`)}"}`],
    ['a list as signature', `{"timeStr":${signedAt},"signature":["${signature}"]}`],
    ['null as signature', `{"timeStr":${signedAt},"signature":null}`],
    ['no signature', `{"timeStr":${signedAt}}`],
    ['a list as verifyInfo', '[]'],
    ['null as verifyInfo', 'null'],
  ];
  const bodies: [name: string, body: string][] = [
    ...verifyInfos.map(([name, verifyInfo]): [string, string] => [
      name,
      `{"data":{},"verifyInfo":${verifyInfo}}`,
    ]),
    ['an empty body', ''],
    ['a body that is no JSON', 'timeStr=1&signature=2'],
    ['a body cut off', '{"meta":{"code":200'],
    ['white space as body', ' \r\n'],
    ['a list as body', '[]'],
    ['null as body', 'null'],
    ['a number as body', '200'],
    ['two thousand brackets', '['.repeat(2000)],
  ];
  return bodies.map(([name, body]) => {
    const why = 'Hostile shapes are refused, without an error.';
    return { ...blank, name: `v2 with ${name}`, version: 'v2', body, email, valid: false, why };
  });
}

function otherVersionVectors(): Vector[] {
  const signature = hex(accountSecret, String(signedAt));
  const headers = { timestamp: String(signedAt), signature };
  const v4: Vector = { ...blank, version: 'v4', headers, body: v4Body, secret: accountSecret, valid: false };
  const v3Signature = hex(email, String(signedAt));
  return [
    {
      ...blank,
      name: 'v3 genuine',
      version: 'v3',
      body: v3Body({ timestamp: signedAt, signature: v3Signature }),
      email,
      valid: true,
      why: 'The email signed the time.',
    },
    {
      ...blank,
      name: 'v3 another time',
      version: 'v3',
      body: v3Body({ timestamp: signedAt - 1, signature: v3Signature }),
      email,
      valid: false,
      why: 'The time was changed.',
    },
    { ...v4, name: 'v4 genuine', valid: true, why: "The account's webhook secret signed the time." },
    {
      ...v4,
      name: 'v4 headers in other case',
      headers: { Timestamp: headers.timestamp, SIGNATURE: signature },
      valid: true,
      why: 'Names of headers have no case.',
    },
    {
      ...v4,
      name: 'v4 another secret',
      secret: `${accountSecret}0`,
      why: "The key is another account's secret.",
    },
    {
      ...v4,
      name: 'v4 without signature',
      headers: { timestamp: headers.timestamp },
      why: 'A header is missing.',
    },
    { ...v4, name: 'v4 with a list as body', body: '[{"code":200}]', why: 'A webhook is a JSON object.' },
    { ...v4, name: 'v4 checked with the email', email, secret: null, why: 'The email is no key of V4.' },
    {
      ...v4,
      name: 'v4 empty header as time',
      headers: { timestamp: '', signature: hex(accountSecret, '') },
      why: 'An empty time is no time.',
    },
  ];
}

function standardVectors(): Vector[] {
  const body = standardBody;
  const genuine = standardHeaders({ secret, body });
  const standard: Vector = { ...blank, version: 'standard', headers: genuine, body, secret, valid: false };
  const v2 = v2Body({ timeStr: signedAt, signature: hex(email, String(signedAt)) });
  const v2Standard: Vector = {
    ...standard,
    version: 'v2',
    body: v2,
    headers: standardHeaders({ secret, body: v2 }),
    email,
  };
  return [
    { ...standard, name: 'standard genuine', valid: true, why: 'The secret signed id, time and body.' },
    {
      ...standard,
      name: 'standard headers in other case',
      headers: Object.fromEntries(
        Object.entries(genuine).map(([name, value]) => [name.toUpperCase(), value]),
      ),
      valid: true,
      why: 'Names of headers have no case.',
    },
    {
      ...standard,
      name: 'standard during a rotation',
      headers: {
        ...genuine,
        'webhook-signature': [
          'v1a,bm90IGZvciB1cw==',
          standardSignature({ secret: olderSecret, body }),
          standardSignature({ secret, body }),
        ].join(' '),
      },
      valid: true,
      why: 'One of several signatures matches; one of an unknown version is passed over.',
    },
    {
      ...standard,
      name: 'standard within tolerance',
      now: signedAt + 300,
      valid: true,
      why: 'It is 300 s old.',
    },
    { ...standard, name: 'standard too old', now: signedAt + 301, why: 'It is 301 s old: a repetition.' },
    { ...standard, name: 'standard too new', now: signedAt - 301, why: 'It is dated 301 s ahead.' },
    {
      ...standard,
      name: 'standard body changed',
      body: body.replace('transit', 'delivered'),
      why: 'The body changed.',
    },
    {
      ...standard,
      name: 'standard body re-serialised',
      body: JSON.stringify(JSON.parse(body), null, 2),
      why: 'The same JSON in other bytes is not what was signed.',
    },
    {
      ...standard,
      name: 'standard id changed',
      headers: { ...genuine, 'webhook-id': `${deliveryId.slice(0, -1)}1` },
      why: 'The id is signed too.',
    },
    {
      ...standard,
      name: 'standard time changed',
      headers: { ...genuine, 'webhook-timestamp': String(signedAt + 1) },
      why: 'The time is signed too.',
    },
    {
      ...standard,
      name: 'standard time that is no number',
      headers: { ...genuine, 'webhook-timestamp': 'yesterday' },
      why: 'The time must be decimal seconds.',
    },
    {
      ...standard,
      name: 'standard another secret',
      secret: olderSecret,
      why: "The key is another webhook's.",
    },
    {
      ...standard,
      name: 'standard malformed secret',
      secret: 'whsec_not base64!',
      why: 'The key cannot be read.',
    },
    {
      ...standard,
      name: 'standard signed with an empty key',
      headers: standardHeaders({ secret: 'whsec_', body }),
      secret: 'whsec_',
      why: 'A secret without a key is none: anybody could sign with it.',
    },
    {
      ...standard,
      name: 'standard signature without version',
      headers: { ...genuine, 'webhook-signature': String(genuine['webhook-signature']).slice(3) },
      why: 'A signature says its version.',
    },
    { ...standard, name: 'standard without headers', headers: {}, why: 'The headers are missing.' },
    {
      ...standard,
      name: 'standard with the email only',
      email,
      secret: null,
      why: 'The email is no key of it.',
    },
    {
      ...standard,
      name: 'standard empty body',
      headers: standardHeaders({ secret, body: '' }),
      body: '',
      why: 'An empty body is no webhook, signed or not.',
    },
    {
      ...v2Standard,
      name: 'v2 with standard headers',
      valid: true,
      why: 'The standard signature covers the V2 body.',
    },
    {
      ...v2Standard,
      name: 'v2 with standard headers, body changed',
      body: v2.replace('"status":"exception"', '"status":"delivered"'),
      why: 'The forgery that V2 alone cannot see.',
    },
    {
      ...v2Standard,
      name: 'v2 with standard headers left out',
      headers: {},
      why: 'With a whsec_ secret only the standard signature counts, else a forger would leave it out.',
    },
  ];
}

const blank: Vector = {
  name: '',
  version: 'standard',
  headers: {},
  body: '',
  email: null,
  secret: null,
  now: signedAt + 5,
  valid: false,
  why: '',
};

const v4Body = JSON.stringify({
  code: 200,
  message: 'Success',
  data: {
    id: '9f3c1e7a52d84b06a1c7e2f49d60b835',
    tracking_number: 'RX004207719DE',
    courier_code: 'deutsche-post',
    delivery_status: 'transit',
    substatus: 'transit001',
    latest_event: 'Sortierzentrum Köln,Köln,2026-01-01 00:12',
  },
});

const standardBody = JSON.stringify({
  type: 'tracking.status_changed',
  timestamp: '2026-01-01T00:00:00Z',
  data: {
    tracking_number: 'RX004207719DE',
    courier_code: 'deutsche-post',
    status: 'transit',
    note: 'Köln → 大阪',
  },
});

function v2Body(verifyInfo: { timeStr: number | string; signature: string }): string {
  return asPhpWrites({
    meta: { code: 200, type: 'Success', message: 'Success' },
    data: {
      id: '4d1f0c9be27a4385b6e09a7c51d2f833',
      tracking_number: 'LZ550018342CN',
      carrier_code: 'china-ems',
      status: 'exception',
      created_at: '2025-12-20T10:11:12+08:00',
      updated_at: '2026-01-01T08:00:00+08:00',
      title: 'Teapot / blue',
      order_id: null,
      customer_name: null,
      customer_email: '',
      original_country: 'China',
      destination_country: 'Sweden',
      itemTimeLength: 12,
      origin_info: {
        weblink: 'http://www.ems.com.cn/',
        phone: null,
        carrier_code: 'china-ems',
        trackinfo: [
          { Date: '2025-12-31 08:05', StatusDescription: '未妥投，改日再投', Details: '瑞典' },
          { Date: '2025-12-21 21:40', StatusDescription: '离开处理中心', Details: '杭州市' },
        ],
      },
      destination_info: {
        weblink: 'http://www.posten.se/',
        phone: null,
        carrier_code: 'sweden-posten',
        trackinfo: [
          {
            Date: '2025-12-31 01:05',
            StatusDescription: 'Nobody answered; a notice was left in the recipient´s letter box',
            Details: '11122, Sweden',
          },
        ],
      },
      lastEvent: '未妥投，改日再投,瑞典,2025-12-31 08:05',
    },
    verifyInfo,
  });
}

function v3Body(verify: { timestamp: number; signature: string }): string {
  const data = {
    id: '77b0a4',
    tracking_number: 'EB771200345HK',
    courier_code: 'hong-kong-post',
    delivery_status: 'pickup',
  };
  return JSON.stringify({ code: 200, message: 'Success', data, verify, usertag: '' });
}

/** Plain `json_encode` of PHP: ASCII on one line with escaped slashes, as TrackingMore's V2 bodies are. */
function asPhpWrites(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, escaped);
}

function standardHeaders(signed: { secret: string; body: string }): Record<string, string> {
  return {
    'webhook-id': deliveryId,
    'webhook-timestamp': String(signedAt),
    'webhook-signature': standardSignature(signed),
  };
}

function standardSignature(signed: { secret: string; body: string }): string {
  const key = Buffer.from(signed.secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${deliveryId}.${signedAt}.${signed.body}`).digest('base64')}`;
}

function secretOf(key: string): string {
  return `whsec_${Buffer.from(key.padEnd(24, '!')).toString('base64')}`;
}

function hex(key: string, message: string): string {
  return createHmac('sha256', key).update(message).digest('hex');
}

function tsvColumns(vector: Vector): string[] {
  const headers = Object.entries(vector.headers).map(([name, value]) => `${name}: ${value}\n`);
  const texts = [headers.join(''), vector.body, vector.email, vector.secret].map((text) =>
    text === null ? '-' : Buffer.from(text).toString('base64'),
  );
  return [vector.name, ...texts, String(vector.now), String(vector.valid)];
}

if (import.meta.main) {
  const vectors = makeVectors();
  writeFileSync(new URL('vectors.json', import.meta.url), renderJson(vectors));
  writeFileSync(new URL('vectors.tsv', import.meta.url), renderTsv(vectors));
}
