/** Conformance: shards, as far as they are held by one process. For several see `shards.test.ts`. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { shardsTotal } from '../../src/base/id.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import { DUTIES, type Duty, shardOfDelivery } from '../../src/domain/shard.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { ShardHolding, Store } from '../../src/store/store.ts';
import type { WithStore } from './store.ts';
import { anAttempt, commitRevisions, settled, settlementOf } from './world.ts';

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
    'what is settled under the epoch of the shard that it was sent for counts as it does without one',
    withStore(async (store) => {
      const { account, webhooks } = await settled(store, {}, { version: 'standard' });
      const [mine] = webhooks as [Webhook];
      const { deliveries } = await commitRevisions(store, 2, [mine]);
      const [first, second] = deliveries as [Delivery, Delivery];
      const { held } = await round(store, ['send']);
      const epoch = held.find(({ shard }) => shard === shardOfDelivery(first))?.epoch ?? 0;
      const [done] = await store.settle([{ ...settlementOf(first, 'accepted'), epoch }]);
      assert.deepEqual([done?.applied, done?.stale, done?.told], [true, false, []]);
      assert.equal(done?.released?.delivery.id, second.id);
      assert.equal((await store.attempts(account.id, first.id)).length, 1);
      const attempt = anAttempt(first, { cause: 'redeliver' });
      const [again] = await store.settle([{ attempt, delivery: first, next: null, notice: null, epoch }]);
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
  return store.holdShards({ processId: 'one', duties, leaseMs: 60_000, release });
}

function shardsOf({ held }: ShardHolding, duty: Duty): number[] {
  const own = held.filter((one) => one.duty === duty);
  return own.map(({ shard }) => shard).toSorted((a, b) => a - b);
}

function sorted({ held }: ShardHolding): readonly string[] {
  return held.map(({ duty, shard, epoch }) => `${duty} ${shard} ${epoch}`).toSorted();
}
