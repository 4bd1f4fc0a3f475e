/** The page of a parcel for who waits for it: what it tells, to whom, and what it never tells. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { directionOf } from '../../src/domain/language.ts';
import { limits } from '../../src/domain/limits.ts';
import { spokenLanguages } from '../../src/texts/texts.ts';
import { makeSteppedClock, type SteppedClock } from '../support/clocks.ts';
import { type TestServer, withServer } from '../support/server.ts';

/** None of it is for who has the address: names, emails, phones, postcodes, and what the merchant notes. */
const personal = {
  customer_name: 'Klara Testperson',
  customer_email: 'klara@customer.example',
  customer_phone: '+46700000000',
  recipient_postcode: 'PC-98765',
  note: 'note-for-ourselves',
  label: 'label-for-ourselves',
  lookup_account: 'lookup-account',
  lookup_postcode: 'lookup-postcode',
  lookup_key: 'lookup-key',
  order_id: 'order-id-7001',
};

type Subject = (server: TestServer, clock: SteppedClock) => Promise<void>;
const subjects: { name: string; run: Subject }[] = [];

function subject(name: string, run: Subject): void {
  subjects.push({ name, run });
}

let parcels = 0;

async function aParcel({ anna }: TestServer, more: object = {}) {
  const number = `LX2039609${10 + parcels++}CN`;
  const update = {
    tracking_number: number,
    courier_code: 'china-ems',
    destination_courier_code: 'sweden-posten',
    destination_country: 'SE',
    title: 'A blue teapot',
    order_number: 'order-number-7001',
    ...personal,
    ...more,
    checkpoints: [
      {
        time: '2024-03-02 09:15',
        description: '<b>Posted</b> & "sealed"',
        location: 'Shenzhen',
        status: 'transit',
      },
      {
        ...{ time: '2024-03-09 18:40', description: 'Arrived in Sweden', location: 'Arlanda' },
        ...{ status: 'transit', side: 'destination' },
      },
    ],
  };
  const { json } = await anna.owner('POST', '/updates', { body: { updates: [update] } });
  const id = json.results[0].tracking_id as string;
  const { track_url: url } = (await anna.owner('GET', `/trackings/${id}`)).json;
  return { id, number, url: url as string };
}

