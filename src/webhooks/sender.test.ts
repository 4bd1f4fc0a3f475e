import assert from 'node:assert/strict';
import test from 'node:test';
import { pino } from 'pino';
import { aDelivery, anEvent, anId, aResponse, aWebhook, testNow } from '../../test/support/build.ts';
import { until } from '../../test/support/until.ts';
import { makeIds } from '../base/id.ts';
import { type Account, unchangedKeys } from '../domain/account.ts';
import { defaultSettings } from '../domain/accountSettings.ts';
import { limits } from '../domain/limits.ts';
import { shardOfDelivery } from '../domain/shard.ts';
import type { DeliveryStore, OwedDelivery, Settled, Settlement, Unsettled } from '../store/store.ts';
import { makeSender, type Sender, type SendingShards } from './sender.ts';

const account: Account = {
  id: anId('acc'),
  signingEmail: 'anna@shop.example',
  webhookSecret: 'secret',
  ...unchangedKeys,
  timeZone: 'UTC',
  settings: defaultSettings,
  trackKey: null,
  logoHash: null,
  suspended: false,
  createdAt: testNow,
};
const webhook = aWebhook({ accountId: account.id });

interface Surroundings {
  settle(settlement: Settlement): Settled | Unsettled;
  accountOf(): Account | Promise<Account>;
  queue: DeliveryStore['queue'];
  /** Resolves when the receiver answers. */
  answer(): Promise<void>;
  /** What it answers. */
  status(): number;
  shards: SendingShards;
  heads: DeliveryStore['heads'];
  isAcceptedElsewhere(): boolean;
}

/** A sender in surroundings where everything is well and nothing is owed, but for what is said. */
function senderWith({
  settle = () => written,
  accountOf = () => account,
  queue = async () => ({ rows: [], more: false }),
  answer = async () => {},
  status = () => 200,
  shards = { holds: () => true, epoch: () => 1, held: () => null },
  heads = async () => [],
  isAcceptedElsewhere = () => false,
}: Partial<Surroundings>) {
  const logged: Record<string, unknown>[] = [];
  const sent: string[] = [];
  const settledIn: string[][] = [];
  const settlements: Settlement[] = [];
  const elsewhere: string[] = [];
  const reported: string[] = [];
  const told: string[] = [];
  let now = 0;
  const clock = { now: () => testNow + now, monotonic: () => now };
  const sender: Sender = makeSender({
    store: {
      async settle(some) {
        settledIn.push(some.map(({ delivery }) => delivery.id));
        settlements.push(...some);
        return some.map(settle);
      },
      webhooksWithWork: async () => [webhook.id],
      queue,
      heads,
    },
    shards,
    onElsewhere: (some) => elsewhere.push(...some.map(({ delivery }) => delivery.id)),
    onOpened: () => {},
    onSettledElsewhere: () => {},
    log: pino({ level: 'info' }, { write: (line) => void logged.push(JSON.parse(line)) }),
    door: {
      async exchange({ headers }) {
        sent.push(headers['webhook-id'] ?? '');
        await answer();
        return aResponse({ status: status() });
      },
    },
    post: { send: () => Promise.reject(new Error('No letter is owed here.')) },
    clock,
    ids: makeIds(clock),
    userAgent: 'Waybell/test',
    random: () => 0.5,
    webhookOf: async () => webhook,
    webhooksOf: async () => [webhook],
    accountOf: async () => accountOf(),
    disable: async () => void told.push('disabled'),
    onAttempt: ({ delivery }) => reported.push(delivery.id),
    isAcceptedElsewhere: async () => isAcceptedElsewhere(),
    onHealth: async (_, { kind }) => void told.push(kind),
  });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { sender, logged, sent, settledIn, settlements, elsewhere, reported, told, pass };
}

function owed(ordinal: number, data = '{}'): OwedDelivery {
  const event = anEvent({ id: anId('evt', ordinal), accountId: account.id });
  const ids = { id: anId('dlv', ordinal), trackingId: anId('trk', ordinal), eventId: event.id };
  const delivery = aDelivery({ ...ids, accountId: account.id, webhookId: webhook.id });
  return { delivery, event, data };
}

const written: Settled = { applied: true, stale: false, released: null, told: [] };
const [bad, good, later, muchLater] = [1, 2, 3, 4].map((ordinal) => owed(ordinal)) as [
  OwedDelivery,
  OwedDelivery,
  OwedDelivery,
  OwedDelivery,
];

