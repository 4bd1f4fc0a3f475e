/** v3 as it is answered: request by request as written down, in the types that clients bind, with every code there is. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { TrackingmoreServices } from '../../src/http/trackingmore/services.ts';
import { V3_CODES } from '../../src/http/trackingmore/v3/errors.ts';
import { makeV3 } from '../../src/http/trackingmore/v3/v3.ts';
import { withServer } from '../support/server.ts';
import { goldenKept, goldenOf, playVersion } from './golden.ts';
import type { Played } from './play.ts';
import { checkV3, kindsV3 } from './v3Types.ts';

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
    const whole = answer as Flat & { readonly meta?: Flat };
    const { code, message } = whole.meta ?? whole;
    const { data } = whole;
    const action = actionOf(request.path);
    assert.equal(whole.meta !== undefined, action === 'getuserinfo', name);
    if (code === 200) {
      const kind = kindsV3[action];
      assert.ok(kind, `${name}: an answer of ${action}, of which no types are given`);
      checkV3(kind, answer);
      assert.equal(response.status, 200, name);
      continue;
    }
    if (whole.meta === undefined) checkV3(data === null ? 'nothing' : 'noList', answer);
    else assert.deepEqual([whole.meta, data], [{ code, type: 'Error', message }, null]);
    const isList = ['courier', 'carriers', 'detect', 'get'].includes(action);
    if (code !== 404) assert.equal(data === null, !isList, name);
    const [status, sentence] = codes[code] as readonly [number, string];
    assert.equal(response.status, status, name);
    assert.equal(message.replace(/ \(\w+\)/, ''), sentence.replace('{about}', ''), name);
  }
});

test('every action is met under each of its names, and in the sandbox under both prefixes', () => {
  const met = new Set(played.map(({ request }) => pathOf(request.path)));
  const { endpoints } = makeV3({} as TrackingmoreServices);
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
  // 203: nobody pays. 403: v3 says with it that a page is not there, which is 404. The rest are in `golden/trouble.json`.
  assert.deepEqual(unmet, ['203', '403', '429', '511', '512', '513']);
});

test('the sandbox reaches nothing of the account, whatever is asked of it', () =>
  withServer(async ({ anna }) => {
    const own = { tracking_number: 'LX203960974CN', courier_code: 'china-ems' };
    const ask = (method: string, path: string, body?: unknown) => anna.owner(method, `//v3${path}`, { body });
    await ask('POST', '/trackings/create', { ...own, title: 'Kept' });
    const everything = async () => (await anna.owner('GET', '/trackings')).json;
    const before = await everything();
    const { endpoints } = makeV3({} as TrackingmoreServices);
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

interface Flat {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

function pathOf(address: string): string {
  return (address.split('?', 1)[0] as string).replace(/\/+/g, '/').replace(/^\/v3/, '');
}

function actionOf(address: string): string {
  return pathOf(address).split('/').at(-1) as string;
}
