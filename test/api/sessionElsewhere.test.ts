// Two processes on one PostgreSQL: what one ends has ended in the other, and of what both change at once an owner is left.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { startApp } from '../../src/app.ts';
import { openCookieCaller } from '../support/cookieCaller.ts';
import { startCluster } from '../support/postgres.ts';
import {
  callerOf,
  cheapHash,
  databaseAt,
  type TestServer,
  testConfig,
  withServer,
} from '../support/server.ts';

const cluster = await startCluster();
after(() => cluster.stop());

const password = 'correct horse battery';
const first = { ...testConfig.first, password };
const body = { email: first.email, password };

/** @param run is handed the first process and the address of the second */
async function withTwo(run: (server: TestServer, elsewhere: string) => Promise<void>): Promise<void> {
  const database = databaseAt(await cluster.create());
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-second-'));
  try {
    await withServer(
      async (server) => {
        const second = await startApp({ ...testConfig, database, data }, { hashCost: cheapHash });
        try {
          assert.deepEqual([second.first, second.firstMember], [null, null]);
          await run(server, second.url);
        } finally {
          await second.stop();
        }
      },
      {},
      { database, first },
    );
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

test('a session holds at every process, and what ends it at one ends it at all, at once', () =>
  withTwo(async ({ url, anna, operator }, elsewhere) => {
    const here = openCookieCaller(url);
    const signIn = () => here('POST', '/session', { body });
    const there = async () => (await openCookieCaller(elsewhere, here.cookie())('GET', '/session')).status;
    await signIn();
    assert.equal(await there(), 200);
    const cookie = here.cookie();
    await here('DELETE', '/session');
    assert.equal((await openCookieCaller(elsewhere, cookie)('GET', '/session')).status, 401, 'signed out');

    await signIn();
    const other = openCookieCaller(elsewhere);
    await other('POST', '/session', { body });
    await other('DELETE', '/session/others');
    assert.equal((await here('GET', '/session')).status, 401, 'signed out from elsewhere');

    await signIn();
    const invited = await here('POST', '/members', { body: { email: 'cleo@shop.example', role: 'owner' } });
    const cleo = openCookieCaller(elsewhere);
    const token = invited.json.link.split('#')[1];
    assert.equal((await cleo('POST', '/session/link', { body: { token, password } })).status, 200);
    await here('PATCH', `/members/${invited.json.member.id}`, { body: { role: 'read-only' } });
    assert.equal((await cleo('POST', '/trackings', { body: { tracking_number: 'ROLE-2' } })).status, 403);
    await here('DELETE', `/members/${invited.json.member.id}`);
    assert.equal((await cleo('GET', '/session')).status, 401, 'removed');

    assert.equal(await there(), 200);
    await operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended: true } });
    assert.equal(await there(), 403, 'suspended');
  }));

test('two owners who remove each other at two processes leave one of them', () =>
  withTwo(async ({ anna }, elsewhere) => {
    const there = callerOf(elsewhere, anna.owner.key);
    for (let round = 0; round < 10; round++) {
      const invited = await anna.owner('POST', '/members', {
        body: { email: `${round}@shop.example`, role: 'owner' },
      });
      const token = invited.json.link.split('#')[1];
      await anna.owner('POST', '/session/link', { body: { token, password } });
      const owners = (await anna.owner('GET', '/members')).json.data;
      assert.equal(owners.length, 2);
      const answers = await Promise.all([
        anna.owner('DELETE', `/members/${owners[0].id}`),
        there('DELETE', `/members/${owners[1].id}`),
      ]);
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, 409]);
      assert.equal((await there('GET', '/members')).json.data.length, 1);
    }
  }));

test('of a link that is used at two processes at once one wins', () =>
  withTwo(async ({ url, anna }, elsewhere) => {
    for (let round = 0; round < 5; round++) {
      const invited = await anna.owner('POST', '/members', { body: { email: `${round}@shop.example` } });
      const token = invited.json.link.split('#')[1];
      const answers = await Promise.all(
        [url, elsewhere].map((at, index) =>
          openCookieCaller(at)('POST', '/session/link', {
            body: { token, password: `password number ${index}` },
          }),
        ),
      );
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 410]);
      const won = answers.findIndex(({ status }) => status === 200);
      const right = { email: `${round}@shop.example`, password: `password number ${won}` };
      assert.equal((await openCookieCaller(url)('POST', '/session', { body: right })).status, 200);
    }
  }));

test('a password that is replaced at one process opens no session at another, however close the two come', () =>
  withTwo(async ({ url, anna }, elsewhere) => {
    for (let round = 0; round < 10; round++) {
      // A member of its own each time: wrong passwords of one email are made to wait.
      const email = `${round}@shop.example`;
      const invited = await anna.owner('POST', '/members', { body: { email } });
      const [first, second] = ['the first password', 'the second password'];
      const tokenOf = (link: string) => link.split('#')[1];
      const begun = { token: tokenOf(invited.json.link), password: first };
      assert.equal((await openCookieCaller(url)('POST', '/session/link', { body: begun })).status, 200);
      const again = await anna.owner('POST', `/members/${invited.json.member.id}/link`);
      const token = tokenOf(again.json.link);
      const browser = openCookieCaller(elsewhere);
      const [set, signedIn] = await Promise.all([
        openCookieCaller(url)('POST', '/session/link', { body: { token, password: second } }),
        browser('POST', '/session', { body: { email, password: first } }),
      ]);
      assert.equal(set.status, 200);
      assert.ok([200, 401].includes(signedIn.status), signedIn.text);
      assert.equal((await browser('GET', '/session')).status, 401, `round ${round}: ${signedIn.status}`);
    }
  }));

test('where the database is away the page to sign in says so, and keeps where one wanted to go', () =>
  withTwo(async ({ url }) => {
    const browser = openCookieCaller(url);
    await browser('POST', '/session', { body });
    await cluster.halt();
    try {
      const cookie = browser.cookie() ?? '';
      const { status, headers, text } = await browser('GET', '//sign-in?to=/inbox', { headers: { cookie } });
      assert.equal(status, 503, text);
      assert.match(headers.get('content-type') ?? '', /text\/html/);
      assert.match(text, /role="alert">[\s\S]*name="to" value="\/inbox"/);
    } finally {
      await cluster.start();
    }
  }));
