/**
 * Trackings that are over and long without news go, with their events, settled deliveries and attempts. One that is owed a
 * delivery, parked ones included, stays whole. There is no index of what is over, which would cost every parcel a
 * page: the old ones are walked by id, and once most of them are gone few are walked.
 */
import { idFloor } from '../../base/id.ts';
import type { Status, Substatus } from '../../domain/status.ts';
import { isOver } from '../../domain/tracking.ts';
import { deliveryIdsOf, previousIdOf } from '../eventDocument.ts';
import type { RetentionStore } from '../store.ts';
import { texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { countHanging, type Removable, rememberPruned, removeEvents } from './eventRemoval.ts';
import { lockParcels } from './locks.ts';

const selectOld = `
  select id, number, writes, status, substatus, deleted_at, updated_at, last_event_id from tracking
  where account_id = $1 and id > $2 and id < $3 order by id limit $4`;

type Old = [
  id: string,
  number: string,
  writes: number,
  status: Status,
  substatus: Substatus,
  deletedAt: number | null,
  updatedAt: number,
  lastEventId: string | null,
];

/** The index begins with the webhook; an account has few, and none that is gone is owed anything. */
const selectOwed = `
  select distinct tracking_id from delivery
  where webhook_id in (select id from webhook where account_id = $1) and tracking_id = any($2::text[])`;

const selectEvent = 'select document, position from event where account_id = $1 and id = $2';

const deleteTracking = 'delete from tracking where account_id = $1 and id = $2';

export function makeTrackingRetention(database: Database): Pick<RetentionStore, 'pruneTrackings'> {
  return {
    pruneTrackings(accountId, { before, after, limit }) {
      return database.write(async (session) => {
        const values = [accountId, after ?? '', idFloor('trk', before), limit];
        const trackings = await session.rows<Old>(selectOld, values);
        const going = await mayGo(
          session,
          accountId,
          trackings.filter((one) => isLongOver(one, before)),
        );
        const numbers: string[] = [];
        let rows = 0;
        let seen = after ?? '';
        for (const tracking of trackings) {
          if (rows >= limit) return { numbers, rows, next: seen };
          const [id, number] = tracking;
          if (going.has(id)) {
            const removed = await removeSome(session, accountId, { tracking, rowsMax: limit - rows });
            rows += removed.rows;
            // The next step finds it again, with what is left of it.
            if (!removed.gone) return { numbers, rows, next: seen };
            numbers.push(number);
          }
          seen = id;
        }
        return { numbers, rows, next: trackings.length < limit ? null : seen };
      });
    },
  };
}

function isLongOver([, , , status, substatus, deletedAt, updatedAt]: Old, before: number): boolean {
  return updatedAt < before && isOver({ state: { status, substatus }, deletedAt });
}

/** Holds them until the transaction ends, and gives those that are as they were read and owe nothing. */
async function mayGo(
  session: Session,
  accountId: string,
  trackings: readonly Old[],
): Promise<ReadonlySet<string>> {
  const counts = await lockParcels(
    session,
    trackings.map(([id]) => [accountId, id]),
  );
  const held = trackings.filter(([id, , writes]) => counts.get(id) === writes).map(([id]) => id);
  const owed = new Set(
    (await session.rows<[id: string]>(selectOwed, [accountId, texts(held)])).map(([id]) => id),
  );
  return new Set(held.filter((id) => !owed.has(id)));
}

/** Removes up to about so many rows of a tracking; `gone` is whether that was all. */
async function removeSome(
  session: Session,
  accountId: string,
  { tracking: [id, , , , , , , lastEventId], rowsMax }: { tracking: Old; rowsMax: number },
): Promise<{ rows: number; gone: boolean }> {
  const events = await eventsOf(session, accountId, lastEventId);
  const hanging = await countHanging(session, accountId, events);
  const going: Removable[] = [];
  let rows = 0;
  for (const event of events) {
    if (rows >= rowsMax) break;
    rows += hanging(event);
    going.push(event);
  }
  const newest = going.at(-1);
  if (newest !== undefined) {
    await removeEvents(session, accountId, going);
    await rememberPruned(session, accountId, newest);
  }
  const gone = going.length === events.length;
  if (gone) rows += await session.run(deleteTracking, [accountId, id]);
  return { rows, gone };
}

/** Its events that are kept, oldest first: each names the one before it. */
async function eventsOf(
  session: Session,
  accountId: string,
  lastEventId: string | null,
): Promise<Removable[]> {
  const events: Removable[] = [];
  let id = lastEventId;
  while (id !== null) {
    type Row = [document: string, position: number];
    const [row] = await session.rows<Row>(selectEvent, [accountId, id]);
    if (row === undefined) break;
    const [document, position] = row;
    events.push({ id, position, deliveryIds: deliveryIdsOf(document) });
    id = previousIdOf(document);
  }
  return events.reverse();
}
