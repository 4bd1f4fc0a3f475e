/** What one caller can cost the others is bounded, and what was hidden stays with the host it was given for. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { withListener } from '../support/listener.ts';
import { withServer } from '../support/server.ts';

const long = 'ä'.repeat(1000);

function heavyCheckpoints(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    time: `2026-03-${String(1 + (index % 28)).padStart(2, '0')}T${String(index % 24).padStart(2, '0')}:00:00Z`,
    description: `${index} ${long}`,
  }));
}

test('a request that would render more than is held at once is refused item by item, and the process lives', () =>
  withServer(async ({ anna }) => {
    for (const version of ['v2', 'v3', 'v4', 'standard']) {
      const body = { url: 'http://127.0.0.1:9/', version, fires_on: 'every_update' };
      assert.equal((await anna.owner('POST', '/webhooks', { body })).status, 201);
    }
    const first = { tracking_number: 'HEAVY-1', courier_code: 'dhl', checkpoints: heavyCheckpoints(300) };
    assert.equal((await anna.owner('POST', '/updates', { body: { updates: [first] } })).status, 200);
    const updates = Array.from({ length: 60 }, (_, index) => ({
      tracking_number: 'HEAVY-1',
      checkpoints: [
        { time: `2026-04-01T00:${String(index).padStart(2, '0')}:00Z`, description: `news ${index}` },
      ],
    }));
    const { status, json } = await anna.owner('POST', '/updates', { body: { updates } });
    assert.equal(status, 200);
    assert.equal(json.results[0].changed, true);
    assert.equal(json.results.at(-1).error.code, 'too_much_at_once');
  }));

test('an update of very many checkpoints or members is refused without reading them all', () =>
  withServer(async ({ anna }) => {
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`m${index}`, 1]));
    const updates = [
      { tracking_number: 'WIDE-1', checkpoints: new Array(500_000).fill(0) },
      { tracking_number: 'WIDE-2', ...wide },
      { tracking_number: 'WIDE-3', checkpoints: [wide] },
    ];
    const { json } = await anna.owner('POST', '/updates', { body: { updates } });
    assert.deepEqual(
      json.results.map((result: { error: { code: string } }) => result.error.code),
      ['checkpoints_too_many', 'body_invalid', 'checkpoint_invalid'],
    );
  }));

test('custom headers do not follow a webhook to another host', () =>
  withServer(async ({ anna }) => {
    const body = { url: 'http://127.0.0.1:9/a', headers: { Authorization: 'Bearer of-the-first-host' } };
    const { json: made } = await anna.owner('POST', '/webhooks', { body });
    const path = `/webhooks/${made.id}`;
    const same = await anna.owner('PATCH', path, { body: { url: 'http://127.0.0.1:9/b' } });
    assert.deepEqual(Object.keys(same.json.headers), ['Authorization']);
    const moved = await anna.owner('PATCH', path, { body: { url: 'http://127.0.0.1:10/b' } });
    assert.deepEqual(moved.json.headers, {});
    assert.match(moved.json.warning, /custom headers were not taken along/);
  }));

test('a hidden header does not follow a webhook to another host either, and is not heard there', () =>
  withServer(({ anna }) =>
    withListener(async ({ url, heard }) => {
      const secret = 'Bearer of-the-first-host';
      const body = { url: 'http://127.0.0.1:9/a', headers: { Authorization: secret } };
      const { json: made } = await anna.owner('POST', '/webhooks', { body });
      const path = `/webhooks/${made.id}`;
      const kept = await anna.member('PATCH', path, {
        body: { url: 'http://127.0.0.1:9/b', headers: made.headers },
      });
      assert.deepEqual(Object.keys(kept.json.headers), ['Authorization']);
      const moved = await anna.member('PATCH', path, {
        body: { url, headers: { ...made.headers, 'X-Mine': 'mine' } },
      });
      assert.deepEqual(Object.keys(moved.json.headers), ['X-Mine']);
      assert.match(moved.json.warning, /custom headers were not taken along/);
      await anna.member('POST', `${path}/test`);
      assert.equal(heard[0]?.headers['x-mine'], 'mine');
      assert.ok(!JSON.stringify(heard).includes(secret));
    }),
  ));

test('a value that is to stay, and that the webhook does not have, is refused', () =>
  withServer(async ({ anna }) => {
    const hidden = { headers: { Authorization: '(hidden)' } };
    const body = { url: 'http://127.0.0.1:9/a' };
    const copied = await anna.owner('POST', '/webhooks', { body: { ...body, ...hidden } });
    const { json: made } = await anna.owner('POST', '/webhooks', { body });
    const edited = await anna.owner('PATCH', `/webhooks/${made.id}`, { body: hidden });
    for (const { status, json } of [copied, edited]) {
      assert.deepEqual([status, json.code, json.where], [422, 'header_invalid', '/headers']);
      assert.match(json.detail, /"Authorization" is to keep its value.*send the value itself/);
    }
  }));

test('a hidden value that is sent back does not undo a change of it that was made at the same time', () =>
  withServer(({ anna }) =>
    withListener(async ({ url, heard }) => {
      const { json: made } = await anna.owner('POST', '/webhooks', {
        body: { url, headers: { 'X-Key': 'old' } },
      });
      const path = `/webhooks/${made.id}`;
      await Promise.all([
        anna.owner('PATCH', path, { body: { headers: { 'X-Key': 'new' } } }),
        anna.member('PATCH', path, { body: { description: 'till', headers: made.headers } }),
      ]);
      await anna.member('POST', `${path}/test`);
      assert.equal(heard[0]?.headers['x-key'], 'new');
    }),
  ));

test('two headers of one name are refused in any case of letters, at once and by an edit', () =>
  withServer(async ({ anna: { owner: call } }) => {
    const url = 'http://127.0.0.1:9/a';
    const names = { id: 'X-Id', timestamp: 'X-Time', signature: 'X-Signature' };
    const refused = async (method: string, path: string, body: object, where: string, why: RegExp) => {
      const { status, json } = await call(method, path, { body });
      assert.deepEqual([status, json.code, json.where], [422, 'header_invalid', where]);
      assert.match(json.detail, why);
    };
    const twice = { 'X-Shop': 'a', 'x-shop': 'b' };
    const signed = { 'x-signature': 'mine' };
    await refused('POST', '/webhooks', { url, headers: twice }, '/headers', /"x-shop" is there twice/);
    const both = { url, headers: signed, signature_headers: names };
    await refused('POST', '/webhooks', both, '/headers', /"x-signature" is also one of/);

    const { json: named } = await call('POST', '/webhooks', { body: { url, signature_headers: names } });
    const path = `/webhooks/${named.id}`;
    await refused('PATCH', path, { headers: twice }, '/headers', /is there twice/);
    await refused('PATCH', path, { headers: signed }, '/headers', /is also one of/);
    const { json: plain } = await call('POST', '/webhooks', { body: { url, headers: signed } });
    const other = `/webhooks/${plain.id}`;
    await refused('PATCH', other, { signature_headers: names }, '/signature_headers', /is also one of/);
    assert.equal((await call('GET', other)).json.signature_headers, null);

    const swapped = await call('PATCH', path, { body: { headers: signed, signature_headers: null } });
    assert.equal(swapped.status, 200, 'What is taken away in the same edit collides with nothing.');
    // Headers do not go along to another host, so these two do not meet.
    const moved = { url: 'http://127.0.0.1:10/a', signature_headers: names };
    assert.equal((await call('PATCH', other, { body: moved })).status, 200);
  }));

test("an owner's edits do not undo a suspension", () =>
  withServer(async ({ anna, operator }) => {
    const path = `/accounts/${anna.account.id}`;
    const edits = Array.from({ length: 20 }, (_, index) =>
      anna.owner('PATCH', '/account', { body: { time_zone: index % 2 === 0 ? 'UTC' : 'Asia/Tokyo' } }),
    );
    await operator('PATCH', path, { body: { suspended: true } });
    await Promise.all(edits);
    assert.equal((await operator('GET', path)).json.suspended, true);
  }));
