/**
 * Conformance: the order of deliveries under any sequence of commits, attempts' ends, recoveries, and changes of the
 * webhooks. The model keeps every delivery ever placed with the state it must have; after each step the store must hold
 * exactly that. Attempts end on any delivery, not only on heads: late answers and redeliveries are like that.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Delivery, DeliveryState } from '../../src/domain/delivery.ts';
import type { Tracking } from '../../src/domain/tracking.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { Store } from '../../src/store/store.ts';
import type { Opened, WithStore } from './store.ts';
import {
  anAttempt,
  aParcel,
  commit,
  eventOf,
  everything,
  heardAll,
  owing,
  recover,
  recoverable,
  settleAll,
  settled,
  settlementOf,
  wholeList,
  wholeQueue,
} from './world.ts';

interface Known {
  readonly delivery: Delivery;
  state: DeliveryState;
}

interface World {
  readonly opened: Opened;
  store: Store;
  readonly parcels: Tracking[];
  /** Deleted ones too: a commit that was planned before may still name them. */
  readonly webhooks: { webhook: Webhook; deleted: boolean }[];
  readonly known: Known[];
}

type Step = { readonly told: string; run(world: World): Promise<void> };

const webhooksTotal = 2;
const parcelsTotal = 2;
const runs = process.env.WAYBELL_TEST_WHOLE === '1' ? 80 : 30;

export function orderCases(withStore: WithStore): void {
  it(
    'keeps one head for each ordered parcel, and every delivery ever placed',
    withStore(async (first, opened) => {
      // One store for all runs, an account for each: opening is what takes time.
      let store = first;
      await fc.assert(
        fc.asyncProperty(fc.array(aStep, { minLength: 1, maxLength: 40, size: 'max' }), async (steps) => {
          const world = await newWorld(store, opened);
          try {
            for (const [index, step] of steps.entries()) {
              await step.run(world);
              const told = steps.slice(0, index + 1).map((done) => done.told);
              await check(world, told.join(', '));
            }
          } finally {
            store = world.store;
          }
        }),
        { numRuns: runs },
      );
    }),
  );
}

async function newWorld(store: Store, opened: Opened): Promise<World> {
  const { account, webhooks } = await settled(store, ...Array.from({ length: webhooksTotal }, () => ({})));
  const parcels = Array.from({ length: parcelsTotal }, () => aParcel(account.id, { revision: 0 }));
  return {
    opened,
    store,
    parcels,
    webhooks: webhooks.map((webhook) => ({ webhook, deleted: false })),
    known: [],
  };
}

const aParcelIndex = fc.nat({ max: parcelsTotal - 1 });
const aWebhookIndex = fc.nat({ max: webhooksTotal - 1 });

const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 18,
    arbitrary: fc
      .tuple(aParcelIndex, fc.integer({ min: 1, max: 3 }))
      .map(([at, events]) => committing(at, events)),
  },
  {
    weight: 27,
    arbitrary: fc
      .tuple(fc.nat({ max: 999 }), fc.constantFrom('accepted', 'parked', 'scheduled'))
      .map(([pick, end]) => settling(pick, end)),
  },
  { weight: 1, arbitrary: fc.nat({ max: 999 }).map(redelivering) },
  {
    weight: 12,
    arbitrary: fc
      .tuple(aWebhookIndex, fc.nat({ max: 999 }), fc.boolean())
      .map(([at, pick, all]) => recovering(at, all ? null : pick)),
  },
  { weight: 4, arbitrary: aWebhookIndex.map((at) => switching(at, 'enabled')) },
  { weight: 5, arbitrary: aWebhookIndex.map((at) => switching(at, 'ordered')) },
  { weight: 1, arbitrary: aWebhookIndex.map(deleting) },
  { weight: 1, arbitrary: fc.constant<Step>({ told: 'reopen', run: reopen }) },
);

function committing(at: number, count: number): Step {
  return {
    told: `commit ${count} of parcel ${at}`,
    async run(world) {
      const before = world.parcels[at] as Tracking;
      const tracking = { ...before, revision: before.revision + count, writes: before.writes + 1 };
      const webhooks = world.webhooks.map(({ webhook }) => webhook);
      const owed = Array.from({ length: count }, (_, index) =>
        owing(eventOf(tracking, before.revision + index + 1), webhooks),
      );
      const placed = await commit(world.store, {
        tracking,
        expectedWrites: before.writes,
        events: owed.flatMap(({ events }) => events),
        bodies: owed.flatMap(({ bodies }) => bodies),
        deliveries: owed.flatMap(({ deliveries }) => deliveries),
      });
      world.parcels[at] = tracking;
      for (const delivery of placed) {
        const { webhook, deleted } = webhookOf(world, delivery);
        const state = deleted ? 'cancelled' : webhook.enabled ? 'blocked' : 'parked';
        world.known.push({ delivery, state });
        lead(world, delivery);
        assert.equal(delivery.state, world.known.at(-1)?.state, 'as placed');
      }
    },
  };
}

function settling(pick: number, end: 'accepted' | 'parked' | 'scheduled'): Step {
  return {
    told: `${end} ${pick}`,
    async run(world) {
      const one = picked(world, pick);
      if (one === null) return;
      const [result] = await settleAll(world.store, settlementOf(one.delivery, end, 1000 + pick));
      const applies = end === 'scheduled' ? isHead(one) : !isSettled(one);
      assert.equal(result?.applied, applies);
      if (applies) one.state = end;
      const released =
        applies && end !== 'scheduled' && one.delivery.ordered ? lead(world, one.delivery) : null;
      assert.equal(result?.released?.delivery.id ?? null, released?.delivery.id ?? null, 'the one released');
    },
  };
}

