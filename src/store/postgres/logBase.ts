/**
 * Where this server's transactions stand in the log. An event's position is the number of its transaction, which only grows
 * on one server; but a database that was dumped and restored into another finds that one's numbers anywhere. So a base is
 * added to them, which puts all that comes behind all that there is. It is looked at when a store is opened.
 */
import { logBaseNote } from '../notes.ts';
import type { Database } from './database.ts';
import { migrationLock } from './locks.ts';

const selectBase = 'select value from note where name = $1';

const selectNext = 'select pg_snapshot_xmax(pg_current_snapshot())::text::bigint';

/** One probe per account and day. */
const selectLast = `
  select max((select max(position) from event where account_id = account.id)) from account`;

const upsertBase = `
  insert into note (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`;

export function readLogBase(database: Database): Promise<number> {
  return database.write(async (session) => {
    await session.run(migrationLock);
    const [[known = '0'] = []] = await session.rows<[value: string]>(selectBase, [logBaseNote]);
    const [[last] = [null]] = await session.rows<[position: number | null]>(selectLast);
    // After the last one was read: no transaction that began since has a smaller number.
    const [[next] = [0]] = await session.rows<[number: number]>(selectNext);
    const base = Number(known);
    if (last === null || last < next + base) return base;
    const raised = last + 1;
    await session.run(upsertBase, [logBaseNote, String(raised)]);
    return raised;
  });
}
