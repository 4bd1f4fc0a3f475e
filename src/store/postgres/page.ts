/** Lists by id, with the conditions that are asked for. */
import type { Asked, ListOrder } from '../page.ts';
import type { Session, Value } from './database.ts';

/**
 * A list by id, newest first or last, whose statement has only the conditions that are asked for; in them `?` stands for
 * the value, under the condition's own name.
 */
export function prepareList(
  session: Session,
  select: string,
  conditions: Readonly<Record<string, string>>,
): <R>(asked: Asked & { readonly limit: number }, order?: ListOrder) => Promise<R[]> {
  return ({ limit, ...asked }, order = 'desc') => {
    const values: Value[] = [];
    const parts: string[] = [];
    for (const [name, value] of Object.entries(asked)) {
      const condition = conditions[name];
      if (value === null || condition === undefined) continue;
      if (value !== true) values.push(value);
      parts.push(condition.replaceAll('?', `$${values.length}`));
    }
    values.push(limit);
    return session.rows(
      `${select} where ${parts.join(' and ')} order by id ${order} limit $${values.length}`,
      values,
    );
  };
}

/** See `idRange`. */
export const createdBetween = {
  from: 'created_at >= ?',
  to: 'created_at <= ?',
  idMin: 'id >= ?',
  idMax: 'id < ?',
};
