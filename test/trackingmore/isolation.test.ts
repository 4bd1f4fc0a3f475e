/**
 * An account sees only its own through TrackingMore's API, and a key does only what its role allows. The endpoints come from the
 * versions' own tables, so a new one is held to this without a word here.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { AppError, type ErrorCode } from '../../src/domain/error.ts';
import type { TrackingmoreServices } from '../../src/http/trackingmore/services.ts';
import type { Endpoint, Skin } from '../../src/http/trackingmore/skin.ts';
import { makeSkins } from '../../src/http/trackingmore/trackingmore.ts';
import { startBothStores } from '../support/bothStores.ts';
import { type Answer, type TestServer, withServer } from '../support/server.ts';

/** Their tables alone are read: nothing is asked of the services. */
const skins: readonly Skin[] = makeSkins({} as TrackingmoreServices);
const endpoints = skins.flatMap((skin) => skin.endpoints.map((endpoint) => ({ skin, ...endpoint })));

/** All that a key may come in: the versions' own, and those of `/api/v1`. */
const keyHeaders = ['tracking-api-key', 'trackingmore-api-key', 'waybell-api-key', 'authorization'] as const;

/** With another method than GET, and for all that open to every key. */
const onlyAnswers =
  /^\/v[24]\/(couriers|carriers)\/detect$|^\/v4\/awb$|^\/v2\/(carriers|trackings\/(get\w*|remote|costtime|aircargo))$|^\/v3\/trackings\/(courier|carriers|detect|get|count|status|remote|aircargo|transit[tT]ime|(get)?userinfo)$|^\/v3\/.*sandbox\//;

test('every endpoint asks for a key, whoever’s header it comes in, and none but what only answers is open to read-only keys', () =>
  withServer(async (server) => {
    for (const endpoint of endpoints) {
      const [nobody, forbidden] = (['unauthenticated', 'forbidden'] as const).map((code) =>
        refusedAs(endpoint.skin, code),
      );
      for (const method of endpoint.methods) {
        const asked = [String(method), addressOf(endpoint)] as const;
        for (const header of keyHeaders) {
          const ask = (key: string) => askWith(server, key, asked, undefined, header);
          const what = `${endpoint.path} by ${header}`;
          for (const key of ['', 'wk_wrong']) assert.deepEqual(told(await ask(key)), nobody, what);
          assert.deepEqual(told(await ask(server.operator.key)), forbidden, what);
          const isRefused = isDeepStrictEqual(told(await ask(server.anna['read-only'].key)), forbidden);
          assert.equal(isRefused, endpoint.access === 'write', what);
        }
        for (const key of ['ünsinn', 'x'.repeat(5000)])
          assert.deepEqual(told(await askWith(server, key, asked)), nobody, endpoint.path);
        const isOpen = !['GET', 'HEAD'].includes(String(method)) && endpoint.access === 'read';
        assert.ok(!isOpen || onlyAnswers.test(`${endpoint.skin.prefix}${endpoint.path}`), endpoint.path);
      }
    }
  }));

const overBothStores = await startBothStores();

