/**
 * Notices: an operational event with its one body and what it owes, as a part of the job that writes what it tells. They
 * are few, so they cross the threads as they are and are taken apart here.
 */
import type { DeliveryState } from '../../domain/delivery.ts';
import { renderOperational } from '../../wire/operational.ts';
import { rowOfDelivery } from '../deliveryRow.ts';
import { encodeEvent } from '../eventDocument.ts';
import type { DeliveryRow, OwedRecord } from '../records.ts';
import type { Notice } from '../store.ts';
import type { EventTable } from './events.ts';

/** Within a job; gives what is owed, as placed. */
export type WriteNotice = (notice: Notice) => readonly OwedRecord[];

export function makeWriteNotice(
  events: Pick<EventTable, 'insert'>,
  placing: () => (delivery: DeliveryRow) => DeliveryState,
): WriteNotice {
  return ({ event, deliveries }) => {
    const document = encodeEvent(event);
    const data = renderOperational(event);
    events.insert([event.accountId, event.id, document, null, null, null, data]);
    const place = placing();
    return deliveries.map((delivery) => {
      const state = place(rowOfDelivery(delivery));
      return [rowOfDelivery({ ...delivery, state }), document, data];
    });
  };
}
