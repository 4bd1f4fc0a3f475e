/** A correction needs a higher version; one that has none and does not hold is answered in words. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Caller, withServer } from '../support/server.ts';

const other = { time: '2026-01-05T08:00:00Z', description: 'Weighed' };
const scan = { id: 's1', time: '2026-01-05T13:00:00Z', status: 'transit' };
const [left, arrived] = [
  { ...scan, description: 'Left the hub' },
  { ...scan, description: 'Arrived at the hub' },
];

test('of two reports of a scan with one version the same holds in any order, and the other is told as a note', () =>
  withServer(async ({ anna: { owner: call } }) => {
    for (const [number, first, second] of [
      ['ORDER-1', left, arrived],
      ['ORDER-2', arrived, left],
    ] as const) {
      assert.equal((await report(call, number, [first])).notes, undefined);
      const result = await report(call, number, [other, second]);
      const [note, ...more] = result.notes ?? [];
      assert.deepEqual(more, []);
      assert.deepEqual(note?.where, second === arrived ? ['/checkpoints/1'] : undefined);
      if (note !== undefined) assert.match(note.message, /higher `version`/);
      assert.deepEqual(await told(call, result.tracking_id), ['Left the hub', 'Weighed']);
    }
  }));

test('a correction with a higher version holds whatever it says, and what it replaced does not come back', () =>
  withServer(async ({ anna: { owner: call } }) => {
    await report(call, 'VERSION-1', [left]);
    const corrected = await report(call, 'VERSION-1', [{ ...arrived, version: 1 }]);
    assert.deepEqual([corrected.changed, corrected.notes], [true, undefined]);
    const back = await report(call, 'VERSION-1', [left]);
    assert.deepEqual([back.changed, back.notes?.[0]?.where], [false, ['/checkpoints/0']]);
    assert.deepEqual(await told(call, back.tracking_id), ['Arrived at the hub']);
  }));

interface Result {
  readonly tracking_id: string;
  readonly changed: boolean;
  readonly notes?: readonly { readonly message: string; readonly where: readonly string[] }[];
}

async function report(call: Caller, number: string, checkpoints: object[]): Promise<Result> {
  const updates = [{ tracking_number: number, courier_code: 'dhl', checkpoints }];
  const { json, text } = await call('POST', '/updates', { body: { updates } });
  assert.equal(json.results[0].error, undefined, text);
  return json.results[0];
}

async function told(call: Caller, id: string): Promise<string[]> {
  const { json } = await call('GET', `/trackings/${id}`);
  return json.checkpoints.map(({ description }: { description: string }) => description);
}
