import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { aDelivery, anEvent, anId, aWebhook, testNow } from '../../test/support/build.ts';
import { openMailServer } from '../../test/support/mailServer.ts';
import { systemClock } from '../base/clock.ts';
import { type Account, unchangedKeys } from '../domain/account.ts';
import { defaultSettings } from '../domain/accountSettings.ts';
import { limits } from '../domain/limits.ts';
import type { Member } from '../domain/member.ts';
import { openMailDoor } from '../outbound/mail.ts';
import { judge } from '../pipeline/outcome.ts';
import { makeAtOnce } from './atOnce.ts';
import { makeMailing } from './mailing.ts';
import { makePost } from './post.ts';
import { makeUnsubscribeTokens } from './unsubscribeTokens.ts';

const account: Account = {
  ...{ id: anId('acc'), signingEmail: 'anna@shop.example', webhookSecret: 'secret', ...unchangedKeys },
  ...{ timeZone: 'UTC', settings: defaultSettings, trackKey: null, logoHash: null },
  ...{ suspended: false, createdAt: testNow },
};
const most = limits.lettersPerAddressPerDay;

test('an address gets so many letters a day, and what was tried in vain is none of them', async (t) => {
  const { server, owe } = await open(t);
  server.answer(() => 450);
  for (let tries = 0; tries <= most; tries++) assert.equal((await owe('kim@x.example')).verdict, 'retry');
  server.answer(() => null);
  for (let sent = 0; sent < most; sent++) assert.equal((await owe('kim@x.example')).verdict, 'accepted');
  const { verdict, reason } = await owe('KIM@x.example');
  assert.equal(verdict, 'park');
  assert.match(reason, new RegExp(`has had ${most} mails`));
  assert.equal((await owe('lee@x.example')).verdict, 'accepted');
  assert.equal(server.letters.length, most + 1);
});

test('what is sent at once and what queues send are counted together', async (t) => {
  const { server, owe, sendNow } = await open(t);
  server.answer(() => 450);
  for (let tries = 0; tries <= most; tries++) assert.equal((await sendNow('kim@x.example')).accepted, false);
  server.answer(() => null);
  for (let sent = 0; sent < most; sent += 2) {
    assert.equal((await owe('kim@x.example')).verdict, 'accepted');
    assert.equal((await sendNow('kim@x.example')).accepted, true);
  }
  assert.equal((await owe('kim@x.example')).verdict, 'park');
  assert.match((await sendNow('kim@x.example')).reason, new RegExp(`has had ${most} mails`));
  assert.equal(server.letters.length, most);
});

test('an account sends so many letters at once, and one that it may not send takes no place of its address', async (t) => {
  const { server, owe, sendNow } = await open(t);
  server.answer(() => 550);
  for (let tries = 0; tries < limits.lettersAtOncePerDay; tries++) await sendNow(`${tries}@x.example`);
  server.answer(() => null);
  for (let tries = 0; tries < most; tries++)
    assert.match((await sendNow('kim@x.example')).reason, /^This account has sent 200/);
  assert.equal((await owe('kim@x.example')).verdict, 'accepted');
});

/** Sends what is owed to a recipient, and to a member at once, by the same way. */
async function open(t: TestContext) {
  const server = await openMailServer(t);
  const door = openMailDoor({
    ...{ server: server.config, authorities: [], clock: systemClock, exchangeMsMax: 15_000 },
  });
  t.after(() => door.close());
  const clock = { now: () => 0 };
  const common = {
    ...{ mailing: makeMailing({ door, clock }), tokens: makeUnsubscribeTokens('secret') },
    serverUrl: () => 'https://waybell.example',
  };
  const post = makePost({
    ...common,
    store: { member: async () => null, isMailRefused: async () => false },
    trackUrl: () => null,
    onGone: () => assert.fail('nobody is gone'),
  });
  const atOnce = makeAtOnce({ ...common, clock, accounts: { get: async () => account } });
  const webhook = aWebhook({ accountId: account.id, mail: { to: 'recipient' } });
  const member: Member = {
    ...{ id: anId('mem'), accountId: account.id, email: '', name: null, role: 'owner', language: null },
    ...{ passwordHash: null, linkHash: null, linkUntil: null, createdAt: 0, signedInAt: null },
  };
  let ordinal = 0;
  return {
    server,
    async owe(email: string) {
      const data = JSON.stringify({ tracking_number: 'A-1', customer_email: email });
      const owed = { delivery: aDelivery({ id: anId('dlv', ++ordinal) }), event: anEvent(), data };
      return judge((await post.send({ owed, webhook, account })).exchange, 'smtp');
    },
    sendNow: (email: string) => atOnce.test({ ...member, email }),
  };
}
