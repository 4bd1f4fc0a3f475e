/** The log of changes. */
import assert from 'node:assert/strict';
import { furtherFields, now, report, route } from './scene.ts';

export function eventRoutes(): void {
  route('events tell what happened', async (scene) => {
    const { ask, anna } = scene;
    const tracking = await report(scene, 'EVENT1');
    const { json } = await ask(anna.owner, 'GET', '/events');
    const fields = { title: null, order_id: null, customer_name: null, customer_email: null };
    assert.deepEqual(json, {
      data: [
        {
          id: json.data[0].id,
          kind: 'status',
          tracking_id: tracking,
          tracking_number: 'EVENT1',
          revision: 1,
          from: { status: 'pending', substatus: 'pending001' },
          to: { status: 'transit', substatus: 'transit003' },
          checkpoints_added: 1,
          checkpoints_late: 0,
          courier_code: 'dhl',
          destination_courier_code: null,
          ...fields,
          origin_country: null,
          destination_country: null,
          ...furtherFields,
          created_at: now,
        },
      ],
      next_cursor: json.next_cursor,
    });
  });
}