subject('a tracking page tells of the parcel, and nothing of the customer', async (server) => {
  const { anna } = server;
  const settings = { name: 'Teapots & <Söner>', website: 'https://shop.example/', color: '#ffe08a' };
  await anna.owner('PATCH', '/account', { body: { settings } });
  const { url, id, number } = await aParcel(server);
  const listed = (await anna['read-only']('GET', '/trackings')).json.data[0];
  assert.equal(listed.track_url, url, 'lists have it too');
  assert.ok(url.startsWith(`${server.url}/track/`) && !url.includes(id));

  const response = await fetch(url);
  const page = await response.text();
  assert.equal(response.status, 200);
  for (const told of [
    '<html lang="en" dir="ltr">',
    '<meta name="robots" content="noindex">',
    number,
    '<h1>On its way</h1>',
    'Teapots &#38; &#60;Söner&#62;',
    'China EMS',
    'Sweden Posten',
    'Sweden</dd>',
    '&#60;b&#62;Posted&#60;/b&#62; &#38; &#34;sealed&#34;',
    'Saturday, March 2, 2024',
    '<time datetime="2024-03-09T18:40">',
    'Arlanda',
  ])
    assert.ok(page.includes(told), told);
  for (const secret of [...Object.values(personal), 'A blue teapot', 'order-number-7001', 'signing'])
    assert.ok(!page.includes(secret), secret);
  assert.doesNotMatch(page, /<script|javascript:|src="http|url\(/i);

  const { headers } = response;
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] as string;
  const hash = createHash('sha256').update(style).digest('base64');
  assert.equal(
    headers.get('content-security-policy'),
    `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  assert.equal(headers.get('x-robots-tag'), 'noindex');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('cache-control'), 'private, max-age=30');
  assert.equal(headers.get('set-cookie'), null);
  const again = await fetch(url, { headers: { 'if-none-match': headers.get('etag') as string } });
  assert.deepEqual([again.status, await again.text()], [304, '']);
});

subject('what the merchant lets through is shown, and what it holds back is not', async (server) => {
  const { url } = await aParcel(server);
  const shows = { title: true, order_number: true, destination: false, locations: false };
  await server.anna.owner('PATCH', '/account', { body: { settings: { track_page: { shows } } } });
  const page = await (await fetch(url)).text();
  for (const told of ['A blue teapot', 'order-number-7001']) assert.ok(page.includes(told), told);
  for (const held of ['Going to', 'Arlanda', 'Shenzhen']) assert.ok(!page.includes(held), held);
  const usual = { title: false, order_number: false, destination: true, locations: true };
  await server.anna.owner('PATCH', '/account', { body: { settings: { track_page: { shows: usual } } } });
});

subject('every way in which there is nothing to be seen is answered alike', () => {
  const clock = makeSteppedClock();
  return withServer(
    async (server) => {
      const { anna, bela, operator, nobody } = server;
      const { url, id } = await aParcel(server);
      const token = url.slice(url.lastIndexOf('/') + 1);
      const seen = async (path: string) => {
        const { status, text, headers } = await nobody('GET', `//track/${path}`);
        const { date: _date, ...same } = Object.fromEntries(headers);
        return { status, text, same };
      };
      const none = await seen('nothing');
      assert.equal(none.status, 404);
      assert.match(none.text, /There is no parcel to show here/);
      assert.deepEqual(await seen(token.replace(/.$/, token.endsWith('A') ? 'Q' : 'A')), none, 'forged');
      const belas = bela.account.id.slice(4);
      const others = Buffer.concat([Buffer.from(belas, 'hex'), Buffer.from(token, 'base64url').subarray(16)]);
      assert.deepEqual(await seen(others.toString('base64url')), none, "another account's");

      assert.equal((await seen(token)).status, 200);
      const edit = (settings: object) => anna.owner('PATCH', '/account', { body: { settings } });
      await edit({ track_page: { enabled: false } });
      assert.deepEqual(await seen(token), none, 'switched off');
      assert.equal((await anna.owner('GET', `/trackings/${id}`)).json.track_url, null);
      await edit({ track_page: { enabled: true } });
      assert.equal((await seen(token)).status, 200);

      const suspend = (suspended: boolean) =>
        operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended } });
      await suspend(true);
      assert.deepEqual(await seen(token), none, 'suspended');
      await suspend(false);

      const reset = await anna.owner('POST', '/account/reset-track-links');
      assert.equal(reset.status, 200);
      assert.deepEqual(await seen(token), none, 'taken back');
      const fresh = (await anna.owner('GET', `/trackings/${id}`)).json.track_url.split('/').at(-1);
      assert.notEqual(fresh, token);
      assert.equal((await seen(fresh)).status, 200);

      await anna.owner('DELETE', `/trackings/${id}`);
      clock.pass(11_000);
      assert.deepEqual(await seen(fresh), none, 'deleted');
      const actions = (await anna.owner('GET', '/audit')).json.data.map(
        ({ action }: { action: string }) => action,
      );
      assert.ok(actions.includes('account.track_links_reset'));
    },
    { clock },
  );
});

subject(
  'a page holds many checkpoints, says how many are left out, and a news is there within seconds',
  async (server, clock) => {
    const { anna } = server;
    const { url, number } = await aParcel(server);
    const small = (await (await fetch(url)).text()).length;
    assert.ok(small < 12 * 1024, `${small} characters`);
    const checkpoints = Array.from({ length: 120 }, (_, index) => ({
      time: new Date(Date.UTC(2024, 2, 10, 0, index)).toISOString(),
      description: `Scan ${index}`,
    }));
    const updates = [{ tracking_number: number, checkpoints }];
    await anna.owner('POST', '/updates', { body: { updates } });
    assert.doesNotMatch(await (await fetch(url)).text(), /Scan 119/, 'what was read holds for a while');
    clock.pass(11_000);
    const page = await (await fetch(url)).text();
    assert.match(page, /Scan 119/);
    assert.doesNotMatch(page, /Scan 19</);
    assert.match(page, /22 older entries are not shown\./);
  },
);

