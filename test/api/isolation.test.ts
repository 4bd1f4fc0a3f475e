/**
 * An account sees only its own, and a key does only what its role allows. The routes come from the server's own
 * description, so a new one is held to this without a word here; one with an id of a new kind fails until it is told
 * below what such an id is.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { withListener } from '../support/listener.ts';
import { bodyOf, type Operation, readOpenapi } from '../support/openapi.ts';
import { type Caller, callerOf, type TestServer, withServer } from '../support/server.ts';

test('ids of another account are not found, on every route, and nothing is changed', () =>
  withServer((server) =>
    withListener(async ({ url }) => {
      const { anna, bela, nobody } = server;
      const ids = await makeOneOfEach(anna.owner, url);
      const before = await everythingOf(anna.owner);
      const { operations } = await readOpenapi(nobody);
      // Couriers are the same for everybody; what is set for one is the account's own.
      const reached = operations.filter(
        ({ path, access }) => path.includes('{') && !path.includes('{courier}') && access !== 'operator',
      );
      assert.ok(reached.length >= 18, 'the description lists the routes');
      for (const operation of reached) {
        const answer = await bela.owner(operation.method, withId(operation, ids), said(operation));
        assert.equal(answer.status, 404, `${operation.method} ${operation.path}: ${answer.text}`);
        assert.match(answer.json.code, /_not_found$/);
      }
      assert.deepEqual(await everythingOf(anna.owner), before);
    }),
  ));

test('lists hold nothing of another account', () =>
  withServer((server) =>
    withListener(async ({ url }) => {
      const { anna, bela, nobody } = server;
      await makeOneOfEach(anna.owner, url);
      const { operations } = await readOpenapi(nobody);
      // Everybody has the same couriers and keys of their own; where one is signed in is not for keys to ask.
      const shared = ['/api/v1/couriers', '/api/v1/courier-credentials', '/api/v1/keys', '/api/v1/sessions'];
      const lists = operations.filter(
        ({ method, path, access, description }) =>
          method === 'GET' &&
          access !== 'operator' &&
          description.responses['200'].content['application/json']?.schema.properties?.data !== undefined &&
          !shared.includes(path),
      );
      assert.ok(lists.length >= 4);
      for (const { path } of lists) {
        assert.notDeepEqual((await anna.owner('GET', `/${path}`)).json.data, [], path);
        assert.deepEqual((await bela.owner('GET', `/${path}`)).json.data, [], path);
      }
      const keysOf = async (caller: Caller): Promise<string[]> =>
        (await caller('GET', '/keys')).json.data.map((key: { id: string }) => key.id);
      const belas = new Set(await keysOf(bela.owner));
      assert.ok((await keysOf(anna.owner)).every((id) => !belas.has(id)));
    }),
  ));

test('filters by ids of another account find nothing', () =>
  withServer(({ anna, bela }) =>
    withListener(async ({ url }) => {
      const ids = await makeOneOfEach(anna.owner, url);
      for (const query of [`webhook_id=${ids.webhooks}`, `tracking_id=${ids.trackings}`]) {
        assert.equal((await anna.owner('GET', `/deliveries?${query}`)).json.data.length, 1);
        assert.deepEqual((await bela.owner('GET', `/deliveries?${query}`)).json.data, []);
      }
    }),
  ));

test('a search finds, and counts count, nothing of another account', () =>
  withServer(async ({ anna, bela }) => {
    const body = { tracking_number: 'LX203960974CN', order_id: 'o-1', customer_name: 'Ada Lovelace' };
    const { id } = (await anna.owner('POST', '/trackings', { body })).json;
    await anna.owner('PATCH', `/trackings/${id}`, { body: { status: 'exception' } });
    await anna.owner('POST', '/trackings', { body: { ...body, tracking_number: 'LX203960988CN' } });
    for (const search of ['lx', 'o-1', 'love']) {
      assert.equal((await anna.owner('GET', `/trackings?search=${search}`)).json.data.length, 2);
      assert.deepEqual((await bela.owner('GET', `/trackings?search=${search}`)).json.data, []);
    }
    const { by_status: counts } = (await bela.owner('GET', '/trackings/counts')).json;
    assert.ok(Object.values(counts).every((count) => count === 0));
  }));

test('every route but the public ones asks for a key', () =>
  withServer(async (server) => {
    const wrong = callerOf(server.url, 'wk_wrong');
    for (const operation of await operationsOf(server)) {
      if (operation.access === 'public') continue;
      await refused(server.nobody, operation, [401, 'unauthenticated']);
      await refused(wrong, operation, [401, 'unauthenticated']);
    }
  }));

test('a read-only key is refused wherever something is written, a member wherever keys and secrets are', () =>
  withServer(async (server) => {
    for (const operation of await operationsOf(server)) {
      const { access } = operation;
      if (access === 'write' || access === 'owner') {
        await refused(server.anna['read-only'], operation, [403, 'forbidden']);
      }
      if (access === 'owner') await refused(server.anna.member, operation, [403, 'forbidden']);
      if (access === 'operator' || access === 'self')
        await refused(server.anna.owner, operation, [403, 'forbidden']);
      if (access !== 'operator' && access !== 'public')
        await refused(server.operator, operation, [403, 'forbidden']);
    }
  }));

test('whatever is not read with GET is not open to read-only keys, but for what only answers', () =>
  withServer(async (server) => {
    const open = (await operationsOf(server)).filter(
      ({ method, access }) => method !== 'GET' && (access === 'read' || access === 'public'),
    );
    assert.deepEqual(
      open.map(({ path }) => path),
      ['/api/v1/couriers/detect', '/api/v1/session', '/api/v1/session/link'],
    );
  }));

test('a suspended account is refused everything, and taken back', () =>
  withServer(async ({ anna, bela, operator }) => {
    const path = `/accounts/${anna.account.id}`;
    assert.equal((await operator('PATCH', path, { body: { suspended: true } })).status, 200);
    const answer = await anna.owner('GET', '/trackings');
    assert.deepEqual([answer.status, answer.json.code], [403, 'account_suspended']);
    assert.equal((await bela.owner('GET', '/trackings')).status, 200);
    await operator('PATCH', path, { body: { suspended: false } });
    assert.equal((await anna.owner('GET', '/trackings')).status, 200);
  }));

type Kind = 'trackings' | 'webhooks' | 'deliveries' | 'keys' | 'members' | 'views';

async function makeOneOfEach(caller: Caller, url: string): Promise<Record<Kind, string>> {
  const inbox = await caller('GET', '/inbox');
  await fetch(inbox.json.url, { method: 'POST', body: 'hello' });
  const key = await caller('POST', '/keys', { body: { name: 'one', role: 'read-only' } });
  const webhook = await caller('POST', '/webhooks', { body: { url, version: 'v4' } });
  const checkpoints = [{ time: '2026-03-02T10:00:00Z', description: 'Posted', status: 'transit' }];
  const updates = [{ tracking_number: 'LX203960974CN', checkpoints }];
  const { json } = await caller('POST', '/updates', { body: { updates } });
  const deliveries = await settled(caller);
  return {
    keys: key.json.id,
    members: (await caller('POST', '/members', { body: { email: 'one@shop.example' } })).json.member.id,
    views: (await caller('POST', '/views', { body: { name: 'one', query: { search: 'LX' } } })).json.id,
    webhooks: webhook.json.id,
    trackings: json.results[0].tracking_id,
    deliveries: deliveries[0].id,
  };
}

/** The account's deliveries once none is on its way. */
async function settled(caller: Caller) {
  for (;;) {
    const { data } = (await caller('GET', '/deliveries')).json;
    if (data.every((delivery: { state: string }) => delivery.state === 'accepted')) return data;
  }
}

