// The order of each parcel's revisions holds while its queue is put in another order through one process and held by another:
// `recover` and `replay-missing` with something else in their middle, and deliveries that are sent again by hand.
//
// A process of its own is in the middle of that for as long as the test holds a parcel's row, which the transaction waits for.

import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { holdParcel } from '../support/heldParcel.ts';
import { type Asked, deliveriesOf, report, scanOf, startPair, webhookOf } from '../support/pair.ts';
import type { ScriptedReceiver } from '../support/scriptedReceiver.ts';
import { callerOf } from '../support/server.ts';
import { until } from '../support/until.ts';

// What the test holds is waited for as long as it takes.
const { cluster, database, first, second } = await startPair(
  { after },
  { options: '-c lock_timeout=60s -c statement_timeout=90s' },
);

const WAYS = ['recover', 'replay-missing'] as const;
type Way = (typeof WAYS)[number];

for (const way of WAYS) {
  test(`a key that is made in the middle of ${way} lets nothing out ahead of what is put back`, async (t) => {
    const scene = await openScene(t, way, 3);
    const held = await holdParcel(database, scene.waiting[0] as string);
    const asked = scene.putBack(second);
    await held.waitedFor();
    const made = await first.call('POST', '/keys', { body: { name: way, role: 'member' } });
    assert.equal(made.status, 201, made.text);
    for (const { url } of [first, second]) {
      const own = callerOf(url, made.json.key);
      await until('the key is known', async () => (await own('GET', '/trackings')).status === 200);
    }
    await scene.receivesAll();
    await held.letGo();
    const answer = await asked;
    assert.deepEqual([answer.status, answer.json.count], [200, scene.ids.length], answer.text);
    await scene.assertInOrder();
  });
}

test('an edit of the webhook between two steps of recover lets nothing out ahead of what the next one puts back', async (t) => {
  // More than a step looks at.
  const scene = await openScene(t, 'recover', 20);
  const held = await holdParcel(database, scene.ids[0] as string);
  const heldNext = await holdParcel(database, scene.ids.at(-1) as string);
  const asked = scene.putBack(second);
  await held.waitedFor();
  const body = { description: 'edited' };
  const edited = first.call('PATCH', `/webhooks/${scene.webhookId}`, { body });
  await until('the edit waits for the step', async () => {
    const waiting = "select from pg_locks where locktype = 'advisory' and not granted";
    return (await cluster.query(database, waiting)).length > 0;
  });
  await held.letGo();
  await heldNext.waitedFor();
  assert.equal((await edited).status, 200, (await edited).text);
  for (const { call } of [first, second])
    await until('the edit is known', async () => {
      const { json } = await call('GET', `/webhooks/${scene.webhookId}`);
      return json.description === body.description;
    });
  await scene.receivesAll();
  await heldNext.letGo();
  const answer = await asked;
  assert.deepEqual([answer.status, answer.json.count], [200, scene.ids.length], answer.text);
  await scene.assertInOrder();
});

test('the end of one recover lets nothing out ahead of what another still puts back', async (t) => {
  const scene = await openScene(t, 'recover', 3);
  // The first one waits here, with most of the parcels before it; the other puts back the last of them meanwhile.
  const held = await holdParcel(database, scene.waiting[0] as string);
  const asked = scene.putBack(first);
  await held.waitedFor();
  const ended = await scene.putBack(second, { tracking_id: scene.waiting.at(-1) });
  assert.deepEqual([ended.status, ended.json.count], [200, 1], ended.text);
  await scene.receivesAll();
  await held.letGo();
  const answer = await asked;
  assert.deepEqual([answer.status, answer.json.count], [200, scene.ids.length - 1], answer.text);
  await scene.assertInOrder();
});

test('a webhook goes on soon where whoever was putting its queue in another order died over it', async (t) => {
  const { receiver, webhook } = await webhookOf(t, first, {});
  // What such a process leaves behind.
  await cluster.query(
    database,
    `with counted as (update news_count set number = number + 1 returning number)
     insert into news (number, kind, account_id, webhook_id, kept_until)
     select number, 'rests', account_id, id, clock_timestamp() + interval '2 seconds' from counted, webhook where id = '${webhook.id}';
     notify waybell, 'news'`,
  );
  for (const { call } of [first, second]) assert.equal((await call('GET', '/trackings')).status, 200);
  for (let index = 0; index < 8; index++) await report(second, `RESTS${index}`, 0);
  assert.equal(receiver.heard.length, 0);
  await receiver.hears(8);
});

