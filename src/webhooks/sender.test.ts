import assert from 'node:assert/strict';
import test from 'node:test';
import { pino } from 'pino';
import { aDelivery, anEvent, anId, aResponse, aWebhook, testNow } from '../../test/support/build.ts';
import { until } from '../../test/support/until.ts';
import { makeIds } from '../base/id.ts';
import { type Account, unchangedKeys } from '../domain/account.ts';
import { limits } from '../domain/limits.ts';
import type { DeliveryStore, OwedDelivery, Settled, Settlement, Unsettled } from '../store/store.ts';
import { makeSender, type Sender } from './sender.ts';

const account: Account = {
  id: anId('acc'),
  signingEmail: 'anna@shop.example',
  webhookSecret: 'secret',
  ...unchangedKeys,
  timeZone: 'UTC',
  suspended: false,
  createdAt: testNow,
};
const webhook = aWebhook({ accountId: account.id });

interface Surroundings {
  settle(settlement: Settlement): Settled | Unsettled;
  accountOf(): Account;
  queue: DeliveryStore['queue'];
  /** Resolves when the receiver answers. */
  answer(): Promise<void>;
}

/** A sender in surroundings where everything is well and nothing is owed, but for what is said. */
function senderWith({
  settle = () => written,
  accountOf = () => account,
  queue = async () => ({ rows: [], more: false }),
  answer = async () => {},
}: Partial<Surroundings>) {
  const logged: Record<string, unknown>[] = [];
  const sent: string[] = [];
  const settledIn: string[][] = [];
  let now = 0;
  const clock = { now: () => testNow + now, monotonic: () => now };
  const sender: Sender = makeSender({
    store: {
      async settle(settlements) {
        settledIn.push(settlements.map(({ delivery }) => delivery.id));
        return settlements.map(settle);
      },
      webhooksWithWork: async () => [webhook.id],
      queue,
      heads: async () => [],
    },
    shards: { holds: () => true, epoch: () => 1, held: () => null },
    onElsewhere: () => {},
    onOpened: () => {},
    log: pino({ level: 'info' }, { write: (line) => void logged.push(JSON.parse(line)) }),
    door: {
      async exchange({ headers }) {
        sent.push(headers['webhook-id'] ?? '');
        await answer();
        return aResponse();
      },
    },
    clock,
    ids: makeIds(clock),
    userAgent: 'Waybell/test',
    random: () => 0.5,
    webhookOf: async () => webhook,
    webhooksOf: async () => [webhook],
    accountOf: async () => accountOf(),
    disable: async () => {},
    onAttempt: () => {},
    onHealth: async () => {},
  });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { sender, logged, sent, settledIn, pass };
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
