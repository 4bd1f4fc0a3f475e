/**
 * Lists by id, with the conditions that are asked for. Rows with documents are read a few at a time, until they fill a page: none
 * is asked for that would not be given. How many rows the server looks at for that keeps nobody else waiting.
 */
import type { Page } from '../../domain/page.ts';
import { type Asked, type ListOrder, makePortion, partOf } from '../page.ts';
import type { PageRequest } from '../store.ts';
import type { Session, Value } from './database.ts';

/** The usual page in one reading; of rows as large as they may be, some tens of megabytes. */
export const rowsAtOnce = 51;

/** The first `limit` rows, up to the one that fills a page. */
export async function readPortion<Row>({
  limit,
  charsOf,
  read,
}: {
  limit: number;
  charsOf(row: Row): number;
  /** Those behind the last row; null: from the beginning. */
  read(last: Row | null, limit: number): Promise<Row[]>;
}): Promise<{ readonly rows: Row[]; readonly isFull: boolean }> {
  const portion = makePortion(charsOf);
  const rows: Row[] = [];
  while (rows.length < limit && !portion.isFull) {
    const some = Math.min(rowsAtOnce, limit - rows.length);
    const next = await read(rows.at(-1) ?? null, some);
    rows.push(...portion.take(next));
    if (next.length < some) break;
  }
  return { rows, isFull: portion.isFull };
}

export async function readPage<Row>(
  request: PageRequest,
  {
    charsOf,
    idOf,
    read,
  }: {
    charsOf(row: Row): number;
    /** As `after` names it. */
    idOf(row: Row): string;
    read(after: string | null, limit: number): Promise<Row[]>;
  },
): Promise<Page<Row>> {
  const { limit } = request;
  const { rows, isFull } = await readPortion<Row>({
    limit: limit + 1,
    charsOf,
    read: (last, some) => read(last === null ? request.after : idOf(last), some),
  });
  const { items, next } = partOf({ items: rows, limit, edge: null, isFull, idOf });
  return { items, next };
}

/** The conditions that are asked for, under their names; in them `?` stands for the value, which goes to `values`. */
export function whereOf(conditions: Readonly<Record<string, string>>, asked: Asked, values: Value[]): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(asked)) {
    const condition = conditions[name];
    if (value === null || condition === undefined) continue;
    if (value !== true) values.push(value);
    parts.push(condition.replaceAll('?', `$${values.length}`));
  }
  return parts.join(' and ');
}

/**
 * A list by id, newest first or last, whose statement has only the conditions that are asked for (see `whereOf`).
 * @param of what is to be told of those rows, in place of them
 */
export function prepareList(
  session: Session,
  select: string,
  conditions: Readonly<Record<string, string>>,
  of: (rows: string, limit: string) => string = (rows) => rows,
): <R>(asked: Asked & { readonly limit: number }, order?: ListOrder) => Promise<R[]> {
  return ({ limit, ...asked }, order = 'desc') => {
    const values: Value[] = [];
    const where = whereOf(conditions, asked, values);
    const rows = `${select} where ${where} order by id ${order} limit $${values.push(limit)}`;
    return session.rows(of(rows, `$${values.length}`), values);
  };
}

/** See `idRange`. */
export const createdBetween = {
  from: 'created_at >= ?',
  to: 'created_at <= ?',
  idMin: 'id >= ?',
  idMax: 'id < ?',
};
