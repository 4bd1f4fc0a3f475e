/** Lists by id, with the conditions that are asked for. */
import type { Asked, ListOrder } from '../page.ts';
import type { Database, Statement, Value } from './database.ts';

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

/** See `idRange`. */
export const createdBetween = {
  from: 'created_at >= :from',
  to: 'created_at <= :to',
  idMin: 'id >= :idMin',
  idMax: 'id < :idMax',
};
