/**
 * Reading lists a page at a time, by id: ids begin with the millisecond in which they were made.
 *
 * A list has the thread that also commits, so a page is bounded in two ways. Rows are looked at a stretch at a time, whether they
 * are meant or not, with turns of others in between (`turns.ts`); and where they carry documents, it ends with the one that
 * fills it. Either way `next` is where looking ended, and at least one stretch or row further than the page began.
 */
import { dayMs } from '../../base/durations.ts';
import { idFloor, type Prefix } from '../../base/id.ts';
import { limits } from '../../domain/limits.ts';
import type { Page } from '../../domain/page.ts';
import type { PageRequest } from '../store.ts';
import type { Database, Statement, Value } from './database.ts';
import type { Turn } from './turns.ts';

/** Some milliseconds where most of them are not meant, a fifth of one where they need only be counted off. */
export const stretchRows = 2000;

const stretchesMax = limits.rowsLookedAtMax / stretchRows;

/** What one stretch gave of a page. */
export interface Part<T> {
  readonly items: readonly T[];
  /** Where to go on; null: at the end. */
  readonly next: string | null;
  /** The page ends here. */
  readonly isFull: boolean;
}

/** Reads parts, each in a turn of its own, until the page is full, the list is at its end, or enough was looked at. */
export async function readPage<T>(
  turn: Turn,
  request: PageRequest,
  read: (rest: PageRequest) => Part<T>,
): Promise<Page<T>> {
  const items: T[] = [];
  let { after } = request;
  for (let stretches = 0; stretches < stretchesMax; stretches++) {
    await turn();
    const part = read({ after, limit: request.limit - items.length });
    items.push(...part.items);
    after = part.next;
    if (after === null || part.isFull || items.length === request.limit) break;
  }
  return { items, next: after };
}

export interface Read<T> {
  /** One more than asked for, where there are so many. */
  readonly items: readonly T[];
  readonly limit: number;
  /** The last row that was looked at; null: all were. */
  readonly edge: string | null;
  /** Reading ended before so many, since they are large. */
  readonly isFull: boolean;
  idOf(item: T): string;
}

export function partOf<T>({ items, limit, edge, isFull, idOf }: Read<T>): Part<T> {
  const kept = items.slice(0, limit);
  const last = kept.at(-1);
  const isMore = isFull || items.length > limit;
  return { items: kept, next: isMore && last !== undefined ? idOf(last) : edge, isFull: isMore };
}

export interface Portion<Row> {
  /** The first of the rows, up to the one that fills the portion; the rest is not read. */
  take(rows: Iterable<unknown>): Row[];
  readonly isFull: boolean;
}

/** A bounded portion of rows with documents; at least one, however large. */
export function makePortion<Row>(
  charsOf: (row: Row) => number,
  charsMax: number = limits.pageCharsMax,
): Portion<Row> {
  let left = Math.max(charsMax, 1);
  return {
    take(rows) {
      const taken: Row[] = [];
      for (const row of rows as Iterable<Row>) {
        taken.push(row);
        left -= charsOf(row);
        if (left <= 0) break;
      }
      return taken;
    },
    get isFull() {
      return left <= 0;
    },
  };
}

export type ListOrder = 'asc' | 'desc';

/** Values of a list's conditions by their names; null: not asked for. `true` is for a condition without parameter. */
export type Asked = Readonly<Record<string, string | number | true | null>>;

export interface List {
  /** Of what is asked for, read as it is taken. */
  rows(asked: Asked, limit: number, order: ListOrder): Iterable<unknown>;
  /** The id of the last row of the next stretch; null where fewer are left. Asked by what an index finds, and nothing else. */
  edge(asked: Asked, order: ListOrder): string | null;
}

/**
 * A list by id, newest first or last, whose statements have only the conditions that are asked for: with all of them and
 * "or not asked for" in each, SQLite would use no index. One statement is kept for each combination.
 */
export function prepareList(
  prepare: Database['prepareRows'],
  {
    columns,
    table,
    conditions,
  }: { columns: string; table: string; conditions: Readonly<Record<string, string>> },
): List {
  const statements = new Map<string, Statement>();

  function statementFor(what: string, asked: Asked, order: ListOrder): Statement {
    const where = namesOf(asked)
      .map((name) => conditions[name])
      .join(' and ');
    const sql = `select ${what} from ${table} where ${where} order by id ${order} limit :limit offset :offset`;
    const statement = statements.get(sql) ?? prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  return {
    rows: (asked, limit, order) =>
      statementFor(columns, asked, order).iterate({ ...valuesOf(asked), limit, offset: 0 }),
    edge(asked, order) {
      const offset = stretchRows - 1;
      const row = statementFor('id', asked, order).get({ ...valuesOf(asked), limit: 1, offset });
      return (row as [id: string] | undefined)?.[0] ?? null;
    },
  };
}

function namesOf(asked: Asked): string[] {
  return Object.keys(asked).filter((name) => asked[name] !== null);
}

function valuesOf(asked: Asked): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const name of namesOf(asked)) {
    const value = asked[name];
    if (value !== true && value !== undefined) values[name] = value;
  }
  return values;
}

/** By id, from where the page before ended, to the edge of the stretch. */
export const idBetween = {
  after: 'id < :after',
  behind: 'id > :behind',
  floor: 'id >= :floor',
  ceiling: 'id <= :ceiling',
  idMin: 'id >= :idMin',
  idMax: 'id < :idMax',
};

/**
 * When something was made is decided by `created_at`; the id only narrows the search, by a day more on either side,
 * because ids run ahead of a clock that was set back.
 */
export const createdBetween = {
  from: 'created_at >= :from',
  to: 'created_at <= :to',
};

export function idRange(
  prefix: Prefix,
  { createdFrom, createdTo }: { readonly createdFrom: number | null; readonly createdTo: number | null },
): Asked {
  return {
    idMin: createdFrom === null ? null : idFloor(prefix, createdFrom - dayMs),
    idMax: createdTo === null ? null : idFloor(prefix, createdTo + dayMs),
  };
}
