/**
 * Deliveries as they are written: the small table of what is owed, the history of what is settled, and the log of
 * attempts. How they are placed, settled and put back stands in `placing.ts`, `settling.ts` and `recovering.ts`, how they
 * are read in `deliveryLists.ts`.
 */
import { sharedColumns } from '../deliveryRow.ts';
import type { RecordStore } from '../records.ts';
import type { DeliveryStore } from '../store.ts';
import type { Database, Session } from './database.ts';
import type { Days } from './days.ts';
import { makeDeliveryLists } from './deliveryLists.ts';
import type { EventTable } from './events.ts';
import { makeWriteNotices, type WriteNotices } from './notices.ts';
import { makeRecovering } from './recovering.ts';
import { makeSettling } from './settling.ts';

export interface DeliveryTable extends Pick<RecordStore, keyof DeliveryStore> {
  readonly writeNotices: WriteNotices;
  /** Within a job that holds the webhook: parks all that waits for it, and gives how many those were; or cancels it. */
  parkAll(session: Session, webhookId: string): Promise<number>;
  cancelAll(session: Session, webhookId: string, settledAt: number): Promise<void>;
}

const parkEach =
  "update delivery set state = 'parked', due_at = null where webhook_id = $1 and state <> 'parked'";

const cancelEach = `
  with cancelled as (delete from delivery where webhook_id = $1 returning *)
  insert into delivery_history (${sharedColumns}, settled_at)
  select account_id, id, webhook_id, tracking_id, event_id, number, revision, version, callback, ordered, 'cancelled',
    attempts, created_at, $2 from cancelled`;

export function makeDeliveryTable(
  database: Database,
  { days, events }: { days: Days; events: EventTable },
): DeliveryTable {
  const { parkedSome, ...lists } = makeDeliveryLists(database);
  const writeNotices = makeWriteNotices(events);
  return {
    ...lists,
    writeNotices,
    parkAll: (session, webhookId) => session.run(parkEach, [webhookId]),
    async cancelAll(session, webhookId, settledAt) {
      await session.run(cancelEach, [webhookId, settledAt]);
    },
    settle: makeSettling(database, { days, writeNotices }),
    ...makeRecovering(database, parkedSome),
  };
}