subject(
  'a logo is a picture by its own bytes, is shown under a name that changes with it, and goes again',
  async (server) => {
    const { anna, bela, nobody } = server;
    const { url } = await aParcel(server);
    const put = (body: Uint8Array<ArrayBuffer>, type = 'image/png') =>
      fetch(`${server.url}/api/v1/account/logo`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${anna.owner.key}`, 'content-type': type },
        body,
      });
    const set = await put(aPng());
    assert.equal(set.status, 200);
    const { logo_path: path } = (await set.json()) as { logo_path: string };
    const logo = await fetch(`${server.url}${path}`);
    assert.deepEqual(new Uint8Array(await logo.arrayBuffer()), aPng());
    assert.equal(logo.headers.get('content-type'), 'image/png');
    assert.equal(logo.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(logo.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.match(logo.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
    assert.match(await (await fetch(url)).text(), new RegExp(`<img src="${path.replace('/track/', '')}"`));
    assert.equal((await bela.owner('GET', '/account')).json.logo_path, null);

    for (const [body, type, status] of [
      [new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/png', 400],
      [new TextEncoder().encode('<svg/>'), 'image/svg+xml', 415],
      [new Uint8Array(limits.logoBytesMax + 1), 'image/png', 413],
      [new TextEncoder().encode('{}'), 'application/json', 415],
      [new Uint8Array(0), 'image/png', 400],
    ] as const)
      assert.equal((await put(body, type)).status, status, type);
    assert.equal(
      (await anna.owner('GET', '/account')).json.logo_path,
      path,
      'what was refused changed nothing',
    );

    const { json } = await anna.owner('DELETE', '/account/logo');
    assert.equal(json.logo_path, null);
    assert.equal((await nobody('GET', `/${path}`)).status, 404);
  },
);

subject(
  'the reader is spoken to in their own language, as chosen or as their browser asks',
  async (server) => {
    const { url } = await aParcel(server, { language: 'tlh' });
    for (const language of spokenLanguages) {
      const opening = `<html lang="${language}" dir="${directionOf(language)}">`;
      const asked = await fetch(url, { headers: { 'accept-language': `tlh, ${language};q=0.5` } });
      assert.ok((await asked.text()).includes(opening), language);
      const chosen = await fetch(`${url}?lang=${language}`, { headers: { 'accept-language': 'en' } });
      assert.ok((await chosen.text()).includes(opening), language);
      assert.equal(chosen.headers.get('vary'), 'accept-language');
    }
    for (const lang of ['', '%00', '"><script>', 'x'.repeat(2000), 'en&lang=sv']) {
      const { status } = await fetch(`${url}?lang=${lang}`);
      assert.equal(status, 200, lang);
    }
  },
);

subject('too many requests from one address are asked to wait, in a page', async ({ nobody }) => {
  const answers = await Promise.all(
    Array.from({ length: limits.trackPagesPerMinuteMax + 1 }, () => nobody('GET', '//track/nothing')),
  );
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 1 && refused.length < 60, 'but not before they are many');
  assert.match(refused[0]?.text ?? '', /Please wait a moment/);
  assert.ok(Number(refused[0]?.headers.get('retry-after')) > 0);
  assert.equal((await nobody('GET', '//healthz')).status, 200, 'nothing else is counted');
});

function aPng(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  bytes.set([0, 0, 0, 200, 0, 0, 0, 60], 16);
  return bytes;
}

// One after the other over one server: what they set of the account, they set back or say anew.
test('the tracking page', async (context) => {
  const clock = makeSteppedClock();
  await withServer(
    async (server) => {
      for (const { name, run } of subjects) await context.test(name, () => run(server, clock));
    },
    { clock },
  );
});
