/** Conformance: shards, as far as they are held by one process. For several see `shards.test.ts`. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { shardOf, shardsTotal } from '../../src/base/id.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import { DUTIES, type Duty, shardOfDelivery } from '../../src/domain/shard.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { ShardHolding, Store } from '../../src/store/store.ts';
import { noticeOf } from '../../src/webhooks/notices.ts';
import type { WithStore } from './store.ts';
import {
  anAttempt,
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  heardAll,
  ids,
  lastMade,
  settle,
  settleAll,
  settled,
  settlementOf,
  wholeQueue,
} from './world.ts';

const all = Array.from({ length: shardsTotal }, (_, shard) => shard);

export function shardCases(withStore: WithStore): void {
  it(
    'one process holds all shards of its duties from its first round on, under the same epochs',
    withStore(async (store) => {
      const first = await round(store, DUTIES);
      for (const duty of DUTIES) assert.deepEqual(shardsOf(first, duty), all);
      assert.deepEqual(first.shares, Object.fromEntries(DUTIES.map((duty) => [duty, shardsTotal])));
      assert.ok(first.held.every(({ epoch }) => Number.isSafeInteger(epoch) && epoch > 0));
      assert.deepEqual(sorted(await round(store, DUTIES)), sorted(first));
    }),
  );

  it(
    'a process holds none of a duty that it does not have',
    withStore(async (store) => {
      const { held, shares } = await round(store, ['send']);
      assert.deepEqual(new Set(held.map(({ duty }) => duty)), new Set(['send']));
      assert.equal(held.length, shardsTotal);
      assert.deepEqual(shares, { send: shardsTotal });
    }),
  );

  it(
    'what the only process gives back it holds again, under no lower epoch',
    withStore(async (store) => {
      const { held } = await round(store, ['send']);
      const [first] = held;
      assert.ok(first);
      await round(store, ['send'], [first]);
      const again = await round(store, ['send']);
      assert.deepEqual(shardsOf(again, 'send'), all);
      const epoch = again.held.find(({ shard }) => shard === first.shard)?.epoch ?? 0;
      assert.ok(epoch >= first.epoch);
    }),
  );

  it(
    'a queue is read of some shards as of all: each delivery by one of them, in order, in pages of any size',
    withStore(async (store) => {
      const { account, webhooks } = await settled(
        store,
        { version: 'standard', operationalEvents: ['webhook.recovered'] },
        {},
      );
      const [mine, about] = webhooks as [Webhook, Webhook];
      const parcels = Array.from({ length: 150 }, () => changeOf(aParcel(account.id), [mine]));
      const deliveries = await commit(store, ...parcels);
      for (const one of deliveries.slice(0, 20)) await settle(store, one, 'scheduled', 5);
      const news = { kind: 'webhook.recovered', failingSince: 1 } as const;
      for (let count = 0; count < 30; count++) {
        const notice = noticeOf({ news, about, webhooks, ids, now: lastMade() });
        await store.updateWebhook(about, notice, heardAll);
      }
      const whole = await wholeQueue(store, mine.id);
      assert.equal(whole.length, 180);
      const ofWebhook = shardOf(mine.id);
      const parts = [[ofWebhook], [], all.slice(0, 7), all.slice(7), all];
      for (const part of parts) {
        const own = new Set(part);
        const expected = whole.filter(({ delivery }) => own.has(shardOfDelivery(delivery)));
        for (const size of [1, 3, 50, 1000])
          assert.deepEqual(await wholeQueue(store, mine.id, size, part), expected, `${part} by ${size}`);
      }
    }),
  );

  it(
    'a webhook has work for some shards if a head of its parcels is of one of them',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, {}, {});
      const [mine, other, idle] = webhooks as [Webhook, Webhook, Webhook];
      const [first] = await commit(store, changeOf(aParcel(account.id), [mine]));
      const [second] = await commit(store, changeOf(aParcel(account.id), [other]));
      await settle(store, second as Delivery, 'scheduled');
      const [parked] = await commit(store, changeOf(aParcel(account.id), [idle]));
      await settle(store, parked as Delivery, 'parked');
      const shards = [first, second].map((one) => shardOfDelivery(one as Delivery));
      const expectedOf = (part: readonly number[]) =>
        [mine.id, other.id].filter((_, at) => part.includes(shards[at] as number)).toSorted();
      const others = all.filter((shard) => !shards.includes(shard));
      for (const part of [all, others, [], ...shards.map((shard) => [shard, ...others])])
        assert.deepEqual((await store.webhooksWithWork(part, null)).toSorted(), expectedOf(part), `${part}`);
      assert.deepEqual((await store.webhooksWithWork(null, null)).toSorted(), [mine.id, other.id].toSorted());
    }),
  );

  it(
    'what is settled under the epoch of the shard that it was sent for counts as it does without one',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, { version: 'standard' });
      const [mine] = webhooks as [Webhook];
      const { deliveries } = await commitRevisions(store, 2, [mine]);
      const [first, second] = deliveries as [Delivery, Delivery];
      const { held } = await round(store, ['send']);
      const epoch = held.find(({ shard }) => shard === shardOfDelivery(first))?.epoch ?? 0;
      const [done] = await settleAll(store, { ...settlementOf(first, 'accepted'), epoch });
      assert.deepEqual([done?.applied, done?.stale, done?.told], [true, false, []]);
      assert.equal(done?.released?.delivery.id, second.id);
      assert.equal((await store.attempts(account.id, first.id)).length, 1);
      const attempt = anAttempt(first, { cause: 'redeliver' });
      const [again] = await settleAll(store, { attempt, delivery: first, next: null, notice: null, epoch });
      assert.deepEqual([again?.applied, again?.stale], [true, false]);
      assert.equal((await store.attempts(account.id, first.id)).length, 2);
    }),
  );

  it(
    'a process that left holds nothing up: the next start has all, also in a store that is opened again',
    withStore(async (store, opened) => {
      await round(store, DUTIES);
      await store.leaveShards('one');
      const again = await opened.reopen();
      const { held } = await again.holdShards({
        processId: 'two',
        duties: DUTIES,
        leaseMs: 60_000,
        heard: 0,
        release: [],
      });
      assert.equal(held.length, DUTIES.length * shardsTotal);
    }),
  );
}

function round(
  store: Store,
  duties: readonly Duty[],
  release: ShardHolding['held'] = [],
): Promise<ShardHolding> {
  return store.holdShards({ processId: 'one', duties, leaseMs: 60_000, heard: 0, release });
}

function shardsOf({ held }: ShardHolding, duty: Duty): number[] {
  const own = held.filter((one) => one.duty === duty);
  return own.map(({ shard }) => shard).toSorted((a, b) => a - b);
}

function sorted({ held }: ShardHolding): readonly string[] {
  return held.map(({ duty, shard, epoch }) => `${duty} ${shard} ${epoch}`).toSorted();
}
