/** Signing in, and what somebody might try against it: guessing, fixed sessions, requests of other sites' pages, old cookies. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { AppOptions } from '../../src/app.ts';
import { systemClock } from '../../src/base/clock.ts';
import { dayMs } from '../../src/base/durations.ts';
import type { Config } from '../../src/config/config.ts';
import { makeSteppedClock } from '../support/clocks.ts';
import { type CookieCaller, openCookieCaller } from '../support/cookieCaller.ts';
import { type Answer, type TestServer, testConfig, withServer } from '../support/server.ts';

const email = 'anna@shop.example';
const password = 'correct horse battery';
const body = { email, password };

/** A server whose first account has an owner with this password. */
function withOwner(
  run: (server: TestServer, browser: CookieCaller) => Promise<void>,
  { options = {}, config = {} }: { options?: AppOptions; config?: Partial<Config> } = {},
): Promise<void> {
  return withServer((server) => run(server, openCookieCaller(server.url)), options, {
    ...config,
    first: { ...testConfig.first, password },
  });
}

function refusal({ status, json }: Answer): [number, string] {
  return [status, json?.code];
}

test('wrong passwords have to wait for each other, a right one among them too, and Retry-After says how long', () => {
  const clock = makeSteppedClock();
  return withOwner(
    async ({ nobody }, browser) => {
      const wrong = (said: string) =>
        nobody('POST', '/session', { body: { email: said, password: 'not this one' } });
      for (const said of [email, 'nobody@shop.example']) {
        for (let count = 0; count < 12; count++) {
          assert.deepEqual(refusal(await wrong(said)), [401, 'sign_in_failed']);
          clock.pass(61_000);
        }
        assert.deepEqual(refusal(await wrong(said.toUpperCase())), [401, 'sign_in_failed']);
        const refused = await wrong(said);
        assert.deepEqual(refusal(refused), [429, 'rate_limited']);
        const wait = Number(refused.headers.get('retry-after'));
        assert.ok(wait > 0 && wait <= 60, `${wait}`);
      }
      clock.pass(3_601_000);
      for (let count = 0; count < 12; count++) {
        await wrong(email);
        clock.pass(61_000);
      }
      await wrong(email);
      assert.deepEqual(refusal(await browser('POST', '/session', { body })), [429, 'rate_limited']);
      assert.equal(browser.cookie(), null);
      clock.pass(61_000);
      assert.equal((await browser('POST', '/session', { body })).status, 200);
    },
    { options: { clock } },
  );
});

test('behind a proxy an address is the one that the proxy has seen, whatever the caller writes before it', () =>
  withOwner(
    async ({ nobody }) => {
      const codes: string[] = [];
      for (let count = 0; count < 40; count++) {
        const headers = { 'x-forwarded-for': `203.0.113.${count}, 192.0.2.7` };
        const said = { email: `${count}@shop.example`, password: 'not this one' };
        codes.push((await nobody('POST', '/session', { headers, body: said })).json.code);
      }
      assert.ok(codes.includes('rate_limited'));
      const headers = { 'x-forwarded-for': '192.0.2.7, 192.0.2.8' };
      assert.equal((await nobody('POST', '/session', { headers, body })).status, 200, 'another address');
    },
    { config: { trustProxy: true } },
  ));

test('one sentence tells of every reason not to sign in', () =>
  withOwner(async ({ nobody, anna, operator, members }) => {
    const ask = async (said: object) => {
      const { status, headers, json } = await nobody('POST', '/session', { body: { ...body, ...said } });
      return { status, json, cookies: headers.getSetCookie() };
    };
    await members.invite(anna.account.id, { email: 'cleo@shop.example', role: 'member' });
    const unknown = await ask({ email: 'nobody@shop.example' });
    assert.deepEqual([unknown.status, unknown.json.code, unknown.cookies], [401, 'sign_in_failed', []]);
    for (const said of [
      { password: 'not this one' },
      { password: '' },
      { password: 'x'.repeat(100_000) },
      { email: 'cleo@shop.example' },
      { email: 'a\0@shop.example' },
    ])
      assert.deepEqual(await ask(said), unknown, JSON.stringify(said).slice(0, 80));
    await operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended: true } });
    assert.deepEqual(await ask({}), unknown, 'suspended');
  }));

test('whoever signs in gets a session of their own, and the one that the browser held ends', () =>
  withOwner(async ({ url }, attacker) => {
    await attacker('POST', '/session', { body });
    const planted = attacker.cookie() as string;
    const victim = openCookieCaller(url, planted);
    await victim('POST', '/session', { body });
    assert.notEqual(victim.cookie(), planted);
    assert.equal((await victim('GET', '/session')).status, 200);
    assert.deepEqual(refusal(await attacker('GET', '/session')), [401, 'unauthenticated']);
  }));

