import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { signStandard, signTime } from './sign.ts';
import { type Verification, verifyWebhook } from './verify.ts';

const email = 'warehouse@shop.example';
const accountSecret = 'c0ffee00-1234-4abc-8def-0123456789ab';
const secret = newSecret();
const timestamp = 1767225600;
const now = timestamp * 1000;
const id = 'dlv_019b76da0a5c7c0e9a3f5b21d4e8c610';
const body = '{"type":"tracking.updated","data":{"note":"Köln → 大阪"}}';

test('the published V3 signature verifies with its email', async () => {
  const signature = '0d90bb874fed0b056d8b3aa794529ebacd49932a0cea691629b63eaf2ca9d400';
  assert.equal(await signTime({ key: 'info@trackingmore.org', timestamp: 1653632765 }), signature);
  const published = JSON.stringify({
    code: 200,
    data: {},
    verify: { timestamp: 1653632765, signature },
    usertag: '',
  });
  const verification = await verifyWebhook({ body: published, headers: {}, email: 'info@trackingmore.org' });
  assertAccepted(verification, { version: 'v3', scheme: 'v3' });
  assert.equal(verification.signedAt, 1653632765000);
  assert.match(verification.warning ?? '', /covers only the time, not the body/);
});

test('the published V4 signature verifies with its secret', async () => {
  const key = '2e55b9a3-4dd1-4416-9897-c4bd1e3d738f';
  const signature = 'a37084ab68ae16b77db1f8463f31be9fcc965e2515e03efecf8139bb1e511b06';
  assert.equal(await signTime({ key, timestamp: 1662371528 }), signature);
  const headers = { Timestamp: '1662371528', Signature: signature };
  const verification = await verifyWebhook({ body: '{"code":200,"data":{}}', headers, secret: key });
  assertAccepted(verification, { version: 'v4', scheme: 'v4' });
  assert.match(verification.warning ?? '', /covers only the time, not the body/);
});

test('every shared test vector gives its verdict', async () => {
  const vectors = JSON.parse(readFileSync(new URL('../../receivers/vectors.json', import.meta.url), 'utf8'));
  for (const vector of vectors) {
    for (const given of [vector.body, Buffer.from(vector.body)]) {
      const verification = await verifyWebhook({
        body: given,
        headers: vector.headers,
        email: vector.email ?? undefined,
        secret: vector.secret ?? undefined,
        now: vector.now * 1000,
      });
      assert.equal(verification.ok, vector.valid, vector.name);
      if (verification.ok) assert.equal(verification.version, vector.version, vector.name);
    }
  }
});

test('what sign.ts signs verifies in every scheme', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.json({ maxDepth: 2 }), async (time, data) => {
      const v2Signature = await signTime({ key: email, timestamp: time });
      const v2 = `{"data":${data},"verifyInfo":{"timeStr":${time},"signature":"${v2Signature}"}}`;
      assertAccepted(await verifyWebhook({ body: v2, headers: {}, email }), { version: 'v2', scheme: 'v2' });
      const v4 = {
        timestamp: String(time),
        signature: await signTime({ key: accountSecret, timestamp: time }),
      };
      const v4Body = `{"data":${data}}`;
      assertAccepted(await verifyWebhook({ body: v4Body, headers: v4, secret: accountSecret }), {
        version: 'v4',
      });
      const headers = await standardHeaders({ secret, body: v2, timestamp: time });
      const standard = await verifyWebhook({ body: v2, headers, secret, email, now: time * 1000 });
      assertAccepted(standard, { version: 'v2', scheme: 'standard' });
      assert.equal(standard.warning, null);
      assert.equal(standard.signedAt, time * 1000);
    }),
    { numRuns: 50 },
  );
});

test('what standardwebhooks and svix sign verifies here, and what we sign verifies there', async () => {
  const at = new Date(Math.floor(Date.now() / 1000) * 1000);
  const time = String(at.getTime() / 1000);
  for (const library of [new StandardWebhook(secret), new SvixWebhook(secret)]) {
    const theirs = {
      'webhook-id': id,
      'webhook-timestamp': time,
      'webhook-signature': library.sign(id, at, body),
    };
    assertAccepted(await verifyWebhook({ body, headers: theirs, secret }), { scheme: 'standard' });
    const ours = await standardHeaders({ secret, body, timestamp: Number(time) });
    library.verify(body, ours);
    assert.throws(
      () => library.verify(body.replace('updated', 'deleted'), ours),
      /No matching signature found/,
    );
    assert.equal(ours['webhook-signature'], theirs['webhook-signature']);
  }
});

