/**
 * Shards held by several processes, each with a store of its own on one database: none is held by two at a time, all have
 * their share after a few rounds, and what a process no longer holds another takes, under another epoch.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import pg from 'pg';
import { shardsTotal } from '../../src/base/id.ts';
import type { Duty, HeldShard } from '../../src/domain/shard.ts';
import type { ShardHolding, Store } from '../../src/store/store.ts';
import { until } from '../support/until.ts';
import { startDatabases } from './database.ts';

/** Longer than any test. */
const longMs = 3_600_000;
/** Over before anybody can ask again, or soon after. */
const shortMs = 1;

const databases = await startDatabases();
const { withStores } = databases;
after(() => databases.cluster.stop());

describe('shards of several processes on PostgreSQL', () => {
  it('are shared evenly after a few rounds, and no one is ever held by two', () =>
    withStores(async (stores) => {
      const processes = stores.map((store, at) => aProcess(store, `process-${at}`));
      /** Who is known to have held a shard under an epoch, which is one process for all time. */
      const holders = new Map<string, string>();
      for (let turn = 0; turn < 6; turn++) {
        await Promise.all(
          processes.map(async (one) => {
            const before = new Set([...one.held.keys()]);
            await one.round();
            for (const [key, { epoch }] of one.held) {
              const holder = holders.get(`${key} ${epoch}`);
              assert.equal(holder ?? one.id, one.id, `${key} under epoch ${epoch}`);
              holders.set(`${key} ${epoch}`, one.id);
              if (before.has(key)) continue;
              const others = processes.filter((other) => other !== one && other.held.has(key));
              assert.deepEqual(
                others.map(({ id }) => id),
                [],
                `${key} is given to ${one.id}`,
              );
            }
          }),
        );
      }
      // A third of them each, rounded up; who comes last may find two less.
      for (const { held } of processes) assert.ok(held.size >= 20 && held.size <= 22, `${held.size}`);
      const keys = processes.flatMap(({ held }) => [...held.keys()]);
      assert.equal(new Set(keys).size, shardsTotal);
    }));

  it('are shared for each duty by the processes that have it', () =>
    withStores(async ([one, two]) => {
      await round(one, 'one', { duties: ['send'] });
      await round(two, 'two', { duties: ['poll'] });
      const { shares, held } = await round(one, 'one', { duties: ['send', 'poll'] });
      assert.deepEqual(shares, { send: 64, poll: 32 });
      assert.equal(held.length, shardsTotal);
      const { held: polled } = await round(two, 'two', { duties: ['poll'] });
      assert.deepEqual(new Set(polled.map(({ duty }) => duty)), new Set(['poll']));
    }));

  it('are taken over when the lease has ended, and a process that comes back late gets nothing of its old epochs', () =>
    withStores(async ([one, two]) => {
      const before = await round(one, 'one', { leaseMs: shortMs });
      assert.equal(before.held.length, shardsTotal);
      const taken = await until('the other holds all', async () => {
        const holding = await round(two, 'two');
        return holding.held.length === shardsTotal && holding;
      });
      for (const { shard } of taken.held) assert.ok(epochOf(taken, shard) > epochOf(before, shard));
      const late = await round(one, 'one');
      assert.deepEqual([late.held, late.shares], [[], { send: 32 }]);
      // Nor does it give back what it holds no more.
      assert.deepEqual((await round(one, 'one', { release: before.held })).held, []);
      assert.deepEqual(sorted(await round(two, 'two')), sorted(taken));
      await round(two, 'two', { release: taken.held.slice(0, 32) });
      const shared = await round(one, 'one');
      assert.equal(shared.held.length, 32);
      for (const { shard } of shared.held) assert.ok(epochOf(shared, shard) > epochOf(taken, shard));
    }));

  it('are kept under the same epoch by who let the lease end, as long as nobody took them', () =>
    withStores(async ([one], url) => {
      const before = await round(one, 'one', { leaseMs: shortMs });
      await until('the leases have ended', async () => {
        const rows = await databases.cluster.query(
          url,
          'select from shard where lease_until > clock_timestamp()',
        );
        return rows.length === 0;
      });
      assert.deepEqual(sorted(await round(one, 'one')), sorted(before));
      await round(one, 'one', { release: before.held });
      const again = await round(one, 'one');
      for (const { shard } of before.held) assert.ok(epochOf(again, shard) > epochOf(before, shard));
    }));

  it('are free at once where a process left, and its share with them', () =>
    withStores(async ([one, two]) => {
      await round(one, 'one');
      const waiting = await round(two, 'two');
      assert.deepEqual([waiting.held, waiting.shares], [[], { send: 32 }]);
      await one.leaveShards('one');
      const { held, shares } = await round(two, 'two');
      assert.deepEqual([held.length, shares], [shardsTotal, { send: shardsTotal }]);
    }));

  it('are renewed while settlements hold them, but not taken from under them', () =>
    withStores(async ([one, two], url) => {
      const before = await round(one, 'one');
      const settlement = new pg.Client({ connectionString: url });
      await settlement.connect();
      await settlement.query("begin; select from shard where duty = 'send' and shard = 5 for key share");
      assert.deepEqual(sorted(await round(one, 'one')), sorted(before));
      await one.leaveShards('one');
      const others = await round(two, 'two');
      assert.deepEqual([others.held.length, others.held.some(({ shard }) => shard === 5)], [63, false]);
      await settlement.query('commit');
      await settlement.end();
      assert.equal((await round(two, 'two')).held.length, shardsTotal);
    }));

  it('of processes that have died count for nobody', () =>
    withStores(async ([one, two], url) => {
      await round(one, 'one', { leaseMs: shortMs });
      await until('one is forgotten', async () => {
        await round(two, 'two');
        const rows = await databases.cluster.query(url, 'select id from process');
        return rows.length === 1 && rows[0]?.id === 'two';
      });
    }));
});

/** A process as `src/shards/shards.ts` is one: what is more than its share it gives back in its next round. */
function aProcess(store: Store, id: string) {
  let surplus: readonly HeldShard[] = [];
  let held = new Map<string, HeldShard>();
  return {
    id,
    get held() {
      return held;
    },
    async round() {
      for (const one of surplus) held.delete(keyOf(one));
      const holding = await round(store, id, { release: surplus });
      const share = holding.shares.send ?? 0;
      surplus = holding.held.slice(share);
      held = new Map(holding.held.map((one) => [keyOf(one), one]));
    },
  };
}

function round(
  store: Store,
  processId: string,
  said: { duties?: readonly Duty[]; leaseMs?: number; release?: readonly HeldShard[] } = {},
): Promise<ShardHolding> {
  return store.holdShards({ processId, duties: ['send'], leaseMs: longMs, heard: 0, release: [], ...said });
}

function keyOf({ duty, shard }: HeldShard): string {
  return `${duty} ${shard}`;
}

function epochOf({ held }: ShardHolding, shard: number): number {
  return held.find((one) => one.shard === shard)?.epoch ?? 0;
}

function sorted({ held }: ShardHolding): readonly string[] {
  return held.map((one) => `${keyOf(one)} ${one.epoch}`).toSorted();
}
