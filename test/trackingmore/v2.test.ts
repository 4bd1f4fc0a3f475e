/** v2 as it is answered: request by request as written down, in the types that its pages show, with every code there is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import type { TrackingmoreServices } from '../../src/http/trackingmore/services.ts';
import type { Endpoint } from '../../src/http/trackingmore/skin.ts';
import { V2_CODES } from '../../src/http/trackingmore/v2/errors.ts';
import { otherNames, v2Fields } from '../../src/http/trackingmore/v2/fields.ts';
import { makeV2 } from '../../src/http/trackingmore/v2/v2.ts';
import { testNow } from '../support/build.ts';
import { type TestServer, withServer } from '../support/server.ts';
import { goldenKept, goldenOf, playVersion } from './golden.ts';
import type { Played } from './play.ts';
import { checkV2, type KindV2, kindsV2 } from './v2Types.ts';

const clock = { now: () => testNow, monotonic: () => performance.now() };
/** Its table alone is read. */
const { endpoints } = makeV2({} as TrackingmoreServices);

let played: readonly Played[] = [];
before(async () => {
  played = await playVersion('v2');
});

test('every request is answered as it is written down', () => {
  assert.deepEqual(
    goldenOf(played),
    goldenKept('v2'),
    'Write it anew with `node test/trackingmore/golden.ts`, and read what differs.',
  );
});

test('every answer has the envelope and the types of its endpoint, and refusals an empty list, with HTTP status 200', () => {
  const met = new Set<string>();
  for (const { name, request, response, answer } of played.filter(isOfV2)) {
    const { meta } = answer as { meta: { code: number; type: string; message: string } };
    assert.equal(response.status, 200, name);
    if (meta.code === 200) {
      const route = routeOf(request);
      met.add(route);
      checkV2(kindsV2[route] as KindV2, answer);
      assert.deepEqual(meta, { code: 200, type: 'Success', message: 'Success' });
      continue;
    }
    checkV2('nothing', answer);
    const [type, message] = V2_CODES[meta.code as keyof typeof V2_CODES];
    assert.equal(meta.type, type, name);
    assert.ok(meta.message.startsWith(message.replace(/\.$/, '')), name);
  }
  assert.deepEqual(
    endpoints.map(({ path }) => path).filter((path) => ![...met].some((route) => route.endsWith(` ${path}`))),
    [],
    'Every endpoint is met with an answer.',
  );
  assert.deepEqual(
    Object.keys(kindsV2).filter((route) => !met.has(route)),
    [],
  );
});

test('every code is met, but for that of a suspended account and those of a server in trouble', () => {
  const met = new Set(
    played.filter(isOfV2).map(({ answer }) => String((answer as { meta: { code: number } }).meta.code)),
  );
  // They are in `golden/trouble.json`.
  assert.deepEqual(
    Object.keys(V2_CODES).filter((code) => !met.has(code)),
    ['403', '429', '500', '503'],
  );
});

test('a status set by hand holds against what the courier reports, until it is taken back', () =>
  withServer(async (server) => {
    const parcel = { tracking_number: 'HAND1', carrier_code: 'ups' };
    await ask(server, ['POST', 'trackings/post'], parcel);
    const set = async (status: number) =>
      (await ask(server, ['PUT', 'trackings/ups/HAND1'], { status })).data.status;
    assert.equal(await set(4), 'delivered');
    await server.anna.member('POST', '/updates', {
      body: {
        updates: [
          {
            ...{ tracking_number: 'HAND1', courier_code: 'ups' },
            checkpoints: [{ time: '2024-03-14 10:00', description: 'Under way', status: 'transit001' }],
          },
        ],
      },
    });
    const get = async () => (await ask(server, ['GET', 'trackings/ups/HAND1'])).data.status;
    assert.equal(await get(), 'delivered');
    assert.equal(await set(7), 'exception');
    assert.equal(await set(8), 'transit');
    assert.equal(await get(), 'transit');
  }));

test('what is not to be updated any more stays as it is, and its courier is not asked', () =>
  withServer(async (server) => {
    await ask(server, ['POST', 'trackings/post'], { tracking_number: 'STOP1', carrier_code: 'ups' });
    await ask(server, ['POST', 'trackings/notupdate'], [{ tracking_number: 'STOP1', carrier_code: 'ups' }]);
    const { json } = await server.anna.member('GET', '/trackings?tracking_number=STOP1');
    assert.equal(json.data[0].stopped, true);
  }));

