/** Numbers with more than one life, through the API: couriers recycle them, and merchants delete and make them again. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Caller, withServer } from '../support/server.ts';

const courier_code = 'china-ems';
const tracking_number = 'RECYCLED-1';

test('an unknown courier may become that of a deleted tracking: it is a further life of the number', () =>
  withServer(async ({ anna: { owner: call } }) => {
    const first = await create(call, { courier_code });
    assert.equal(first.generation, 1);
    assert.equal((await call('DELETE', `/trackings/${first.id}`)).status, 204);
    const unknown = await create(call, {});
    assert.equal(unknown.courier_code, null);
    const edited = await call('PATCH', `/trackings/${unknown.id}`, { body: { courier_code } });
    assert.equal(edited.status, 200, edited.text);
    assert.deepEqual([edited.json.courier_code, edited.json.generation], [courier_code, 2]);
    assert.equal(edited.json.revision, unknown.revision + 1);

    // From now on it is the courier's parcel: reports reach it, and no third one is made.
    const checkpoints = [{ time: '2026-02-01 10:00', description: 'Posted', status: 'transit' }];
    const [told] = await update(call, { courier_code, checkpoints });
    assert.deepEqual([told.tracking_id, told.status], [unknown.id, 'transit']);
    assert.equal((await create(call, { courier_code })).id, unknown.id);
    assert.deepEqual(await lives(call), [[2, 'transit']]);
  }));

test('a delivery and the next parcel of its number are two trackings, told at once or one after the other', () =>
  withServer(async ({ anna, bela }) => {
    const delivered = { time: '2025-03-01 10:00', description: 'Delivered', status: 'delivered' };
    const posted = { time: '2026-02-01 10:00', description: 'Posted', status: 'transit' };
    await update(anna.owner, { courier_code, checkpoints: [posted, delivered] });
    await update(bela.owner, { courier_code, checkpoints: [delivered] });
    await update(bela.owner, { courier_code, checkpoints: [posted] });
    const expected = [
      [1, 'delivered'],
      [2, 'transit'],
    ];
    assert.deepEqual(await lives(anna.owner), expected);
    assert.deepEqual(await lives(bela.owner), expected);
  }));

test('an update that is refused for one life of its number is refused for all of them', () =>
  withServer(async ({ anna: { owner: call } }) => {
    const scan = (day: number, minute: number, status = 'transit') => {
      const at = new Date(Date.UTC(2024, 0, 1 + day, 0, minute));
      return { time: at.toISOString(), description: `Scan ${day} ${minute}`, status };
    };
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => scan(0, from + index));
    for (const from of [0, 300, 600]) await update(call, { courier_code, checkpoints: many(from, 300) });
    await update(call, { courier_code, checkpoints: [...many(900, 98), scan(1, 0, 'delivered')] });
    const before = await everything(call);

    // The first life has room for one more; the scan of the second life would be its first.
    const [refused] = await update(call, { courier_code, checkpoints: [...many(998, 2), scan(200, 0)] });
    assert.equal(refused.error?.code, 'checkpoints_too_many', JSON.stringify(refused));
    assert.deepEqual(await everything(call), before, 'Nothing was taken.');

    const [taken] = await update(call, { courier_code, checkpoints: [...many(998, 1), scan(200, 0)] });
    assert.equal(taken.changed, true);
    assert.deepEqual(await lives(call), [
      [1, 'delivered'],
      [2, 'transit'],
    ]);
  }));

test('a history of more parcels than a number may have is refused by name, and its neighbours are taken', () =>
  withServer(async ({ anna: { owner: call } }) => {
    const checkpoints = Array.from({ length: 21 }, (_, index) => ({
      time: new Date(Date.UTC(2020, 0, 1 + index * 91)).toISOString(),
      description: 'Delivered',
      status: 'delivered',
    }));
    const { json } = await call('POST', '/updates', {
      body: { updates: [{ tracking_number, checkpoints }, { tracking_number: 'OTHER-1' }] },
    });
    assert.equal(json.results[0].error.code, 'lives_too_many');
    assert.match(json.results[0].error.message, /Check the dates/);
    assert.equal(json.results[1].changed, true);
    assert.deepEqual(await lives(call), [[1, 'pending']]);
  }));

interface Tracking {
  readonly id: string;
  readonly courier_code: string | null;
  readonly generation: number;
  readonly revision: number;
}

async function create(call: Caller, said: Record<string, unknown>): Promise<Tracking> {
  const { status, json, text } = await call('POST', '/trackings', { body: { tracking_number, ...said } });
  assert.ok(status === 200 || status === 201, text);
  return json;
}

async function update(call: Caller, said: Record<string, unknown>) {
  const { status, json, text } = await call('POST', '/updates', {
    body: { updates: [{ tracking_number, ...said }] },
  });
  assert.equal(status, 200, text);
  return json.results;
}

/** Generations with their status, in the order in which they were lived. */
async function lives(call: Caller): Promise<readonly [number, string][]> {
  const { data } = (await call('GET', '/trackings')).json;
  return data
    .map(({ generation, status }: { generation: number; status: string }) => [generation, status])
    .toSorted(([a]: [number], [b]: [number]) => a - b);
}

async function everything(call: Caller): Promise<readonly unknown[]> {
  return [(await call('GET', '/trackings')).json, (await call('GET', '/events?limit=500')).json];
}