test('a cookie that was not signed here, or was cut, is nobody’s', () =>
  withOwner(async ({ url }, browser) => {
    await browser('POST', '/session', { body });
    const cookie = browser.cookie() as string;
    assert.equal((await openCookieCaller(url, `other=1; ${cookie}`)('GET', '/session')).status, 200);
    const [token = ''] = decodeURIComponent(cookie.split('=')[1] ?? '').split('.');
    for (const wrong of [
      `waybell_session=${token}`,
      cookie.slice(0, -3),
      `${cookie}x`,
      'waybell_session=',
      'waybell_session=%',
    ]) {
      const answer = await openCookieCaller(url, wrong)('GET', '/session');
      assert.deepEqual(refusal(answer), [401, 'unauthenticated'], wrong);
      assert.deepEqual(answer.headers.getSetCookie(), []);
    }
  }));

test('the cookie is out of reach for scripts and for other sites, and for plain connections where there is another', () =>
  withOwner(
    async (_, browser) => {
      const flags = async (headers: Record<string, string>) => {
        await browser('POST', '/session', { headers, body });
        return browser.set()?.split('; ').slice(1);
      };
      const all = ['Max-Age=7776000', 'Path=/', 'HttpOnly', 'SameSite=Strict'];
      assert.deepEqual((await flags({}))?.toSorted(), all.toSorted());
      assert.deepEqual(
        (await flags({ 'x-forwarded-proto': 'https' }))?.toSorted(),
        [...all, 'Secure'].toSorted(),
      );
      await browser('DELETE', '/session');
      assert.match(browser.set() ?? '', /^waybell_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/);
    },
    { config: { trustProxy: true } },
  ));

test('without a trusted proxy nobody’s header makes the cookie a secure one', () =>
  withOwner(async (_, browser) => {
    await browser('POST', '/session', { headers: { 'x-forwarded-proto': 'https' }, body });
    assert.doesNotMatch(browser.set() ?? '', /Secure/);
  }));

test('nothing is set for a key, nor for what a member asks later', () =>
  withOwner(async ({ anna }, browser) => {
    const read = await anna.owner('GET', '/session');
    assert.deepEqual(read.headers.getSetCookie(), []);
    await browser('POST', '/session', { body });
    assert.deepEqual((await browser('GET', '/trackings')).headers.getSetCookie(), []);
  }));

test('what another site’s page makes a browser send changes nothing', () =>
  withOwner(
    async ({ url, anna, nobody }, browser) => {
      await browser('POST', '/session', { body });
      const { host } = new URL(url);
      const cookie = browser.cookie() as string;
      const make = (headers: Record<string, string>) =>
        nobody('POST', '/trackings', {
          headers: { cookie, ...headers },
          body: { tracking_number: 'CSRF-1' },
        });
      const foreign: Record<string, string>[] = [
        {},
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'none' },
        { 'sec-fetch-site': 'cross-site', origin: `http://${host}` },
        { origin: 'https://evil.example' },
        { origin: `https://${host}.evil.example` },
        { origin: 'null' },
        { origin: '' },
      ];
      for (const headers of foreign) {
        const answer = await make(headers);
        assert.deepEqual(refusal(answer), [403, 'forbidden'], JSON.stringify(headers));
        assert.match(answer.json.detail, /Sec-Fetch-Site: same-origin/);
      }
      assert.deepEqual((await anna.owner('GET', '/trackings')).json.data, []);
      assert.equal(
        (await nobody('GET', '/trackings', { headers: { cookie } })).status,
        200,
        'reading is free',
      );
      for (const headers of [
        { 'sec-fetch-site': 'same-origin' },
        { origin: `http://${host}` },
        { origin: `https://${host}` },
        { origin: 'https://waybell.example' },
      ]) {
        const { status, json, text } = await make(headers as Record<string, string>);
        assert.equal(status, 201, text);
        await anna.owner('DELETE', `/trackings/${json.id}`);
      }
      const keyed = { 'sec-fetch-site': 'cross-site', authorization: `Bearer ${anna.owner.key}` };
      assert.equal((await make(keyed)).status, 201, 'a key is not sent by itself');
    },
    { config: { publicUrl: 'https://waybell.example' } },
  ));

