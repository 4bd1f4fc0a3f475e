/**
 * What is too old goes, a few events at a time: an event with the deliveries it owed and their attempts, once all of those
 * were settled before the given time. What is still owed stays whole, however old. An account's note remembers how
 * far its log was pruned, since older events may remain in between.
 */
import { idFloor } from '../../base/id.ts';
import { deliveryIdsOf } from '../eventDocument.ts';
import type { RetentionStore } from '../store.ts';
import type { Database } from './database.ts';

const selectOld = `
  select id, document from event where account_id = ? and id > ? and id < ? order by id limit ?`;

const selectOwed = 'select 1 from delivery where account_id = ? and id = ?';

const selectSettledAt = 'select settled_at from delivery_history where account_id = ? and id = ?';

const deleteAttempts = 'delete from attempt where account_id = ? and delivery_id = ?';

const deleteSettled = 'delete from delivery_history where account_id = ? and id = ?';

const deleteEvent = 'delete from event where account_id = ? and id = ?';

const upsertMark = `
  insert into note (name, value) values (?, ?) on conflict (name) do update set value = max(value, excluded.value)`;

const selectMark = 'select value from note where name = ?';

type Old = [id: string, document: string];

export function makeRetention(database: Database): RetentionStore {
  const old = database.prepareRows(selectOld);
  const owed = database.prepareRows(selectOwed);
  const settledAt = database.prepareRows(selectSettledAt);
  const removeAttempts = database.prepare(deleteAttempts);
  const removeSettled = database.prepare(deleteSettled);
  const removeEvent = database.prepare(deleteEvent);
  const mark = database.prepare(upsertMark);
  const marked = database.prepareRows(selectMark);

  function isNeeded(accountId: string, deliveryId: string, before: number): boolean {
    if (owed.get(accountId, deliveryId) !== undefined) return true;
    const [at = 0] = (settledAt.get(accountId, deliveryId) ?? []) as [settledAt?: number];
    return at >= before;
  }

  /** Removes an event with all that hangs on it, unless some of that is needed; gives the rows removed. */
  function pruneOne(accountId: string, [id, document]: Old, before: number): number {
    const deliveries = deliveryIdsOf(document);
    if (deliveries.some((delivery) => isNeeded(accountId, delivery, before))) return 0;
    let rows = 0;
    for (const delivery of deliveries) {
      rows += removeAttempts.run(accountId, delivery).changes;
      rows += removeSettled.run(accountId, delivery).changes;
    }
    rows += removeEvent.run(accountId, id).changes;
    return rows;
  }

  return {
    async pruneDays(before) {
      return before;
    },
    prune(accountId, { before, after, limit }) {
      return database.write(() => {
        const events = old.all(accountId, after ?? '', idFloor('evt', before), limit) as Old[];
        let removed = 0;
        let rows = 0;
        let seen: string | null = null;
        let newest: string | null = null;
        for (const event of events) {
          const gone = pruneOne(accountId, event, before);
          seen = event[0];
          rows += gone;
          if (gone === 0) continue;
          removed++;
          newest = seen;
          if (rows >= limit) break;
        }
        if (newest !== null) mark.run(markOf(accountId), newest);
        const isAtEnd = rows < limit && events.length < limit;
        return { removed, rows, next: isAtEnd ? null : seen };
      }, 'soon');
    },
    async prunedTo(accountId) {
      const [id = null] = (marked.get(markOf(accountId)) ?? []) as [id?: string];
      return id;
    },
  };
}

function markOf(accountId: string): string {
  return `events-pruned-to:${accountId}`;
}
