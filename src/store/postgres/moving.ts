/**
 * The database as what is moved into. How far a move has come stands in a note, which every transaction of it changes from
 * what the one before has left: so a second move that begins meanwhile ends the first. No server starts while the note is there.
 */
import { randomUUID } from 'node:crypto';
import type { Vault } from '../../vault.ts';
import type { KeyRange, MoveTarget, Place } from '../move.ts';
import {
  type Cell,
  derivedTables,
  isMoved,
  type MovedColumn,
  type MovedColumns,
  type MovedRow,
  movedTables,
} from '../movedTables.ts';
import { keptUntilNote, keyNote, logBaseNote, moveNote } from '../notes.ts';
import { numberColumn, textColumn, texts } from './arrays.ts';
import type { Database, Session, Value } from './database.ts';
import { dailyTables, openDays } from './days.ts';
import { migrationLock } from './locks.ts';

const selectColumns = `
  select attname, atttypid::regtype::text from pg_attribute
  where attrelid = $1::regclass and attnum > 0 and not attisdropped`;

const selectNote = 'select value from note where name = $1';

const lockNote = 'select value from note where name = $1 for update';

const countAccounts = 'select count(*) from account';

const insertNote = 'insert into note (name, value) values ($1, $2)';

const turnNote = 'update note set value = $3 where name = $1 and value = $2';

const deleteNote = 'delete from note where name = $1 and value = $2';

/** What the database keeps for itself stays: its days, and where its log is. */
const emptyAll = `
  truncate ${[...movedTables.flatMap(({ name }) => (name === 'note' ? [] : [name])), ...derivedTables].join(', ')};
  delete from note where name not in ('${logBaseNote}', '${keptUntilNote}')`;

/** What the note holds. */
interface Mark extends Place {
  /** Of the move that goes on just now. */
  readonly run: string;
  /** Of what is moved; null: it was found to differ, begin anew. */
  readonly stamp: string | null;
}

/** @throws Error when a move into it was begun and not ended */
export async function refuseUnfinished(session: Session): Promise<void> {
  if ((await readNote(session, moveNote)) === null) return;
  throw new Error(
    'A move of a data directory into it was broken off. Run `waybell migrate --from DIR --database URL` again, it goes on where it was.',
  );
}

/** @param vault of the database: seals what was opened */
export async function openTarget(database: Database, vault: Vault): Promise<MoveTarget> {
  const days = await openDays(database);
  const types = new Map<string, ReadonlyMap<string, string>>();
  const run = randomUUID();
  let note = '';
  let mark: Mark = { run, stamp: null, table: movedTables[0]?.name ?? null, after: null, rows: 0 };

  async function typesOf(table: string): Promise<ReadonlyMap<string, string>> {
    const known = types.get(table) ?? new Map(await database.rows<[string, string]>(selectColumns, [table]));
    types.set(table, known);
    return known;
  }

  /** Within a job, before it touches a table: it holds up whoever begins anew, or finds that somebody has. */
  async function turn(session: Session, next: Mark): Promise<void> {
    if ((await session.run(turnNote, [moveNote, note, JSON.stringify(next)])) === 1) return;
    throw new Error('Another move into this database has begun meanwhile, this one ends.');
  }

  async function advance(next: Mark, job: (session: Session) => Promise<unknown> = async () => {}) {
    await database.write(async (session) => {
      await turn(session, next);
      await job(session);
    });
    mark = next;
    note = JSON.stringify(next);
  }

  return {
    columnsOf: async (table) => new Set((await typesOf(table)).keys()),
    begin: (stamp) =>
      database.write(async (session) => {
        await session.run(migrationLock);
        const [[left = null] = []] = await session.rows<[value: string]>(lockNote, [moveNote]);
        if (left === null) await refuseAccounts(session);
        const earlier: Mark | null = left === null ? null : JSON.parse(left);
        const goesOn = earlier?.stamp === stamp && (await readNote(session, keyNote)) === vault.keyId;
        const begun: Mark = goesOn ? { ...earlier, run } : { ...mark, stamp };
        if (!goesOn) {
          await session.run(emptyAll);
          await session.run(insertNote, [keyNote, vault.keyId]);
          await session.run(insertNote, [moveNote, JSON.stringify(begun)]);
        } else await session.run(turnNote, [moveNote, left, JSON.stringify(begun)]);
        mark = begun;
        note = JSON.stringify(begun);
        return begun;
      }),
    async write(table, rows, place) {
      const known = await typesOf(table.name);
      if (dailyTables.some(({ table: daily }) => daily === table.name)) await days.ensure(idsOf(table, rows));
      await advance({ ...mark, ...place }, async (session) => {
        if (rows.length === 0) return;
        await session.run(insertInto(table, known), columnsOf(table, rows, vault));
      });
    },
    async rows(table, range, limit) {
      const [sql, values] = selectRange(table, range, limit);
      const rows = await database.rows<Cell[]>(sql, values);
      return rows.map((row) => row.map((cell, at) => opened(cell, table.columns[at], vault)));
    },
    finish: () =>
      database.write(async (session) => {
        await turn(session, mark);
        await session.run(deleteNote, [moveNote, JSON.stringify(mark)]);
      }),
    giveUp: () => advance({ ...mark, stamp: null }),
  };
}

