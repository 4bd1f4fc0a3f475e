/** `Idempotency-Key`: a request that is sent twice is done once. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Caller, withServer } from '../support/server.ts';

const headers = { 'idempotency-key': 'order 4711' };

test('the same request under the same key gets the same answer and is done once', () =>
  withServer(async ({ anna, operator }) => {
    const requests: [Caller, string, unknown, number][] = [
      [anna.owner, '/updates', { updates: [{ tracking_number: 'IDEM1', title: 'A' }] }, 200],
      [anna.owner, '/trackings', { tracking_number: 'IDEM2' }, 201],
      [anna.owner, '/webhooks', { url: 'https://9.9.9.9/hook' }, 201],
      [anna.owner, '/keys', { name: 'till' }, 201],
      [operator, '/accounts', { signing_email: 'cleo@shop.example' }, 201],
    ];
    for (const [index, [caller, path, body, status]] of requests.entries()) {
      const said = { body, headers: { 'idempotency-key': `key-${index}` } };
      const first = await caller('POST', path, said);
      const second = await caller('POST', path, said);
      assert.equal(first.status, status, first.text);
      assert.equal(first.headers.get('idempotent-replayed'), null);
      assert.deepEqual([second.status, second.text], [status, first.text]);
      assert.equal(second.headers.get('idempotent-replayed'), 'true');
      assert.equal(second.headers.get('content-type'), first.headers.get('content-type'));
    }
    assert.equal((await anna.owner('GET', '/webhooks')).json.data.length, 1);
    assert.equal((await anna.owner('GET', '/events')).json.data.length, 2);
  }));

test('a refusal that was decided with the write is given again, as a problem', () =>
  withServer(async ({ anna }) => {
    for (const courier_code of ['dhl', 'ups']) {
      await anna.owner('POST', '/trackings', { body: { tracking_number: 'IDEM3', courier_code } });
    }
    const said = { headers, body: { tracking_number: 'IDEM3' } };
    for (const replayed of [null, 'true']) {
      const answer = await anna.owner('POST', '/trackings', said);
      assert.deepEqual([answer.status, answer.json.code], [409, 'courier_ambiguous']);
      assert.equal(answer.headers.get('idempotent-replayed'), replayed);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    }
  }));

test('another body, another route or another parcel under the same key is refused', () =>
  withServer(async ({ anna }) => {
    const { json: parcel } = await anna.owner('POST', '/trackings', {
      headers,
      body: { tracking_number: 'IDEM4' },
    });
    for (const [path, body] of [
      ['/trackings', { tracking_number: 'IDEM5' }],
      ['/keys', { name: 'IDEM4' }],
      [`/trackings/${parcel.id}/archive`, undefined],
    ] as const) {
      const { status, json } = await anna.owner('POST', path, { headers, body });
      assert.deepEqual([status, json.code], [422, 'idempotency_key_reused']);
    }
    assert.equal((await anna.owner('GET', `/trackings/${parcel.id}`)).json.archived, false);
  }));

test('a repetition while the first request is still being answered is told to wait', () =>
  withServer(async ({ anna }) => {
    const updates = Array.from({ length: 1000 }, (_, index) => ({ tracking_number: `IDEM${index + 1000}` }));
    const said = { headers, body: { updates } };
    const answers = await Promise.all([
      anna.owner('POST', '/updates', said),
      anna.owner('POST', '/updates', said),
    ]);
    const late = answers.find(({ status }) => status === 409);
    const first = answers.find(({ status }) => status === 200);
    if (late === undefined) {
      // The second came after the first was answered; then it has its answer.
      assert.equal(answers[0].text, answers[1].text);
      return;
    }
    assert.equal(late.json.code, 'idempotency_in_progress');
    assert.equal(late.headers.get('retry-after'), '1');
    const again = await anna.owner('POST', '/updates', said);
    assert.equal(again.text, first?.text);
  }));

test('an answer is remembered also where nothing of the request could be taken', () =>
  withServer(async ({ anna }) => {
    const report = (number: string) =>
      anna.owner('POST', '/updates', { headers, body: { updates: [{ tracking_number: number }] } });
    const first = await report('!!');
    assert.equal(first.json.results[0].error.code, 'number_invalid');
    assert.equal((await report('!!')).headers.get('idempotent-replayed'), 'true');
    assert.equal((await report('IDEM9')).json.code, 'idempotency_key_reused');
  }));

test('accounts with the same key do not meet', () =>
  withServer(async ({ anna, bela }) => {
    const first = await anna.owner('POST', '/trackings', { headers, body: { tracking_number: 'IDEM6' } });
    const other = await bela.owner('POST', '/trackings', { headers, body: { tracking_number: 'IDEM7' } });
    assert.deepEqual([first.status, other.status], [201, 201]);
    assert.equal(other.headers.get('idempotent-replayed'), null);
    assert.equal(other.json.tracking_number, 'IDEM7');
  }));

test('keys that are none are refused', () =>
  withServer(async ({ anna }) => {
    for (const key of ['x'.repeat(256), 'clé']) {
      const said = { headers: { 'idempotency-key': key }, body: { tracking_number: 'IDEM8' } };
      const { status, json } = await anna.owner('POST', '/trackings', said);
      assert.deepEqual([status, json.code], [400, 'idempotency_key_invalid']);
    }
  }));
