import assert from 'node:assert/strict';
import test from 'node:test';
import { pino } from 'pino';
import { aDelivery, anEvent, anId, aResponse, aWebhook, testNow } from '../../test/support/build.ts';
import { until } from '../../test/support/until.ts';
import { makeIds } from '../base/id.ts';
import type { Account } from '../domain/account.ts';
import type { OwedDelivery, Settled, Settlement, Unsettled } from '../store/store.ts';
import { makeSender, type Sender } from './sender.ts';

const account: Account = {
  id: anId('acc'),
  signingEmail: 'anna@shop.example',
  webhookSecret: 'secret',
  timeZone: 'UTC',
  suspended: false,
  createdAt: testNow,
};
const webhook = aWebhook({ accountId: account.id });

/** A sender whose receiver takes everything, over a store that holds nothing and writes down what `settle` says. */
function senderWith(
  settle: (settlement: Settlement) => Settled | Unsettled,
  {
    rows = [],
    accountOf = () => account,
  }: { rows?: readonly OwedDelivery[]; accountOf?: () => Account } = {},
) {
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
      queue: async () => ({ rows, more: false }),
    },
    log: pino({ level: 'info' }, { write: (line) => void logged.push(JSON.parse(line)) }),
    door: {
      async exchange({ headers }) {
        sent.push(headers['webhook-id'] ?? '');
        return aResponse();
      },
    },
    clock,
    ids: makeIds(clock),
    userAgent: 'Waybell/test',
    random: () => 0.5,
    webhookOf: async () => webhook,
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

function owed(ordinal: number): OwedDelivery {
  const event = anEvent({ id: anId('evt', ordinal), accountId: account.id });
  const ids = { id: anId('dlv', ordinal), trackingId: anId('trk', ordinal), eventId: event.id };
  const delivery = aDelivery({ ...ids, accountId: account.id, webhookId: webhook.id });
  return { delivery, event, data: '{}' };
}

const written: Settled = { applied: true, released: null };
const [bad, good, later, muchLater] = [1, 2, 3, 4].map(owed) as [
  OwedDelivery,
  OwedDelivery,
  OwedDelivery,
  OwedDelivery,
];

test('an attempt whose end cannot be written is logged, harms no other, and is made again only after a time', async () => {
  let refusals = 0;
  const { sender, logged, sent, settledIn, pass } = senderWith(({ delivery }) => {
    if (delivery.id !== bad.delivery.id || ++refusals > 1) return written;
    return { failed: 'UNIQUE constraint failed' };
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
  const { sender, sent, settledIn, pass } = senderWith(() => written, { rows: [bad, good], accountOf });
  await sender.start();
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
