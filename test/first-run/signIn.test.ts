// The first start makes an owner who can sign in, and so does the first start on a store from before there were members.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { type App, startApp } from '../../src/app.ts';
import type { Config } from '../../src/config/config.ts';
import { startChildServer } from '../support/childServer.ts';
import { openCookieCaller } from '../support/cookieCaller.ts';
import { callerOf, cheapHash, testConfig } from '../support/server.ts';
import { until } from '../support/until.ts';

const password = 'correct horse battery';
const email = 'anna@shop.example';

test('a pipe is told how a link is made, and the link sets the password', async (t) => {
  const server = await startChildServer(t, { environment: { WAYBELL_EMAIL: email } });
  await server.printed(/Sign in: `waybell members link anna@shop\.example` makes a link/);
  assert.doesNotMatch(server.everything, /welcome#/);
  const [{ id }] = (await server.call('GET', '/members')).json.data;
  const { link } = (await server.call('POST', `/members/${id}/link`)).json;
  assert.ok(link.startsWith(`${server.url}/welcome#`));
  const token = link.split('#')[1];
  const { status, json } = await openCookieCaller(server.url)('POST', '/session/link', {
    body: { token, password },
  });
  assert.deepEqual([status, json.member.role], [200, 'owner']);
  await server.restart();
  assert.doesNotMatch(server.stdout, /Sign in/);
});

test('a password that is given signs in at once, and is printed nowhere', async (t) => {
  const server = await startChildServer(t, {
    environment: { WAYBELL_EMAIL: email, WAYBELL_PASSWORD: password },
  });
  await server.printed(/Sign in: http\S+ as anna@shop\.example, with the password that was given/);
  const wrong = { email: 'typed@shop.example', password: 'typed into the wrong field' };
  assert.equal((await openCookieCaller(server.url)('POST', '/session', { body: wrong })).status, 401);
  await until('the log says so', () => server.everything.includes('a sign-in was refused'));
  for (const secret of [password, wrong.email, wrong.password])
    assert.ok(!server.everything.includes(secret), secret);
  assert.equal(
    (await openCookieCaller(server.url)('POST', '/session', { body: { email, password } })).status,
    200,
  );
});

test('a start whose password is too short says so in a sentence', async (t) => {
  await assert.rejects(
    startChildServer(t, { environment: { WAYBELL_PASSWORD: 'short' } }),
    /WAYBELL_PASSWORD is not taken\. A password has 10 to 200 characters\. This one has 5\./,
  );
});

test('an account from before there were members gets an owner at the next start, once', () =>
  withFolder(async (start) => {
    let app = await start();
    const { account, key } = app.first as NonNullable<App['first']>;
    assert.equal(app.firstMember?.email, email);
    const [first] = await app.members.list(account.id);
    assert.ok(first);
    // As a store that was made before is.
    await app.store.deleteMember(account.id, first.id, Number.MAX_SAFE_INTEGER);
    await app.stop();
    app = await start();
    assert.equal(app.first, null);
    assert.match(app.firstMember?.token ?? '', /^[\w-]{43}$/);
    await app.stop();
    app = await start({ first: { ...testConfig.first, password } });
    assert.equal(app.firstMember, null, 'there is one');
    const { json } = await callerOf(app.url, key)('GET', '/members');
    assert.deepEqual(
      json.data.map(({ role, has_password }: { role: string; has_password: boolean }) => [
        role,
        has_password,
      ]),
      [['owner', false]],
    );
    await app.stop();
  }));

test('where there are several accounts it is the operator’s to say who signs in', () =>
  withFolder(async (start) => {
    let app = await start();
    const { account } = app.first as NonNullable<App['first']>;
    const [first] = await app.members.list(account.id);
    assert.ok(first);
    await app.store.deleteMember(account.id, first.id, Number.MAX_SAFE_INTEGER);
    await app.accounts.create({ signingEmail: 'bela@shop.example' });
    await app.stop();
    app = await start();
    assert.equal(app.firstMember, null);
    await app.stop();
  }));

async function withFolder(
  run: (start: (config?: Partial<Config>) => Promise<App>) => Promise<void>,
): Promise<void> {
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-members-'));
  try {
    await run((config = {}) => startApp({ ...testConfig, ...config, data }, { hashCost: cheapHash }));
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}
