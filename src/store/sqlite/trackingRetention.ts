/**
 * Trackings that are over and long without news go, with their events, settled deliveries and attempts. One that is owed a
 * delivery, parked ones included, stays whole. There is no index of what is over, which would cost every parcel a
 * page: the old ones are walked by id, and once most of them are gone few are walked.
 */
import { idFloor } from '../../base/id.ts';
import type { Status, Substatus } from '../../domain/status.ts';
import { isOver } from '../../domain/tracking.ts';
import { previousIdOf } from '../eventDocument.ts';
import type { RetentionStore } from '../store.ts';
import type { Database } from './database.ts';
import { makeEventRemoval } from './eventRemoval.ts';

const selectOld = `
  select id, number, status, substatus, deleted_at, updated_at, last_event_id from tracking
  where account_id = ? and id > ? and id < ? order by id limit ?`;

type Old = [
  id: string,
  number: string,
  status: Status,
  substatus: Substatus,
  deletedAt: number | null,
  updatedAt: number,
  lastEventId: string | null,
];

/** The index begins with the webhook; an account has few, and none that is gone is owed anything. */
const selectOwed = `
  select 1 from delivery
  where webhook_id in (select id from webhook where account_id = ?) and tracking_id = ? limit 1`;

const selectEvent = 'select document from event where account_id = ? and id = ?';

const deleteTracking = 'delete from tracking where account_id = ? and id = ?';

export function makeTrackingRetention(database: Database): Pick<RetentionStore, 'pruneTrackings'> {
  const old = database.prepareRows(selectOld);
  const owed = database.prepareRows(selectOwed);
  const eventOf = database.prepareRows(selectEvent);
  const removeTracking = database.prepare(deleteTracking);
  const removal = makeEventRemoval(database);

  function mayGo(accountId: string, [id, , status, substatus, deletedAt, updatedAt]: Old, before: number) {
    if (updatedAt >= before || !isOver({ state: { status, substatus }, deletedAt })) return false;
    return owed.get(accountId, id) === undefined;
  }

  /** Its events that are kept, oldest first: each names the one before it. */
  function eventsOf(accountId: string, lastEventId: string | null): [id: string, document: string][] {
    const events: [id: string, document: string][] = [];
    let id = lastEventId;
    while (id !== null) {
      const [document] = (eventOf.get(accountId, id) ?? []) as [document?: string];
      if (document === undefined) break;
      events.push([id, document]);
      id = previousIdOf(document);
    }
    return events.reverse();
  }

  /** Removes up to about so many rows of a tracking; `gone` is whether that was all. */
  function removeSome(accountId: string, [id, , , , , , lastEventId]: Old, rowsMax: number) {
    let rows = 0;
    let newest: string | null = null;
    const events = eventsOf(accountId, lastEventId);
    for (const [eventId, document] of events) {
      if (rows >= rowsMax) break;
      rows += removal.remove(accountId, eventId, document);
      newest = eventId;
    }
    if (newest !== null) removal.remember(accountId, newest);
    const gone = newest === (events.at(-1)?.[0] ?? null);
    if (gone) rows += removeTracking.run(accountId, id).changes;
    return { rows, gone };
  }

  return {
    pruneTrackings(accountId, { before, after, limit }) {
      return database.write(() => {
        const trackings = old.all(accountId, after ?? '', idFloor('trk', before), limit) as Old[];
        const numbers: string[] = [];
        let rows = 0;
        let seen = after ?? '';
        for (const tracking of trackings) {
          if (rows >= limit) return { numbers, rows, next: seen };
          if (mayGo(accountId, tracking, before)) {
            const removed = removeSome(accountId, tracking, limit - rows);
            rows += removed.rows;
            // The next step finds it again, with what is left of it.
            if (!removed.gone) return { numbers, rows, next: seen };
            numbers.push(tracking[1]);
          }
          seen = tracking[0];
        }
        return { numbers, rows, next: trackings.length < limit ? null : seen };
      }, 'soon');
    },
  };
}
