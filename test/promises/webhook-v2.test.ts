// The promise: a receiver written for TrackingMore's Webhook V2 gets what it was written for, byte for byte.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createWebhook } from '../support/asking.ts';
import { skippedWithout, withReceiver } from '../support/receivers.ts';
import { type Heard, openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, callerOf, withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const email = 'shop@shanghai.example';

interface Sample {
  readonly name: string;
  /** The text as it was published: its line breaks and indents aside, what is sent differs in values alone. */
  readonly text: string;
}

const fixture: Sample = {
  name: 'the sample shipment',
  text: readFileSync(new URL('../fixtures/v2-shipment.json', import.meta.url), 'utf8'),
};

/** TrackingMore's own sample is theirs, so it is not part of this repository; where it lies beside it, it is compared too. */
const published: readonly { name: string; file: URL; textOf(file: string): string }[] = [
  {
    name: "TrackingMore's published shipment, as data",
    file: new URL('../../../shared/seed/webhook-v2-sample.json', import.meta.url),
    // This file was written by another program, whose escapes are not PHP's.
    textOf: (file) => phpEscaped(file),
  },
  {
    name: "TrackingMore's published shipment, as on its page",
    file: new URL('../../../shared/seed/trackingmore-webhooks.txt', import.meta.url),
    textOf: (file) => /\{\s*"meta"[\s\S]*?"signature"[^}]*\}\s*\}/.exec(file)?.[0] ?? '',
  },
];

const samples = [
  fixture,
  ...published
    .filter(({ file }) => existsSync(file))
    .map(({ name, file, textOf }) => ({ name, text: textOf(readFileSync(file, 'utf8')) })),
];

for (const sample of samples) {
  test(`${sample.name}, reported through the API, is sent as it was published`, async (t) => {
    await withShanghai(async (call) => {
      const receiver = await openScriptedReceiver(t);
      await createWebhook(call, { url: receiver.url, version: 'v2' });
      const trackingId = await report(call, sample);
      const [heard] = await receiver.hears(1);
      const { body, headers } = heard as Heard;
      const text = body.toString('latin1');
      const sent = JSON.parse(text);
      const expected = JSON.parse(sample.text);

      const { id, created_at, updated_at } = sent.data;
      assert.deepEqual(sent.data, { ...expected.data, id, created_at, updated_at });
      assert.equal(id, trackingId.replace('trk_', ''));
      assert.match(id, /^[0-9a-f]{32}$/);
      for (const at of [created_at, updated_at]) assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/);
      assert.deepEqual(sent.meta, { code: 200, type: 'Success', message: 'Success' });

      // Key order and escapes too: the published text with its few values of the moment exchanged is what was sent.
      const { timeStr, signature } = sent.verifyInfo;
      const values = new Map<string, string>([
        ['id', `"${id}"`],
        ['created_at', `"${created_at}"`],
        ['updated_at', `"${updated_at}"`],
        ['timeStr', String(timeStr)],
        ['signature', `"${signature}"`],
      ]);
      assert.equal(
        text,
        onOneLine(sample.text).replace(/"(\w+)":("[^"]*"|\d+)/g, (pair, key: string) => {
          const value = values.get(key);
          return value === undefined ? pair : `"${key}":${value}`;
        }),
      );
      assert.match(text, /^[\x20-\x7e]+$/, 'One line of ASCII.');

      assert.equal(typeof timeStr, 'number');
      assert.ok(Math.abs(timeStr - Date.now() / 1000) < 600, 'The time is that of the attempt.');
      assert.equal(signature, createHmac('sha256', email).update(String(timeStr)).digest('hex'));
      assert.equal(headers['content-type'], 'application/json');
    });
  });
}

test('the account reads its times in its own zone', async (t) => {
  await withShanghai(async (call) => {
    const receiver = await openScriptedReceiver(t);
    await createWebhook(call, { url: receiver.url, version: 'v2' });
    const before = Math.floor(Date.now() / 1000) * 1000;
    await report(call, fixture);
    const [heard] = await receiver.hears(1);
    const { created_at } = JSON.parse((heard as Heard).body.toString()).data;
    assert.ok(Date.parse(created_at) >= before && Date.parse(created_at) <= Date.now());
  });
});

for (const language of ['php', 'java'] as const) {
  test(`what is really sent is verified by the ${language} receiver`, async (t) => {
    if (await skippedWithout(t, language)) return;
    await withShanghai(async (call) => {
      // The receiver needs the secret, and the webhook the receiver's address, so one of them is told the other later.
      const { id, secret } = await createWebhook(call, { url: 'http://127.0.0.1:9/', version: 'v2' });
      await withReceiver(language, { email }, async (byEmail) => {
        await withReceiver(language, { email, secret }, async (bySecret) => {
          await createWebhook(call, { url: byEmail.url, version: 'v2' });
          const { status, text } = await call('PATCH', `/webhooks/${id}`, { body: { url: bySecret.url } });
          assert.equal(status, 200, text);
          await report(call, fixture);
          for (const receiver of [byEmail, bySecret]) {
            await until('the receiver judged it', async () => (await receiver.verdicts()).length > 0);
            assert.deepEqual(await receiver.verdicts(), ['verified']);
            assert.deepEqual(
              JSON.parse((await receiver.log()).slice('2024-01-01 00:00:00:  '.length)).meta.code,
              200,
            );
          }
          await until('both deliveries are accepted', async () => {
            const { json } = await call('GET', '/deliveries?state=accepted');
            return json.data.length === 2;
          });
        });
      });
    });
  });
}

/** A caller of an account in China. */
async function withShanghai(use: (call: Caller) => Promise<void>): Promise<void> {
  await withServer(async ({ url, accounts }) => {
    const { key } = await accounts.create({ signingEmail: email, timeZone: 'Asia/Shanghai' });
    await use(callerOf(url, key));
  });
}

/** Reports the parcel that a body tells of, as the couriers and the merchant would have. */
async function report(call: Caller, sample: Sample): Promise<string> {
  const { data } = JSON.parse(sample.text);
  const update = {
    tracking_number: data.tracking_number,
    courier_code: data.carrier_code,
    destination_courier_code: data.destination_info.carrier_code,
    title: data.title,
    order_id: data.order_id,
    customer_name: data.customer_name,
    customer_email: data.customer_email,
    origin_country: countries[data.original_country],
    destination_country: countries[data.destination_country],
    checkpoints: [
      ...checkpointsOf(data.origin_info, 'origin', 'exception'),
      ...checkpointsOf(data.destination_info, 'destination', 'undelivered'),
    ],
  };
  const { status, text, json } = await call('POST', '/updates', { body: { updates: [update] } });
  assert.equal(status, 200, text);
  assert.equal(json.results[0].status, data.status, text);
  return json.results[0].tracking_id;
}

const countries: Readonly<Record<string, string>> = { China: 'CN', Sweden: 'SE' };

interface Side {
  readonly trackinfo: readonly { Date: string; StatusDescription: string; Details: string }[];
}

/** V2 does not tell the statuses of checkpoints: only the newest one's is known. */
function checkpointsOf({ trackinfo }: Side, side: 'origin' | 'destination', newest: string) {
  return trackinfo.map(({ Date: time, StatusDescription: description, Details: location }, index) => ({
    time,
    description,
    location,
    side,
    ...(index === 0 ? { status: newest } : {}),
  }));
}

/** Takes out what stands between the tokens, and leaves what is inside texts. */
function onOneLine(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_match, quoted: string | undefined) => quoted ?? '');
}

/** The same text with the escapes of PHP's `json_encode`. */
function phpEscaped(text: string): string {
  return text
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
