// A suspended account: its couriers are not asked and what it is owed waits, until it is taken back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import { everything } from '../conformance/world.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const hourMs = 3_600_000;

test('couriers are not asked for a suspended account, and are again within an hour of its return', async () => {
  // It stands still but for the test, so a parcel is due when the test says so.
  let now = systemClock.now();
  const clock = { now: () => now, monotonic: systemClock.monotonic };
  await withServer(
    async ({ anna, bela, operator, store }) => {
      const id = await create(anna.owner, 'SANDBOX-DELIVERED-1');
      const parcel = async () => {
        const tracking = await store.tracking(anna.account.id, id);
        assert.ok(tracking);
        return tracking;
      };
      /** Lets an hour and more go by. That another account makes a parcel wakes the asking, for all of them. */
      const goOn = async (round: number) => {
        now += hourMs + 60_000;
        await create(bela.owner, `SANDBOX-DELIVERED-1${round}`);
      };
      const suspend = async (suspended: boolean) => {
        const { status } = await operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended } });
        assert.equal(status, 200);
      };

      await until('its courier was asked', async () => ((await parcel()).pollAt ?? 0) > now);
      await suspend(true);
      for (const round of [1, 2]) {
        await goOn(round);
        await until('it is put off', async () => ((await parcel()).pollAt ?? 0) > now);
        assert.deepEqual((await parcel()).checkpoints, [], 'Nothing was asked.');
      }
      await suspend(false);
      await goOn(3);
      await until('its courier is asked again', async () => (await parcel()).finalAt !== null);
    },
    { clock },
  );
});

test('deliveries of a suspended account wait, spend no attempts, and go out in order once it is resumed', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const other = await openScriptedReceiver(t);
  await withServer(async ({ anna, bela, operator, store }) => {
    const suspend = async (suspended: boolean) => {
      const { status } = await operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended } });
      assert.equal(status, 200);
    };
    const hook = async (call: Caller, url: string) =>
      call('POST', '/webhooks', { body: { url, fires_on: 'every_update', retry_seconds: Array(5).fill(1) } });
    await hook(anna.owner, receiver.url);
    await hook(bela.owner, other.url);

    // One that is to be tried again, and one whose request is under way when the account is suspended.
    const { promise: held, resolve: letGo } = Promise.withResolvers<number>();
    receiver.playFor('HELD-1', () => held);
    receiver.playFor('AGAIN-1', 500);
    for (const hour of [8, 9, 10]) {
      await report(anna.owner, 'HELD-1', hour);
      await report(anna.owner, 'AGAIN-1', hour);
    }
    await receiver.hears(2);
    await suspend(true);
    letGo(200);

    const owed = async () =>
      (await store.deliveries(anna.account.id, everything, { after: null, limit: 9 })).items;
    const first = (deliveries: readonly Delivery[], number: string) =>
      deliveries.find((one) => one.number === number && one.revision === 1);
    await until('one is accepted and the other is due again', async () => {
      const all = await owed();
      const dueAt = first(all, 'AGAIN-1')?.dueAt ?? null;
      return first(all, 'HELD-1')?.state === 'accepted' && dueAt !== null && dueAt < Date.now();
    });
    // That another account's webhook is served meanwhile is proof enough that there was time.
    for (let hour = 1; hour <= 9; hour++) {
      await report(bela.owner, 'OTHER-1', hour);
      await other.hears(hour);
    }
    assert.equal(receiver.heard.length, 2, 'nothing was sent');
    const attempts = (await owed())
      .toReversed()
      .map(({ number, revision, attempts }) => [number, revision, attempts]);
    assert.deepEqual(attempts, [
      ['HELD-1', 1, 1],
      ['AGAIN-1', 1, 1],
      ['HELD-1', 2, 0],
      ['AGAIN-1', 2, 0],
      ['HELD-1', 3, 0],
      ['AGAIN-1', 3, 0],
    ]);

    await suspend(false);
    await receiver.hears(7);
    for (const number of ['HELD-1', 'AGAIN-1']) {
      const taken = receiver.heard.filter((one) => one.number === number && one.answer === 200);
      assert.deepEqual(
        taken.map(({ revision }) => revision),
        [1, 2, 3],
      );
    }
    await until('all are accepted, none parked', async () =>
      (await anna.owner('GET', '/deliveries')).json.data.every(
        (one: { state: string }) => one.state === 'accepted',
      ),
    );
  });
});

async function report(call: Caller, number: string, hour: number): Promise<void> {
  const checkpoints = [
    { time: `2026-01-05 ${String(hour).padStart(2, '0')}:00`, description: `Seen at ${hour}` },
  ];
  const updates = [{ tracking_number: number, courier_code: 'china-ems', checkpoints }];
  const { json } = await call('POST', '/updates', { body: { updates } });
  assert.equal(json.results[0].changed, true);
}

async function create(call: Caller, tracking_number: string): Promise<string> {
  const { status, json, text } = await call('POST', '/trackings', { body: { tracking_number } });
  assert.equal(status, 201, text);
  assert.equal(json.courier_code, 'sandbox');
  return json.id;
}
