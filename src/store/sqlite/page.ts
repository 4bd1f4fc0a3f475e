/** Reading lists a page at a time, by id: ids begin with the millisecond in which they were made. */
import { dayMs } from '../../base/durations.ts';
import { idFloor, type Prefix } from '../../base/id.ts';
import type { Page } from '../../domain/page.ts';
import type { Database, Statement, Value } from './database.ts';

/** The page within `limit + 1` items read. */
export function pageOf<T>(items: readonly T[], limit: number, idOf: (item: T) => string): Page<T> {
  const kept = items.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept, next: items.length > limit && last !== undefined ? idOf(last) : null };
}

export type ListOrder = 'asc' | 'desc';

/** Values of a list's conditions by their names; null: not asked for. `true` is for a condition without parameter. */
export type Asked = Readonly<Record<string, string | number | true | null>>;

/**
 * A list by id, newest first or last, whose statement has only the conditions that are asked for: with all of them and
 * "or not asked for" in each, SQLite would use no index. One statement is kept for each combination.
 */
export function prepareList(
  prepare: Database['prepare'],
  select: string,
  conditions: Readonly<Record<string, string>>,
): (asked: Asked & { readonly limit: number }, order?: ListOrder) => unknown[] {
  const statements = new Map<string, Statement>();
  return ({ limit, ...asked }, order = 'desc') => {
    const names = Object.keys(asked).filter((name) => asked[name] !== null);
    const where = names.map((name) => conditions[name]).join(' and ');
    const rest = `${where} order by id ${order} limit :limit`;
    const statement = statements.get(rest) ?? prepare(`${select} where ${rest}`);
    statements.set(rest, statement);
    const values: Record<string, Value> = { limit };
    for (const name of names) {
      const value = asked[name];
      if (value !== true && value !== undefined && value !== null) values[name] = value;
    }
    return statement.all(values);
  };
}

/**
 * When something was made is decided by `created_at`; the id only narrows the search, by a day more on either side,
 * because ids run ahead of a clock that was set back.
 */
export const createdBetween = {
  from: 'created_at >= :from',
  to: 'created_at <= :to',
  idMin: 'id >= :idMin',
  idMax: 'id < :idMax',
};

export function idRange(
  prefix: Prefix,
  { createdFrom, createdTo }: { readonly createdFrom: number | null; readonly createdTo: number | null },
): Asked {
  return {
    from: createdFrom,
    to: createdTo,
    idMin: createdFrom === null ? null : idFloor(prefix, createdFrom - dayMs),
    idMax: createdTo === null ? null : idFloor(prefix, createdTo + dayMs),
  };
}
