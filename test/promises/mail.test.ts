// The promise: a notice by mail is kept as a webhook is. It is owed in the transaction of what it tells, is tried until the mail
// server takes it, and what is not taken is to be seen; and nobody gets letters who does not want them.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { type App, startApp } from '../../src/app.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { Config } from '../../src/config/config.ts';
import { limits } from '../../src/domain/limits.ts';
import { chooseLanguage } from '../../src/texts/chooseLanguage.ts';
import { makeSteppedClock } from '../support/clocks.ts';
import { type CookieCaller, openCookieCaller } from '../support/cookieCaller.ts';
import { openMailServer } from '../support/mailServer.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, callerOf, cheapHash, testConfig, withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const anna = 'anna@shop.example';
const kim = 'kim@customer.example';
const password = 'correct horse battery';
const first = { ...testConfig.first, password };

test('a member hears that a webhook fails, the recipient that the parcel is delivered, and neither twice', async (t) => {
  const mail = await openMailServer(t);
  const receiver = await openScriptedReceiver(t);
  const clock = makeWallClock();
  await withServer(
    async (server) => {
      const browser = await signedIn(server.url);
      const call = server.anna.owner;
      await wantsNotices(call, { name: 'Kjell & <Söner>\r\nBcc: x@y.example', language: 'sv' }, 400);
      await wantsNotices(call, { name: 'Kjell & <Söner>', language: 'sv' });
      const asked = await browser('PATCH', '/notices', { body: { operational: ['webhook.failing'] } });
      assert.deepEqual(asked.json, {
        ...{ mail: true, email: anna, operational: ['webhook.failing'], statuses: [], paused: false },
      });
      assert.deepEqual((await browser('GET', '/notices')).json, asked.json);

      const { json: webhook } = await call('POST', '/webhooks', {
        body: { url: receiver.url, description: 'the shop', retry_seconds: Array(9).fill(1) },
      });
      receiver.answer(500);
      await report(call, 'PARCEL-1', 'transit');
      await receiver.hears(2);
      clock.pass(60_000);
      const [failing] = await mail.hears(1, anna);
      assert.equal(failing?.headers.subject, 'Webhook fails: the shop');
      assert.match(failing?.text ?? '', new RegExp(`/webhooks/${webhook.id}\n`));
      assert.match(failing?.text ?? '', /Reason: Answered 500\./);
      receiver.answer(200);

      await report(call, 'PARCEL-1', 'delivered');
      const [delivered] = await mail.hears(1, kim);
      assert.ok(delivered);
      const { headers, text, html } = delivered;
      const language = chooseLanguage('sv', null);
      assert.equal(headers['content-language'], language);
      assert.equal(headers.from, 'Kjell & <Söner> <notices@waybell.example>');
      assert.equal(headers['reply-to'], 'help@shop.example');
      assert.match(headers.subject ?? '', /Kjell & <Söner> .*PARCEL-1/);
      assert.equal(headers['auto-submitted'], 'auto-generated');
      assert.equal(headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click');
      assert.match(text, /Left with <b>Åsa<\/b>, flat 3/, 'the words of the courier as they came');
      assert.match(html, new RegExp(`<html lang="${language}" dir="ltr">`));
      assert.match(html, /Left with &#60;b&#62;Åsa&#60;\/b&#62;, flat 3/);
      const { track_url } = (await call('GET', '/trackings')).json.data[0];
      assert.ok(text.includes(`${track_url}\n`) && html.includes(`href="${track_url}"`), track_url);
      assert.match(html, /Kjell &#38; &#60;Söner&#62;/);

      // None of it is a webhook of the account, and all of it is to be seen among what was sent.
      assert.deepEqual(
        (await call('GET', '/webhooks')).json.data.map(({ id }: { id: string }) => id),
        [webhook.id],
      );
      const letters = await settledLetters(call, 2);
      assert.deepEqual(
        letters.map(({ state, version, attempt_count }) => [state, version, attempt_count]),
        Array(2).fill(['accepted', 'mail', 1]),
      );
      const { id } = letters.find(({ tracking_id }) => tracking_id !== null) as Listed;
      assert.equal(headers['message-id'], `<${id}@waybell.example>`);
      const { json: details, text: shown } = await call('GET', `/deliveries/${id}`);
      assert.equal(details.attempts[0].response.status, 250);
      assert.equal(details.attempts[0].request.headers['message-id'], headers['message-id']);
      assert.doesNotMatch(JSON.stringify(details.attempts), new RegExp(kim), 'masked in attempts');
      assert.doesNotMatch(shown, /unsubscribe\//);
      await webhookIsNone(call, letters[0]?.webhook_id ?? '');

      // Sent again by hand it is the same letter, which a program can tell.
      await call('POST', `/deliveries/${id}/redeliver`);
      const [, again] = await mail.hears(2, kim);
      assert.equal(again?.headers['message-id'], headers['message-id']);
      assert.equal(
        again?.text.replace(/\S+\/unsubscribe\/\S+/, ''),
        text.replace(/\S+\/unsubscribe\/\S+/, ''),
      );
      await report(call, 'PARCEL-1', 'delivered');
      await report(call, 'PARCEL-2', 'transit');
      assert.deepEqual([mail.letters.length, (await settledLetters(call, 2)).length], [3, 2]);
    },
    { clock },
    { mail: mail.config, first },
  );
});

test('letters wait while the mail server is away, and come after a restart', async (t) => {
  const mail = await openMailServer(t);
  await mail.close();
  const clock = makeSteppedClock();
  const start = await folderOf(t);
  const app = await start({ mail: mail.config }, clock);
  const call = callerOf(app.url, app.first?.key ?? '');
  await wantsNotices(call, {});
  await report(call, 'WAITS-1', 'delivered');
  const waiting = await until('an attempt failed', async () => {
    const [letter] = (await call('GET', '/deliveries')).json.data as Listed[];
    const { json } = await call('GET', `/deliveries/${letter?.id}`);
    return json.attempts.length > 0 && json;
  });
  assert.deepEqual(
    [waiting.state, waiting.attempt_count, waiting.attempts[0].verdict],
    ['waiting', 0, 'unspent'],
  );
  assert.match(
    waiting.attempts[0].reason,
    /^The mail server of this Waybell \(127\.0\.0\.1:\d+\) cannot be used/,
  );
  await app.stop();

  await mail.open();
  clock.pass(31_000);
  const later = await start({ mail: mail.config }, clock);
  const [letter] = await mail.hears(1, kim);
  assert.equal(letter?.headers['message-id'], `<${waiting.id}@waybell.example>`);
  const again = callerOf(later.url, call.key);
  assert.deepEqual(
    (await settledLetters(again, 1)).map(({ state }) => state),
    ['accepted'],
  );

  // Without a mail server nothing is planned, and nothing waits for ever.
  await later.stop();
  const without = await start({ mail: null }, clock);
  const third = callerOf(without.url, call.key);
  await report(third, 'NONE-1', 'delivered');
  assert.equal((await third('GET', '/deliveries')).json.data.length, 1);
  const browser = await signedIn(without.url);
  assert.equal((await browser('GET', '/notices')).json.mail, false);
  assert.equal((await browser('POST', '/notices/test')).json.accepted, false);
  await without.stop();
});

test('an address that is refused for good parks its letter, is told, and holds up no other', async (t) => {
  const mail = await openMailServer(t);
  await withServer(
    async (server) => {
      const call = server.anna.owner;
      const browser = await signedIn(server.url);
      await browser('PATCH', '/notices', { body: { operational: ['delivery.parked'] } });
      await wantsNotices(call, {});
      mail.answer((to) => (to === kim ? 550 : to === 'later@customer.example' ? 450 : null));
      await report(call, 'GONE-1', 'delivered');
      await report(call, 'LATER-1', 'delivered', 'later@customer.example');
      await report(call, 'GOOD-1', 'delivered', 'lee@customer.example');
      await mail.hears(1, 'lee@customer.example');
      const [told] = await mail.hears(1, anna);
      assert.equal(told?.headers.subject, 'Delivery parked: parcel GONE-1');
      const state = async (number: string) => {
        const { data } = (await call('GET', '/deliveries')).json as { data: Listed[] };
        return data.find(({ tracking_number }) => tracking_number === number);
      };
      assert.deepEqual(
        [(await state('GONE-1'))?.state, (await state('GONE-1'))?.attempt_count],
        ['parked', 1],
      );
      await until('the other waits', async () => (await state('LATER-1'))?.attempt_count === 1);
      assert.equal((await state('LATER-1'))?.state, 'waiting');

      // As it is taken again it is put back as a webhook's are.
      mail.answer(() => null);
      const { webhook_id } = (await state('GONE-1')) as Listed;
      const { json } = await call('POST', `/webhooks/${webhook_id}/recover`, {
        body: { since: '2020-01-01T00:00:00Z' },
      });
      assert.equal(json.count, 1);
      await mail.hears(1, kim);
    },
    {},
    { mail: mail.config, first },
  );
});

test('one request ends letters, and looking at its link does not', async (t) => {
  const mail = await openMailServer(t);
  await withServer(
    async (server) => {
      const call = server.anna.owner;
      const browser = await signedIn(server.url);
      await browser('PATCH', '/notices', {
        body: { statuses: ['delivered', 'pickup'], operational: ['webhook.disabled'] },
      });
      await wantsNotices(call, { name: '"Shop" <&>' });
      await report(call, 'ONE-1', 'delivered');
      const [[toKim], [toAnna]] = await Promise.all([mail.hears(1, kim), mail.hears(1, anna)]);
      const [ofKim, ofAnna] = [toKim, toAnna].map((letter) => {
        const link = /^<(\S+)>$/.exec(letter?.headers['list-unsubscribe'] ?? '')?.[1] as string;
        assert.ok(letter?.text.includes(link) && letter.html.includes(link));
        return `/${new URL(link).pathname}`;
      }) as [string, string];

      const looked = await server.nobody('GET', ofKim);
      assert.match(looked.headers.get('content-security-policy') ?? '', /default-src 'none'/);
      assert.match(looked.text, /<form method="post"><button>/);
      assert.match(looked.text, /&#34;Shop&#34; &#60;&#38;&#62;/);
      await report(call, 'ONE-2', 'delivered');
      await mail.hears(2, kim);

      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const ended = await server.nobody('POST', ofKim, { headers: form, body: 'List-Unsubscribe=One-Click' });
      assert.equal(ended.status, 200);
      await report(call, 'ONE-3', 'delivered', kim.toUpperCase());
      await report(call, 'ONE-4', 'delivered', 'lee@customer.example');
      await mail.hears(1, 'lee@customer.example');
      await mail.hears(4, anna);
      const unwanted = await until('it is settled', async () => {
        const { data } = (await call('GET', '/deliveries?state=cancelled')).json as { data: Listed[] };
        return data[0];
      });
      assert.equal(unwanted.tracking_number, 'ONE-3');
      const { json } = await call('GET', `/deliveries/${unwanted.id}`);
      assert.deepEqual(
        json.attempts.map(({ verdict }: { verdict: string }) => verdict),
        ['cancel'],
      );

      // Of a member it ends that kind alone.
      assert.equal((await server.nobody('POST', ofAnna)).status, 200);
      const { json: left } = await browser('GET', '/notices');
      assert.deepEqual([left.statuses, left.operational], [[], ['webhook.disabled']]);
      assert.equal(mail.letters.filter(({ to }) => to.some((one) => one.toLowerCase() === kim)).length, 2);

      const forged = `${ofKim.slice(0, -2)}${ofKim.endsWith('AA') ? 'BB' : 'AA'}`;
      for (const token of [forged, '//unsubscribe/x', `//unsubscribe/${'A'.repeat(87)}`])
        for (const method of ['GET', 'POST'])
          assert.equal((await server.nobody(method, token)).status, 404, token);
    },
    {},
    { mail: mail.config, first },
  );
});

test('an invitation leads to this server whatever address was asked, and one address has so many a day', async (t) => {
  const mail = await openMailServer(t);
  await withServer(
    async (server) => {
      const call = server.anna.owner;
      const headers = { 'x-forwarded-host': 'elsewhere.example' };
      const { json } = await call('POST', '/members', { headers, body: { email: 'cleo@shop.example' } });
      assert.ok(json.link.startsWith('http://elsewhere.example/'), 'whoever asks gets it as they asked');
      const [letter] = await mail.hears(1, 'cleo@shop.example');
      assert.ok(letter?.text.includes(`${server.url}/welcome#`));
      assert.doesNotMatch(JSON.stringify(letter), /elsewhere/);
      const mailed = [];
      for (let count = 1; count < limits.lettersPerAddressPerDay + 2; count++)
        mailed.push((await call('POST', `/members/${json.member.id}/link`)).json.mailed);
      assert.deepEqual([mailed.indexOf(false), mailed.length], [49, 51], 'fifty with the first');
    },
    {},
    { mail: mail.config, first, trustProxy: true },
  );
});

test('a member who is invited gets the link, one who is removed gets nothing more, and one who pauses neither', async (t) => {
  const mail = await openMailServer(t);
  await withServer(
    async (server) => {
      const call = server.anna.owner;
      const invited = await call('POST', '/members', { body: { email: 'cleo@shop.example' } });
      assert.equal(invited.json.mailed, true);
      const [letter] = await mail.hears(1, 'cleo@shop.example');
      assert.ok(letter?.text.includes(invited.json.link));
      assert.equal(letter?.headers['list-unsubscribe'], undefined);
      const cleo = openCookieCaller(server.url);
      const token = new URL(invited.json.link).hash.slice(1);
      await cleo('POST', '/session/link', { body: { token, password } });
      const tested = await cleo('POST', '/notices/test');
      assert.equal(tested.json.accepted, true, tested.text);
      await mail.hears(2, 'cleo@shop.example');
      assert.equal((await cleo('PATCH', '/notices', { body: { statuses: ['pending'] } })).status, 400);
      await cleo('PATCH', '/notices', { body: { statuses: ['delivered'] } });
      const anna = await signedIn(server.url);
      const paused = { statuses: ['delivered'], paused: true };
      await anna('PATCH', '/notices', { body: paused });
      assert.deepEqual((await anna('GET', '/notices')).json.statuses, ['delivered']);
      await report(call, 'LAST-1', 'delivered');
      await mail.hears(3, 'cleo@shop.example');
      await call('DELETE', `/members/${invited.json.member.id}`);
      await anna('PATCH', '/notices', { body: { paused: false } });
      await report(call, 'LAST-2', 'delivered');
      await mail.hears(1, 'anna@shop.example');
      await settledLetters(call, 2);
      assert.equal(mail.letters.length, 4);
      assert.equal((await call('GET', '/notices')).status, 403, 'a key reads no mail');
    },
    {},
    { mail: mail.config, first },
  );
});

/** Set forth by the wall alone. */
function makeWallClock() {
  let shiftMs = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + shiftMs,
    pass(ms: number) {
      shiftMs += ms;
    },
  };
}

/** Starts servers on one data directory, one after the other. */
async function folderOf(t: TestContext) {
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-mail-'));
  const running = new Set<App>();
  t.after(async () => {
    for (const app of running) await app.stop();
    await rm(data, { recursive: true, force: true });
  });
  return async (config: Partial<Config>, clock = systemClock): Promise<App> => {
    const app = await startApp({ ...testConfig, first, data, ...config }, { hashCost: cheapHash, clock });
    running.add(app);
    const stop: App['stop'] = () => {
      running.delete(app);
      return app.stop();
    };
    return { ...app, stop };
  };
}

async function signedIn(url: string): Promise<CookieCaller> {
  const browser = openCookieCaller(url);
  const { status, text } = await browser('POST', '/session', { body: { email: anna, password } });
  assert.equal(status, 200, text);
  return browser;
}

async function wantsNotices(call: Caller, settings: object, status = 200): Promise<void> {
  const recipients = { enabled: true, reply_to: 'help@shop.example' };
  const answer = await call('PATCH', '/account', {
    body: { settings: { ...settings, notices: { recipients } } },
  });
  assert.equal(answer.status, status, answer.text);
}

async function report(call: Caller, number: string, status: string, email = kim): Promise<void> {
  const description = status === 'delivered' ? 'Left with <b>Åsa</b>, flat 3' : 'Seen';
  const time = status === 'delivered' ? '2026-01-05T14:00:00Z' : '2026-01-05T13:00:00Z';
  const checkpoints = [{ time, description, status }];
  const updates = [{ tracking_number: number, customer_email: email, checkpoints }];
  const { json, text } = await call('POST', '/updates', { body: { updates } });
  assert.ok(json.results?.[0].tracking_id, text);
}

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly channel: string;
  readonly version: string;
  readonly webhook_id: string;
  readonly tracking_id: string | null;
  readonly tracking_number: string | null;
  readonly attempt_count: number;
}

/** The letters once there are so many and none waits. */
function settledLetters(call: Caller, count: number): Promise<readonly Listed[]> {
  return until(`${count} letters are settled`, async () => {
    const { json } = await call('GET', '/deliveries');
    const letters = (json.data as Listed[]).filter(({ channel }) => channel === 'mail');
    return (
      letters.length === count &&
      letters.every(({ state }) => state !== 'waiting' && state !== 'sending') &&
      letters
    );
  });
}

/** Who is written to is no webhook for the account: not to be read, edited, tried or deleted. */
async function webhookIsNone(call: Caller, id: string): Promise<void> {
  for (const [method, action] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/disable'],
    ['POST', '/enable'],
    ['POST', '/test'],
    ['POST', '/rotate-secret'],
    ['POST', '/replay-missing'],
  ] as const) {
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
    const { status } = await call(method, `/webhooks/${id}${action}`, body);
    assert.equal(status, 404, `${method} ${action}`);
  }
}
