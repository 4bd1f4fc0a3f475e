import assert from 'node:assert/strict';
import test from 'node:test';
import { aDelivery, anEvent } from '../../test/support/build.ts';
import { until } from '../../test/support/until.ts';
import { makeIds, shardOf } from '../base/id.ts';
import { makeLog } from '../base/log.ts';
import { type Elsewhere, makeElsewhere } from './elsewhere.ts';
import type { HeadKey } from './filling.ts';

/** PostgreSQL's manual, NOTIFY: the payload "must be shorter than 8000 bytes". */
const signalBytesMax = 8000;

const ids = makeIds({ now: () => 1_700_000_000_000 });

/** What is signalled by one reaches another that holds the shards named. */
function world(holds: (shard: number) => boolean) {
  const signals: string[] = [];
  const taken: HeadKey[] = [];
  const hinted: string[] = [];
  const letGo: [webhookId: string, deliveryId: string][] = [];
  let looks = 0;
  let wakes = 0;
  let isHearing = true;
  let failsTake = false;
  const elsewhere: Elsewhere = makeElsewhere({
    store: {
      async signal(text) {
        signals.push(text);
      },
      hearsSignals: () => isHearing,
      deliveries: async () => ({ items: [], next: null }),
    },
    log: makeLog('silent'),
    sender: {
      async take(some) {
        if (failsTake) throw new Error('The store cannot be read.');
        taken.push(...some);
      },
      async look() {
        looks++;
      },
      hint: (webhookId) => void hinted.push(webhookId),
      letGo: (...of) => void letGo.push(of),
    },
    polling: { wake: () => wakes++ },
    shards: { isAlone: false, holds: (_, shard) => holds(shard) },
  });
  const setHearing = (hears: boolean) => {
    isHearing = hears;
  };
  const failTakes = () => {
    failsTake = true;
  };
  return {
    ...{ elsewhere, signals, taken, hinted, letGo, setHearing, failTakes },
    ...{ looks: () => looks, wakes: () => wakes },
  };
}

function owedTo(count: number) {
  return Array.from({ length: count }, () => {
    const event = anEvent({ id: ids.next('evt'), accountId: ids.next('acc') });
    const { accountId, id: eventId } = event;
    const made = { id: ids.next('dlv'), webhookId: ids.next('wh'), trackingId: ids.next('trk') };
    return { delivery: aDelivery({ ...made, accountId, eventId }), event, data: '{}' };
  });
}

test('deliveries gather into signals that are short enough, and who holds their shards takes them', async () => {
  const here = world(() => false);
  const all = owedTo(200);
  for (const one of all) here.elsewhere.pass([one]);
  assert.equal(here.signals.length, 0);
  await until('they are signalled', () => here.signals.length === 4);
  for (const text of here.signals) assert.ok(Buffer.byteLength(text) < signalBytesMax, `${text.length}`);
  const isEven = (shard: number) => shard % 2 === 0;
  const there = world(isEven);
  for (const text of here.signals) there.elsewhere.hear(text);
  await until('they are taken', () => there.taken.length > 0);
  assert.deepEqual(
    there.taken,
    all
      .map(({ delivery: { accountId, webhookId, id } }) => ({ accountId, webhookId, id }))
      .filter((_, at) => isEven(shardOf(all[at]?.delivery.trackingId ?? ''))),
  );
  const nobody = world(() => false);
  for (const text of here.signals) nobody.elsewhere.hear(text);
  assert.deepEqual(nobody.taken, []);
});

test('what was gathered goes out at the end', () => {
  const { elsewhere, signals } = world(() => false);
  elsewhere.pass(owedTo(1));
  elsewhere.stop();
  assert.equal(signals.length, 1);
});

test('polls are told to who asks couriers, and a receiver that is back to all', async () => {
  const here = world(() => false);
  here.elsewhere.passPolls([{ id: ids.next('trk') }]);
  here.elsewhere.tellOpened('wh_1');
  await until('both are signalled', () => here.signals.length === 2);
  const there = world(() => true);
  for (const text of here.signals) there.elsewhere.hear(text);
  assert.deepEqual([there.wakes(), there.hinted], [1, ['wh_1']]);
  there.elsewhere.passPolls([{ id: ids.next('trk') }]);
  assert.equal(there.wakes(), 2);
});

test('where something may have been missed it looks for both, and what others say on the channel is passed over', async () => {
  const { elsewhere, looks, wakes, taken, hinted } = world(() => true);
  elsewhere.hear(null);
  await until('it has looked', () => wakes() === 1);
  assert.equal(looks(), 1);
  const foreign = ['', 'hello', '{', 'null', '3', '[]', '{"owed":3}', '{"owed":[null]}', '{"polls":{}}'];
  for (const text of foreign) elsewhere.hear(text);
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([taken, hinted, looks(), wakes()], [[], [], 1, 1]);
});

test('what is told and cannot be read just now is looked for', async () => {
  const here = world(() => false);
  here.elsewhere.pass(owedTo(1));
  here.elsewhere.stop();
  const there = world(() => true);
  there.failTakes();
  for (const text of here.signals) there.elsewhere.hear(text);
  await until('it looks', () => there.looks() === 1);
  assert.deepEqual(there.taken, []);
});

test('it looks again and again by itself, the oftener where no signal comes, and no more after its end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { elsewhere, looks, wakes, setHearing } = world(() => true);
  /** A look that is due is begun and over. */
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms);
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  elsewhere.start();
  await pass(9999);
  assert.equal(looks(), 0);
  setHearing(false);
  await pass(1);
  assert.deepEqual([looks(), wakes()], [1, 1]);
  for (const count of [2, 3, 4]) {
    await pass(1000);
    assert.deepEqual([looks(), wakes()], [count, count]);
  }
  elsewhere.stop();
  await pass(60_000);
  assert.equal(looks(), 4);
});

test('what was settled by hand is let go of by all', () => {
  const here = world(() => false);
  const there = world(() => true);
  const [{ delivery }] = owedTo(1) as [ReturnType<typeof owedTo>[0]];
  here.elsewhere.tellSettled(delivery);
  for (const text of here.signals) there.elsewhere.hear(text);
  assert.deepEqual(there.letGo, [[delivery.webhookId, delivery.id]]);
});

test('however often something may have been missed, one look follows the one under way', async () => {
  const here = world(() => true);
  for (let times = 0; times < 200; times++) here.elsewhere.hear(null);
  await until('it has looked', () => here.wakes() === 1);
  assert.equal(here.looks(), 1);
});
