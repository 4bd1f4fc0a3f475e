/**
 * Reading lists a page at a time, by id: ids begin with the millisecond in which they were made.
 *
 * A list has the thread that also commits, so a page is bounded in two ways. Rows are looked at a stretch at a time, whether they
 * are meant or not, with turns of others in between (`turns.ts`); and where they carry documents, it ends with the one that
 * fills it. Either way `next` is where looking ended, and at least one stretch or row further than the page began.
 */
import { limits } from '../../domain/limits.ts';
import type { Page } from '../../domain/page.ts';
import type { Asked, ListOrder, Part } from '../page.ts';
import type { PageRequest } from '../store.ts';
import type { Database, Statement, Value } from './database.ts';
import type { Turn } from './turns.ts';

/** Some milliseconds where most of them are not meant, a fifth of one where they need only be counted off. */
export const stretchRows = 2000;

/** Lists can be asked for in some thousands of ways. */
const statementsMax = 100;

const stretchesMax = limits.rowsLookedAtMax / stretchRows;

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

export interface List {
  /** Of what is asked for, read as it is taken. */
  rows(asked: Asked, limit: number, order: ListOrder): Iterable<unknown>;
  /** The id of the last row of the next stretch; null where fewer are left. Asked by what an index finds, and nothing else. */
  edge(asked: Asked, order: ListOrder): string | null;
}

/**
 * A list by id, newest first or last, whose statements have only the conditions that are asked for: with all of them and
 * "or not asked for" in each, SQLite would use no index. A statement is kept for each combination that was asked for lately.
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
    // Some values are another's condition's.
    const where = namesOf(asked)
      .flatMap((name) => conditions[name] ?? [])
      .join(' and ');
    const sql = `select ${what} from ${table} where ${where} order by id ${order} limit :limit offset :offset`;
    const statement = statements.get(sql) ?? prepare(sql);
    statements.delete(sql);
    statements.set(sql, statement);
    for (const oldest of statements.keys()) {
      if (statements.size <= statementsMax) break;
      statements.delete(oldest);
    }
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
  const isAsked = (name: string) => (asked[name] ?? null) !== null;
  return Object.keys(asked).filter((name) => isAsked(name) && !narrower[name]?.some(isAsked));
}

/** Of two bounds on one side SQLite begins the search at either: with the wide one it would pass over all rows between them. */
const narrower: Readonly<Record<string, readonly string[]>> = {
  idMin: ['floor', 'behind'],
  idMax: ['after', 'ceiling'],
};

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

/** See `idRange`. */
export const createdBetween = {
  from: 'created_at >= :from',
  to: 'created_at <= :to',
};
