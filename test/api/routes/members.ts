/** Members, who is signed in, and the audit log. */
import assert from 'node:assert/strict';
import { type CookieCaller, openCookieCaller } from '../../support/cookieCaller.ts';
import { now, route, type Scene } from './scene.ts';

const password = 'correct horse battery';

export function memberRoutes(): void {
  route('an owner invites a member, changes the role and removes them', async ({ ask, anna, bela }) => {
    const body = { email: 'Cleo@shop.example', name: 'Cleo', role: 'read-only' };
    const invited = await ask(anna.owner, 'POST', '/members', { body });
    const { member, link } = invited.json;
    assert.deepEqual(
      [invited.status, member],
      [
        201,
        {
          ...{ id: member.id, ...body, has_password: false, link_until: '2024-03-16T13:00:00+01:00' },
          ...{ created_at: now, signed_in_at: null },
        },
      ],
    );
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/welcome#[\w-]{43}$/);
    const listed = (await ask(anna.owner, 'GET', '/members')).json.data;
    assert.deepEqual(listed.at(-1), member);
    assert.equal(listed[0].email, 'anna@shop.example', 'whom the first start has made');
    assert.ok(!JSON.stringify(listed).includes(link.split('#')[1]), 'the link is shown once');
    const path = `/members/${member.id}`;
    const changed = await ask(anna.owner, 'PATCH', path, { body: { role: 'member', name: null } });
    assert.deepEqual(changed.json, { ...member, role: 'member', name: null });
    const again = await ask(anna.owner, 'POST', `${path}/link`);
    assert.notEqual(again.json.link, link);
    assert.deepEqual(again.json.member, changed.json);
    const twice = await ask(anna.owner, 'POST', '/members', { body: { email: 'cleo@SHOP.example' } });
    assert.deepEqual([twice.status, twice.json.code], [409, 'member_exists']);
    const wrong = await ask(anna.owner, 'POST', '/members', { body: { email: 'cleo' } });
    assert.deepEqual([wrong.status, wrong.json.where], [400, '/email']);
    assert.equal((await ask(anna.owner, 'DELETE', path)).status, 204);
    assert.equal((await ask(anna.owner, 'DELETE', path)).json.code, 'member_not_found');
    const last = await ask(anna.owner, 'DELETE', `/members/${listed[0].id}`);
    assert.deepEqual([last.status, last.json.code], [409, 'member_last_owner']);
    const demoted = await ask(anna.owner, 'PATCH', `/members/${listed[0].id}`, { body: { role: 'member' } });
    assert.deepEqual([demoted.status, demoted.json.code], [409, 'member_last_owner']);
    assert.deepEqual((await ask(bela.owner, 'GET', '/members')).json.data, []);
  });

  route('a link sets a password and signs in, once; then the password signs in', async (scene) => {
    const { ask, url, nobody, anna } = scene;
    const { browser, token, member } = await invited(scene);
    const refused = await ask(nobody, 'POST', '/session/link', { body: { token, password: 'short' } });
    assert.deepEqual(
      [refused.status, refused.json.code, refused.json.where],
      [422, 'password_invalid', '/password'],
    );
    const set = await ask(browser, 'POST', '/session/link', { body: { token, password, name: 'Dora' } });
    const signedIn = {
      member: { id: member.id, email: 'dora@shop.example', name: 'Dora', role: 'owner', language: null },
      role: 'owner',
      account: { id: anna.account.id, time_zone: 'Europe/Stockholm', signing_email: 'anna@shop.example' },
    };
    assert.deepEqual([set.status, set.json], [200, signedIn]);
    const used = await ask(nobody, 'POST', '/session/link', { body: { token, password } });
    assert.deepEqual([used.status, used.json.code], [410, 'link_expired']);
    assert.deepEqual((await ask(browser, 'GET', '/session')).json, signedIn);

    const other = openCookieCaller(scene.server);
    const body = { email: 'DORA@shop.example', password };
    assert.deepEqual((await ask(other, 'POST', '/session', { body })).json, signedIn);
    const wrong = await ask(nobody, 'POST', '/session', { body: { ...body, password: 'another one' } });
    assert.deepEqual([wrong.status, wrong.json.code], [401, 'sign_in_failed']);
    assert.equal((await ask(anna.owner, 'GET', '/session')).json.member, null);
    assert.equal((await ask(nobody, 'GET', '/session')).status, 401);
    assert.ok(url);
  });

  route('a member chooses what mail tells; a server without a mail server says so', async (scene) => {
    const { ask, anna } = scene;
    const { browser, token } = await invited(scene);
    await ask(browser, 'POST', '/session/link', { body: { token, password } });
    const nothing = { operational: [], statuses: [], paused: false };
    const whole = { mail: false, email: 'dora@shop.example', ...nothing };
    assert.deepEqual((await ask(browser, 'GET', '/notices')).json, whole);
    const chosen = { operational: ['webhook.failing'], statuses: ['exception', 'delivered'], paused: true };
    for (const body of [chosen, {}])
      assert.deepEqual((await ask(browser, 'PATCH', '/notices', { body })).json, { ...whole, ...chosen });
    const some = { statuses: [], paused: false };
    assert.deepEqual((await ask(browser, 'PATCH', '/notices', { body: some })).json, {
      ...whole,
      operational: chosen.operational,
    });
    for (const body of [
      { statuses: ['pending'] },
      { operational: ['x'] },
      { paused: 1 },
      { email: 'x@y.example' },
    ])
      assert.equal((await ask(browser, 'PATCH', '/notices', { body })).json.code, 'body_invalid');
    const tested = await ask(browser, 'POST', '/notices/test');
    assert.deepEqual([tested.json.accepted, tested.json.answer], [false, null]);
    assert.match(tested.json.reason, /--smtp/);
    assert.equal((await ask(anna.owner, 'GET', '/notices')).json.code, 'forbidden', 'a key reads no mail');
    assert.deepEqual((await ask(anna.owner, 'GET', '/webhooks')).json.data, []);
  });

  route('a member sees the own sessions, changes name and password, and signs out', async (scene) => {
    const { ask } = scene;
    const { browser, token, member } = await invited(scene);
    await ask(browser, 'POST', '/session/link', { body: { token, password } });
    const other = openCookieCaller(scene.server);
    const headers = { 'user-agent': 'Another browser '.repeat(30) };
    await ask(other, 'POST', '/session', { headers, body: { email: member.email, password } });
    const { data } = (await ask(browser, 'GET', '/sessions')).json;
    assert.equal(data.length, 2);
    const ends = { created_at: now, last_seen_at: now, expires_at: '2024-04-14T14:00:00+02:00' };
    assert.deepEqual(data[1], {
      ...{
        id: data[1].id,
        current: false,
        browser: 'Another browser '.repeat(30).slice(0, 200).trim(),
        address: '127.0.0.1',
        ...ends,
      },
    });
    assert.equal(data[0].current, true);
    const changed = await ask(browser, 'PATCH', '/session', { body: { name: 'Dora', language: 'pt-BR' } });
    assert.deepEqual([changed.json.member.name, changed.json.member.language], ['Dora', 'pt-BR']);
    const odd = await ask(browser, 'PATCH', '/session', { body: { language: '../ko' } });
    assert.equal(odd.status, 400);

    const wrong = { current: 'not the password', password: 'another password' };
    assert.equal(
      (await ask(browser, 'POST', '/session/password', { body: wrong })).json.code,
      'password_wrong',
    );
    const right = { current: password, password: 'another password' };
    assert.equal((await ask(browser, 'POST', '/session/password', { body: right })).status, 204);
    assert.equal((await ask(other, 'GET', '/session')).status, 401, 'the others have ended');
    assert.equal((await ask(browser, 'GET', '/session')).status, 200);
    const signIn = (said: string) =>
      ask(other, 'POST', '/session', { body: { email: member.email, password: said } });
    assert.equal((await signIn(password)).status, 401);
    assert.equal((await signIn('another password')).status, 200);
    assert.equal((await ask(browser, 'DELETE', '/session/others')).status, 204);
    assert.equal((await ask(other, 'GET', '/session')).status, 401);
    assert.equal((await ask(browser, 'DELETE', '/session')).status, 204);
    assert.equal((await ask(browser, 'GET', '/session')).status, 401);
  });

  route('every change of settings stands in the audit log, newest first, with who made it', async (scene) => {
    const { ask, anna, operator, url } = scene;
    const { browser, token, member } = await invited(scene);
    await ask(browser, 'POST', '/session/link', { body: { token, password } });
    const webhook = (await ask(browser, 'POST', '/webhooks', { body: { url } })).json.id;
    const headers = { 'idempotency-key': 'one' };
    const key = (await ask(anna.owner, 'POST', '/keys', { headers, body: { name: 'till' } })).json.id;
    await ask(anna.owner, 'POST', '/keys', { headers, body: { name: 'till' } });
    await ask(anna.owner, 'POST', '/keys', { body: { name: '' } });
    await ask(anna.owner, 'POST', `/webhooks/${webhook}/disable`);
    await ask(operator, 'PATCH', `/accounts/${anna.account.id}`, { body: { time_zone: 'Asia/Tokyo' } });
    await ask(browser, 'DELETE', '/session');
    const [{ id: ownKey }] = (await ask(anna.owner, 'GET', '/keys')).json.data;
    const first = (await ask(anna.owner, 'GET', '/audit?limit=2')).json;
    const rest = (await ask(anna.owner, 'GET', `/audit?cursor=${first.next_cursor}`)).json;
    const entries = [...first.data, ...rest.data];
    assert.deepEqual(
      entries.map(({ actor, action, about }) => [actor, action, about]),
      [
        [member.id, 'session.ended', null],
        ['operator', 'account.updated', anna.account.id],
        [ownKey, 'webhook.disabled', webhook],
        [ownKey, 'key.created', key],
        [member.id, 'webhook.created', webhook],
        [member.id, 'password.set', member.id],
        [ownKey, 'member.invited', member.id],
      ],
    );
    const [{ id, at, address }] = entries;
    assert.match(id, /^aud_/);
    assert.deepEqual([at, address], ['2024-03-15T21:00:00+09:00', '127.0.0.1']);
  });
}

async function invited(scene: Scene): Promise<{
  browser: CookieCaller;
  token: string;
  member: { id: string; email: string };
}> {
  const { ask, anna, server } = scene;
  const body = { email: 'dora@shop.example', role: 'owner' };
  const { json } = await ask(anna.owner, 'POST', '/members', { body });
  return { browser: openCookieCaller(server), token: json.link.split('#')[1], member: json.member };
}
