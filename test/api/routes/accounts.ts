/** Accounts and their keys. */
import assert from 'node:assert/strict';
import { now, route } from './scene.ts';

/** Of an account that has the keys it began with. */
const unchanged = {
  previous_signing_email: null,
  previous_signing_email_until: null,
  previous_webhook_secret_until: null,
};

const settings = {
  name: null,
  website: null,
  color: null,
  language: null,
  track_page: {
    enabled: true,
    shows: { destination: true, order_number: false, title: false, locations: true },
  },
  retention: { final_trackings_days: null, deliveries_days: null },
  notices: {
    recipients: { enabled: false, statuses: ['pickup', 'delivered', 'exception'], reply_to: null },
  },
};

export function accountRoutes(): void {
  route(
    'the operator creates, lists, reads and edits accounts',
    async ({ ask, operator, anna, bela, nobody }) => {
      const body = {
        signing_email: 'cleo@shop.example',
        time_zone: 'Asia/Tokyo',
        webhook_secret: 'a-secret-brought-along',
      };
      const created = await ask(operator, 'POST', '/accounts', { body });
      const { key, webhook_secret, ...account } = created.json;
      assert.equal(created.status, 201);
      assert.equal(webhook_secret, 'a-secret-brought-along');
      assert.deepEqual(account, {
        id: account.id,
        signing_email: 'cleo@shop.example',
        time_zone: 'Asia/Tokyo',
        ...unchanged,
        settings,
        logo_path: null,
        suspended: false,
        created_at: '2024-03-15T21:00:00+09:00',
      });
      assert.deepEqual((await ask(operator, 'GET', `/accounts/${account.id}`)).json, account);
      const list = (await ask(operator, 'GET', '/accounts')).json.data.map(({ id }: { id: string }) => id);
      for (const { id } of [anna.account, bela.account, account]) assert.ok(list.includes(id));
      const mine = await nobody('GET', '/account', { headers: { 'waybell-api-key': key } });
      assert.deepEqual(mine.json, account);
      const edited = await ask(operator, 'PATCH', `/accounts/${account.id}`, { body: { suspended: true } });
      assert.deepEqual(edited.json, { ...account, suspended: true });
      const unknown = await ask(operator, 'PATCH', '/accounts/acc_x', { body: { suspended: true } });
      assert.deepEqual([unknown.status, unknown.json.code], [404, 'account_not_found']);
    },
  );

  route('an owner reads and edits the own account', async ({ ask, anna }) => {
    const { json } = await ask(anna.owner, 'GET', '/account');
    assert.deepEqual(json, {
      id: anna.account.id,
      signing_email: 'anna@shop.example',
      time_zone: 'Europe/Stockholm',
      ...unchanged,
      settings,
      logo_path: null,
      suspended: false,
      created_at: now,
    });
    // The address is a key, which who may only read does not have.
    const read = await ask(anna['read-only'], 'GET', '/account');
    assert.deepEqual(read.json, { ...json, signing_email: 'a***@shop.example' });
    const edited = await ask(anna.owner, 'PATCH', '/account', {
      body: { time_zone: 'UTC', signing_email: 'a@b.example' },
    });
    assert.deepEqual(edited.json, {
      ...json,
      time_zone: 'UTC',
      signing_email: 'a@b.example',
      created_at: '2024-03-15T12:00:00+00:00',
    });
    const suspending = await ask(anna.owner, 'PATCH', '/account', { body: { suspended: false } });
    assert.equal(suspending.status, 400, 'that is for the operator');
  });

  route('an owner edits settings of the account, and what is not said stays', async ({ ask, anna }) => {
    const edit = (said: unknown) => ask(anna.owner, 'PATCH', '/account', { body: { settings: said } });
    const first = await edit({
      name: ' Teapots & Söner ',
      color: '#1D6F42',
      track_page: { shows: { title: true } },
      notices: { recipients: { statuses: ['delivered'] } },
    });
    const expected = {
      ...settings,
      name: 'Teapots & Söner',
      color: '#1d6f42',
      track_page: { enabled: true, shows: { ...settings.track_page.shows, title: true } },
      notices: { recipients: { ...settings.notices.recipients, statuses: ['delivered'] } },
    };
    assert.deepEqual(first.json.settings, expected);
    const second = await edit({ website: 'https://shop.example/', color: null });
    assert.deepEqual(second.json.settings, { ...expected, website: 'https://shop.example/', color: null });
    assert.deepEqual((await ask(anna['read-only'], 'GET', '/account')).json.settings, second.json.settings);
    for (const said of [
      { website: 'javascript:alert(1)' },
      { color: 'red' },
      { language: 'xx' },
      { retention: { deliveries_days: 0 } },
      { track_page: { shows: { email: true } } },
      { unknown: 1 },
    ]) {
      const refused = await edit(said);
      assert.deepEqual([refused.status, refused.json.code], [400, 'body_invalid'], JSON.stringify(said));
      assert.match(refused.json.where, /^\/settings/);
    }
    const member = await ask(anna.member, 'PATCH', '/account', { body: { settings: { name: 'Mine' } } });
    assert.equal(member.status, 403);
  });

  route(
    'an owner sets and removes the logo, and takes back the addresses of tracking pages',
    async (scene) => {
      const { ask, anna, server } = scene;
      const { json: before } = await ask(anna.owner, 'GET', '/account');
      const set = await ask(anna.owner, 'PUT', '/account/logo', {
        headers: { 'content-type': 'image/webp' },
        body: `RIFF\0\0\0\0WEBPVP8X${'\0'.repeat(14)}`,
      });
      assert.match(set.json.logo_path, /^\/track\/logo\/[A-Za-z0-9_-]{38}$/);
      assert.deepEqual(set.json, { ...before, logo_path: set.json.logo_path });
      assert.equal((await fetch(`${server}${set.json.logo_path}`)).headers.get('content-type'), 'image/webp');
      assert.deepEqual((await ask(anna.owner, 'DELETE', '/account/logo')).json, before);
      assert.deepEqual((await ask(anna.owner, 'POST', '/account/reset-track-links')).json, before);
    },
  );

  route('the secret of V4 is changed for a new one or a given one, shown once', async ({ ask, anna }) => {
    const path = '/account/rotate-webhook-secret';
    const { json } = await ask(anna.owner, 'POST', path);
    assert.match(json.webhook_secret, /^[0-9a-f-]{36}$/);
    assert.equal(json.previous_webhook_secret_until, '2024-03-16T13:00:00+01:00', 'a day unless it is said');
    const body = { webhook_secret: 'brought-along-0123456789', overlap_seconds: 0 };
    const brought = await ask(anna.owner, 'POST', path, { body });
    assert.equal(brought.json.webhook_secret, body.webhook_secret);
    assert.equal(brought.json.previous_webhook_secret_until, null);
    const read = await ask(anna.owner, 'GET', '/account');
    assert.ok(!read.text.includes(body.webhook_secret));
    const edited = { signing_email: 'new@shop.example', overlap_seconds: 60 };
    const { json: account } = await ask(anna.owner, 'PATCH', '/account', { body: edited });
    assert.deepEqual(account, {
      ...read.json,
      signing_email: edited.signing_email,
      previous_signing_email: 'anna@shop.example',
      previous_signing_email_until: '2024-03-15T13:01:00+01:00',
    });
    const refused = await ask(anna.owner, 'PATCH', '/account', {
      body: { time_zone: 'UTC', overlap_seconds: 60 },
    });
    assert.deepEqual([refused.status, refused.json.where], [400, '/overlap_seconds']);
    const long = await ask(anna.owner, 'POST', path, { body: { overlap_seconds: 604_801 } });
    assert.equal(long.status, 400);
  });

  route(
    'keys are made, shown once, listed by their hints and revoked',
    async ({ ask, anna, nobody, store }) => {
      const created = await ask(anna.owner, 'POST', '/keys', { body: { name: 'till', role: 'read-only' } });
      const { key, ...record } = created.json;
      assert.equal(created.status, 201);
      assert.deepEqual(record, {
        id: record.id,
        name: 'till',
        role: 'read-only',
        hint: `${key.slice(0, 7)}…`,
        created_at: now,
        last_used_at: null,
      });
      const listed = await ask(anna.owner, 'GET', '/keys');
      assert.deepEqual(listed.json.data.at(-1), record);
      assert.ok(!listed.text.includes(key));
      assert.ok(!JSON.stringify(await store.keys(anna.account.id)).includes(key), 'only its digest is kept');
      const headers = { authorization: `Bearer ${key}` };
      assert.equal((await nobody('GET', '/trackings', { headers })).status, 200);
      const used = (await ask(anna.owner, 'GET', '/keys')).json.data.at(-1);
      assert.deepEqual(used, { ...record, last_used_at: now });
      assert.equal((await ask(anna.owner, 'DELETE', `/keys/${record.id}`)).status, 204);
      assert.equal((await nobody('GET', '/trackings', { headers })).status, 401);
      assert.equal((await ask(anna.owner, 'DELETE', `/keys/${record.id}`)).json.code, 'key_not_found');
      const own = listed.json.data.find(({ role }: { role: string }) => role === 'owner');
      assert.equal((await ask(anna.owner, 'DELETE', `/keys/${own.id}`)).json.code, 'key_last');
    },
  );

  route('what a courier is shown is set, said to be set, and taken away', async ({ ask, anna, store }) => {
    const path = '/courier-credentials/sandbox';
    const sandbox = (set: boolean, updated_at: string | null) => ({
      courier_code: 'sandbox',
      name: 'Sandbox',
      fields: [{ name: 'sandbox_key', label: 'Sandbox key', secret: true, required: false, set }],
      updated_at,
    });
    const list = () => ask(anna.owner, 'GET', '/courier-credentials');
    assert.deepEqual((await list()).json, { data: [sandbox(false, null)], next_cursor: null });
    const set = await ask(anna.owner, 'PUT', path, { body: { values: { sandbox_key: 'never-shown' } } });
    assert.deepEqual([set.status, set.json], [200, sandbox(true, now)]);
    assert.deepEqual((await list()).json.data, [sandbox(true, now)]);
    assert.equal(
      (await store.courierCredentials(anna.account.id, 'sandbox'))?.values.sandbox_key,
      'never-shown',
    );
    const unknown = await ask(anna.owner, 'PUT', path, { body: { values: { other: 'never-shown' } } });
    assert.deepEqual([unknown.status, unknown.json.where], [400, '/values/other']);
    const empty = await ask(anna.owner, 'PUT', path, { body: { values: { sandbox_key: ' ' } } });
    assert.deepEqual([empty.status, empty.json.where], [400, '/values/sandbox_key']);
    const none = await ask(anna.owner, 'PUT', '/courier-credentials/dhl', { body: { values: { key: 'x' } } });
    assert.equal(none.json.code, 'courier_unknown');
    const cleared = await ask(anna.owner, 'PUT', path, { body: { values: { sandbox_key: null } } });
    assert.deepEqual(cleared.json, sandbox(false, now));
    assert.equal((await ask(anna.owner, 'DELETE', path)).status, 204);
    assert.deepEqual((await list()).json.data, [sandbox(false, null)]);
    const { data } = (await ask(anna.owner, 'GET', '/audit?limit=3')).json;
    assert.deepEqual(
      data.map(({ action, about }: { action: string; about: string }) => [action, about]),
      [
        ['courier.credentials_removed', 'sandbox'],
        ['courier.credentials_set', 'sandbox'],
        ['courier.credentials_set', 'sandbox'],
      ],
    );
    const told = [set, unknown, empty, await list(), await ask(anna.owner, 'GET', '/audit')];
    for (const { text } of told) assert.doesNotMatch(text, /never-shown/);
  });

  route('an account has at most twenty keys', async ({ ask, anna }) => {
    const make = () => ask(anna.owner, 'POST', '/keys', { body: { name: 'one of many' } });
    for (let count = 3; count < 20; count++) assert.equal((await make()).status, 201);
    assert.equal((await make()).json.code, 'keys_too_many');
  });
}