function redelivering(pick: number): Step {
  return {
    told: `redeliver ${pick}`,
    async run(world) {
      const one = picked(world, pick);
      if (one === null) return;
      const attempt = anAttempt(one.delivery, { cause: 'redeliver' });
      await world.store.settle([{ attempt, delivery: one.delivery, next: null, notice: null, epoch: null }]);
    },
  };
}

/** @param pick the delivery whose time it is recovered from; null: all */
function recovering(at: number, pick: number | null): Step {
  return {
    told: `recover ${at} since ${pick}`,
    async run(world) {
      const { webhook } = world.webhooks[at] as World['webhooks'][0];
      const since = pick === null ? 0 : (picked(world, pick)?.delivery.createdAt ?? 0);
      const due = world.known.filter(
        ({ delivery, state }) =>
          delivery.webhookId === webhook.id && state === 'parked' && delivery.createdAt >= since,
      );
      assert.equal(await recoverable(world.store, webhook.id, since), due.length);
      const isOn = webhook.enabled && !(world.webhooks[at] as World['webhooks'][0]).deleted;
      assert.equal(await recover(world.store, webhook.id, since), isOn ? due.length : 0);
      if (!isOn) return;
      for (const one of due) one.state = 'blocked';
      for (const one of due) lead(world, one.delivery);
    },
  };
}

function switching(at: number, what: 'enabled' | 'ordered'): Step {
  return {
    told: `switch ${what} of ${at}`,
    async run(world) {
      const entry = world.webhooks[at] as World['webhooks'][0];
      if (entry.deleted) return;
      entry.webhook = { ...entry.webhook, [what]: !entry.webhook[what] };
      await world.store.updateWebhook(entry.webhook, null, heardAll);
      if (entry.webhook.enabled) return;
      for (const one of world.known) {
        if (one.delivery.webhookId === entry.webhook.id && !isSettled(one)) one.state = 'parked';
      }
    },
  };
}

function deleting(at: number): Step {
  return {
    told: `delete ${at}`,
    async run(world) {
      const entry = world.webhooks[at] as World['webhooks'][0];
      if (entry.deleted) return;
      entry.deleted = true;
      await world.store.deleteWebhook(entry.webhook, 5);
      for (const one of world.known) {
        if (one.delivery.webhookId === entry.webhook.id && !isSettled(one)) one.state = 'cancelled';
      }
    },
  };
}

async function reopen(world: World): Promise<void> {
  world.store = await world.opened.reopen();
}

/** The rule: the earliest that is neither settled nor parked leads; all after it are blocked. Gives the newly ready. */
function lead(world: World, { webhookId, trackingId }: Delivery): Known | null {
  const queue = world.known
    .filter(({ delivery }) => delivery.webhookId === webhookId && delivery.trackingId === trackingId)
    .filter((one) => !isSettled(one) && one.state !== 'parked')
    .toSorted((a, b) => (a.delivery.revision ?? 0) - (b.delivery.revision ?? 0));
  for (const one of queue) if (!one.delivery.ordered && one.state === 'blocked') one.state = 'ready';
  const [head, ...rest] = queue.filter((one) => one.delivery.ordered);
  for (const one of rest) one.state = 'blocked';
  if (head?.state !== 'blocked') return null;
  head.state = 'ready';
  return head;
}

async function check(world: World, told: string): Promise<void> {
  const { store, known } = world;
  const accountId = (world.parcels[0] as Tracking).accountId;
  const listed = await wholeList((page) => store.deliveries(accountId, everything, page), 25);
  const expected = Object.fromEntries(known.map(({ delivery, state }) => [delivery.id, state]));
  assert.equal(listed.length, known.length, `each is in one place: ${told}`);
  assert.deepEqual(Object.fromEntries(listed.map(({ id, state }) => [id, state])), expected, told);

  // The model says all of this; said again without it, since it is what the sender relies on.
  const parcels = Map.groupBy(
    listed.filter((delivery) => delivery.ordered),
    ({ webhookId, trackingId }) => `${webhookId} ${trackingId}`,
  );
  for (const deliveries of parcels.values()) {
    const waiting = deliveries.filter(
      ({ state }) => state !== 'parked' && state !== 'accepted' && state !== 'cancelled',
    );
    const heads = waiting.filter(({ state }) => state !== 'blocked');
    assert.ok(heads.length <= 1, `one head: ${told}`);
    assert.equal(heads.length, Math.min(1, waiting.length), `none blocked behind nothing: ${told}`);
  }
  for (const { webhook } of world.webhooks) {
    const queue = await wholeQueue(store, webhook.id, 10);
    const heads = known.filter((one) => one.delivery.webhookId === webhook.id && isHead(one));
    const idsOf = (deliveries: readonly Delivery[]) => deliveries.map(({ id }) => id).toSorted();
    assert.deepEqual(
      idsOf(queue.map(({ delivery }) => delivery)),
      idsOf(heads.map(({ delivery }) => delivery)),
      `the queue is the heads: ${told}`,
    );
    const works = (await store.webhooksWithWork(null, null)).includes(webhook.id);
    assert.equal(works, heads.length > 0, `who has work: ${told}`);
  }
}

function picked(world: World, pick: number): Known | null {
  return world.known[pick % Math.max(1, world.known.length)] ?? null;
}

function webhookOf(world: World, delivery: Delivery): World['webhooks'][0] {
  return world.webhooks.find(({ webhook }) => webhook.id === delivery.webhookId) as World['webhooks'][0];
}

function isHead({ state }: Known): boolean {
  return state === 'ready' || state === 'scheduled';
}

function isSettled({ state }: Known): boolean {
  return state === 'accepted' || state === 'cancelled';
}