test('a retry that one process holds does not go out after the delivery was accepted by hand through another', async (t) => {
  // Beside the jitter of the first, the second is surely later.
  const { receiver } = await webhookOf(t, first, { retry_seconds: [3, 1] });
  const numbers = Array.from({ length: 8 }, (_, index) => `WBHAND${index}`);
  const markers = Array.from({ length: 8 }, (_, index) => `WBMARKER${index}`);
  for (const number of numbers) receiver.playFor(number, 500);
  for (const number of markers) receiver.playFor(number, 500, 500);
  await Promise.all(numbers.map((number) => report(first, number.slice(2), 0)));
  const failed = await receiver.hears(numbers.length);
  await Promise.all(
    failed.map(async ({ id }, index) => {
      await until('its retry is planned', async () => {
        const { json } = await first.call('GET', `/deliveries/${id}`);
        return json.attempt_count > 0;
      });
      // Half of them through the one that does not hold the retry, more or less.
      const { status, text } = await (index % 2 === 0 ? first : second).call(
        'POST',
        `/deliveries/${id}/redeliver`,
      );
      assert.equal(status, 200, text);
    }),
  );
  for (const minute of [1, 2])
    await Promise.all(numbers.map((number) => report(second, number.slice(2), minute)));
  // Later than those retries would have been, and of all shards.
  await Promise.all(markers.map((number) => report(first, number.slice(2), 0)));
  await receiver.hears(markers.length * 3, ({ number }) => markers.includes(number));
  for (const number of numbers) {
    const revisions = receiver.heard.filter((one) => one.number === number).map(({ revision }) => revision);
    assert.deepEqual(revisions.toSorted(), revisions, number);
    assert.equal(revisions.at(-1), 3);
  }
});

interface Scene {
  readonly webhookId: string;
  /** Of all parcels: each is owed revision 1 as soon as that is put back, and others that wait. */
  readonly ids: readonly string[];
  /** Those of which nothing is under way. */
  readonly waiting: readonly string[];
  putBack(server: Asked, said?: object): ReturnType<Asked['call']>;
  /** From now on everything is accepted, what is under way first. Resolves when whoever begins anything has had a turn. */
  receivesAll(): Promise<void>;
  /** Resolves when all has come that is owed, each parcel's in order from what was put back on. */
  assertInOrder(): Promise<void>;
}

const parcels = 60;
let scenes = 0;

/** Of each parcel the first revision is not owed, being parked or from before the webhook was, and the later ones wait for the receiver. */
async function openScene(t: TestContext, way: Way, revisions: number): Promise<Scene> {
  const name = `SCENE${++scenes}N`;
  const numbers = Array.from({ length: parcels }, (_, index) => `${name}${String(index).padStart(2, '0')}`);
  const settings = { retry_seconds: [1] };
  const since = new Date().toISOString();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();

  const waits = (receiver: ScriptedReceiver) =>
    receiver.answer(async () => {
      await opened;
      return 200;
    });
  const reportAll = async (minute: number): Promise<string[]> => {
    const updates = numbers.map((number) => scanOf(number, minute));
    const { status, text, json } = await second.call('POST', '/updates', { body: { updates } });
    assert.equal(status, 200, text);
    return json.results.map((one: { tracking_id: string }) => one.tracking_id);
  };

  const parks = way === 'recover' ? await webhookOf(t, first, settings) : null;
  parks?.receiver.answer(500);
  const ids = await reportAll(0);
  if (parks !== null)
    await until('all are parked', async () => {
      const parked = await deliveriesOf(first, parks.webhook.id, 'parked');
      return parked.length === parcels;
    });
  const { receiver, webhook } = parks ?? (await webhookOf(t, first, settings));
  const before = receiver.heard.length;
  waits(receiver);
  for (let minute = 1; minute < revisions; minute++) await reportAll(minute);
  const underWay = await until('as many are under way as may be', async () => {
    const shown = await Promise.all(
      [first, second].map(async ({ call }) => (await call('GET', `/webhooks/${webhook.id}`)).json.sending),
    );
    const sent = receiver.heard.slice(before);
    const isFull = shown.every(({ in_flight: inFlight, window }) => inFlight >= window);
    return isFull && sent.length === shown.reduce((sum, one) => sum + one.in_flight, 0) && sent;
  });
  const begun = new Set(underWay.map(({ number }) => number));
  const idOf = new Map(ids.map((id, index) => [`WB${numbers[index]}`, id]));
  const waiting = [...idOf].filter(([number]) => !begun.has(number)).map(([, id]) => id);
  assert.ok(waiting.length >= 2 && waiting.includes(ids.at(-1) as string), `${waiting.length} wait.`);
  const marked = await webhookOf(t, first);
  return {
    webhookId: webhook.id,
    ids,
    waiting,
    putBack: (server, said = {}) =>
      server.call('POST', `/webhooks/${webhook.id}/${way}`, { body: { since, ...said } }),
    async receivesAll() {
      open();
      await until('what was under way is over', () => underWay.every(({ answer }) => answer === 200));
      const marks = Array.from({ length: 16 }, (_, index) => `${name}MARK${index}`);
      await Promise.all(marks.map((number) => report(second, number, 0)));
      await marked.receiver.hears(marks.length, ({ number }) => number.startsWith(`WB${name}MARK`));
    },
    async assertInOrder() {
      const ofScene = ({ number }: { number: string }) => idOf.has(number);
      await receiver.hears(before + parcels * revisions, ofScene);
      const later = receiver.heard.slice(before + underWay.length).filter(ofScene);
      for (const [number, own] of Map.groupBy(later, (one) => one.number)) {
        const heardOf = own.map(({ revision }) => revision);
        assert.equal(heardOf[0], 1, number);
        assert.deepEqual(
          heardOf,
          heardOf.toSorted((a, b) => a - b),
          number,
        );
      }
      assert.equal(underWay.length + later.length, parcels * revisions);
    },
  };
}
