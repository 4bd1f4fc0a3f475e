/**
 * Dropping the oldest day: its tables go as files, which costs the same for a thousand rows and for a hundred million. What
 * is still needed is moved to the `…_kept` partitions first: events that are owed, whose deliveries were settled since, or
 * that were owed once more later on (those are pruned one by one), with their deliveries and attempts; and attempts of
 * deliveries of earlier days that are owed still.
 *
 * What is needed is worked out while everything goes on; only then are the tables locked, for as long as moving it takes.
 */
import { dayMs } from '../../base/durations.ts';
import { keptUntilNote } from '../notes.ts';
import type { Session } from './database.ts';
import { boundOfDay, type DailyTable, type Days, dailyTables, nameOfDay } from './days.ts';
import { prunedToNote } from './events.ts';
import { daysLock } from './locks.ts';

/** It may read a whole day; plans by index alone do not fit that. */
const unhurried = `
  set local statement_timeout = 0; set local enable_seqscan = on; set local enable_hashjoin = on;
  set local enable_mergejoin = on; set local plan_cache_mode = auto`;

const createNeeded = `
  create temporary table needed_event (
    account_id text collate "C", id text collate "C", primary key (account_id, id)) on commit drop;
  create temporary table needed_delivery (
    account_id text collate "C", id text collate "C", primary key (account_id, id)) on commit drop`;

const insertOwed = `
  insert into needed_event
  select account_id, event_id from delivery where event_id >= $1 and event_id < $2 on conflict do nothing`;

const upsertKeptUntil = `
  insert into note (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`;

/** Those that write several of them do so in this order. */
const lockTables = 'lock table event, attempt, delivery_history in access exclusive mode';

const [events, history, attempts] = dailyTables as [DailyTable, DailyTable, DailyTable];

/** Within a job: false where no day ended before that time. */
export async function dropOldestDay(session: Session, days: Days, before: number): Promise<boolean> {
  await session.run(unhurried);
  await session.run(daysLock);
  const [day, next] = await days.all(session);
  if (day === undefined || (day + 1) * dayMs > before) return false;
  await session.run(createNeeded);
  await session.run(insertOwed, [boundOfDay(events, day), boundOfDay(events, day + 1)]);
  await session.run(insertNeeded(day, next ?? day), [before]);
  await session.run(insertNeededDeliveries(day), [before]);
  await session.run(markPruned(day));
  await session.run(lockTables);
  // Owed since it was looked at.
  await session.run(insertOwed, [boundOfDay(events, day), boundOfDay(events, day + 1)]);
  await session.run(replaceDay(events, day, '(account_id, id) in (select * from needed_event)'));
  await session.run(replaceDay(history, day, '(account_id, id) in (select * from needed_delivery)'));
  await session.run(
    replaceDay(attempts, day, '(account_id, delivery_id) in (select * from needed_delivery)'),
  );
  await session.run(upsertKeptUntil, [keptUntilNote, String(day + 1)]);
  return true;
}

/** A delivery is made with its event, at most across midnight. */
function insertNeeded(day: number, next: number): string {
  const historyOf = (one: number) =>
    `select account_id, event_id from ${nameOfDay(history, one)} where settled_at >= $1 ${inDay(day)}`;
  return `
    insert into needed_event
    ${historyOf(day)} union ${historyOf(next)}
    union select account_id, id from ${nameOfDay(events, day)} where replayed
    on conflict do nothing`;
}

function inDay(day: number): string {
  return `and event_id >= '${boundOfDay(events, day)}' and event_id < '${boundOfDay(events, day + 1)}'`;
}

function insertNeededDeliveries(day: number): string {
  return `
    insert into needed_delivery
    select account_id, id from delivery where id < '${boundOfDay(history, day + 1)}'
    union select account_id, id from delivery_history_kept
    union select account_id, id from ${nameOfDay(history, day)} h
    where settled_at >= $1
      or exists (select from needed_event n where n.account_id = h.account_id and n.id = h.event_id)
      or exists (select from event_kept k where k.account_id = h.account_id and k.id = h.event_id)`;
}

/** For each account the newest event that goes, and its position. */
function markPruned(day: number): string {
  return `
    insert into note (name, value)
    select '${prunedToNote('')}' || account_id, id || ' ' || position from (
      select distinct on (account_id) account_id, id, position from ${nameOfDay(events, day)} e
      where not exists (select from needed_event n where n.account_id = e.account_id and n.id = e.id)
      order by account_id, id desc) as gone
    on conflict (name) do update set value = greatest(note.value, excluded.value)`;
}

function replaceDay(daily: DailyTable, day: number, isNeeded: string): string {
  const { table } = daily;
  const name = nameOfDay(daily, day);
  return `
    alter table ${table} detach partition ${table}_kept;
    alter table ${table} detach partition ${name};
    insert into ${table}_kept select * from ${name} where ${isNeeded};
    drop table ${name};
    alter table ${table} attach partition ${table}_kept for values from (minvalue) to ('${boundOfDay(daily, day + 1)}')`;
}