test('headers are read from a Headers object, a plain record of any case, and lists', async () => {
  const headers = await standardHeaders({ secret, body, timestamp });
  const upperCase = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]);
  for (const given of [new Headers(headers), headers, Object.fromEntries(upperCase)]) {
    assertAccepted(await verifyWebhook({ body, headers: given, secret, now }), { scheme: 'standard' });
  }
  const repeated = new Headers(headers);
  repeated.set('webhook-signature', 'v1,bm90IGl0');
  repeated.append('webhook-signature', headers['webhook-signature']);
  assertAccepted(await verifyWebhook({ body, headers: repeated, secret, now }), { scheme: 'standard' });
});

test('a single changed byte of the body is refused', async () => {
  const headers = await standardHeaders({ secret, body, timestamp });
  const bytes = new TextEncoder().encode(body);
  for (let index = 0; index < bytes.length; index += 1) {
    const tampered = Uint8Array.from(bytes);
    tampered[index] = (tampered[index] ?? 0) ^ 1;
    assert.equal((await verifyWebhook({ body: tampered, headers, secret, now })).ok, false);
  }
});

test('a re-serialised V2 body is recognised as such', async () => {
  const sent =
    '{"data":{"weblink":"http:\\/\\/carrier.example\\/"},"verifyInfo":{"timeStr":1,"signature":"00"}}';
  const headers = await standardHeaders({ secret, body: sent, timestamp });
  const verification = await verifyWebhook({ body: JSON.stringify(JSON.parse(sent)), headers, secret, now });
  assertRefused(verification, /The body was re-serialised/);
});

test('during a rotation either secret and either signature is enough', async () => {
  const newer = newSecret();
  const byOlder = await standardHeaders({ secret, body, timestamp });
  const byNewer = await standardHeaders({ secret: newer, body, timestamp });
  assertAccepted(await verifyWebhook({ body, headers: byOlder, secret: [newer, secret], now }), {});
  const both = `${byOlder['webhook-signature']} ${byNewer['webhook-signature']}`;
  for (const one of [secret, newer]) {
    const headers = { ...byOlder, 'webhook-signature': both };
    assertAccepted(await verifyWebhook({ body, headers, secret: one, now }), {});
  }
  assertRefused(await verifyWebhook({ body, headers: byOlder, secret: newer, now }), /does not match/);
});

test('the standard signature is refused outside 300 s, the others have any age unless told', async () => {
  const headers = await standardHeaders({ secret, body, timestamp });
  const standard = { body, headers, secret };
  assertAccepted(await verifyWebhook({ ...standard, now: now + 300_000 }), {});
  assertRefused(await verifyWebhook({ ...standard, now: now + 312_000 }), /too old by 12 s/);
  assertRefused(await verifyWebhook({ ...standard, now: now - 301_000 }), /too new by 1 s/);
  assertAccepted(await verifyWebhook({ ...standard, now: now + 312_000, toleranceSeconds: 400 }), {});
  assertAccepted(await verifyWebhook({ ...standard, now: 0, toleranceSeconds: 0 }), {});
  assertRefused(await verifyWebhook({ ...standard, now, toleranceSeconds: Number.NaN }), /too/);

  const signature = await signTime({ key: email, timestamp });
  const v2 = {
    body: `{"verifyInfo":{"timeStr":${timestamp},"signature":"${signature}"}}`,
    headers: {},
    email,
  };
  assertAccepted(await verifyWebhook({ ...v2, now: now * 2 }), {});
  assertRefused(await verifyWebhook({ ...v2, now: now + 61_000, toleranceSeconds: 60 }), /too old by 1 s/);
});

test('a forger cannot choose the weaker signature by leaving headers out', async () => {
  const signature = await signTime({ key: email, timestamp });
  const forged = `{"data":{},"verifyInfo":{"timeStr":${timestamp},"signature":"${signature}"}}`;
  assertAccepted(await verifyWebhook({ body: forged, headers: {}, email }), { scheme: 'v2' });
  assertRefused(
    await verifyWebhook({ body: forged, headers: {}, email, secret }),
    /Missing header: webhook-id/,
  );
});