test('an attempt whose end cannot be written is logged, harms no other, and is made again only after a time', async () => {
  let refusals = 0;
  const { sender, logged, sent, settledIn, pass } = senderWith({
    settle({ delivery }) {
      if (delivery.id !== bad.delivery.id || ++refusals > 1) return written;
      return { failed: 'UNIQUE constraint failed' };
    },
  });
  const settled = (count: number) =>
    until('so many ends were to be written', () => settledIn.flat().length === count);
  const heard = ({ delivery }: OwedDelivery) => sent.filter((id) => id === delivery.id).length;

  sender.offer([bad, good]);
  await settled(2);
  assert.equal(settledIn.length, 1, 'they shared a call');
  await until('it is logged', () => logged.length === 1);
  const [{ level, reason, delivery, webhook: at, msg }] = logged as [Record<string, unknown>];
  assert.deepEqual(
    [level, reason, delivery, at],
    [50, 'UNIQUE constraint failed', bad.delivery.id, webhook.id],
  );
  assert.match(String(msg), /sent again later/);

  pass(60_000);
  sender.offer([later]);
  await settled(3);
  assert.equal(heard(bad), 1, 'not at once');
  pass(600_000);
  sender.offer([muchLater]);
  await settled(5);
  assert.deepEqual([heard(bad), heard(good)], [2, 1]);
  assert.equal(logged.length, 1);
  assert.equal(await sender.stop(1000), true);
});

test('what a suspended account is owed from before a start waits, and goes out when it is resumed', async () => {
  let looks = 0;
  let suspended = true;
  const accountOf = (): Account => {
    looks++;
    return { ...account, suspended };
  };
  const { sender, sent, settledIn, pass } = senderWith({
    queue: async () => ({ rows: [bad, good], more: false }),
    accountOf,
  });
  await sender.takeUp();
  await until('it was seen that the account is suspended', () => looks > 0);
  const seen = looks;
  sender.offer([later]);
  assert.deepEqual([sent, looks], [[], seen], 'nobody looks again for each delivery');
  suspended = false;
  sender.resume(webhook.id);
  await until('all are settled', () => settledIn.flat().length === 3);
  assert.deepEqual(new Set(sent), new Set([bad, good, later].map(({ delivery }) => delivery.id)));

  // Should the word of its return be missed, it is looked at again.
  suspended = true;
  sender.offer([muchLater]);
  await until('it was seen again', () => looks > seen + 3);
  suspended = false;
  pass(60_000);
  sender.offer([owed(5)]);
  await until('the last ones are settled', () => settledIn.flat().length === 5);
  assert.equal(await sender.stop(1000), true);
});

test('bodies that are held of a webhook stay within their bound, and those beyond it are fetched and sent', async () => {
  // One text for all, so that the test itself takes no memory.
  const data = 'x'.repeat(1024 * 1024);
  const heldMax = limits.deliveryBytesInMemoryPerWebhook / data.length;
  const table = new Map(
    Array.from({ length: 3 * heldMax }, (_, n) => [anId('dlv', n + 1), owed(n + 1, data)]),
  );
  const offered = [...table.values()];
  const { promise: answered, resolve: answerAll } = Promise.withResolvers<void>();
  let heldMost = 0;
  let reads = 0;
  const { sender, sent } = senderWith({
    answer() {
      heldMost = Math.max(heldMost, sender.load().held);
      return answered;
    },
    settle({ delivery }) {
      table.delete(delivery.id);
      return written;
    },
    async queue(_webhookId, after, { rowsMax, bytesMax }) {
      reads++;
      const behind = [...table.values()].filter(({ delivery }) => after === null || delivery.id > after.id);
      const rows = behind.slice(0, Math.min(rowsMax, Math.ceil(bytesMax / data.length)));
      return { rows, more: rows.length < behind.length };
    },
  });
  sender.offer(offered);
  assert.equal(sender.load().held, heldMax, 'the rest is left in the table');
  await until('requests are under way', () => sent.length > 0);
  assert.equal(reads, 0, 'nothing is read that would find no room');
  answerAll();
  await until('all are settled', () => table.size === 0);
  assert.ok(heldMost <= heldMax, `${heldMost} were held`);
  assert.ok(reads < offered.length, `${reads} reads`);
  assert.deepEqual(sent.toSorted(), offered.map(({ delivery }) => delivery.id).toSorted());
  assert.equal(await sender.stop(1000), true);
});

