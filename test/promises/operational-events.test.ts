// The promise: nothing is lost, nor is the news that something does not go out. What happens to a webhook is told once, signed,
// to the account's other webhooks that asked for it, and to no one else.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { systemClock } from '../../src/base/clock.ts';
import { dayMs } from '../../src/base/durations.ts';
import { type Heard, openScriptedReceiver, type ScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, type TestServer, withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const all = ['webhook.failing', 'webhook.recovered', 'webhook.disabled', 'delivery.parked'];
const minuteMs = 60_000;

test('a webhook that fails and recovers is told once of each', async (t) => {
  const scene = await openScene(t);
  await withClock(async (server, pass) => {
    const { call, shop, oncall, secret } = await prepare(server, scene, { retry_seconds: Array(9).fill(1) });
    scene.shop.answer(500);
    const at = Date.now();
    await report(call, 'FAIL-1');
    await scene.shop.hears(2);
    pass(minuteMs);
    await scene.oncall.hears(1);
    // It goes on failing, which is no news.
    await scene.shop.hears(5);
    scene.shop.answer(200);
    await scene.oncall.hears(2);
    await accepted(call, shop);

    const [failing, recovered] = told(scene.oncall, secret);
    assert.deepEqual([failing?.type, recovered?.type], ['webhook.failing', 'webhook.recovered']);
    const seen = { webhook_id: shop, url: `${scene.shop.url}/hook`, description: 'the shop' };
    const since = failing?.data.failing_since as string;
    assert.ok(Date.parse(since) >= at && Date.parse(since) < at + minuteMs);
    assert.deepEqual(failing?.data, { ...seen, failing_since: since, reason: 'Answered 500.' });
    const { recovered_at } = recovered?.data ?? {};
    assert.deepEqual(recovered?.data, { ...seen, failing_since: since, recovered_at });
    assert.equal(recovered?.timestamp, recovered_at);
    assert.deepEqual(await accepted(call, oncall), ['accepted', 'accepted']);
    assert.deepEqual(await kinds(call), ['status', 'webhook.failing', 'webhook.recovered']);
    assert.equal(scene.shop.heard.filter(({ number }) => number === '').length, 0, 'Nobody hears of itself.');
  });
});

test('a receiver that answers 410 is told once as disabled, with what that parked', async (t) => {
  const scene = await openScene(t);
  await withServer(async (server) => {
    const { call, shop, secret } = await prepare(server, scene, {});
    const { promise: owed, resolve: goOn } = Promise.withResolvers<void>();
    scene.shop.answer(async () => {
      await owed;
      return 410;
    });
    const parcels = ['GONE-1', 'GONE-2', 'GONE-3'];
    for (const number of parcels) await report(call, number);
    await report(call, 'GONE-1', 'delivered');
    await scene.shop.hears(3);
    goOn();
    await until('all is parked', async () => {
      const { json } = await call('GET', `/deliveries?state=parked&webhook_id=${shop}`);
      return json.data.length === 4;
    });
    await until('every event is accepted', async () => {
      const { json } = await call('GET', '/events');
      const operational = json.data.filter(({ data }: { data?: unknown }) => data !== undefined);
      return operational.length > 1 && scene.oncall.heard.length === operational.length;
    });
    const events = told(scene.oncall, secret);
    const [disabled, ...others] = events.filter(({ type }) => type === 'webhook.disabled');
    assert.deepEqual(others, []);
    const { data } = disabled as Told;
    assert.deepEqual([data.disabled_by, data.webhook_id, data.failing_since], ['receiver', shop, null]);
    assert.match(String(data.reason), /410/);
    // A delivery is told of by its own 410, or counted by what that disabled: one or the other.
    const parked = events.filter(({ type }) => type === 'delivery.parked');
    assert.equal(parked.length + Number(data.parked_count), 4);
    assert.ok(parked.length >= 1);
    assert.equal(new Set(parked.map(({ data }) => data.delivery_id)).size, parked.length);
    assert.equal((await call('GET', `/webhooks/${shop}`)).json.enabled, false);
  });
});

test('a delivery whose attempts are used up is told once, and what tells it is a delivery like any other', async (t) => {
  const scene = await openScene(t);
  await withServer(async (server) => {
    const { call, shop, oncall, secret } = await prepare(
      server,
      scene,
      { retry_seconds: [1] },
      { retry_seconds: [1] },
    );
    scene.shop.playFor('PARK-1', 500, 503);
    scene.oncall.play(500);
    const trackingId = await report(call, 'PARK-1');
    await scene.oncall.hears(2);
    await accepted(call, oncall);
    const [first, again] = scene.oncall.heard as [Heard, Heard];
    assert.deepEqual([again.id, again.body], [first.id, first.body], 'Tried again as it was.');

    const [{ type, data }] = told(scene.oncall, secret) as [Told];
    const { json: parked } = await call('GET', `/deliveries?state=parked&webhook_id=${shop}`);
    const [delivery] = parked.data;
    assert.equal(type, 'delivery.parked');
    assert.deepEqual(data, {
      webhook_id: shop,
      url: `${scene.shop.url}/hook`,
      description: 'the shop',
      delivery_id: delivery.id,
      event_id: delivery.event_id,
      tracking_id: trackingId,
      tracking_number: 'PARK-1',
      revision: 1,
      attempt_count: 2,
      last_status: 503,
      reason: 'Answered 503.',
      parked_at: data.parked_at,
    });
    const { json: listed } = await call('GET', `/deliveries?webhook_id=${oncall}`);
    const [telling] = listed.data;
    assert.deepEqual(
      [telling.id, telling.tracking_id, telling.tracking_number, telling.revision, telling.attempt_count],
      [first.id, null, null, null, 2],
    );
    assert.equal((await call('POST', `/deliveries/${telling.id}/redeliver`)).json.verdict, 'accepted');
    assert.equal(scene.oncall.heard[2]?.id, first.id);
    // The log shows it as the body does.
    const { json: log } = await call('GET', '/events');
    assert.deepEqual(
      [log.data[1].id, log.data[1].kind, log.data[1].data],
      [telling.event_id, 'delivery.parked', data],
    );
  });
});

test('the parking of what tells a parking is told by nothing, and can be recovered', async (t) => {
  const scene = await openScene(t);
  const third = await openScriptedReceiver(t);
  await withServer(async (server) => {
    const { call, oncall } = await prepare(server, scene, { retry_seconds: [1] }, { retry_seconds: [1] });
    await create(call, third.url, { operational_events: all });
    scene.shop.playFor('PARK-1', 500, 500);
    scene.oncall.play(500, 500);
    await report(call, 'PARK-1');
    await until('what tells it is parked', async () => {
      const { json } = await call('GET', `/deliveries?state=parked&webhook_id=${oncall}`);
      return json.data.length === 1;
    });
    await third.hears(1, ({ number, revision }) => number === 'PARK-1' && revision === 0);
    const recovered = await call('POST', `/webhooks/${oncall}/recover`, { body: { since: '2020-01-01' } });
    assert.deepEqual(recovered.json, { count: 1, next_cursor: null });
    assert.deepEqual(await accepted(call, oncall), ['accepted']);
    assert.equal(third.heard.filter(({ revision }) => revision === 0).length, 1);
    assert.deepEqual(await kinds(call), ['status', 'delivery.parked']);
  });
});

test('a webhook disabled by hand, or after its days, is told with who and why, once', async (t) => {
  const scene = await openScene(t);
  await withClock(async (server, pass) => {
    const settings = { retry_seconds: Array(9).fill(1), disable_after_days: 1 };
    const { call, shop, secret } = await prepare(server, scene, settings);
    scene.shop.answer('reset');
    await report(call, 'HAND-1');
    await scene.shop.hears(1);
    for (const _ of [1, 2]) assert.equal((await call('POST', `/webhooks/${shop}/disable`)).status, 200);
    await scene.oncall.hears(1);
    const [byHand] = told(scene.oncall, secret) as [Told];
    const { disabled_by, reason, parked_count } = byHand.data;
    assert.deepEqual([disabled_by, reason, parked_count], ['request', 'Disabled by hand.', 1]);

    await call('POST', `/webhooks/${shop}/enable`);
    await call('POST', `/webhooks/${shop}/recover`, { body: { since: '2020-01-01' } });
    await scene.shop.hears(4);
    pass(dayMs + minuteMs);
    await scene.oncall.hears(3);
    const [, failing, byDays] = scene.oncall.heard.map(({ body }) => JSON.parse(body.toString()));
    assert.equal(failing.type, 'webhook.failing');
    assert.deepEqual([byDays.type, byDays.data.disabled_by], ['webhook.disabled', 'failures']);
    assert.equal(byDays.data.failing_since, failing.data.failing_since);
    assert.deepEqual(await kinds(call), [
      'status',
      'webhook.disabled',
      'webhook.failing',
      'webhook.disabled',
    ]);
  });
});

test('what nobody asked for is in the log, but for parkings; a webhook that comes later is not told what was', async (t) => {
  const receiver = await openScriptedReceiver(t);
  await withServer(async ({ anna: { owner: call } }) => {
    const parcels = 50;
    receiver.answer(500);
    const { id } = await create(call, receiver.url, { retry_seconds: [1] });
    for (let index = 0; index < parcels; index++) await report(call, `QUIET-${index}`);
    await until('all is parked', async () => {
      const { json } = await call('GET', '/deliveries?state=parked&limit=500');
      return json.data.length === parcels;
    });
    await call('POST', `/webhooks/${id}/disable`);
    assert.deepEqual((await kinds(call)).slice(parcels), ['webhook.disabled']);

    const late = await openScriptedReceiver(t);
    const { id: lateId } = await create(call, late.url, { operational_events: all });
    const { json } = await call('POST', `/webhooks/${lateId}/replay-missing`);
    assert.equal(json.count, parcels, 'Parcels alone are told anew.');
    await late.hears(parcels);
    assert.ok(late.heard.every(({ revision }) => revision > 0));
  });
});

test('another account, and a webhook that selected other events, hear nothing', async (t) => {
  const scene = await openScene(t);
  const stranger = await openScriptedReceiver(t);
  const other = await openScriptedReceiver(t);
  await withServer(async (server) => {
    const { bela } = server;
    const { call, shop, secret } = await prepare(server, scene, {});
    await create(bela.owner, stranger.url, { operational_events: all });
    await create(call, other.url, { operational_events: ['webhook.recovered'] });
    await call('POST', `/webhooks/${shop}/disable`);
    await scene.oncall.hears(1);
    assert.equal(told(scene.oncall, secret)[0]?.type, 'webhook.disabled');
    assert.deepEqual((await bela.owner('GET', '/events')).json.data, []);
    assert.deepEqual((await bela.owner('GET', '/deliveries')).json.data, []);
    const { json } = await call('GET', '/deliveries');
    assert.equal(json.data.length, 1);
    assert.deepEqual([stranger.heard, other.heard], [[], []]);
  });
});

test('a credential of the address is told to nobody', async (t) => {
  const scene = await openScene(t);
  await withServer(async (server) => {
    const { call, shop } = await prepare(server, scene, {});
    const url = `${scene.shop.url.replace('//', '//user:s3cret@')}/hook?token=t0ken`;
    await call('PATCH', `/webhooks/${shop}`, { body: { url } });
    await call('POST', `/webhooks/${shop}/disable`);
    const [heard] = await scene.oncall.hears(1);
    const text = (heard as Heard).body.toString();
    assert.equal(JSON.parse(text).data.url, `${scene.shop.url}/hook`);
    for (const secret of ['user', 's3cret', 't0ken']) assert.ok(!text.includes(secret), secret);
    assert.ok(!(await call('GET', '/events')).text.includes('s3cret'));
  });
});

interface Scene {
  readonly shop: ScriptedReceiver;
  readonly oncall: ScriptedReceiver;
}

async function openScene(t: TestContext): Promise<Scene> {
  return { shop: await openScriptedReceiver(t), oncall: await openScriptedReceiver(t) };
}

/** A shop's webhook, and one that hears of it and of no parcel in these tests. Both select all, for nobody hears of itself. */
async function prepare({ anna }: TestServer, scene: Scene, shop: object, oncall: object = {}) {
  const call = anna.owner;
  const made = await create(call, `${scene.shop.url}/hook`, {
    ...{ description: 'the shop', operational_events: all },
    ...shop,
  });
  const listener = await create(call, scene.oncall.url, {
    ...{ statuses: ['expired'], operational_events: all },
    ...oncall,
  });
  return { call, shop: made.id, oncall: listener.id, secret: listener.secret };
}

async function create(call: Caller, url: string, said: object): Promise<{ id: string; secret: string }> {
  const { status, text, json } = await call('POST', '/webhooks', { body: { url, ...said } });
  assert.equal(status, 201, text);
  return json;
}

/** A server whose clock is set forth at will. */
async function withClock(
  run: (server: TestServer, pass: (ms: number) => void) => Promise<void>,
): Promise<void> {
  let shiftMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + shiftMs };
  const pass = (ms: number): void => {
    shiftMs += ms;
  };
  await withServer((server) => run(server, pass), { clock });
}