async function everythingOf(caller: Caller): Promise<unknown[]> {
  const paths = [
    '/trackings',
    '/views',
    '/webhooks',
    '/deliveries',
    '/events',
    '/keys',
    '/members',
    '/account',
  ];
  const lists = await Promise.all(paths.map(async (path) => (await caller('GET', path)).json));
  // Asking is using a key.
  for (const key of lists[5].data) delete key.last_used_at;
  const [{ id }] = lists[3].data;
  return [...lists, (await caller('GET', `/deliveries/${id}`)).json];
}

function withId({ path }: Operation, ids: Readonly<Record<Kind, string>>): string {
  const kind = path.split('/')[3] as Kind;
  assert.ok(ids[kind] !== undefined, `${path}: say in this test what its id may be`);
  return `/${path.replace('{id}', ids[kind])}`;
}

async function operationsOf({ nobody }: TestServer): Promise<readonly Operation[]> {
  return (await readOpenapi(nobody)).operations;
}

async function refused(
  caller: Caller,
  operation: Operation,
  [status, code]: [number, string],
): Promise<void> {
  const answer = await caller(operation.method, `/${operation.path.replace('{id}', 'x')}`, said(operation));
  const what = `${operation.method} ${operation.path}`;
  assert.deepEqual([what, answer.status, answer.json?.code], [what, status, code]);
}

function said(operation: Operation) {
  const body = bodyOf(operation);
  return body === undefined ? {} : { body };
}