/** One's own shards are those of the deliveries named. */
function holding(...own: readonly OwedDelivery[]): SendingShards & { epochs: Map<number, number> } {
  const epochs = new Map(own.map(({ delivery }) => [shardOfDelivery(delivery), 7]));
  return {
    epochs,
    holds: (shard) => epochs.has(shard),
    epoch: (shard) => epochs.get(shard) ?? null,
    held: () => [...epochs.keys()],
  };
}

test('what is of a shard that another process holds is passed on and not sent, the rest goes out under its epoch', async () => {
  const { sender, sent, settlements, elsewhere } = senderWith({ shards: holding(good) });
  sender.offer([bad, good]);
  await until('the own one is settled', () => settlements.length === 1);
  assert.deepEqual([sent, elsewhere], [[good.delivery.id], [bad.delivery.id]]);
  assert.equal(settlements[0]?.epoch, 7);
  assert.equal(await sender.stop(1000), true);
});

test('under a lease that is too short nothing begins, and it goes out once that is renewed', async () => {
  let epoch: number | null = null;
  const shards = { holds: () => true, held: () => null, epoch: () => epoch };
  const { sender, sent, settledIn, pass } = senderWith({ shards });
  sender.offer([good]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([sent, sender.load().held], [[], 1]);
  epoch = 8;
  pass(1000);
  // By itself: nothing else happens.
  await until('it is settled', () => settledIn.flat().length === 1);
  assert.equal(await sender.stop(1000), true);
});

test('heads whose shards have gone to another process hold up none behind them', async () => {
  const shards = holding(bad, good, later, muchLater);
  const { promise: answered, resolve: answerAll } = Promise.withResolvers<void>();
  const { sender, sent, settledIn } = senderWith({ shards, answer: () => answered });
  // The first goes alone until its webhook is known; the others wait behind it.
  sender.offer([bad, good, later, muchLater]);
  await until('one is under way', () => sent.length === 1);
  for (const { delivery } of [good, later]) shards.epochs.delete(shardOfDelivery(delivery));
  answerAll();
  await until('the last is settled as well', () => settledIn.flat().length === 2);
  assert.deepEqual(sent, [bad.delivery.id, muchLater.delivery.id]);
  assert.equal(sender.load().held, 0);
  assert.equal(await sender.stop(1000), true);
});

test('an attempt does not begin if the lease has become too short while its webhook was looked up', async () => {
  const shards = holding(good);
  const { sender, sent } = senderWith({
    shards,
    accountOf() {
      shards.epochs.clear();
      return account;
    },
  });
  sender.offer([good]);
  await until('it was let go of', () => sender.load().inFlight === 0 && sender.load().held === 0);
  assert.deepEqual(sent, []);
  assert.equal(await sender.stop(1000), true);
});

test("of an attempt whose shard is another process's by its end nothing follows here", async () => {
  const { sender, sent, settlements, reported, told } = senderWith({
    settle: () => ({ applied: false, stale: true, released: null, told: [] }),
    // It would be disabled for that.
    status: () => 410,
  });
  sender.offer([good]);
  const shard = shardOfDelivery(good.delivery);
  assert.equal(sender.isBusy(shard), true);
  await until('it is over', () => settlements.length === 1 && !sender.isBusy(shard));
  assert.deepEqual([sent.length, reported, told, sender.load().held], [1, [], [], 0]);
  assert.equal(await sender.stop(1000), true);
});

test('when the shards are others what is held of the old ones is forgotten and the table is read for the new', async () => {
  const shards = holding(bad, good);
  const asked: unknown[] = [];
  const { promise: answered, resolve: answerAll } = Promise.withResolvers<void>();
  const { sender, sent, settledIn } = senderWith({
    shards,
    answer: () => answered,
    async queue(_webhookId, _after, _bounds, own) {
      asked.push(own);
      return { rows: [later], more: false };
    },
  });
  // The first goes alone until its webhook is known; the other waits behind it.
  sender.offer([bad, good]);
  await until('one is under way', () => sent.length === 1);
  shards.epochs.clear();
  shards.epochs.set(shardOfDelivery(later.delivery), 9);
  await sender.takeUp();
  answerAll();
  await until('the one under way and the new one are settled', () => settledIn.flat().length === 2);
  assert.deepEqual(sent, [bad.delivery.id, later.delivery.id]);
  assert.deepEqual(asked[0], [shardOfDelivery(later.delivery)]);
  assert.equal(await sender.stop(1000), true);
});

test('heads that another process tells of are taken once, and none that was settled while they were read', async () => {
  const { promise: read, resolve: deliver } = Promise.withResolvers<void>();
  const { sender, sent, settledIn } = senderWith({
    async heads() {
      await read;
      return [good, later];
    },
  });
  const { accountId, webhookId, id } = good.delivery;
  sender.refill(webhookId);
  const taking = sender.take([{ accountId, webhookId, id }]);
  sender.offer([good]);
  await until('it is settled', () => settledIn.flat().length === 1 && sender.load().held === 0);
  deliver();
  await taking;
  await until('the other is settled', () => settledIn.flat().length === 2);
  assert.deepEqual(sent, [good.delivery.id, later.delivery.id]);
  assert.equal(await sender.stop(1000), true);
});

test('a webhook that rests sends nothing until all rests have ended, and then what the table has', async () => {
  const { sender, sent, settledIn } = senderWith({
    queue: async () => ({ rows: [later], more: false }),
  });
  sender.rest(webhook.id, 5);
  sender.rest(webhook.id, 6);
  sender.offer([good]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(sent, []);
  // Neither another change nor the end of one of two rests lets it go on.
  sender.refresh(webhook);
  sender.resume(webhook.id);
  sender.goOn(webhook.id, 5);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(sent, []);
  sender.goOn(webhook.id, 6);
  await until('it goes on', () => settledIn.flat().length === 1);
  assert.deepEqual(sent, [later.delivery.id]);
  assert.equal(await sender.stop(1000), true);
});

test('an attempt does not begin if its queue was put in another order while its webhook was looked up', async () => {
  const { promise: lookedUp, resolve: lookUp } = Promise.withResolvers<Account>();
  let lookUps = 0;
  const { sender, sent } = senderWith({
    accountOf: () => (++lookUps === 1 ? lookedUp : account),
    // By then another is its parcel's head.
    queue: async () => ({ rows: lookUps === 0 ? [] : [good], more: false }),
  });
  sender.offer([bad]);
  await until('it is looked up', () => lookUps === 1);
  await sender.reorder(webhook.id, async () => {});
  lookUp(account);
  await until('what is the head by now is sent', () => sent.length === 1);
  assert.deepEqual(sent, [good.delivery.id]);
});

test('what is told of webhooks that are not there leaves nothing behind', async () => {
  const { sender } = senderWith({});
  const { accountId, id } = good.delivery;
  await sender.take([{ accountId, webhookId: anId('wh', 99), id }]);
  sender.letGo(anId('wh', 98), id);
  sender.hint(anId('wh', 97));
  assert.equal(sender.load().webhooks, 0);
});

test('what was settled by hand elsewhere is not sent, be it held or just being read', async () => {
  const { promise: read, resolve: deliver } = Promise.withResolvers<void>();
  let readings = 0;
  const { sender, sent } = senderWith({
    async queue() {
      readings++;
      await read;
      return { rows: [good, later], more: false };
    },
  });
  sender.refill(webhook.id);
  await until('it is being read', () => readings === 1);
  sender.letGo(webhook.id, good.delivery.id);
  deliver();
  await until('the other is sent', () => sent.length === 1);
  assert.deepEqual(sent, [later.delivery.id]);
});

test('a webhook is told as failing when nobody gets anything accepted, and as recovered by whoever first does', async () => {
  let accepted = true;
  let answers = 500;
  const { sender, told, reported, pass } = senderWith({
    status: () => answers,
    isAcceptedElsewhere: () => accepted,
  });
  const attempt = async (ordinal: number) => {
    sender.offer([owed(ordinal)]);
    const { length } = reported;
    await until('its end is told', () => reported.length > length && sender.load().inFlight === 0);
  };
  const fail = async (ordinal: number) => {
    for (let times = 0; times < 3; times++) {
      await attempt(ordinal + times);
      pass(40_000);
    }
  };
  await fail(10);
  assert.deepEqual(told, []);
  accepted = false;
  await fail(20);
  assert.deepEqual(told, ['webhook.failing']);
  // Another process told so as well, and this one goes on from there.
  sender.refresh({ id: webhook.id, failingSince: testNow });
  answers = 200;
  await attempt(30);
  assert.deepEqual(told, ['webhook.failing', 'webhook.recovered']);
});
