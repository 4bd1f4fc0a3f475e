// A suspended account: its couriers are not asked, and are again once it is taken back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
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

async function create(call: Caller, tracking_number: string): Promise<string> {
  const { status, json, text } = await call('POST', '/trackings', { body: { tracking_number } });
  assert.equal(status, 201, text);
  assert.equal(json.courier_code, 'sandbox');
  return json.id;
}
