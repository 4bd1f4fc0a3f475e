/**
 * What is too old goes, a few events at a time: an event with the deliveries it owed and their attempts, once all of those
 * were settled before the given time. What is still owed stays whole, however old.
 */
import { idFloor } from '../../base/id.ts';
import { deliveryIdsOf } from '../eventDocument.ts';
import { makePortion } from '../page.ts';
import type { RetentionStore } from '../store.ts';
import type { Database } from './database.ts';
import { makeEventRemoval } from './eventRemoval.ts';

const selectOld = `
  select id, document from event where account_id = ? and id > ? and id < ? order by id limit ?`;

const selectOwed = 'select 1 from delivery where account_id = ? and id = ?';

const selectSettledAt = 'select settled_at from delivery_history where account_id = ? and id = ?';

type Old = [id: string, document: string];

export function makeRetention(database: Database): Pick<RetentionStore, 'pruneDays' | 'prune' | 'prunedTo'> {
  const old = database.prepareRows(selectOld);
  const owed = database.prepareRows(selectOwed);
  const settledAt = database.prepareRows(selectSettledAt);
  const removal = makeEventRemoval(database);

  function isNeeded(accountId: string, deliveryId: string, before: number): boolean {
    if (owed.get(accountId, deliveryId) !== undefined) return true;
    const [at = 0] = (settledAt.get(accountId, deliveryId) ?? []) as [settledAt?: number];
    return at >= before;
  }

  /** Removes an event with all that hangs on it, unless some of that is needed; gives the rows removed. */
  function pruneOne(accountId: string, [id, document]: Old, before: number): number {
    const deliveries = deliveryIdsOf(document);
    if (deliveries.some((delivery) => isNeeded(accountId, delivery, before))) return 0;
    return removal.remove(accountId, id, document);
  }

  return {
    async pruneDays(before) {
      return before;
    },
    prune(accountId, { before, after, limit }) {
      return database.write(() => {
        const portion = makePortion(([, document]: Old) => document.length);
        const events = portion.take(old.iterate(accountId, after ?? '', idFloor('evt', before), limit));
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
        if (newest !== null) removal.remember(accountId, newest);
        const isAtEnd = rows < limit && events.length < limit && !portion.isFull;
        return { removed, rows, next: isAtEnd ? null : seen };
      }, 'soon');
    },
    async prunedTo(accountId) {
      return removal.prunedTo(accountId);
    },
  };
}
