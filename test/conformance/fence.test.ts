/**
 * The fence of the PostgreSQL store: a process that no longer has a shard changes nothing of what is sent for it, however
 * late its answers come.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import { shardOfDelivery } from '../../src/domain/shard.ts';
import { OPERATIONAL_EVENT_TYPES, type Webhook } from '../../src/domain/webhook.ts';
import { type Settlement, type ShardHolding, type Store, StoreUnavailable } from '../../src/store/store.ts';
import { noticeOf, parkingNotice } from '../../src/webhooks/notices.ts';
import { until } from '../support/until.ts';
import { startDatabases } from './database.ts';
import {
  anAttempt,
  commitRevisions,
  heardAll,
  ids,
  rowsOf,
  settleAll,
  settled,
  settlementOf,
  statesOf,
} from './world.ts';

/** Longer than any test. */
const longMs = 3_600_000;

const databases = await startDatabases();
const { withStores } = databases;
after(() => databases.cluster.stop());

const stale = { applied: false, stale: true, released: null, told: [] };

describe('a process that has lost its shards', () => {
  it('settles nothing, parks nothing, tells nothing and logs no attempt', () =>
    withStores(async ([one, two]) => {
      const listener = { version: 'standard', operationalEvents: OPERATIONAL_EVENT_TYPES } as const;
      const { account, webhooks } = await settled(one, {}, listener);
      const [mine] = webhooks as [Webhook];
      const { deliveries } = await commitRevisions(one, 2, [mine]);
      const [first] = deliveries as [Delivery, Delivery];
      const before = await holdAll(one, 'one');
      const epoch = epochFor(before, first);
      await one.leaveShards('one');
      const taken = await holdAll(two, 'two');
      const rows = await rowsOf(two);

      const parked = settlementOf(first, 'parked');
      const notice = parkingNotice(parked, { about: mine, webhooks, ids, now: 0 });
      assert.ok(notice);
      const attempt = anAttempt(first, { cause: 'redeliver' });
      const late: Settlement[] = [
        { ...settlementOf(first, 'accepted'), epoch },
        { ...settlementOf(first, 'scheduled'), epoch },
        { ...parked, notice, epoch },
        { attempt, delivery: first, next: null, notice: null, epoch },
      ];
      for (const settlement of late) assert.deepEqual(await one.settle([settlement]), [stale]);
      assert.deepEqual(await statesOf(two, deliveries), ['ready', 'blocked']);
      assert.deepEqual(await two.attempts(account.id, first.id), []);
      assert.deepEqual(await rowsOf(two), rows);

      const current = { ...settlementOf(first, 'accepted'), epoch: epochFor(taken, first) };
      const [done] = await settleAll(two, current);
      assert.deepEqual([done?.applied, done?.stale], [true, false]);
    }));

  it('is refused what is of no parcel by the shard of its webhook', () =>
    withStores(async ([one, two]) => {
      const listener = { version: 'standard', operationalEvents: OPERATIONAL_EVENT_TYPES } as const;
      const { webhooks } = await settled(one, {}, listener);
      const [about] = webhooks as [Webhook];
      const news = { kind: 'webhook.recovered', failingSince: 1 } as const;
      const notice = noticeOf({ news, about, webhooks, ids, now: 0 });
      const [owed] = await one.updateWebhook(about, notice, heardAll);
      assert.ok(owed);
      const before = await holdAll(one, 'one');
      await one.leaveShards('one');
      const taken = await holdAll(two, 'two');
      const settlement = settlementOf(owed.delivery, 'accepted');
      const late = { ...settlement, epoch: epochFor(before, owed.delivery) };
      assert.deepEqual(await one.settle([late]), [stale]);
      const current = { ...settlement, epoch: epochFor(taken, owed.delivery) };
      assert.equal((await settleAll(two, current))[0]?.applied, true);
    }));

  it('is refused only that, among what it settles in one call', () =>
    withStores(async ([one, two]) => {
      const { webhooks } = await settled(one, {});
      const deliveries: Delivery[] = [];
      const shards = new Set<number>();
      while (shards.size < 2) {
        const [made] = (await commitRevisions(one, 1, webhooks)).deliveries as [Delivery];
        if (shards.has(shardOfDelivery(made))) continue;
        shards.add(shardOfDelivery(made));
        deliveries.push(made);
      }
      const [lost, kept] = deliveries as [Delivery, Delivery];
      const before = await holdAll(one, 'one');
      const release = before.held.filter(({ shard }) => shard === shardOfDelivery(lost));
      // It gets none back: the other's share is as large as its own.
      await two.holdShards({ processId: 'two', duties: ['send'], leaseMs: longMs, heard: 0, release: [] });
      await one.holdShards({ processId: 'one', duties: ['send'], leaseMs: longMs, heard: 0, release });
      await until('the other has it', async () => {
        const { held } = await two.holdShards({
          processId: 'two',
          duties: ['send'],
          leaseMs: longMs,
          heard: 0,
          release: [],
        });
        return held.length === 1;
      });
      const done = await one.settle(
        [lost, kept].map((delivery) => ({
          ...settlementOf(delivery, 'accepted'),
          epoch: epochFor(before, delivery),
        })),
      );
      assert.deepEqual(done, [stale, { applied: true, stale: false, released: null, told: [] }]);
      assert.deepEqual(await statesOf(one, deliveries), ['ready', 'accepted']);
      const [byHand] = await settleAll(one, settlementOf(lost, 'accepted'));
      assert.equal(byHand?.applied, true, 'what needs no lease is not fenced');
    }));

  it('writes nothing once another has taken them, whatever was under way', () =>
    withStores(async ([one, two]) => {
      const { account, webhooks } = await settled(one, {});
      const [delivery] = (await commitRevisions(one, 1, webhooks)).deliveries as [Delivery];
      const epoch = epochFor(await holdAll(one, 'one'), delivery);
      // Attempts alone: each leaves a trace, and none changes what another finds.
      const settling = Array.from({ length: 200 }, () => {
        const attempt = anAttempt(delivery, { cause: 'redeliver' });
        return settleAll(one, { attempt, delivery, next: null, notice: null, epoch });
      });
      await one.leaveShards('one');
      await holdAll(two, 'two');
      const written = await two.attempts(account.id, delivery.id);
      const done = (await Promise.all(settling)).flat();
      assert.deepEqual(await two.attempts(account.id, delivery.id), written);
      assert.equal(done.filter(({ applied }) => applied).length, written.length);
    }));
});