async function report(call: Caller, number: string, status = 'transit'): Promise<string> {
  const time = status === 'transit' ? '2026-01-05T13:00:00Z' : '2026-01-05T14:00:00Z';
  const updates = [{ tracking_number: number, checkpoints: [{ time, description: 'Seen', status }] }];
  const { json, text } = await call('POST', '/updates', { body: { updates } });
  assert.equal(json.results[0].changed, true, text);
  return json.results[0].tracking_id;
}

interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, string | number | null>;
}

/** What arrived, each once, verified by the package that others wrote. */
function told({ heard }: ScriptedReceiver, secret: string): readonly Told[] {
  const once = new Map(heard.map((one) => [one.id, one]));
  return [...once.values()].map(({ body, headers, revision }) => {
    assert.equal(revision, 0);
    return new StandardWebhook(secret).verify(body, headers as Record<string, string>) as Told;
  });
}

/** The states of a webhook's deliveries once none waits. */
function accepted(call: Caller, webhookId: string): Promise<string[]> {
  return until('all is settled', async () => {
    const { json } = await call('GET', `/deliveries?webhook_id=${webhookId}`);
    const states: string[] = json.data.map(({ state }: { state: string }) => state);
    return states.every((state) => state === 'accepted') && states;
  });
}

async function kinds(call: Caller): Promise<string[]> {
  const { json } = await call('GET', '/events?limit=500');
  return json.data.map(({ kind }: { kind: string }) => kind);
}