test('another site’s page signs nobody in', () =>
  withOwner(async ({ nobody }) => {
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const answer = await nobody('POST', '/session', { headers: headers as Record<string, string>, body });
      assert.deepEqual(refusal(answer), [403, 'forbidden']);
      assert.deepEqual(answer.headers.getSetCookie(), []);
    }
    assert.equal((await nobody('POST', '/session', { body })).status, 200, 'a program says nothing of it');
  }));

test('a key that comes with the cookie is what counts, and a password for a proxy is none', () =>
  withOwner(async ({ anna }, browser) => {
    await browser('POST', '/session', { body });
    const asked = (authorization: string) => browser('GET', '/session', { headers: { authorization } });
    assert.equal((await asked(`Bearer ${anna.owner.key}`)).json.member, null);
    assert.deepEqual(refusal(await asked('Bearer wk_wrong_key_of_nobody')), [401, 'unauthenticated']);
    assert.equal((await asked(`Basic ${btoa('proxy:password')}`)).json.member.email, email);
  }));

test('the cookie opens neither TrackingMore’s API nor the operator’s', () =>
  withOwner(async (_, browser) => {
    await browser('POST', '/session', { body });
    for (const path of ['/accounts', '/backups'])
      assert.deepEqual(refusal(await browser('GET', path)), [403, 'forbidden'], path);
    const made = await browser('POST', '/accounts', { body: { signing_email: 'new@shop.example' } });
    assert.deepEqual(refusal(made), [403, 'forbidden']);
    for (const path of ['//v2/trackings/get', '//v3/trackings/get', '//v4/trackings/get']) {
      const { json } = await browser('GET', path);
      assert.ok([401, 4001].includes(json.meta?.code ?? json.code), `${path}: ${JSON.stringify(json)}`);
    }
  }));

test('a member may do what the role allows, as it is at the moment', () =>
  withOwner(async ({ url, anna }, browser) => {
    await browser('POST', '/session', { body });
    const invited = await browser('POST', '/members', {
      body: { email: 'cleo@shop.example', role: 'owner' },
    });
    const cleo = openCookieCaller(url);
    const token = invited.json.link.split('#')[1];
    await cleo('POST', '/session/link', { body: { token, password: 'another long one' } });
    assert.equal((await cleo('GET', '/keys')).status, 200);
    const path = `/members/${invited.json.member.id}`;
    await anna.owner('PATCH', path, { body: { role: 'member' } });
    assert.deepEqual(refusal(await cleo('GET', '/keys')), [403, 'forbidden']);
    const parcel = { body: { tracking_number: 'ROLE-1' } };
    assert.equal((await cleo('POST', '/trackings', parcel)).status, 201);
    await anna.owner('PATCH', path, { body: { role: 'read-only' } });
    assert.deepEqual(refusal(await cleo('POST', '/trackings', parcel)), [403, 'forbidden']);
    assert.equal((await cleo('GET', '/trackings')).status, 200);
    assert.equal((await cleo('PATCH', '/session', { body: { name: 'Cleo' } })).status, 200, 'about oneself');
  }));

test('the sessions of a member who is removed, and of a suspended account, end at once', () =>
  withOwner(async ({ url, anna, operator }, browser) => {
    await browser('POST', '/session', { body });
    const invited = await browser('POST', '/members', { body: { email: 'cleo@shop.example' } });
    const cleo = openCookieCaller(url);
    const token = invited.json.link.split('#')[1];
    await cleo('POST', '/session/link', { body: { token, password: 'another long one' } });
    assert.equal((await cleo('GET', '/trackings')).status, 200);
    await browser('DELETE', `/members/${invited.json.member.id}`);
    assert.deepEqual(refusal(await cleo('GET', '/trackings')), [401, 'unauthenticated']);
    await operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended: true } });
    for (const path of ['/trackings', '/session'])
      assert.deepEqual(refusal(await browser('GET', path)), [403, 'account_suspended']);
  }));

test('a session ends when it was not used for thirty days, and ninety days after the sign-in in any case', () => {
  const clock = makeSteppedClock();
  return withOwner(
    async (_, browser) => {
      const status = async (days: number) => {
        clock.pass(days * dayMs);
        return (await browser('GET', '/session')).status;
      };
      await browser('POST', '/session', { body });
      for (const days of [29, 29, 29]) assert.equal(await status(days), 200, 'it is used');
      assert.equal(await status(4), 401, 'ninety days are over');
      await browser('POST', '/session', { body });
      assert.equal(await status(31), 401);
    },
    { options: { clock } },
  );
});