test('parcel after parcel of a list that grows meanwhile is met once, and the total is of all of them', () =>
  withServer(
    async (server) => {
      const create = (numbers: readonly string[]) =>
        ask(
          server,
          ['POST', 'trackings/batch'],
          numbers.map((tracking_number) => ({ tracking_number, carrier_code: 'ups' })),
        );
      await create(['PAGE1', 'PAGE2', 'PAGE3', 'PAGE4', 'PAGE5']);
      const met: string[] = [];
      for (let page = 1; page <= 3; page++) {
        // As the PHP class asks: the filter names another "now" with every page.
        const now = testNow / 1000 + page;
        const query = `page=${page}&limit=2&created_at_min=0&created_at_max=${now}&update_time_max=${now}&order_created_time_max=${now}`;
        const { data } = await ask(server, ['GET', `trackings/get?${query}`]);
        assert.equal(data.total, String(4 + page));
        met.push(...data.items.map((one: { tracking_number: string }) => one.tracking_number));
        await create([`LATER${page}`]);
      }
      assert.deepEqual(met, ['PAGE5', 'PAGE4', 'PAGE3', 'PAGE2', 'PAGE1']);
    },
    { clock },
  ));

test('two hundred are deleted in one call, those that were named twice once, and few looked up at a time', () =>
  withServer(async (server) => {
    const parcels = Array.from({ length: 199 }, (_, i) => ({
      ...{ tracking_number: `GONE${i}`, carrier_code: 'ups' },
    }));
    for (let i = 0; i < 5; i++) {
      const { data } = await ask(server, ['POST', 'trackings/batch'], parcels.slice(i * 40, (i + 1) * 40));
      assert.deepEqual(data.errors, []);
    }
    const { store } = server;
    const { load } = store;
    const underWay = { now: 0, most: 0 };
    Object.assign(store, {
      async load(...asked: Parameters<typeof load>) {
        underWay.most = Math.max(underWay.most, ++underWay.now);
        const lives = await load(...asked);
        underWay.now--;
        return lives;
      },
    });
    const { data } = await ask(server, ['POST', 'trackings/delete'], [...parcels, parcels[0]]);
    // Eight look-ups, and what loads the parcels that are to be deleted.
    assert.ok(underWay.most > 1 && underWay.most <= 16, `${underWay.most}`);
    assert.deepEqual([data.submitted, data.delete, data.errors.length], [200, 199, 1]);
    assert.equal((await ask(server, ['GET', 'trackings/get'])).data.total, '0');
  }));

test('the reference page tells of every endpoint and of every code, and of no others', () => {
  const page = readFileSync(new URL('../../docs/reference/trackingmore-v2.md', import.meta.url), 'utf8');
  const told = [...page.matchAll(/^\| `([A-Z ,]+) \/v2(\/\S*?)`.*\| (\d+) \|$/gm)].map(
    ([, methods = '', path = '', limit = '']) => [methods, path.replace(/\{(\w+)\}/g, ':$1'), Number(limit)],
  );
  const isOther = ({ path }: Endpoint) => !path.endsWith('/:lang');
  assert.deepEqual(
    told,
    endpoints.filter(isOther).map(({ methods, path, perSecond }) => [methods.join(', '), path, perSecond]),
  );
  const codes = [...page.matchAll(/^\| (\d{3,4}) \| ([A-Z][A-Za-z ]+) \| /gm)].map(
    ([, code = '', type = '']) => [Number(code), type],
  );
  assert.deepEqual(codes, [
    [200, 'Success'],
    ...Object.entries(V2_CODES).map(([code, [type]]) => [Number(code), type]),
  ]);
});

test('the reference page tells of every field, with what it is in /api/v1', () => {
  const page = readFileSync(new URL('../../docs/reference/trackingmore-v2.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| `\w+`.* \| .* \|$/.test(line));
  for (const [name, own] of Object.entries({ ...v2Fields, ...otherNames })) {
    const row = rows.find((line) => line.split(' | ')[0]?.includes(`\`${name}\``));
    assert.ok(row?.includes(name === own ? '| the same |' : `\`${own}\``), `${name}: ${row}`);
  }
});

function isOfV2({ request }: Played): boolean {
  return /^\/+v2/.test(request.path);
}

function routeOf({ method, path }: Played['request']): string {
  const plain = (path.split('?', 1)[0] as string).replace(/\/+/g, '/').replace(/^\/v2|\/$/g, '');
  const endpoint = endpoints.find(
    (one) =>
      one.methods.some((own) => own === method) &&
      new RegExp(`^${one.path.replace(/:\w+/g, '[^/]+')}$`).test(plain),
  );
  return `${method} ${endpoint?.path}`;
}

async function ask(
  { nobody, anna }: TestServer,
  [method, path]: readonly [string, string],
  body?: unknown,
  // biome-ignore lint/suspicious/noExplicitAny: any answer
): Promise<any> {
  const headers = { 'trackingmore-api-key': anna.member.key };
  return (await nobody(method, `//v2/${path}`, { headers, ...(body === undefined ? {} : { body }) })).json;
}
