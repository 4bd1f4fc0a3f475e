// The promise: a delivery is repeated until it is accepted, and every repetition can be recognised: the same id, the same
// bytes of `data`, the same revision.

import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { startChildServer } from '../support/childServer.ts';
import { freePort } from '../support/freePort.ts';
import { type Answer, dataIn, type Heard, openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { until } from '../support/until.ts';

const versions = ['v2', 'v3', 'v4', 'standard'] as const;

const server = await startChildServer({ after }, { flags: ['--webhooks-per-account', '100'] });

test('every attempt and redelivery has the same id, revision and data, whatever happened meanwhile', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.answer(failing('reset', 500, 503));
  const webhooks = new Map<string, string>();
  for (const version of versions)
    webhooks.set(version, await createWebhook(t, { url: `${receiver.url}/${version}`, version }));

  const [{ tracking_id: id, revision }] = await update('SAME-1', {
    title: 'Tea',
    checkpoints: [checkpoint(0, 'Posting', 'transit')],
  });
  await receiver.hears(2 * versions.length);
  // The parcel becomes quite another one, in every field that a body shows.
  await server.call('PATCH', `/trackings/${id}`, {
    body: { title: 'Coffee', customer_name: 'Zoë', status: 'exception' },
  });
  await update('SAME-1', {
    checkpoints: [
      checkpoint(1, 'Delivered', 'delivered'),
      checkpoint(-1, 'Earlier, learnt later', 'transit'),
    ],
  });
  await server.restart();
  await receiver.hears(3 * versions.length);
  receiver.answer(200);

  const accepted = new Map<string, { id: string; data: string }>();
  for (const version of versions) {
    const details = await until(`${version} is accepted`, async () => {
      const { json } = await server.call(
        'GET',
        `/deliveries?webhook_id=${webhooks.get(version)}&state=accepted`,
      );
      const first = json.data.find((one: { revision: number }) => one.revision === revision);
      return first !== undefined && (await server.call('GET', `/deliveries/${first.id}`)).json;
    });
    accepted.set(version, details);
  }
  await server.restart();
  for (const [version, { id: deliveryId, data }] of accepted) {
    const { status, text } = await server.call('POST', `/deliveries/${deliveryId}/redeliver`);
    assert.equal(status, 200, text);

    const heard = receiver.heard.filter((one) => one.path === `/${version}` && one.revision === revision);
    assert.ok(
      heard.length >= 5,
      `Three failures, an acceptance and a redelivery, at least; ${heard.length} came.`,
    );
    const sent = heard.map((one) =>
      dataIn(one.body, version as (typeof versions)[number]).toString('latin1'),
    );
    for (const [index, one] of heard.entries()) {
      assert.equal(one.id, deliveryId);
      assert.equal(sent[index], sent[0]);
      if (version === 'standard')
        assert.deepEqual(one.body, heard[0]?.body, 'A standard body is the same as a whole.');
    }
    assert.equal(
      data,
      Buffer.from(sent[0] as string, 'latin1').toString('utf8'),
      'The API shows what was sent.',
    );
    assert.match(data, /Tea/);
    assert.doesNotMatch(data, /Coffee|Earlier/);
  }
});

test('different deliveries have different ids, and each tells its own revision', async (t) => {
  const receiver = await openScriptedReceiver(t);
  await createWebhook(t, { url: `${receiver.url}/one`, version: 'v2', fires_on: 'every_update' });
  await createWebhook(t, { url: `${receiver.url}/other`, version: 'standard', fires_on: 'every_update' });
  const revisions: number[] = [];
  for (let minute = 0; minute < 3; minute++) {
    const [result] = await update('OTHER-1', { checkpoints: [checkpoint(minute, 'Scanned', 'transit')] });
    revisions.push(result.revision);
  }
  await receiver.hears(6);
  assert.equal(new Set(receiver.heard.map(({ id }) => id)).size, 6);
  for (const path of ['/one', '/other']) {
    const told = receiver.heard.filter((heard) => heard.path === path).map(({ revision }) => revision);
    assert.deepEqual(told, revisions);
  }
});

/** What a first attempt means, by the setting "callback": see the outcome table in the design and `docs/reference/webhooks.md`. */
const outcomes: readonly { answer: Answer | 'refused'; v2: Outcome; v4: Outcome; callbackFalse: Outcome }[] =
  [
    { answer: 200, v2: 'accepted', v4: 'accepted', callbackFalse: 'accepted' },
    { answer: 201, v2: 'retry', v4: 'accepted', callbackFalse: 'accepted' },
    { answer: 204, v2: 'retry', v4: 'accepted', callbackFalse: 'accepted' },
    { answer: 301, v2: 'retry', v4: 'retry', callbackFalse: 'accepted' },
    { answer: 404, v2: 'retry', v4: 'retry', callbackFalse: 'accepted' },
    { answer: 410, v2: 'park_and_disable', v4: 'park_and_disable', callbackFalse: 'accepted' },
    { answer: 500, v2: 'retry', v4: 'retry', callbackFalse: 'accepted' },
    { answer: 'reset', v2: 'retry', v4: 'retry', callbackFalse: 'retry' },
    { answer: 'refused', v2: 'retry', v4: 'retry', callbackFalse: 'retry' },
  ];

