// The promise: retention never removes what is still owed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { dayMs } from '../../src/base/durations.ts';
import { prune, pruneTrackings } from '../../src/tracking/retention.ts';
import { rowsOf } from '../conformance/world.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const parcels = 230;
const days = 30;
const never = new AbortController().signal;
/** Forty days on. */
const later = { ...systemClock, now: () => Date.now() + 40 * dayMs };

test('after the retention what was accepted goes, what is parked or waits stays and can still be sent', async (t) => {
  const good = await openScriptedReceiver(t);
  const away = await openScriptedReceiver(t);
  away.answer('timeout');
  await withServer(async ({ store, anna: { owner: call } }) => {
    const make = async (url: string, statuses: string[]): Promise<string> =>
      (await call('POST', '/webhooks', { body: { url, statuses } })).json.id;
    await make(good.url, ['transit']);
    const waiting = await make(away.url, ['exception']);
    const parked = await make(good.url, ['pickup']);
    await call('POST', `/webhooks/${parked}/disable`);
    await call('POST', '/updates', { body: { updates: [update('LATE-1', 'exception')] } });
    await call('POST', '/updates', { body: { updates: [update('PARKED-1', 'pickup')] } });
    const updates = Array.from({ length: parcels }, (_, n) => update(`GONE-${n}`, 'transit'));
    await call('POST', '/updates', { body: { updates } });
    await good.hears(parcels);
    await until('all are settled', async () => {
      const { json } = await call('GET', '/deliveries?state=accepted&limit=500');
      return json.data.length === parcels;
    });

    assert.equal(await prune({ store, clock: systemClock, days, signal: never }), 0, 'nothing is old yet');
    const keep = (deliveries_days: number) =>
      call('PATCH', '/account', { body: { settings: { retention: { deliveries_days } } } });
    assert.equal(
      await prune({ store, clock: later, days: 100, signal: never }),
      0,
      'nor is it by the server',
    );
    await keep(41);
    assert.equal(await prune({ store, clock: later, days: 100, signal: never }), 0, 'nor by the account');
    await keep(days);
    const stopped = await prune({ store, clock: later, days: 100, signal: AbortSignal.abort() });
    assert.ok(stopped < parcels, 'a stop ends it after a step');
    await keep(100);
    // The account cannot keep it longer than the server does. With the event that tells of the webhook's being disabled.
    assert.equal(stopped + (await prune({ store, clock: later, days, signal: never })), parcels + 1);

    const { json: left } = await call('GET', '/deliveries?limit=500');
    assert.deepEqual(left.data.map((one: { tracking_number: string }) => one.tracking_number).sort(), [
      'LATE-1',
      'PARKED-1',
    ]);
    const { events, deliveries_settled: settled, attempts, trackings } = await rowsOf(store);
    assert.deepEqual([events, settled, attempts], [2, 0, 0]);
    // The parcels themselves are as they were.
    assert.equal(trackings, parcels + 2);
    assert.equal(
      (await call('POST', '/updates', { body: { updates: [update('GONE-1', 'delivered', 1)] } })).json
        .results[0].revision,
      2,
    );

    await call('POST', `/webhooks/${parked}/enable`);
    const { json } = await call('POST', `/webhooks/${parked}/recover`, {
      body: { since: '2020-01-01T00:00:00Z' },
    });
    assert.equal(json.count, 1);
    await good.hears(1, ({ number }) => number === 'PARKED-1');
    assert.equal((await call('GET', `/deliveries?webhook_id=${waiting}`)).json.data.length, 1);
  });
});

test('trackings that are over go where that is asked for, and what is reported of them then makes a new one', async (t) => {
  const receiver = await openScriptedReceiver(t);
  await withServer(async ({ store, ingest, anna: { owner: call } }) => {
    const report = async (number: string, status: string) =>
      (await call('POST', '/updates', { body: { updates: [update(number, status)] } })).json.results[0];
    await call('POST', '/webhooks', { body: { url: receiver.url } });
    const onItsWay = await report('ON-ITS-WAY-1', 'transit');
    const over = await report('OVER-1', 'delivered');
    await receiver.hears(2);
    await until('both are settled', async () => {
      return (await call('GET', '/deliveries?state=accepted')).json.data.length === 2;
    });
    const { next_cursor: cursor } = (await call('GET', '/events?limit=1')).json;
    assert.equal((await report('OVER-1', 'delivered')).changed, false, 'it is held in memory');

    const options = { store, clock: later, signal: never, forget: ingest.forget };
    assert.equal(await pruneTrackings({ ...options, days: null }), 0, 'they are kept for ever');
    assert.equal(await pruneTrackings({ ...options, days: 41 }), 0, 'it is not that old');
    const keep = (final_trackings_days: number) =>
      call('PATCH', '/account', { body: { settings: { retention: { final_trackings_days } } } });
    await keep(41);
    assert.equal(await pruneTrackings({ ...options, days: null }), 0, 'not for the account either');
    assert.equal(await pruneTrackings({ ...options, days: 100 }), 0, 'nor for both');
    await keep(40);
    assert.equal(await pruneTrackings({ ...options, days: 100 }), 1);

    assert.equal((await call('GET', `/trackings/${over.tracking_id}`)).status, 404);
    assert.equal((await call('GET', `/trackings/${onItsWay.tracking_id}`)).status, 200);
    const missed = await call('GET', `/events?cursor=${cursor}`);
    assert.deepEqual([missed.status, missed.json.code], [410, 'cursor_expired'], 'it had not read all');
    const left = (await call('GET', '/deliveries')).json.data;
    assert.deepEqual(
      left.map((one: { tracking_number: string }) => one.tracking_number),
      ['ON-ITS-WAY-1'],
    );
    const again = await report('OVER-1', 'delivered');
    assert.deepEqual([again.changed, again.revision], [true, 1]);
    assert.notEqual(again.tracking_id, over.tracking_id);
    await receiver.hears(1);
    const { json } = await call('GET', `/events?cursor=${missed.json.oldest_cursor}`);
    assert.deepEqual(
      json.data.map((event: { tracking_id: string }) => event.tracking_id),
      [again.tracking_id],
    );
  });
});

function update(number: string, status: string, minute = 0): object {
  const checkpoints = [{ time: `2026-01-05 13:0${minute}`, description: 'Seen', status }];
  return { tracking_number: number, courier_code: 'china-ems', checkpoints };
}