async function readNote(session: Session, name: string): Promise<string | null> {
  const [[value = null] = []] = await session.rows<[value: string]>(selectNote, [name]);
  return value;
}

async function refuseAccounts(session: Session): Promise<void> {
  const [[accounts] = [0]] = await session.rows<[accounts: number]>(countAccounts);
  if (accounts === 0) return;
  throw new Error(
    `it has ${accounts === 1 ? 'an account' : `${accounts} accounts`} already, and a data directory is moved into an empty database; create another one`,
  );
}

function idsOf(table: MovedColumns, rows: readonly MovedRow[]): string[] {
  const at = table.columns.findIndex(({ name }) => name === 'id');
  return rows.map((row) => String(row[at]));
}

function insertInto({ name, columns }: MovedColumns, types: ReadonlyMap<string, string>): string {
  const names = columns.map((column) => column.name);
  const arrays = columns.map(({ isText }, at) => `$${at + 1}::${isText ? 'text' : 'bigint'}[]`);
  const values = names.map((column) => (types.get(column) === 'boolean' ? `${column} <> 0` : column));
  return `insert into ${name} (${names}) select ${values} from unnest(${arrays}) as u (${names})`;
}

function columnsOf({ columns }: MovedColumns, rows: readonly MovedRow[], vault: Vault): Buffer[] {
  return columns.map(({ isText, purpose }, at) => {
    if (purpose !== null)
      return texts(rows.map((row) => (row[at] === null ? null : vault.seal(purpose, String(row[at])))));
    return isText ? textColumn(rows, at) : numberColumn(rows, at);
  });
}

function selectRange(table: MovedColumns, { after, until }: KeyRange, limit: number): [string, Value[]] {
  const { key, columns, name } = table;
  const values: Value[] = [limit];
  const conditions = [isMoved(table)];
  for (const [compares, bound] of [['>', after] as const, ['<=', until] as const]) {
    if (bound === null) continue;
    conditions.push(`(${key}) ${compares} (${bound.map((cell) => `$${values.push(cell)}`)})`);
  }
  const sql = `
    select ${columns.map((column) => column.name)} from ${name}
    where ${conditions.join(' and ')} order by ${key} limit $1`;
  return [sql, values];
}

function opened(cell: Cell | boolean, column: MovedColumn | undefined, vault: Vault): Cell {
  if (typeof cell === 'boolean') return Number(cell);
  return column?.purpose == null || cell === null ? cell : vault.open(column.purpose, String(cell));
}