overBothStores(
  'what belongs to another account is not there, on every endpoint, and nothing of it is changed',
  async (server) => {
    const { anna, bela } = server;
    const draft = { tracking_number: 'LX203960974CN', courier_code: 'china-ems', title: "Anna's" };
    const made = await askWith(server, anna.owner.key, ['POST', '/v4/trackings/create'], draft);
    const { id } = made.json.data;
    const everything = async () => (await anna.owner('GET', `/trackings/trk_${id}`)).json;
    const before = await everything();
    // Those that name no parcel in their address say it in the body or the query, in any version's spelling.
    const parcel = {
      ...{ id, tracking_number: draft.tracking_number, title: 'Mine', status: '7', archived: 'true' },
      ...{ courier_code: 'china-ems', carrier_code: 'china-ems', update_carrier_code: 'dhl' },
      ...{ original: 'CN', destination: 'SE', numbers: draft.tracking_number, orders: '1' },
    };
    // What makes a parcel of one's own comes last: until then there is none of this number.
    const isMaking = ({ path }: Endpoint) => /\/(post|create|batch|realtime)$/.test(path);
    const inTurn = endpoints.toSorted((a, b) => Number(isMaking(a)) - Number(isMaking(b)));
    let reached = 0;
    for (const { skin, path, methods } of inTurn) {
      const own = `${skin.prefix}${path
        .replace(':id', id)
        .replace(':carrier_code', 'china-ems')
        .replace(':tracking_number', draft.tracking_number)}`;
      for (const method of methods) {
        for (const body of method === 'GET' ? [undefined] : [parcel, [parcel]]) {
          const query = `tracking_numbers=${draft.tracking_number}&numbers=${draft.tracking_number}`;
          const answer = await askWith(server, bela.owner.key, [String(method), `${own}?${query}`], body);
          assert.ok(!answer.text.includes(id) && !answer.text.includes("Anna's"), `${method} ${path}`);
          if (!path.includes(':')) continue;
          reached++;
          assert.ok([4102, 4017, 4031].includes(answer.json.meta.code), `${method} ${path}: ${answer.text}`);
        }
      }
    }
    assert.ok(reached >= 9);
    assert.deepEqual(await everything(), before);
    const list = await askWith(server, bela.owner.key, ['GET', '/v4/trackings/get?tracking_numbers=NONE']);
    assert.deepEqual(list.json.data, []);
  },
);

overBothStores('what is counted of one account has nothing of another’s in it', async (server) => {
  const { anna, bela } = server;
  const parcel = { tracking_number: 'LX203960974CN', courier_code: 'china-ems' };
  const fields = { origin_country: 'CN', destination_country: 'SE', order_id: '1' };
  const checkpoints = [{ time: '2024-03-14 10:00', description: 'Delivered', status: 'delivered' }];
  await anna.owner('POST', '/updates', { body: { updates: [{ ...parcel, ...fields, checkpoints }] } });
  const countedOf = async (key: string) => {
    const ask = async (method: string, path: string, body?: unknown) =>
      (await askWith(server, key, [method, `/v2/trackings/${path}`], body)).json.data;
    const way = { carrier_code: 'china-ems', original: 'CN', destination: 'SE' };
    const [{ total, delivered }] = await ask('POST', 'costtime', [way]);
    const counts: Record<string, number> = await ask('GET', 'getstatusnumber');
    const sum = Object.values(counts).reduce((before, count) => before + count, 0);
    return [total, delivered, sum, (await ask('GET', 'get')).total, (await ask('GET', 'get?orders=1')).total];
  };
  assert.deepEqual(await countedOf(anna.owner.key), [1, 1, 1, '1', '1']);
  assert.deepEqual(await countedOf(bela.owner.key), [0, 0, 0, '0', undefined]);
});

overBothStores(
  'by its number, too, what belongs to another account is not there, and nothing of it is changed',
  async (server) => {
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
  },
);

test('a suspended account is refused', () =>
  withServer(async (server) => {
    const { anna, operator } = server;
    await operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended: true } });
    for (const endpoint of endpoints) {
      const answer = await askWith(server, anna.owner.key, [
        String(endpoint.methods[0]),
        addressOf(endpoint),
      ]);
      assert.deepEqual(told(answer), refusedAs(endpoint.skin, 'account_suspended'));
    }
  }));

function addressOf({ skin, path }: Endpoint & { readonly skin: Skin }): string {
  return `${skin.prefix}${path.replace(':id', '0'.repeat(32)).replace(/:\w+/g, 'none')}`;
}

type Told = readonly [status: number, code: number];

function told({ status, json }: Pick<Answer, 'status' | 'json'>): Told {
  return [status, (json.meta ?? json).code];
}

/** How the version says it. */
function refusedAs(skin: Skin, code: ErrorCode): Told {
  const { status, body: json } = skin.refused(new AppError(code), null);
  return told({ status, json });
}

function askWith(
  { nobody }: TestServer,
  key: string,
  [method, path]: readonly [string, string],
  body?: unknown,
  header: (typeof keyHeaders)[number] = 'tracking-api-key',
) {
  // What a header cannot hold is not sent as such by any client.
  const sent = Buffer.from(key).toString('latin1');
  const headers = { [header]: header === 'authorization' ? `Bearer ${sent}` : sent };
  return nobody(method, `/${path}`, { headers, ...(body === undefined ? {} : { body }) });
}
