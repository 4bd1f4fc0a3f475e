/** What a tenant, or whoever has signed in, might try against the others of one server: with values, and by what they cost. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { limits } from '../../src/domain/limits.ts';
import { openCookieCaller } from '../support/cookieCaller.ts';
import { type TestServer, testConfig, withServer } from '../support/server.ts';

const email = 'anna@shop.example';
const password = 'correct horse battery';

interface Subject {
  readonly name: string;
  run(server: TestServer): Promise<void>;
}

const subjects: Subject[] = [
  {
    name: 'who gives an account a member of somebody’s email guesses that one’s password no faster by signing in in between',
    async run({ url, bela, nobody }) {
      const { json } = await bela.owner('POST', '/members', { body: { email, role: 'member' } });
      const token: string = json.link.split('#')[1];
      const own = 'known to bela alone';
      const browser = openCookieCaller(url);
      assert.equal((await browser('POST', '/session/link', { body: { token, password: own } })).status, 200);

      const statuses: number[] = [];
      for (let guess = 0; guess < 6; guess++) {
        const wrong = await nobody('POST', '/session', { body: { email, password: `guess ${guess}` } });
        statuses.push(wrong.status);
        await nobody('POST', '/session', { body: { email, password: own } });
        await browser('POST', '/session/password', { body: { current: own, password: own } });
      }
      assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429]);
    },
  },
  {
    name: 'a saved view keeps as much as a parameter has, and is refused before anything is made of more',
    async run({ anna }) {
      const long = limits.fieldCharsMax + 1;
      for (const query of [
        { search: `a${' '.repeat(long)}` },
        // Each becomes eighteen letters when it is folded.
        { search: '\ufdfa'.repeat(long) },
        { status: Array(long).fill('transit').join() },
        { courier_code: 'x'.repeat(long) },
        { created_from: `${'0'.repeat(long)}2026-01-01` },
      ]) {
        const { status, json } = await anna.owner('POST', '/views', { body: { name: 'long', query } });
        assert.deepEqual([status, json.code], [400, 'body_invalid']);
        assert.match(json.detail, /characters/);
      }
    },
  },
  {
    name: 'who erases or takes away a person’s data with a cursor that they made up stands in the audit log',
    async run({ anna }) {
      const update = { tracking_number: 'HERS-1', customer_email: 'her@customer.example' };
      await anna.owner('POST', '/updates', { body: { updates: [update] } });
      const cursor = Buffer.from('people:trackings:').toString('base64url');
      const person = { email: 'her@customer.example', cursor };
      assert.equal((await anna.owner('POST', '/people/export', { body: person })).json.parcels.length, 1);
      const erased = await anna.owner('POST', '/people/erase', { body: { ...person, confirm: true } });
      assert.equal(erased.json.erased.trackings, 1);
      await anna.owner('POST', '/people/erase', { body: { ...person, confirm: true } });
      const { data } = (await anna.owner('GET', '/audit')).json;
      const actions = data.map(({ action }: { action: string }) => action);
      assert.deepEqual(
        actions.filter((one: string) => one.startsWith('person.')),
        ['person.erased', 'person.exported'],
      );
    },
  },
  {
    name: 'an account is given its figures and looked through one time after the other',
    async run({ anna, store }) {
      const webhook = { url: 'http://127.0.0.1:9/', version: 'v4' };
      const { id } = (await anna.owner('POST', '/webhooks', { body: webhook })).json;
      const readings = { underWay: 0, most: 0 };
      for (const name of ['backlogs', 'fieldsOfTrackings'] as const) watch(store, name, readings);
      const asked = [
        ...Array.from({ length: 20 }, () => anna['read-only']('GET', '/overview')),
        ...Array.from({ length: 20 }, () => anna['read-only']('GET', `/webhooks/${id}/figures?hours=2`)),
      ];
      for (const { status } of await Promise.all(asked)) assert.equal(status, 200);
      assert.equal(readings.most, 1);
      const body = { email: 'her@customer.example' };
      await Promise.all(Array.from({ length: 10 }, () => anna.owner('POST', '/people/find', { body })));
      assert.equal(readings.most, 1);
      assert.equal((await anna.owner('GET', '/overview')).status, 200, 'and later anew');
    },
  },
];

/** Counts how many of its readings are under way. */
function watch(
  store: TestServer['store'],
  name: 'backlogs' | 'fieldsOfTrackings',
  readings: { underWay: number; most: number },
): void {
  const read = store[name].bind(store) as (...asked: unknown[]) => Promise<never>;
  store[name] = async (...asked: unknown[]) => {
    readings.most = Math.max(readings.most, ++readings.underWay);
    try {
      return await read(...asked);
    } finally {
      readings.underWay--;
    }
  };
}

test('hostile values', { timeout: 60_000 }, (t) =>
  withServer(
    async (server) => {
      for (const { name, run } of subjects) await t.test(name, () => run(server));
    },
    {},
    { first: { ...testConfig.first, password } },
  ),
);
