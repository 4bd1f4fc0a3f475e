/**
 * Taking an event away with all that hangs on it: the deliveries it owed and their attempts. An account's note remembers
 * how far its log was taken away, since older events may remain in between.
 */
import { deliveryIdsOf } from '../eventDocument.ts';
import type { Database } from './database.ts';

export interface EventRemoval {
  /** Within a job, as all here: the rows removed. */
  remove(accountId: string, id: string, document: string): number;
  /** Whoever has read less far than this event has missed some. */
  remember(accountId: string, newestRemoved: string): void;
  /** The newest event that was ever removed; null: none was. */
  prunedTo(accountId: string): string | null;
}

const deleteAttempts = 'delete from attempt where account_id = ? and delivery_id = ?';

const deleteSettled = 'delete from delivery_history where account_id = ? and id = ?';

const deleteEvent = 'delete from event where account_id = ? and id = ?';

const upsertMark = `
  insert into note (name, value) values (?, ?) on conflict (name) do update set value = max(value, excluded.value)`;

const selectMark = 'select value from note where name = ?';

export function makeEventRemoval(database: Database): EventRemoval {
  const removeAttempts = database.prepare(deleteAttempts);
  const removeSettled = database.prepare(deleteSettled);
  const removeEvent = database.prepare(deleteEvent);
  const mark = database.prepare(upsertMark);
  const marked = database.prepareRows(selectMark);

  return {
    remove(accountId, id, document) {
      let rows = 0;
      for (const delivery of deliveryIdsOf(document)) {
        rows += removeAttempts.run(accountId, delivery).changes;
        rows += removeSettled.run(accountId, delivery).changes;
      }
      return rows + removeEvent.run(accountId, id).changes;
    },
    remember(accountId, newestRemoved) {
      mark.run(markOf(accountId), newestRemoved);
    },
    prunedTo(accountId) {
      const [id = null] = (marked.get(markOf(accountId)) ?? []) as [id?: string];
      return id;
    },
  };
}

function markOf(accountId: string): string {
  return `events-pruned-to:${accountId}`;
}
