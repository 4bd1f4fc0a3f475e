/** The page where members sign in, as a browser without scripts uses it: a form, and a page for every answer. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeSteppedClock } from '../support/clocks.ts';
import { type Answer, type TestServer, testConfig, withServer } from '../support/server.ts';

const email = testConfig.first.email;
const password = 'correct horse battery';
const own = { 'sec-fetch-site': 'same-origin' };

interface Page extends TestServer {
  look(address: string, headers?: Record<string, string>): Promise<Answer>;
  send(fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
}

function withPage(run: (page: Page) => Promise<void>, options = {}): Promise<void> {
  return withServer(
    (server) => {
      const ask = (method: string, address: string, init: RequestInit) =>
        fetch(`${server.url}${address}`, { method, redirect: 'manual', ...init }).then(answerOf);
      return run({
        ...server,
        look: (address, headers = {}) => ask('GET', address, { headers }),
        send: (fields, headers = own) =>
          ask('POST', '/sign-in', { headers, body: new URLSearchParams(fields) }),
      });
    },
    options,
    { first: { ...testConfig.first, password } },
  );
}

async function answerOf(answer: Response): Promise<Answer> {
  return { status: answer.status, headers: answer.headers, text: await answer.text(), json: undefined };
}

test('the form signs in, leads where one wanted to go, and the audit log tells of it', () =>
  withPage(async ({ look, send, anna }) => {
    const page = await look('/sign-in?to=%2Fdeliveries%3Fstate%3Dparked');
    assert.equal(page.status, 200);
    assert.match(page.text, /name="to" value="\/deliveries\?state=parked"/);
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'none'/);
    assert.equal(page.headers.get('cache-control'), 'no-store');
    const { status, headers } = await send({ email, password, to: '/deliveries?state=parked' });
    assert.deepEqual([status, headers.get('location')], [303, '/deliveries?state=parked']);
    const [cookie = ''] = headers.getSetCookie();
    assert.match(cookie, /^waybell_session=.*HttpOnly.*SameSite=Strict/);
    const session = { cookie: cookie.split(';')[0] as string };
    const again = await look('/sign-in?to=/inbox', session);
    assert.deepEqual([again.status, again.headers.get('location')], [303, '/inbox']);
    const { json } = await anna.owner('GET', '/audit');
    assert.equal(json.data[0].action, 'session.started');
    assert.match(json.data[0].about, /^mem_/);
  }));

test('what does not sign in is told on the page, and gives nothing away', () => {
  const clock = makeSteppedClock();
  return withPage(
    async ({ send }) => {
      const typed = '"><script>alert(1)</script>@shop.example';
      const refused = await send({ email: typed, password: 'not this one' });
      assert.equal(refused.status, 401);
      assert.match(refused.text, /role="alert">This email and password do not sign in here/);
      assert.doesNotMatch(refused.text, /<script|not this one/);
      assert.match(refused.text, /&#60;script&#62;/);
      assert.deepEqual(refused.headers.getSetCookie(), []);
      assert.equal((await send({})).status, 401);
      let last = refused;
      for (let count = 0; count < 8; count++) last = await send({ email, password: 'not this one' });
      assert.equal(last.status, 429);
      assert.ok(Number(last.headers.get('retry-after')) > 0);
      assert.match(last.text, /There were too many tries.*Try again in \d+ second/);
    },
    { clock },
  );
});

test('by plain http, where a browser says no more than the origin, the own page signs in', () =>
  withPage(async ({ url, look, send }) => {
    // A page that sends no referrer at all has the origin `null` in its forms.
    assert.equal((await look('/sign-in')).headers.get('referrer-policy'), 'same-origin');
    assert.equal((await send({ email, password }, { origin: url })).status, 303);
    assert.equal((await send({ email, password }, { origin: 'null' })).status, 403);
  }));

test('who is signed in to an account that is suspended comes to the page, and so does who sends a key as well', () =>
  withPage(async ({ look, send, operator, anna }) => {
    const [cookie = ''] = (await send({ email, password })).headers.getSetCookie();
    const session = { cookie: cookie.split(';')[0] as string };
    assert.equal((await look('/sign-in', session)).status, 303);
    assert.equal((await look('/sign-in', { ...session, authorization: 'Bearer other' })).status, 200);
    await operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended: true } });
    assert.equal((await look('/sign-in', session)).status, 200);
  }));

test('another site’s page signs nobody in here', () =>
  withPage(async ({ send }) => {
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const { status, headers: answered, text } = await send({ email, password }, headers);
      assert.deepEqual([status, answered.getSetCookie()], [403, []]);
      assert.match(text, /came from another site/);
    }
  }));

test('nobody is led to another site', () =>
  withPage(async ({ look, send }) => {
    for (const to of [
      '/.//evil.example',
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/a\r\nx: y',
      'javascript:alert(1)',
    ]) {
      const { headers } = await send({ email, password, to });
      assert.equal(headers.get('location'), '/', to);
      assert.match((await look(`/sign-in?${new URLSearchParams({ to })}`)).text, /name="to" value="\/"/);
    }
  }));

test('it speaks the language that was chosen in the browser, else the one that the browser asks for', () =>
  withPage(async ({ look }) => {
    assert.match((await look('/sign-in', { 'accept-language': 'de, en' })).text, /<html lang="de"/);
    const chosen = await look('/sign-in?lang=ar', { 'accept-language': 'de' });
    assert.match(chosen.text, /<html lang="ar" dir="rtl">/);
    const cookie = (chosen.headers.getSetCookie()[0] ?? '').split(';')[0] as string;
    assert.match((await look('/sign-in', { 'accept-language': 'de', cookie })).text, /<html lang="ar"/);
    assert.match((await look('/sign-in?lang=xx&lang=yy')).text, /<html lang="en"/);
  }));

test('what is no form of ours is refused with a page', () =>
  withPage(async ({ url }) => {
    const send = (type: string, body: string) =>
      fetch(`${url}/sign-in`, { method: 'POST', headers: { ...own, 'content-type': type }, body });
    assert.equal((await send('application/json', '{}')).status, 415);
    assert.equal((await fetch(`${url}/sign-in`, { method: 'POST', headers: own })).status, 401);
    const long = await send('application/x-www-form-urlencoded', `email=${'a'.repeat(20_000)}`);
    assert.equal(long.status, 413);
    assert.match(long.headers.get('content-type') ?? '', /text\/html/);
  }));
