/**
 * Taking events away with all that hangs on them: the deliveries they owed and their attempts. An account's note remembers
 * how far its log was taken away, since older events may remain in between.
 */
import { texts } from './arrays.ts';
import type { Session } from './database.ts';
import { prunedToNote } from './events.ts';

export interface Removable {
  readonly id: string;
  readonly position: number;
  readonly deliveryIds: readonly string[];
}

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

/** Gives how many rows would go with each of the events. */
export async function countHanging(
  session: Session,
  accountId: string,
  events: readonly Removable[],
): Promise<(event: Removable) => number> {
  const values = [accountId, deliveriesOf(events)];
  const counts = new Map(await session.rows<[id: string, rows: number]>(countRows, values));
  return ({ deliveryIds }) => 1 + deliveryIds.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0);
}

/** Within a job, as `rememberPruned`. */
export async function removeEvents(
  session: Session,
  accountId: string,
  events: readonly Removable[],
): Promise<void> {
  const deliveryIds = deliveriesOf(events);
  await Promise.all([
    session.run(deleteAttempts, [accountId, deliveryIds]),
    session.run(deleteSettled, [accountId, deliveryIds]),
    session.run(deleteEvents, [accountId, texts(events.map(({ id }) => id))]),
  ]);
}

/** Whoever has read less far than this event has missed some. */
export async function rememberPruned(session: Session, accountId: string, newest: Removable): Promise<void> {
  await session.run(upsertMark, [prunedToNote(accountId), `${newest.id} ${newest.position}`]);
}

/** The newest event that was ever removed; null: none was. */
export async function readPrunedTo(session: Session, accountId: string): Promise<string | null> {
  const [[mark = ''] = []] = await session.rows<[mark: string]>(selectMark, [prunedToNote(accountId)]);
  return mark === '' ? null : (mark.split(' ')[0] ?? null);
}

function deliveriesOf(events: readonly Removable[]): Buffer {
  return texts(events.flatMap(({ deliveryIds }) => deliveryIds));
}