test('a link holds for a day, and no longer than until the next one', () => {
  const clock = makeSteppedClock();
  return withServer(
    async ({ anna, nobody }) => {
      const [{ id }] = (await anna.owner('GET', '/members')).json.data;
      const link = async () => (await anna.owner('POST', `/members/${id}/link`)).json.link.split('#')[1];
      const use = (token: string) => nobody('POST', '/session/link', { body: { token, password } });
      const [first, second] = [await link(), await link()];
      assert.deepEqual(refusal(await use(first)), [410, 'link_expired']);
      clock.pass(dayMs);
      assert.deepEqual(refusal(await use(second)), [410, 'link_expired']);
      const third = await link();
      clock.pass(dayMs - 60_000);
      assert.equal((await use(third)).status, 200);
      for (const none of ['', 'x', third, '\0'])
        assert.deepEqual(refusal(await use(none)), [410, 'link_expired']);
    },
    { clock },
  );
});

test('of a link that is used many times at once one wins', () =>
  withServer(async ({ anna, nobody }) => {
    const [{ id }] = (await anna.owner('GET', '/members')).json.data;
    const token = (await anna.owner('POST', `/members/${id}/link`)).json.link.split('#')[1];
    const passwords = Array.from({ length: 6 }, (_, count) => `password number ${count}`);
    const answers = await Promise.all(
      passwords.map((said) => nobody('POST', '/session/link', { body: { token, password: said } })),
    );
    const won = answers.findIndex(({ status }) => status === 200);
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 410, 410, 410, 410, 410]);
    const right = { email, password: passwords[won] };
    assert.equal((await nobody('POST', '/session', { body: right })).status, 200);
  }));

test('a link that sets a new password ends the sessions of the old one', () =>
  withOwner(async ({ anna, nobody }, browser) => {
    await browser('POST', '/session', { body });
    const [{ id }] = (await anna.owner('GET', '/members')).json.data;
    const token = (await anna.owner('POST', `/members/${id}/link`)).json.link.split('#')[1];
    assert.equal((await browser('GET', '/session')).status, 200, 'a link alone changes nothing');
    await nobody('POST', '/session/link', { body: { token, password: 'another long one' } });
    assert.equal((await browser('GET', '/session')).status, 401);
  }));

test('the store holds no password, no token of a link and none of a cookie', () =>
  withOwner(async ({ anna, store }, browser) => {
    await browser('POST', '/session', { body });
    const invited = await browser('POST', '/members', { body: { email: 'cleo@shop.example' } });
    const [{ id }] = await browser('GET', '/session').then(({ json }) => [json.member]);
    const [token = ''] = decodeURIComponent(browser.cookie()?.split('=')[1] ?? '').split('.');
    const kept = JSON.stringify([
      await store.members(anna.account.id),
      await store.sessions(anna.account.id, id, systemClock.now()),
      await store.auditEntries(anna.account.id, { after: null, limit: 100 }),
    ]);
    assert.ok(kept.includes(email) && kept.includes('$argon2id$') && token.length === 43);
    for (const secret of [password, invited.json.link.split('#')[1], token])
      assert.ok(!kept.includes(secret));
  }));

test('one email signs in to the account whose password it is', () =>
  withOwner(async ({ bela, nobody }) => {
    const invited = await bela.owner('POST', '/members', {
      body: { email: email.toUpperCase(), role: 'owner' },
    });
    const token = invited.json.link.split('#')[1];
    await nobody('POST', '/session/link', { body: { token, password: 'of the other shop' } });
    const accountOf = async (said: string) =>
      (await nobody('POST', '/session', { body: { email, password: said } })).json.account.signing_email;
    assert.equal(await accountOf(password), email);
    assert.equal(await accountOf('of the other shop'), 'bela@shop.example');
  }));

test('a suspended account does not stand in the way of another with the same email and password', () =>
  withOwner(async ({ anna, bela, nobody, operator }) => {
    const invited = await bela.owner('POST', '/members', { body: { email, role: 'owner' } });
    const token = invited.json.link.split('#')[1];
    await nobody('POST', '/session/link', { body: { token, password } });
    const signedIn = async () => (await nobody('POST', '/session', { body })).json.account?.signing_email;
    assert.equal(await signedIn(), email, 'the first one');
    await operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended: true } });
    assert.equal(await signedIn(), 'bela@shop.example');
  }));

test('a start whose password for the first owner is too short says so, and makes nothing', async () => {
  const first = { ...testConfig.first, password: 'short' };
  await assert.rejects(
    withServer(async () => {}, {}, { first }),
    /WAYBELL_PASSWORD is not taken\. A password has 10 to 200 characters/,
  );
});
