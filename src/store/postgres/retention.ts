/**
 * What is too old goes, a few events at a time: an event with the deliveries it owed and their attempts, once all of those
 * were settled before the given time. What is still owed stays whole, however old.
 */
import { dayMs } from '../../base/durations.ts';
import { idFloor } from '../../base/id.ts';
import { deliveryIdsOf } from '../eventDocument.ts';
import type { RetentionStore } from '../store.ts';
import { texts } from './arrays.ts';
import type { Database } from './database.ts';
import type { Days } from './days.ts';
import { dropOldestDay } from './dropping.ts';
import { countHanging, readPrunedTo, rememberPruned, removeEvents } from './eventRemoval.ts';
import { readPortion } from './page.ts';

/** A replay that would owe one of them once more waits, and then finds it gone. */
const selectOld = `
  select id, document, position from event
  where account_id = $1 and id > $2 and id < $3 order by id limit $4 for update`;

const selectNeeded = `
  select id from delivery where account_id = $1 and id = any($2::text[])
  union all
  select id from delivery_history where account_id = $1 and id = any($2::text[]) and settled_at >= $3`;

type Old = [id: string, document: string, position: number];

export function makeRetention(
  database: Database,
  days: Days,
): Pick<RetentionStore, 'pruneDays' | 'prune' | 'prunedTo'> {
  return {
    async pruneDays(before) {
      while (await database.write((session) => dropOldestDay(session, days, before), 'unhurried'));
      // The day that has not ended goes as a whole when it has.
      return Math.floor(before / dayMs) * dayMs;
    },
    prune(accountId, { before, after, limit }) {
      return database.write(async (session) => {
        const { rows: old, isFull } = await readPortion<Old>({
          limit,
          charsOf: ([, document]) => document.length,
          read: (last, some) =>
            session.rows(selectOld, [accountId, last?.[0] ?? after ?? '', idFloor('evt', before), some]),
        });
        const events = old.map(([id, document, position]) => ({
          id,
          position,
          deliveryIds: deliveryIdsOf(document),
        }));
        const deliveryIds = texts(events.flatMap((event) => event.deliveryIds));
        const needed = new Set(
          (await session.rows<[id: string]>(selectNeeded, [accountId, deliveryIds, before])).map(
            ([id]) => id,
          ),
        );
        const hanging = await countHanging(session, accountId, events);
        const gone: typeof events = [];
        let rows = 0;
        let seen: string | null = null;
        for (const event of events) {
          seen = event.id;
          if (event.deliveryIds.some((id) => needed.has(id))) continue;
          gone.push(event);
          rows += hanging(event);
          if (rows >= limit) break;
        }
        const newest = gone.at(-1);
        if (newest !== undefined) {
          await removeEvents(session, accountId, gone);
          await rememberPruned(session, accountId, newest);
        }
        const isAtEnd = rows < limit && events.length < limit && !isFull;
        return { removed: gone.length, rows, next: isAtEnd ? null : seen };
      });
    },
    prunedTo: (accountId) => readPrunedTo(database, accountId),
  };
}
