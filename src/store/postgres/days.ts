/**
 * Tables of a day. An id begins with its millisecond, so the id itself says in which day's partition of `event`,
 * `delivery_history` and `attempt` a row lies, and a look-up by id touches that one alone. Days are made ahead, before a
 * row needs them; there is no default partition. The `…_kept` partition reaches from the beginning of time to the oldest
 * day: what a dropped day held that is still needed, and what a clock far behind dates there.
 */
import { dayMs } from '../../base/durations.ts';
import { idFloor, type Prefix, timeOfId } from '../../base/id.ts';
import { keptUntilNote } from '../notes.ts';
import { StoreUnavailable } from '../store.ts';
import type { Database, Session } from './database.ts';
import { daysLock } from './locks.ts';

export interface Days {
  /** Sees to the days of these ids. To be called before the transaction that inserts them. */
  ensure(ids: Iterable<string>): Promise<void>;
  /** The days there are, oldest first, since 1970-01-01. */
  all(session: Session): Promise<readonly number[]>;
}

export interface DailyTable {
  readonly table: string;
  readonly prefix: Prefix;
}

export const dailyTables: readonly DailyTable[] = [
  { table: 'event', prefix: 'evt' },
  { table: 'delivery_history', prefix: 'dlv' },
  { table: 'attempt', prefix: 'att' },
];

/** So many days are made beyond the one that is needed. */
const daysAhead = 7;

const selectToday = 'select floor(extract(epoch from now()) / 86400)::integer';

const selectDays = `
  select substr(c.relname, 7) from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'event'::regclass and c.relname ~ '^event_\\d{8}$' order by 1`;

const selectKeptUntil = 'select value from note where name = $1';

export async function openDays(database: Database): Promise<Days> {
  const known = new Set<number>();

  /** Makes the day if it is missing, and those that follow. */
  async function make(day: number): Promise<void> {
    const missing = await missingFrom(database, day);
    if (missing.length > 0) {
      try {
        await makeMissing(day);
      } catch (error) {
        // Somebody else is making or dropping days, and the day itself is there: the others have time.
        if (!(error instanceof StoreUnavailable) || missing.includes(day)) throw error;
      }
    }
    known.add(day);
  }

  async function makeMissing(day: number): Promise<void> {
    await database.write(async (session) => {
      await session.run(daysLock);
      for (const one of await missingFrom(session, day))
        for (const table of dailyTables) await session.run(createDay(table, one));
    });
  }

  const [[today] = [0]] = await database.rows<[day: number]>(selectToday);
  await make(today);
  return {
    async ensure(ids) {
      for (const id of ids) {
        const day = dayOf(id);
        if (!known.has(day)) await make(day);
      }
    },
    all: daysOf,
  };
}

/** Of the day and those to follow, what neither has tables nor is kept. */
async function missingFrom(session: Session, day: number): Promise<readonly number[]> {
  const there = new Set(await daysOf(session));
  const [[keptUntil = '0'] = []] = await session.rows<[text: string]>(selectKeptUntil, [keptUntilNote]);
  const days = Array.from({ length: daysAhead + 1 }, (_, ahead) => day + ahead);
  return days.filter((one) => !there.has(one) && one >= Number(keptUntil));
}

async function daysOf(session: Session): Promise<number[]> {
  return (await session.rows<[date: string]>(selectDays)).map(([date]) => {
    const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)];
    return Date.UTC(Number(year), Number(month) - 1, Number(day)) / dayMs;
  });
}

/** Since 1970-01-01. */
function dayOf(id: string): number {
  return Math.floor(timeOfId(id) / dayMs);
}

/** `event_20240315`. */
export function nameOfDay({ table }: DailyTable, day: number): string {
  return `${table}_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** The first id of the day. */
export function boundOfDay({ prefix }: DailyTable, day: number): string {
  return idFloor(prefix, day * dayMs);
}

/** Made apart and then attached: that holds up nobody, while making it as a partition would hold up all. */
function createDay(table: DailyTable, day: number): string {
  const name = nameOfDay(table, day);
  const bounds = `from ('${boundOfDay(table, day)}') to ('${boundOfDay(table, day + 1)}')`;
  return `
    create table ${name} (like ${table.table} including defaults including constraints)
      with (toast_tuple_target = 8160, autovacuum_vacuum_insert_scale_factor = 0.5);
    alter table ${table.table} attach partition ${name} for values ${bounds}`;
}
