/** v3 as it is answered: request by request as written down, in the types that clients bind, with every code there is. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { V3_CODES } from '../../src/http/trackingmore/v3/errors.ts';
import { makeV3, type V3Services } from '../../src/http/trackingmore/v3/v3.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { testNow } from '../support/build.ts';
import { withServer } from '../support/server.ts';
import { goldenKept, goldenOf, playVersion } from './golden.ts';
import type { Played } from './play.ts';
import { checkV3, kindOf } from './typesV3.ts';

let played: readonly Played[] = [];
before(async () => {
  played = (await playVersion('v3')).filter(({ request }) => /^\/+v/.test(request.path));
});

test('every request is answered as it is written down', async () => {
  assert.deepEqual(
    goldenOf(await playVersion('v3')),
    goldenKept('v3'),
    'Write it anew with `node test/trackingmore/golden.ts`, and read what differs.',
  );
});

test('every answer has the envelope and the types that clients bind, and refusals their status and sentence', () => {
  const codes: Readonly<Record<number, readonly [number, string]>> = V3_CODES;
  for (const { name, request, response, answer } of played) {
    const { code, message, data } = answer as { code?: number; message: string; data: unknown };
    const action = actionOf(request.path);
    if (code === undefined) assert.equal(action, 'getuserinfo', name);
    if (code === undefined || code === 200) {
      const kind = kindOf[action];
      assert.ok(kind, `${name}: an answer of ${action}, of which no types are given`);
      checkV3(kind, answer);
      assert.equal(response.status, 200, name);
      continue;
    }
    checkV3(data === null ? 'nothing' : 'noList', answer);
    const isList = ['courier', 'carriers', 'detect', 'get'].includes(action);
    if (code !== 404) assert.equal(data === null, !isList, name);
    const [status, sentence] = codes[code] as readonly [number, string];
    assert.equal(response.status, status, name);
    assert.equal(message.replace(/ \(\w+\)/, ''), sentence.replace('{about}', ''), name);
  }
});

test('every action is met under each of its names, and in the sandbox under both prefixes', () => {
  const met = new Set(played.map(({ request }) => pathOf(request.path)));
  const { endpoints } = makeV3({} as V3Services);
  const names = endpoints.map(({ path }) => path);
  const unmet = names.filter((path) => !path.includes('sandbox') && !met.has(path));
  assert.deepEqual(unmet, []);
  const own = names.filter((path) => !path.includes('sandbox')).map(actionOf);
  for (const prefix of ['/trackings/sandbox/', '/sandbox/trackings/']) {
    assert.ok([...met].some((path) => path.startsWith(prefix)));
    assert.deepEqual(names.filter((path) => path.startsWith(prefix)).map(actionOf), own);
  }
});

test('every code is met, but for those of a server in trouble and those that have no cause here', () => {
  const met = new Set(
    played.flatMap(({ answer }) => {
      const { code, data } = answer as { code: number; data: { error?: { errorCode: number }[] } | null };
      return [code, ...(data?.error?.map(({ errorCode }) => errorCode) ?? [])].map(String);
    }),
  );
  const unmet = Object.keys(V3_CODES).filter((code) => !met.has(code));
  // 203: nobody pays. 403: v3 says with it that a page is not there, which is 404. The rest have tests of their own below.
  assert.deepEqual(unmet, ['203', '403', '429', '511', '512', '513']);
});

test('the sandbox reaches nothing of the account, whatever is asked of it', () =>
  withServer(async ({ anna }) => {
    const own = { tracking_number: 'LX203960974CN', courier_code: 'china-ems' };
    const ask = (method: string, path: string, body?: unknown) => anna.owner(method, `//v3${path}`, { body });
    await ask('POST', '/trackings/create', { ...own, title: 'Kept' });
    const everything = async () => (await anna.owner('GET', '/trackings')).json;
    const before = await everything();
    const { endpoints } = makeV3({} as V3Services);
    const body = {
      ...{ ...own, title: 'Sand', new_courier_code: 'usps', delivery_status: 4, archived: true },
      ...{ country: 'JP', original_code: 'CN', destination_code: 'SE', track_number: '172-28891936' },
    };
    for (const { path, methods } of endpoints.filter((endpoint) => endpoint.path.includes('sandbox')))
      for (const method of methods) {
        const said = method === 'GET' ? undefined : /\/(get|count|status)$/.test(path) ? own : body;
        const { status, json } = await ask(String(method), path, said);
        assert.equal(status, 200, path);
        const expected = path.endsWith('/remote') ? 204 : 200;
        assert.equal((json.meta ?? json).code, expected, `${method} ${path}: ${JSON.stringify(json)}`);
        assert.deepEqual(json.data?.error ?? [], []);
      }
    assert.deepEqual(await everything(), before);
  }));

test('a store that is away, and what nobody expected, are refused in the envelope, with when to come again', () =>
  withServer(async ({ anna, store }) => {
    const ask = () => anna.member('GET', '//v3/trackings/get');
    const { trackings } = store;
    const full = () => Promise.reject(new StoreUnavailable('The disk is full.', null));
    Object.assign(store, { trackings: full, load: full });
    const away = await ask();
    assert.deepEqual(
      [away.status, away.json.code, away.headers.get('retry-after'), away.json.data],
      [500, 512, '5', []],
    );
    const items = await anna.member('DELETE', '//v3/trackings/delete', {
      body: [{ tracking_number: 'LX203960974CN', courier_code: 'china-ems' }],
    });
    assert.deepEqual([items.status, items.json.code], [500, 512], 'no failure is told as one of an item');
    Object.assign(store, { trackings: () => Promise.reject(new Error('a secret')) });
    const failed = await ask();
    assert.deepEqual([failed.status, failed.json.code], [500, 511]);
    assert.doesNotMatch(failed.text, /secret/);
    Object.assign(store, { trackings });
    assert.equal((await ask()).json.code, 204);
  }));

test("where TrackingMore's limits are switched on, an account has one request a second of each action", async ({
  mock,
}) => {
  // Counting stands still, however long the requests take.
  mock.timers.enable({ apis: ['Date'], now: testNow });
  await withServer(
    async ({ anna, bela }) => {
      for (const [action, ...methods] of [
        ['create', 'POST', 'PUT', 'POST'],
        // A client makes a POST of every GET with parameters: it is the same action.
        ['get', 'GET', 'POST', 'GET'],
        ['delete', 'DELETE', 'DELETE', 'DELETE'],
      ] as const) {
        const path = `//v3/trackings/${action}`;
        assert.notEqual((await anna.member(methods[0], path)).status, 429, action);
        for (const method of methods.slice(1)) {
          const { status, headers, json } = await anna.member(method, path);
          assert.deepEqual([status, headers.get('retry-after')], [429, '1'], action);
          assert.deepEqual([Object.keys(json), json.code], [['code', 'message', 'data'], 429]);
        }
        assert.notEqual((await bela.member(methods[0], path)).status, 429, 'another account has its own');
      }
      mock.timers.setTime(testNow + 1001);
      assert.notEqual((await anna.member('GET', '//v3/trackings/get')).status, 429);
    },
    {},
    { trackingmoreRateLimits: true },
  );
});

function pathOf(address: string): string {
  return (address.split('?', 1)[0] as string).replace(/\/+/g, '/').replace(/^\/v3/, '');
}

function actionOf(address: string): string {
  return pathOf(address).split('/').at(-1) as string;
}
