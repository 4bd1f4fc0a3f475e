/**
 * What is too old goes, a few events at a time: an event with the deliveries it owed and their attempts, once all of those
 * were settled before the given time. What is still owed stays whole, however old. An account's note remembers how
 * far its log was pruned, since older events may remain in between.
 */
import { idFloor } from '../../base/id.ts';
import { deliveryIdsOf } from '../eventDocument.ts';
import type { RetentionStore } from '../store.ts';
import { texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { type Days, dayMs } from './days.ts';
import { dropOldestDay } from './dropping.ts';
import { prunedToNote } from './events.ts';

/** A replay that would owe one of them once more waits, and then finds it gone. */
const selectOld = `
  select id, document, position from event
  where account_id = $1 and id > $2 and id < $3 order by id limit $4 for update`;

const selectNeeded = `
  select id from delivery where account_id = $1 and id = any($2::text[])
  union all
  select id from delivery_history where account_id = $1 and id = any($2::text[]) and settled_at >= $3`;

/** Rows that hang on each delivery. */
const countRows = `
  select id, count(*) from (
    select id from delivery_history where account_id = $1 and id = any($2::text[])
    union all
    select delivery_id from attempt where account_id = $1 and delivery_id = any($2::text[])) as rows
  group by id`;

const deleteAttempts = 'delete from attempt where account_id = $1 and delivery_id = any($2::text[])';

const deleteSettled = 'delete from delivery_history where account_id = $1 and id = any($2::text[])';

const deleteEvents = 'delete from event where account_id = $1 and id = any($2::text[])';

const upsertMark = `
  insert into note (name, value) values ($1, $2)
  on conflict (name) do update set value = greatest(note.value, excluded.value)`;

const selectMark = 'select value from note where name = $1';

type Old = [id: string, document: string, position: number];

export function makeRetention(database: Database, days: Days): RetentionStore {
  return {
    async pruneDays(before) {
      while (await database.write((session) => dropOldestDay(session, days, before)));
      // The day that has not ended goes as a whole when it has.
      return Math.floor(before / dayMs) * dayMs;
    },
    prune(accountId, { before, after, limit }) {
      return database.write(async (session) => {
        const values = [accountId, after ?? '', idFloor('evt', before), limit];
        const events = (await session.rows<Old>(selectOld, values)).map(([id, document, position]) => ({
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
        const hanging = new Map(
          await session.rows<[id: string, rows: number]>(countRows, [accountId, deliveryIds]),
        );
        const gone: typeof events = [];
        let rows = 0;
        let seen: string | null = null;
        for (const event of events) {
          seen = event.id;
          if (event.deliveryIds.some((id) => needed.has(id))) continue;
          gone.push(event);
          rows += 1 + event.deliveryIds.reduce((sum, id) => sum + (hanging.get(id) ?? 0), 0);
          if (rows >= limit) break;
        }
        const newest = gone.at(-1);
        if (newest !== undefined) {
          await remove(session, accountId, gone);
          await session.run(upsertMark, [prunedToNote(accountId), `${newest.id} ${newest.position}`]);
        }
        const isAtEnd = rows < limit && events.length < limit;
        return { removed: gone.length, rows, next: isAtEnd ? null : seen };
      });
    },
    async prunedTo(accountId) {
      const [[mark = ''] = []] = await database.rows<[mark: string]>(selectMark, [prunedToNote(accountId)]);
      return mark === '' ? null : (mark.split(' ')[0] ?? null);
    },
  };
}

async function remove(
  session: Session,
  accountId: string,
  events: readonly { readonly id: string; readonly deliveryIds: readonly string[] }[],
): Promise<void> {
  const deliveryIds = texts(events.flatMap((event) => event.deliveryIds));
  await Promise.all([
    session.run(deleteAttempts, [accountId, deliveryIds]),
    session.run(deleteSettled, [accountId, deliveryIds]),
    session.run(deleteEvents, [accountId, texts(events.map(({ id }) => id))]),
  ]);
}
