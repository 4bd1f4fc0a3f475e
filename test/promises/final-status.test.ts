// The promise: a final status does not regress, and what comes late enters the history and fires nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, withServer } from '../support/server.ts';

test('a late checkpoint fires no webhook and is in the history', async (t) => {
  await withParcel(t, async ({ say, statuses, told, history }) => {
    await say('2024-03-03 10:00', 'In transit', 'transit');
    await say('2024-03-04 08:00', 'Out for delivery', 'pickup');
    await say('2024-03-03 18:00', 'At the depot, told late', 'exception');
    assert.deepEqual(await told(), ['transit', 'pickup']);
    assert.equal((await statuses()).at(-1), 'pickup');
    assert.deepEqual(await history(), ['Out for delivery', 'At the depot, told late', 'In transit']);
  });
});

test('a delivered parcel stays delivered, whatever is scanned after', async (t) => {
  await withParcel(t, async ({ say, statuses, told }) => {
    await say('2024-03-05 09:00', 'Delivered', 'delivered');
    await say('2024-03-05 21:00', 'Vehicle unloaded', 'transit');
    await say('2024-03-06 09:00', 'Damaged', 'exception');
    await say('2024-03-04 09:00', 'Not at home', 'undelivered');
    assert.deepEqual(await statuses(), ['delivered', 'delivered', 'delivered', 'delivered']);
    assert.deepEqual(new Set(await told()), new Set(['delivered']), 'No body tells another status.');
  });
});

test('a parcel that goes back to its sender is returned, also after it was delivered', async (t) => {
  await withParcel(t, async ({ say, statuses, told }) => {
    await say('2024-03-05 09:00', 'Delivered', 'delivered');
    await say('2024-03-06 09:00', 'On its way back', 'exception011');
    await say('2024-03-07 09:00', 'Delivered', 'delivered');
    assert.deepEqual(await statuses(), ['delivered', 'exception', 'exception']);
    assert.deepEqual((await told()).slice(0, 2), ['delivered', 'exception']);
    assert.ok(!(await told()).slice(1).includes('delivered'));
  });
});

test('returned outranks delivered also when it is learnt first or is the older', async (t) => {
  await withParcel(t, async ({ say, statuses }) => {
    await say('2024-03-05 09:00', 'Returned to sender', 'exception010');
    await say('2024-03-06 09:00', 'Delivered', 'delivered');
    assert.deepEqual(await statuses(), ['exception', 'exception']);
  });
});

test('a status set by hand outranks all, until it is taken back', async (t) => {
  await withParcel(t, async ({ say, set, statuses }) => {
    await say('2024-03-05 09:00', 'In transit', 'transit');
    await set('delivered');
    await say('2024-03-06 09:00', 'Returned to sender', 'exception010');
    await say('2024-03-07 09:00', 'Damaged', 'exception');
    assert.deepEqual(await statuses(), ['transit', 'delivered', 'delivered', 'delivered']);
    await set(null);
    assert.equal((await statuses()).at(-1), 'exception');
  });
});

test('a status set by hand to something that is not final holds against a delivery', async (t) => {
  await withParcel(t, async ({ say, set, statuses, told }) => {
    await say('2024-03-05 09:00', 'Out for delivery', 'pickup');
    await set('exception');
    await say('2024-03-05 12:00', 'Delivered', 'delivered');
    assert.deepEqual(await statuses(), ['pickup', 'exception', 'exception']);
    assert.ok(!(await told()).includes('delivered'));
  });
});

test('the same scans give the same status in every order of arrival', async (t) => {
  const scans = [
    ['2024-03-05 09:00', 'In transit', 'transit'],
    ['2024-03-06 09:00', 'Delivered', 'delivered'],
    ['2024-03-07 09:00', 'Damaged', 'exception'],
    ['2024-03-04 09:00', 'On its way back', 'exception011'],
  ] as const;
  await withParcel(t, async ({ sayOf, statusOf }) => {
    for (const [index, order] of orders(scans).entries()) {
      const number = `ANY-ORDER-${index}`;
      for (const [time, text, status] of order) await sayOf(number, time, text, status);
      assert.equal(await statusOf(number), 'exception011', order.map(([, text]) => text).join(', then '));
    }
  });
});

interface Parcel {
  say(time: string, description: string, status: string): Promise<void>;
  /** Sets the status by hand. */
  set(status: string | null): Promise<void>;
  /** The status after each of those. */
  statuses(): Promise<readonly string[]>;
  /** The statuses of the bodies that are owed or were sent, in revision order. */
  told(): Promise<readonly string[]>;
  /** Descriptions, newest first. */
  history(): Promise<readonly string[]>;
  sayOf(number: string, time: string, description: string, status: string): Promise<void>;
  /** The sub-status of another parcel. */
  statusOf(number: string): Promise<string>;
}

async function withParcel(
  t: Parameters<typeof openScriptedReceiver>[0],
  use: (parcel: Parcel) => Promise<void>,
) {
  const receiver = await openScriptedReceiver(t);
  await withServer(async ({ anna: { owner: call } }) => {
    const body = { url: receiver.url, version: 'v4', fires_on: 'every_update' };
    assert.equal((await call('POST', '/webhooks', { body })).status, 201);
    const number = 'FINAL-1';
    const after: string[] = [];
    let id = '';
    const sayOf = async (tracking_number: string, time: string, description: string, status: string) => {
      const updates = [{ tracking_number, checkpoints: [{ time, description, status }] }];
      const { json, text } = await call('POST', '/updates', { body: { updates } });
      assert.ok(json.results[0].tracking_id, text);
      if (tracking_number !== number) return;
      id = json.results[0].tracking_id;
      after.push(json.results[0].status);
    };
    await use({
      say: (time, description, status) => sayOf(number, time, description, status),
      sayOf,
      async set(status) {
        const { json, text } = await call('PATCH', `/trackings/${id}`, { body: { status } });
        assert.ok(json.status, text);
        after.push(json.status);
      },
      statuses: async () => after,
      told: () => toldOf(call, id),
      async history() {
        const { json } = await call('GET', `/trackings/${id}`);
        return json.checkpoints.map(({ description }: { description: string }) => description);
      },
      async statusOf(other) {
        const { json } = await call('GET', `/trackings?tracking_number=${other}`);
        return json.data[0].substatus;
      },
    });
  });
}

/** What is owed is planned in the commit that the caller was answered after, so nothing needs to be waited for. */
async function toldOf(call: Caller, trackingId: string): Promise<readonly string[]> {
  const { json } = await call('GET', `/deliveries?tracking_id=${trackingId}`);
  const statuses: string[] = [];
  for (const { id } of json.data.toReversed()) {
    const details = await call('GET', `/deliveries/${id}`);
    statuses.push(JSON.parse(details.json.data).delivery_status);
  }
  return statuses;
}

/** Every order of a short list. */
function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
