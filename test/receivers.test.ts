// The promise: a merchant who copies a sample receiver believes what Waybell sends and nothing else, in every
// language.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { makeVectors, renderJson, renderTsv, type Vector } from '../receivers/make-vectors.ts';
import { RECEIVER_LANGUAGES, runVectors, skippedWithout, withReceiver } from './support/receivers.ts';

const vectors = makeVectors();

test('the files of test vectors are what make-vectors.ts writes', () => {
  const stale = 'Run "node receivers/make-vectors.ts".';
  assert.equal(readReceiverFile('vectors.json'), renderJson(vectors), stale);
  assert.equal(readReceiverFile('vectors.tsv'), renderTsv(vectors), stale);
  assert.equal(new Set(vectors.map((vector) => vector.name)).size, vectors.length, 'Names are unique.');
});

for (const language of RECEIVER_LANGUAGES) {
  test(`${language} gives every shared test vector its verdict`, async (t) => {
    if (await skippedWithout(t, language)) return;
    const { code, output } = await runVectors(language);
    assert.equal(code, 0, output);
    assert.match(output, new RegExp(`^${vectors.length} passed, 0 failed`, 'm'));
  });

  test(`the ${language} receiver with an email verifies, logs and answers what arrives`, async (t) => {
    if (await skippedWithout(t, language)) return;
    const genuine = vector('v2 genuine');
    const forged = vector('v2 another time');
    await withReceiver(language, { email: emailOf(genuine) }, async (receiver) => {
      assert.deepEqual(await post(receiver.url, genuine), { status: 200, answer: '200' });
      assert.deepEqual(await post(receiver.url, forged), { status: 200, answer: '200' });
      assert.deepEqual(await post(receiver.url, { headers: {}, body: '' }), { status: 200, answer: '' });
      assert.deepEqual(await post(receiver.url, genuine), { status: 200, answer: '200' });
      assertLog(await receiver.log(), [genuine.body, forged.body, null, genuine.body]);
      assert.deepEqual(await receiver.verdicts(), ['verified', 'not verified', 'verified']);
    });
  });

  test(`the ${language} receiver with a secret does not believe a changed V2 body`, async (t) => {
    if (await skippedWithout(t, language)) return;
    const genuine = vector('v2 with standard headers');
    const changed = vector('v2 with standard headers, body changed');
    const secret = genuine.secret ?? '';
    await withReceiver(language, { email: emailOf(genuine), secret }, async (receiver) => {
      await post(receiver.url, { ...genuine, headers: signedNow({ secret, body: genuine.body }) });
      await post(receiver.url, { ...changed, headers: signedNow({ secret, body: genuine.body }) });
      await post(receiver.url, { ...genuine, headers: {} });
      await post(receiver.url, genuine);
      assertLog(await receiver.log(), [genuine.body, changed.body, genuine.body, genuine.body]);
      const why =
        'The second was changed, the third lacks the headers, the fourth is older than the tolerance.';
      assert.deepEqual(
        await receiver.verdicts(),
        ['verified', 'not verified', 'not verified', 'not verified'],
        why,
      );
    });
  });
}

function vector(name: string): Vector {
  const found = vectors.find((one) => one.name === name);
  assert.ok(found, `There is no vector "${name}".`);
  return found;
}

function emailOf(one: Vector): string {
  assert.ok(one.email);
  return one.email;
}

/** The receivers ask the real clock, so a vector's fixed time would be too old. */
function signedNow(message: { secret: string; body: string }): Record<string, string> {
  const id = 'dlv_019b76da0a5c7c0e9a3f5b21d4e8c611';
  const seconds = Math.floor(Date.now() / 1000);
  const key = Buffer.from(message.secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${message.body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}

function post(url: string, message: { headers: Record<string, string>; body: string }) {
  return new Promise<{ status: number | undefined; answer: string }>((resolve, reject) => {
    const body = Buffer.from(message.body);
    const headers = { 'content-type': 'application/json', 'content-length': body.length, ...message.headers };
    const sent = request(url, { method: 'POST', headers }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode, answer }), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Compares with the format of the page Waybell started from; null is the note of an empty body. */
function assertLog(log: string, bodies: (string | null)[]): void {
  const date = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/;
  const lines = log.split('\r\n');
  assert.equal(lines.pop(), '', 'The last line ends too.');
  for (const line of lines) assert.match(line, date);
  const expected = bodies.map((body) => (body === null ? ': can not get webhook data!' : `:  ${body}`));
  assert.deepEqual(
    lines.map((line) => line.replace(date, '')),
    expected,
  );
}

function readReceiverFile(name: string): string {
  return readFileSync(new URL(`../receivers/${name}`, import.meta.url), 'utf8');
}
