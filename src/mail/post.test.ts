import assert from 'node:assert/strict';
import test from 'node:test';
import { aDelivery, anEvent, anId, aWebhook, testNow } from '../../test/support/build.ts';
import { openMailServer } from '../../test/support/mailServer.ts';
import { systemClock } from '../base/clock.ts';
import { type Account, unchangedKeys } from '../domain/account.ts';
import { defaultSettings } from '../domain/accountSettings.ts';
import { limits } from '../domain/limits.ts';
import { openMailDoor } from '../outbound/mail.ts';
import { judge } from '../pipeline/outcome.ts';
import { makePost } from './post.ts';
import { makeUnsubscribeTokens } from './unsubscribing.ts';

const account: Account = {
  ...{ id: anId('acc'), signingEmail: 'anna@shop.example', webhookSecret: 'secret', ...unchangedKeys },
  ...{ timeZone: 'UTC', settings: defaultSettings, trackKey: null, logoHash: null },
  ...{ suspended: false, createdAt: testNow },
};
const most = limits.lettersPerAddressPerDay;

test('an address gets so many letters a day, and what was tried in vain is none of them', async (t) => {
  const server = await openMailServer(t);
  const door = openMailDoor({
    ...{ server: server.config, authorities: [], clock: systemClock, exchangeMsMax: 15_000 },
  });
  t.after(() => door.close());
  const post = makePost({
    ...{ door, clock: { ...systemClock, now: () => 0 }, tokens: makeUnsubscribeTokens('secret') },
    store: { member: async () => null, isMailRefused: async () => false },
    serverUrl: () => 'https://waybell.example',
    trackUrl: () => null,
    onGone: () => assert.fail('nobody is gone'),
  });
  const webhook = aWebhook({ accountId: account.id, mail: { to: 'recipient' } });
  let ordinal = 0;
  const send = async (email: string) => {
    const data = JSON.stringify({ tracking_number: 'A-1', customer_email: email });
    const owed = { delivery: aDelivery({ id: anId('dlv', ++ordinal) }), event: anEvent(), data };
    return judge((await post.send({ owed, webhook, account })).exchange, 'smtp');
  };
  server.answer(() => 450);
  for (let tries = 0; tries <= most; tries++) assert.equal((await send('kim@x.example')).verdict, 'retry');
  server.answer(() => null);
  for (let sent = 0; sent < most; sent++) assert.equal((await send('kim@x.example')).verdict, 'accepted');
  const { verdict, reason } = await send('KIM@x.example');
  assert.equal(verdict, 'park');
  assert.match(reason, new RegExp(`has had ${most} mails`));
  assert.equal((await send('lee@x.example')).verdict, 'accepted');
  assert.equal(server.letters.length, most + 1);
});
