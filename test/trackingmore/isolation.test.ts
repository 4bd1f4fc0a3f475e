/**
 * An account sees only its own through TrackingMore's API, and a key does only what its role allows. The endpoints come from the
 * versions' own tables, so a new one is held to this without a word here.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { AppError, type ErrorCode } from '../../src/domain/error.ts';
import type { Endpoint, Skin } from '../../src/http/trackingmore/skin.ts';
import { makeSkins, type TrackingmoreServices } from '../../src/http/trackingmore/trackingmore.ts';
import { type Caller, type TestServer, withServer } from '../support/server.ts';

/** Their tables alone are read: nothing is asked of the services. */
const skins: readonly Skin[] = makeSkins({} as TrackingmoreServices);
const endpoints = skins.flatMap((skin) => skin.endpoints.map((endpoint) => ({ skin, ...endpoint })));

/** With another method than GET, and for all that open to every key. */
const onlyAnswers =
  /^\/v4\/couriers\/detect$|^\/v3\/trackings\/(courier|carriers|detect|get|count|status|remote|aircargo|transit[tT]ime|(get)?userinfo)$|^\/v3\/.*sandbox\//;

test('every endpoint asks for a key, whoever’s header it comes in, and none but what only answers is open to read-only keys', () =>
  withServer(async (server) => {
    for (const endpoint of endpoints) {
      for (const method of endpoint.methods) {
        const ask = (caller: Caller) => askWith(server, caller.key, [String(method), addressOf(endpoint)]);
        for (const key of ['', 'wk_wrong', 'ünsinn', 'x'.repeat(5000)])
          assert.equal((await askWith(server, key, [String(method), addressOf(endpoint)])).status, 401);
        const [forbidden] = refusedAs(endpoint.skin, 'forbidden');
        assert.equal((await ask(server.operator)).status, forbidden, endpoint.path);
        const { status } = await ask(server.anna['read-only']);
        assert.equal(status === forbidden, endpoint.access === 'write', endpoint.path);
        const isOpen = !['GET', 'HEAD'].includes(String(method)) && endpoint.access === 'read';
        assert.ok(!isOpen || onlyAnswers.test(`${endpoint.skin.prefix}${endpoint.path}`), endpoint.path);
      }
    }
  }));

test('what belongs to another account is not there, on every endpoint, and nothing of it is changed', () =>
  withServer(async (server) => {
    const { anna, bela } = server;
    const draft = { tracking_number: 'LX203960974CN', courier_code: 'china-ems', title: "Anna's" };
    const made = await askWith(server, anna.owner.key, ['POST', '/v4/trackings/create'], draft);
    const { id } = made.json.data;
    const everything = async () => (await anna.owner('GET', `/trackings/trk_${id}`)).json;
    const before = await everything();
    const reached = endpoints.filter(({ path }) => path.includes(':id'));
    assert.ok(reached.length >= 3);
    for (const { skin, path, methods } of reached) {
      const address = `${skin.prefix}${path.replace(':id', id)}`;
      const answer = await askWith(server, bela.owner.key, [String(methods[0]), address], { title: 'Mine' });
      assert.deepEqual([answer.status, answer.json.meta.code], [400, 4102], path);
    }
    const list = await askWith(server, bela.owner.key, [
      'GET',
      '/v4/trackings/get?tracking_numbers=LX203960974CN',
    ]);
    assert.deepEqual(list.json.data, []);
    const own = await askWith(server, bela.owner.key, ['POST', '/v4/trackings/create'], {
      ...draft,
      title: 'Mine',
    });
    assert.equal(own.json.meta.code, 200, 'the same number is another tracking there');
    assert.notEqual(own.json.data.id, id);
    assert.deepEqual(await everything(), before);
  }));

test('by its number, too, what belongs to another account is not there, and nothing of it is changed', () =>
  withServer(async (server) => {
    const { anna, bela } = server;
    const draft = { tracking_number: 'LX203960974CN', courier_code: 'china-ems' };
    await askWith(server, anna.owner.key, ['POST', '/v3/trackings/create'], { ...draft, title: "Anna's" });
    const everything = async () => (await anna.owner('GET', '/trackings')).json;
    const before = await everything();
    const body = { ...draft, title: 'Mine', new_courier_code: 'usps', delivery_status: 4 };
    const writes = endpoints.filter(({ skin, access }) => skin.prefix === '/v3' && access === 'write');
    assert.ok(writes.length >= 9);
    for (const { path, methods } of writes.filter((one) => !/create|realtime/.test(one.path))) {
      const answer = await askWith(server, bela.owner.key, [String(methods[0]), `/v3${path}`], body);
      const { code, data } = answer.json;
      assert.equal(data === null ? code : data.error[0].errorCode, 424, path);
      assert.deepEqual(data?.success ?? [], [], path);
    }
    for (const [path, expected] of [
      ['get', { code: 204, data: [] }],
      ['get?tracking_numbers=LX203960974CN', { code: 204, data: [] }],
      ['count', { code: 200, data: { total: 0 } }],
    ] as const) {
      const { code, data } = (await askWith(server, bela.owner.key, ['GET', `/v3/trackings/${path}`])).json;
      assert.deepEqual({ code, data }, expected, path);
    }
    const ways = { courier_code: 'china-ems', original_code: 'CN', destination_code: 'SE' };
    const transit = await askWith(server, bela.owner.key, ['POST', '/v3/trackings/transittime'], ways);
    assert.equal(transit.json.code, 204);
    for (const action of ['create', 'realtime']) {
      const address = `/v3/trackings/${action}`;
      const own = await askWith(server, bela.owner.key, ['POST', address], { ...draft, title: 'Mine' });
      assert.equal(own.json.code, 200, 'the same number is another tracking there');
    }
    const { data } = (await askWith(server, bela.owner.key, ['GET', '/v3/trackings/get'])).json;
    assert.deepEqual([data.length, data[0].title], [1, 'Mine']);
    assert.deepEqual(await everything(), before);
  }));

test('a suspended account is refused', () =>
  withServer(async (server) => {
    const { anna, operator } = server;
    await operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended: true } });
    for (const endpoint of endpoints) {
      const answer = await askWith(server, anna.owner.key, [
        String(endpoint.methods[0]),
        addressOf(endpoint),
      ]);
      assert.deepEqual([answer.status, codeIn(answer.json)], refusedAs(endpoint.skin, 'account_suspended'));
    }
  }));

/** How the version says it: HTTP status and code. */
function refusedAs(skin: Skin, code: ErrorCode): readonly [number, number] {
  const { status, body } = skin.refused(new AppError(code), null);
  return [status, codeIn(body)];
}

// biome-ignore lint/suspicious/noExplicitAny: an answer of any version
function codeIn(answer: any): number {
  return (answer.meta ?? answer).code;
}

function addressOf({ skin, path }: Endpoint & { readonly skin: Skin }): string {
  return `${skin.prefix}${path.replace(':id', '0'.repeat(32))}`;
}

function askWith(
  { nobody }: TestServer,
  key: string,
  [method, path]: readonly [string, string],
  body?: unknown,
) {
  // What a header cannot hold is not sent as such by any client.
  const headers = { 'tracking-api-key': Buffer.from(key).toString('latin1') };
  return nobody(method, `/${path}`, { headers, ...(body === undefined ? {} : { body }) });
}
