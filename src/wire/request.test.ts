import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { WEBHOOK_VERSIONS } from '../domain/status.ts';
import { verifyWebhook } from '../sdk/verify.ts';
import { phpJson } from './phpJson.ts';
import { buildRequest, isReservedHeader, type RequestSource } from './request.ts';

const now = Date.parse('2026-01-05T13:21:41.750Z');
const secret = 'whsec_d2F5YmVsbC1maXh0dXJlLXNlY3JldC0wMDAwMDE=';
const older = 'whsec_d2F5YmVsbC1maXh0dXJlLXNlY3JldC0wMDAwMDI=';

const source: RequestSource = {
  version: 'v2',
  data: '{"title":"Teapot"}',
  deliveryId: 'dlv_019b8e4d5f1c7000a1b2c3d4e5f60718',
  revision: 4,
  eventType: 'tracking.updated',
  eventAt: now - 60_000,
  now,
  signingEmail: 'warehouse@shop.example',
  accountSecret: '5b0e7c1a-93d4-4f26-8a57-d2c60f1b9e34',
  secrets: [secret],
  signatureHeaders: null,
  headers: {},
  userAgent: 'Waybell/0.1.0',
};

for (const version of WEBHOOK_VERSIONS) {
  test(`a ${version} request is believed by standardwebhooks, by svix and by the sdk`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (title) => {
        const data = version === 'standard' ? JSON.stringify({ title }) : phpJson({ title });
        const { headers, body } = buildRequest({ ...source, version, data });
        assert.deepEqual(JSON.parse(body).data, { title });
        new StandardWebhook(secret).verify(body, headers);
        new SvixWebhook(secret).verify(body, headers);
        const bySecret = await verifyWebhook({ headers, body, secret, now });
        const seconds = Math.floor(now / 1000);
        assert.deepEqual(bySecret, {
          ok: true,
          version,
          scheme: 'standard',
          signedAt: seconds * 1000,
          warning: null,
        });
      }),
      { numRuns: 25 },
    );
  });

  test(`a changed ${version} body is believed by nobody who has the secret`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now });
    const { headers, body } = buildRequest({ ...source, version });
    const forged = body.replace('Teapot', 'Kettle');
    assert.throws(() => new StandardWebhook(secret).verify(forged, headers));
    assert.throws(() => new SvixWebhook(secret).verify(forged, headers));
    assert.equal((await verifyWebhook({ headers, body: forged, secret, now })).ok, false);
  });

  test(`while a rotation overlaps, a ${version} request is believed with either secret`, (t) => {
    t.mock.timers.enable({ apis: ['Date'], now });
    const { headers, body } = buildRequest({ ...source, version, secrets: [secret, older] });
    for (const known of [secret, older]) new StandardWebhook(known).verify(body, headers);
  });

  test(`the merchant's own headers go with a ${version} request and never replace Waybell's`, () => {
    const plain = buildRequest({ ...source, version });
    const ours = Object.fromEntries(Object.keys(plain.headers).map((name) => [name.toUpperCase(), 'forged']));
    const headers = {
      Authorization: 'Bearer shop',
      ...ours,
      Timestamp: '1',
      signature: 'x',
      Host: 'elsewhere.example',
      'Content-Length': '1',
      'Transfer-Encoding': 'chunked',
    };
    const request = buildRequest({ ...source, version, headers });
    assert.deepEqual(request, {
      headers: { ...plain.headers, Authorization: 'Bearer shop' },
      body: plain.body,
    });
  });

  test(`a ${version} request says which delivery and which revision it is`, () => {
    const { headers } = buildRequest({ ...source, version });
    assert.equal(headers['webhook-id'], source.deliveryId);
    assert.equal(headers['webhook-timestamp'], '1767619301');
    assert.equal(headers['waybell-revision'], '4');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['user-agent'], 'Waybell/0.1.0');
    assert.match(headers['webhook-signature'] ?? '', /^v1,/);
  });
}

test("TrackingMore's own signature is where its versions carry it, and verifies without the webhook's secret", async () => {
  for (const version of ['v2', 'v3', 'v4'] as const) {
    const { headers, body } = buildRequest({ ...source, version });
    const keys = version === 'v4' ? { secret: source.accountSecret } : { email: source.signingEmail };
    const verification = await verifyWebhook({ headers, body, ...keys, now });
    assert.ok(verification.ok);
    assert.deepEqual([verification.version, verification.scheme], [version, version]);
    assert.equal('signature' in headers, version === 'v4', 'Only V4 signs the time in headers.');
  }
});

test('the standard body names the kind of event and its time, not that of the attempt', () => {
  const { body } = buildRequest({ ...source, version: 'standard' });
  assert.equal(
    body,
    '{"type":"tracking.updated","timestamp":"2026-01-05T13:20:41.750Z","data":{"title":"Teapot"}}',
  );
});

test('a later attempt sends the same data and id under a new time and signature', () => {
  for (const version of WEBHOOK_VERSIONS) {
    const first = buildRequest({ ...source, version });
    const later = buildRequest({ ...source, version, now: now + 30_000 });
    assert.deepEqual(JSON.parse(later.body).data, JSON.parse(first.body).data);
    assert.equal(later.headers['webhook-id'], first.headers['webhook-id']);
    assert.notEqual(later.headers['webhook-signature'], first.headers['webhook-signature']);
  }
});

test('headers of Waybell and of the connection are reserved in any case of letters', () => {
  for (const name of [
    'Content-Type',
    'WEBHOOK-ID',
    'webhook-anything',
    'Waybell-Revision',
    'timestamp',
    'Signature',
  ]) {
    assert.equal(isReservedHeader(name), true, name);
  }
  for (const name of [
    'Host',
    'content-length',
    'Connection',
    'Transfer-Encoding',
    'TE',
    'Expect',
    'Upgrade',
  ]) {
    assert.equal(isReservedHeader(name), true, name);
  }
  for (const name of ['Authorization', 'X-Shop', 'webhook', 'Cookie', 'accept', 'x-signature']) {
    assert.equal(isReservedHeader(name), false, name);
  }
});

test('a receiver written for another sender finds the three headers under its own names as well', () => {
  const names = { id: 'svix-id', timestamp: 'svix-timestamp', signature: 'svix-signature' };
  // Their library refuses what is older than five minutes by the real clock.
  const request = { ...source, version: 'standard', signatureHeaders: names, now: Date.now() } as const;
  const { headers, body } = buildRequest(request);
  const found = Object.fromEntries(Object.values(names).map((name) => [name, headers[name] as string]));
  assert.doesNotThrow(() => new SvixWebhook(secret).verify(body, found));
  assert.throws(() => new SvixWebhook(secret).verify(`${body} `, found));
  assert.equal(headers['svix-signature'], headers['webhook-signature']);
});