describe('a process that puts a queue in another order', () => {
  it('changes nothing once the others may not rest any more', () =>
    withStores(async ([one]) => {
      const { account, webhooks } = await settled(one, {});
      const [webhook] = webhooks as [Webhook];
      const { deliveries } = await commitRevisions(one, 2, webhooks);
      await settleAll(one, settlementOf(deliveries[0] as Delivery, 'parked'));
      const number = await one.tell({ kind: 'rests', accountId: account.id, webhookId: webhook.id });
      const step = { since: null, until: null, trackingId: null, after: null };
      const recover = (rest: number) => one.recover(webhook.id, step, rest);
      const about = { accountId: account.id, webhookId: webhook.id };
      const ended = await one.tell({ kind: 'rests', ...about });
      const end = await one.tell({ kind: 'goes_on', ...about, rest: ended });
      // Neither what has ended, nor other news, nor none at all.
      for (const late of [ended, end, end + 1]) {
        await assert.rejects(recover(late), StoreUnavailable);
        await assert.rejects(one.replay([], late), StoreUnavailable);
      }
      assert.deepEqual(await statesOf(one, deliveries), ['parked', 'ready']);
      assert.deepEqual(await recover(number), { count: 1, next: null });
      assert.deepEqual(await statesOf(one, deliveries), ['ready', 'blocked']);
    }));
});

/** Rounds of the only living process until all is its: what is under way may hold a shard up. */
function holdAll(store: Store, processId: string): Promise<ShardHolding> {
  return until(`${processId} holds all`, async () => {
    const holding = await store.holdShards({
      processId,
      duties: ['send'],
      leaseMs: longMs,
      heard: 0,
      release: [],
    });
    return holding.held.length === 64 && holding;
  });
}

function epochFor({ held }: ShardHolding, delivery: Delivery): number {
  const epoch = held.find(({ shard }) => shard === shardOfDelivery(delivery))?.epoch;
  assert.ok(epoch);
  return epoch;
}