type Outcome = 'accepted' | 'retry' | 'park_and_disable';

test('only an acceptance settles a delivery, and what counts as one depends on version and callback', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.answer((heard, response) => {
    const answer = heard.path.split('/').at(-1) as string;
    // Whoever followed this would be heard at another path.
    if (answer === '301') response.setHeader('location', `${receiver.url}/followed`);
    return answer === 'reset' ? 'reset' : Number(answer);
  });
  const nobody = await freePort();
  const cases: { name: string; webhookId: string; outcome: Outcome }[] = [];
  for (const { answer, callbackFalse, ...callbackTrue } of outcomes) {
    for (const version of ['v2', 'v4'] as const) {
      for (const callback of [true, false]) {
        const name = `${version}/${callback}/${answer}`;
        const url = answer === 'refused' ? `http://127.0.0.1:${nobody}/` : `${receiver.url}/${name}`;
        // The pause lasts longer than this test: what is not settled by the first attempt waits.
        const webhookId = await createWebhook(t, { url, version, callback, retry_seconds: [86_400] });
        cases.push({ name, webhookId, outcome: callback ? callbackTrue[version] : callbackFalse });
      }
    }
  }
  await update('OUTCOME-1', { checkpoints: [checkpoint(0, 'Posting', 'transit')] });

  const expectedStates = { accepted: 'accepted', retry: 'waiting', park_and_disable: 'parked' };
  for (const { name, webhookId, outcome } of cases) {
    const attempted = await until(`${name} was attempted`, async () => {
      const { json } = await server.call('GET', `/deliveries?webhook_id=${webhookId}`);
      return json.data[0].attempt_count === 1 && json.data[0].state !== 'sending' && json.data[0];
    });
    assert.equal(attempted.state, expectedStates[outcome], name);
    const { json: details } = await server.call('GET', `/deliveries/${attempted.id}`);
    assert.equal(details.attempts.length, 1, name);
    assert.equal(details.attempts[0].verdict, outcome, name);
    assert.equal(details.next_attempt_at !== null, outcome === 'retry', name);
    const { json: webhook } = await until(`${name} is as it should be`, async () => {
      const answer = await server.call('GET', `/webhooks/${webhookId}`);
      return answer.json.enabled === (outcome !== 'park_and_disable') && answer;
    });
    if (outcome === 'park_and_disable') assert.match(webhook.disabled_reason, /410/, name);
    else assert.equal(webhook.disabled_reason, null, name);
  }
  assert.deepEqual(
    receiver.heard.filter(({ path }) => path === '/followed'),
    [],
    'A redirect is never followed.',
  );
});

test('what a disabled webhook would have got is parked for it, not forgotten', async (t) => {
  const receiver = await openScriptedReceiver(t, 410);
  const webhookId = await createWebhook(t, { url: receiver.url, version: 'v4', fires_on: 'every_update' });
  await update('DISABLED-1', { checkpoints: [checkpoint(0, 'Posting', 'transit')] });
  await until(
    'it is disabled',
    async () => !(await server.call('GET', `/webhooks/${webhookId}`)).json.enabled,
  );
  await update('DISABLED-1', { checkpoints: [checkpoint(1, 'Delivered', 'delivered')] });
  const { json } = await server.call('GET', `/deliveries?webhook_id=${webhookId}`);
  assert.deepEqual(
    json.data.map(({ state, attempt_count }: { state: string; attempt_count: number }) => ({
      state,
      attempt_count,
    })),
    [
      { state: 'parked', attempt_count: 0 },
      { state: 'parked', attempt_count: 1 },
    ],
  );
  assert.equal(receiver.heard.length, 1);
});

async function update(
  number: string,
  said: { title?: string; checkpoints: readonly ReturnType<typeof checkpoint>[] },
) {
  const body = { updates: [{ tracking_number: number, ...said }] };
  const { status, text, json } = await server.call('POST', '/updates', { body });
  assert.equal(status, 200, text);
  assert.equal(json.results[0].changed, true, text);
  return json.results;
}

function checkpoint(minute: number, description: string, status: string) {
  return { time: timeAt(minute), description, status };
}

function timeAt(minute: number): string {
  return new Date(Date.UTC(2024, 2, 1, 12) + minute * 60_000).toISOString().slice(0, 16);
}

/** The answers in turn, for each delivery on its own, and from there on the last. */
function failing(...answers: readonly Answer[]) {
  const asked = new Map<string, number>();
  return ({ id }: Heard): Answer => {
    const count = asked.get(id) ?? 0;
    asked.set(id, count + 1);
    return answers[Math.min(count, answers.length - 1)] as Answer;
  };
}

async function createWebhook(t: TestContext, said: Record<string, unknown>): Promise<string> {
  const body = { callback: true, retry_seconds: Array(50).fill(1), ...said };
  const { status, text, json } = await server.call('POST', '/webhooks', { body });
  assert.equal(status, 201, text);
  t.after(() => server.call('DELETE', `/webhooks/${json.id}`));
  return json.id;
}
