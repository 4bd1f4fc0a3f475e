/**
 * Deliveries as they are written: the small table of what is owed, the history of what is settled, and the log of
 * attempts. How they are placed, settled and put back stands in `placing.ts`, `settling.ts` and `recovering.ts`, how they
 * are read in `deliveryLists.ts`.
 */
import type { RecordStore } from '../records.ts';
import type { DeliveryStore } from '../store.ts';
import type { Database } from './database.ts';
import type { Days } from './days.ts';
import { makeDeliveryLists } from './deliveryLists.ts';
import type { EventTable } from './events.ts';
import { makeWriteNotices, type WriteNotices } from './notices.ts';
import { makeRecovering } from './recovering.ts';
import { makeSettling } from './settling.ts';

export interface DeliveryTable extends Pick<RecordStore, keyof DeliveryStore> {
  readonly writeNotices: WriteNotices;
}

export function makeDeliveryTable(
  database: Database,
  { days, events }: { days: Days; events: EventTable },
): DeliveryTable {
  const { parkedSome, ...lists } = makeDeliveryLists(database);
  const writeNotices = makeWriteNotices(events);
  return {
    ...lists,
    writeNotices,
    settle: makeSettling(database, { days, writeNotices }),
    ...makeRecovering(database, parkedSome),
  };
}