test('each refusal says what was wrong and what to do', async () => {
  const headers = await standardHeaders({ secret, body, timestamp });
  const { 'webhook-id': _, ...withoutId } = headers;
  const signature = await signTime({ key: accountSecret, timestamp });
  const v4 = { timestamp: String(timestamp), signature };
  const refusals: [Parameters<typeof verifyWebhook>[0], RegExp][] = [
    [{ body: '', headers, secret }, /body is empty: read the raw body/],
    [{ body: { parsed: true } as unknown as string, headers, secret }, /pass the raw body/],
    [{ body: 'a=b', headers, secret }, /not a JSON object/],
    [{ body, headers: withoutId, secret }, /^Missing header: webhook-id\./],
    [{ body, headers, secret: `${secret}\n` }, /Secret 1 starts with whsec_ but is not base64/],
    [{ body, headers, secret: secret.slice('whsec_'.length) }, /Wrong secret form/],
    [{ body, headers, email }, /pass the webhook's secret/],
    [
      { body, headers: { ...headers, 'webhook-signature': 'v1a,AAAA' }, secret, now },
      /no signature of version 1/,
    ],
    [
      { body, headers: { ...headers, 'webhook-timestamp': 'now' }, secret, now },
      /not a whole number of seconds/,
    ],
    [{ body, headers: {} }, /carries no signature/],
    [{ body, headers: v4, email }, /No key for this v4 request/],
    [{ body, headers: v4, secret: 'another' }, /key is the account's webhook secret/],
    [{ body: '{"verifyInfo":{}}', headers: {} }, /No key for this v2 request: pass the email/],
    [
      { body: '{"verifyInfo":{"timeStr":{}}}', headers: {}, email },
      /time in verifyInfo.timeStr is not a whole number/,
    ],
    [{ body: '{"verify":{"timestamp":1}}', headers: {}, email }, /beside verify.timestamp is not text/],
    [{ body: '{"verify":{"timestamp":1,"signature":"0"}}', headers: {}, email }, /exactly that spelling/],
  ];
  for (const [options, reason] of refusals) assertRefused(await verifyWebhook(options), reason);
});

test('nothing a stranger sends makes it throw or passes', async () => {
  const hostileValue = fc.oneof(
    fc.anything(),
    fc.constantFrom('1e400', '-1', '١٢', ' 1', '1\n', '0x1', '9'.repeat(400)),
  );
  const hostileBody = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
    fc.json(),
    fc.json().map((json) => `{"verifyInfo":${json}}`),
    fc.constantFrom(
      '{"verifyInfo":{"timeStr":1e400,"signature":""}}',
      '{"__proto__":{"verify":{}}}',
      '['.repeat(1e5),
    ),
    fc
      .record({ timeStr: hostileValue, timestamp: hostileValue, signature: hostileValue })
      .map((signed) => toJson({ verifyInfo: signed, verify: signed })),
    fc.anything() as fc.Arbitrary<string>,
  );
  const names = [
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
    'timestamp',
    'signature',
    'get',
    '__proto__',
  ];
  const hostileHeaders = fc.dictionary(
    fc.oneof(fc.constantFrom(...names), fc.string()),
    fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()), fc.constant(undefined), fc.constant('1')),
  );
  const keys = fc.constantFrom(
    { email },
    { secret },
    { secret: accountSecret },
    { email, secret: [secret, accountSecret] },
    {},
  );
  await fc.assert(
    fc.asyncProperty(hostileBody, hostileHeaders, keys, async (given, headers, key) => {
      const verification = await verifyWebhook({ body: given, headers, ...key, now });
      assert.equal(verification.ok, false);
      assert.match(verification.ok ? '' : verification.reason, /^[A-Z].*[.]$/s);
    }),
    { numRuns: 1000 },
  );
});

test("signing with a secret of another form is a programmer's error", async () => {
  for (const wrong of ['', 'whsec_', 'whsec_%', accountSecret, 'whsec_A']) {
    await assert.rejects(signStandard({ secret: wrong, id, timestamp, body }), TypeError);
  }
});

async function standardHeaders(message: { secret: string; body: string; timestamp: number }) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': await signStandard({ ...message, id }),
  };
}

function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? Number(part) : part)) ?? '';
  } catch {
    return '{';
  }
}

type Accepted = Extract<Verification, { ok: true }>;

function assertAccepted(
  verification: Verification,
  expected: Partial<Accepted>,
): asserts verification is Accepted {
  assert.ok(verification.ok, verification.ok ? '' : verification.reason);
  assert.partialDeepStrictEqual(verification, expected);
}

function assertRefused(verification: Verification, reason: RegExp): void {
  assert.equal(verification.ok, false);
  assert.match(verification.ok ? '' : verification.reason, reason);
}
