/** What every version answers while the server is in trouble, and the limits that each endpoint has where they are switched on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../src/domain/error.ts';
import type { TrackingmoreServices } from '../../src/http/trackingmore/services.ts';
import { makeSkins } from '../../src/http/trackingmore/trackingmore.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { testNow } from '../support/build.ts';
import { withServer } from '../support/server.ts';
import { goldenKept } from './golden.ts';
import { playTroubles, versions } from './trouble.ts';

test('every trouble is told as it is written down: in the envelope, with when to come again, and nothing of what failed', async () => {
  const played = await playTroubles();
  assert.deepEqual(
    played,
    goldenKept('trouble'),
    'Write it anew with `node test/trackingmore/golden.ts`, and read what differs.',
  );
  assert.doesNotMatch(JSON.stringify(played), /secret/);
  for (const version of versions) {
    const codes = played
      .filter(({ request }) => request.path.startsWith(`/${version}/`))
      .map(({ response }) => codeOf(response.body));
    const expected = {
      v2: [429, 403, 503, 500, 503],
      v3: [429, 401, 512, 511, 513],
      v4: [429, 403, 512, 511, 513],
    };
    assert.deepEqual(codes, expected[version]);
  }
});

test('a store that is away is told as no refusal of an item', () =>
  withServer(async ({ anna, store }) => {
    const full = () => Promise.reject(new StoreUnavailable('The disk is full.', null));
    Object.assign(store, { trackings: full, load: full });
    const item = { tracking_number: 'LX203960974CN', courier_code: 'china-ems', carrier_code: 'china-ems' };
    for (const [method, path, code] of [
      ['POST', 'v2/trackings/delete', 503],
      ['DELETE', 'v3/trackings/delete', 512],
      ['POST', 'v4/trackings/batch', 512],
    ] as const) {
      const { headers, json } = await anna.member(method, `//${path}`, { body: [item] });
      assert.deepEqual([codeOf(json), headers.get('retry-after')], [code, '5'], path);
    }
  }));

test("where TrackingMore's limits are switched on, every endpoint has its own for every account", async ({
  mock,
}) => {
  // Counting stands still, however long the requests take.
  mock.timers.enable({ apis: ['Date'], now: testNow });
  await withServer(
    async ({ anna, bela }) => {
      for (const { prefix, endpoints, ...skin } of makeSkins({} as TrackingmoreServices))
        for (const { path, methods, perSecond, refusedData, envelope = skin } of endpoints) {
          const address = `/${prefix}${path.replace(/:\w+/g, 'none')}`;
          let asked = 0;
          // All methods of an endpoint count together: a client makes a POST of every GET with parameters.
          const ask = (who = anna) => who.member(String(methods[asked++ % methods.length]), address);
          for (let i = 0; i < perSecond; i++) assert.notEqual(codeOf((await ask()).json), 429, path);
          const { status, headers, json } = await ask();
          const refused = envelope.refused(new AppError('rate_limited'), refusedData);
          assert.deepEqual([{ status, body: json }, headers.get('retry-after')], [refused, '1'], path);
          assert.notEqual(codeOf((await ask(bela)).json), 429, path);
        }
      mock.timers.setTime(testNow + 1001);
      assert.notEqual(codeOf((await anna.member('GET', '//v3/trackings/get')).json), 429);
    },
    {},
    { trackingmoreRateLimits: true },
  );
});

function codeOf(answer: unknown): number {
  const { meta, code } = answer as { readonly meta?: { readonly code: number }; readonly code: number };
  return (meta ?? { code }).code;
}
