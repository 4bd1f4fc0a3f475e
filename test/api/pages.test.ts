/** Cursors: whole lists in pages, while rows are added; and what is said of cursors and limits that are none. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Caller, withServer } from '../support/server.ts';

test('three pages of trackings hold each of those that were there, once, while others are added', () =>
  withServer(async ({ anna }) => {
    const made: string[] = [];
    for (let number = 0; number < 7; number++) made.push(await makeTracking(anna.owner, number));
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 3; page++) {
      const { json } = await anna.owner(
        'GET',
        `/trackings?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...json.data.map((tracking: { id: string }) => tracking.id));
      cursor = json.next_cursor;
      await makeTracking(anna.owner, 100 + page);
    }
    assert.equal(cursor, null);
    assert.deepEqual(seen, made.toReversed());
  }));

test('the log of events is read on from where it ended, and an empty page gives the cursor back', () =>
  withServer(async ({ anna }) => {
    const start = (await anna.owner('GET', '/events')).json;
    assert.deepEqual(start.data, []);
    const made = [
      await makeTracking(anna.owner, 1),
      await makeTracking(anna.owner, 2),
      await makeTracking(anna.owner, 3),
    ];
    const first = (await anna.owner('GET', `/events?limit=2&cursor=${start.next_cursor}`)).json;
    const second = (await anna.owner('GET', `/events?limit=2&cursor=${first.next_cursor}`)).json;
    const read = [...first.data, ...second.data];
    assert.deepEqual(
      read.map((event) => event.tracking_id),
      made,
    );
    const third = (await anna.owner('GET', `/events?cursor=${second.next_cursor}`)).json;
    assert.deepEqual(third, { data: [], next_cursor: second.next_cursor });
    await makeTracking(anna.owner, 4);
    assert.equal((await anna.owner('GET', `/events?cursor=${third.next_cursor}`)).json.data.length, 1);
  }));

test('a cursor that has missed events which are not kept any more is answered with 410 and where to start', () =>
  withServer(async ({ anna, store }) => {
    await makeTracking(anna.owner, 1);
    const { next_cursor: read } = (await anna.owner('GET', '/events')).json;
    await makeTracking(anna.owner, 2);
    const { next_cursor: readAll } = (await anna.owner('GET', '/events')).json;
    const step = { before: Date.now() + 60_000, after: null, limit: 10 };
    assert.equal((await store.prune(anna.account.id, step)).removed, 2);
    await makeTracking(anna.owner, 3);
    const { status, json } = await anna.owner('GET', `/events?cursor=${read}`);
    assert.deepEqual([status, json.code], [410, 'cursor_expired']);
    const again = await anna.owner('GET', `/events?cursor=${json.oldest_cursor}`);
    assert.equal(again.json.data.length, 1);
    // Who had read all that was removed has missed nothing.
    assert.equal((await anna.owner('GET', `/events?cursor=${readAll}`)).json.data.length, 1);
  }));

test('short lists have pages too', () =>
  withServer(async ({ anna }) => {
    for (const path of ['/keys', '/couriers']) {
      const all = (await anna.owner('GET', `${path}?limit=500`)).json;
      assert.equal(all.next_cursor, null);
      const first = (await anna.owner('GET', `${path}?limit=2`)).json;
      const second = (await anna.owner('GET', `${path}?limit=500&cursor=${first.next_cursor}`)).json;
      assert.equal(first.data.length, 2);
      assert.deepEqual([...first.data, ...second.data], all.data);
    }
  }));

test('another list’s cursor, a broken one and a forged one are refused', () =>
  withServer(async ({ anna }) => {
    for (let number = 0; number < 2; number++) await makeTracking(anna.owner, number);
    const { next_cursor } = (await anna.owner('GET', '/trackings?limit=1')).json;
    const forged = Buffer.from("trackings:trk_' or 1=1 --").toString('base64url');
    const queries = [
      ['/events', next_cursor],
      ['/deliveries', next_cursor],
      ['/trackings', next_cursor.slice(0, -4)],
      ['/trackings', '%00'],
      ['/trackings', forged],
      ['/couriers', Buffer.from('couriers:../../x').toString('base64url')],
    ];
    for (const [path, cursor] of queries) {
      const { status, json } = await anna.owner('GET', `${path}?cursor=${cursor}`);
      assert.deepEqual([path, cursor, status, json.code], [path, cursor, 400, 'cursor_invalid']);
    }
  }));

test('limits and filters that cannot be read are refused by name', () =>
  withServer(async ({ anna }) => {
    const queries: [string, string, string][] = [
      ['/trackings?limit=0', 'limit', 'The parameter limit is a whole number from 1 to 500.'],
      ['/trackings?limit=501', 'limit', 'The parameter limit is a whole number from 1 to 500.'],
      ['/events?limit=-1', 'limit', 'The parameter limit is a whole number from 1 to 500.'],
      ['/keys?limit=1e2', 'limit', 'The parameter limit is a whole number from 1 to 500.'],
      ['/trackings?archived=yes', 'archived', 'The parameter archived is true or false.'],
    ];
    for (const [path, where, detail] of queries) {
      const { status, json } = await anna.owner('GET', path);
      assert.deepEqual([status, json.code, json.where, json.detail], [400, 'body_invalid', where, detail]);
    }
    for (const path of [
      '/trackings?created_from=yesterday',
      '/trackings?created_from=2026-02-31T25:00:00Z',
      '/trackings?status=lost',
      '/trackings?limit=1&limit=2',
      '/trackings?offset=3',
      '/deliveries?state=failed',
    ]) {
      const { status, json } = await anna.owner('GET', path);
      assert.deepEqual([path, status, json.code], [path, 400, 'body_invalid']);
    }
  }));

async function makeTracking(caller: Caller, number: number): Promise<string> {
  const { json } = await caller('POST', '/trackings', { body: { tracking_number: `PAGE${1000 + number}` } });
  return json.id;
}
