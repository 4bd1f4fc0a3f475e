/** v4 as it is answered: request by request as written down, in the types that clients bind, with every code there is. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { V4_CODES } from '../../src/http/trackingmore/v4/errors.ts';
import { goldenKept, goldenOf, playVersion } from './golden.ts';
import type { Played } from './play.ts';
import { checkV4, type KindV4, kindsV4 } from './v4Types.ts';

let played: readonly Played[] = [];
before(async () => {
  played = (await playVersion('v4')).filter(({ request }) => request.path.startsWith('/v'));
});

test('every request is answered as it is written down', async () => {
  assert.deepEqual(
    goldenOf(await playVersion('v4')),
    goldenKept('v4'),
    'Write it anew with `node test/trackingmore/golden.ts`, and read what differs.',
  );
});

test('every answer has the envelope and the types that clients bind, and refusals their code and status', () => {
  for (const { name, request, response, answer } of played) {
    // biome-ignore lint/suspicious/noExplicitAny: any answer
    const { meta, data } = answer as any;
    const [, , module = '', action = module] = request.path.replace(/\/+/g, '/').split(/[/?]/);
    const isList = ['all', 'detect', 'get'].includes(action);
    const refused: KindV4 = meta.code === 4101 ? 'tracking' : data === null ? 'nothing' : 'noList';
    checkV4(meta.code === 200 ? (kindsV4[action] as KindV4) : refused, answer);
    if (!isList && meta.code !== 4101 && meta.code !== 200) assert.equal(data, null, name);
    const codes: Readonly<Record<number, readonly [number, string]>> = V4_CODES;
    assert.equal(response.status, meta.code === 200 ? 200 : codes[meta.code]?.[0], name);
  }
});

test('every code is met, but for those of a server in trouble', () => {
  const met = new Set(played.map(({ answer }) => String((answer as { meta: { code: number } }).meta.code)));
  const unmet = Object.keys(V4_CODES).filter((code) => !met.has(code));
  // 4161 to 4168: no air waybill is followed. The rest are in `golden/trouble.json`.
  assert.deepEqual(unmet, [
    ...['429', '511', '512', '513'],
    ...['4161', '4162', '4163', '4164', '4165', '4166', '4167', '4168'],
  ]);
});
