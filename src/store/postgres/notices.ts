/**
 * Notices: an operational event with its one body and what it owes, as a part of the job that writes what it tells. The
 * caller holds the latches of the webhooks that are told (see `locks.ts`); parcels there are none.
 */
import { renderOperational } from '../../wire/operational.ts';
import { rowOfDelivery } from '../deliveryRow.ts';
import { encodeEvent } from '../eventDocument.ts';
import type { OwedRecord } from '../records.ts';
import type { Notice } from '../store.ts';
import type { Session } from './database.ts';
import type { EventTable } from './events.ts';
import { place } from './placing.ts';

/** Within a job; gives what each of them owes, as placed. */
export type WriteNotices = (
  session: Session,
  notices: readonly Notice[],
) => Promise<readonly (readonly OwedRecord[])[]>;

export function makeWriteNotices(events: Pick<EventTable, 'insert'>): WriteNotices {
  return async (session, notices) => {
    const written = notices.map(({ event, deliveries }) => ({
      event,
      deliveries,
      document: encodeEvent(event),
      data: renderOperational(event),
    }));
    const [, states] = await Promise.all([
      events.insert(
        session,
        written.map(({ event, document, data }) => [
          event.accountId,
          event.id,
          document,
          null,
          null,
          null,
          data,
        ]),
      ),
      place(
        session,
        notices.flatMap(({ deliveries }) => deliveries.map(rowOfDelivery)),
        new Set(),
      ),
    ]);
    return written.map(({ deliveries, document, data }) =>
      deliveries.map((delivery): OwedRecord => {
        const state = states.get(delivery.id) ?? delivery.state;
        return [rowOfDelivery({ ...delivery, state }), document, data];
      }),
    );
  };
}

/** Those that a notice is owed to. */
export function toldBy({ deliveries }: Notice): string[] {
  return deliveries.map(({ webhookId }) => webhookId);
}

/** All that lies in a day's table. */
export function idsOf({ event, deliveries }: Notice): string[] {
  return [event.id, ...deliveries.map(({ id }) => id)];
}
