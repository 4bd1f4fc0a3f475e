/** A delivery as a row. All of it has columns. */
import type { Delivery, DeliveryState, DeliveryVersion } from '../domain/delivery.ts';
import type { DeliveryRow } from './records.ts';

/** What `delivery` and `delivery_history` both have: the first thirteen values of a row. */
export const sharedColumns =
  'account_id, id, webhook_id, tracking_id, event_id, number, revision, version, callback, ordered, state, attempts, created_at';

export function rowOfDelivery(delivery: Delivery): DeliveryRow {
  return [
    delivery.accountId,
    delivery.id,
    delivery.webhookId,
    delivery.trackingId,
    delivery.eventId,
    delivery.number,
    delivery.revision,
    delivery.version,
    Number(delivery.callback),
    Number(delivery.ordered),
    delivery.state,
    delivery.attempts,
    delivery.createdAt,
    delivery.dueAt,
    delivery.settledAt,
  ];
}

/** One that is ready stands in the table as due at 0. */
export function deliveryOf(row: DeliveryRow): Delivery {
  const [accountId, id, webhookId, trackingId, eventId, number, revision, version, callback, ordered] = row;
  const [, , , , , , , , , , state, attempts, createdAt, dueAt, settledAt] = row;
  return {
    id: id as Delivery['id'],
    accountId: accountId as Delivery['accountId'],
    webhookId: webhookId as Delivery['webhookId'],
    eventId: eventId as Delivery['eventId'],
    trackingId: trackingId as Delivery['trackingId'],
    number,
    revision,
    version: version as DeliveryVersion,
    callback: callback === 1,
    ordered: ordered === 1,
    state: state as DeliveryState,
    attempts,
    dueAt: state === 'scheduled' ? dueAt : null,
    createdAt,
    settledAt,
  };
}
