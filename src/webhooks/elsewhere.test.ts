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
  let looks = 0;
  let wakes = 0;
  const elsewhere: Elsewhere = makeElsewhere({
    store: {
      async signal(text) {
        signals.push(text);
      },
      hearsSignals: () => true,
      deliveries: async () => ({ items: [], next: null }),
    },
    log: makeLog('silent'),
    sender: {
      async take(some) {
        taken.push(...some);
      },
      async look() {
        looks++;
      },
      hint: (webhookId) => void hinted.push(webhookId),
    },
    polling: { wake: () => wakes++ },
    shards: { isAlone: false, holds: (_, shard) => holds(shard) },
  });
  return { elsewhere, signals, taken, hinted, looks: () => looks, wakes: () => wakes };
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

test('where something may have been missed it looks, and what others say on the channel is passed over', async () => {
  const { elsewhere, looks, taken } = world(() => true);
  elsewhere.hear(null);
  await until('it looks', () => looks() === 1);
  for (const text of ['', 'hello', '{', 'null', '3', '{"owed":3}', '{"polls":{}}', '{"owed":[null]}', '[]'])
    elsewhere.hear(text);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(taken, []);
});
