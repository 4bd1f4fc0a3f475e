/** What both drivers say of lists that are read a page at a time, by id: ids begin with the millisecond in which they were made. */
import { dayMs } from '../base/durations.ts';
import { idFloor, type Prefix } from '../base/id.ts';
import { limits } from '../domain/limits.ts';

/** What reading once gave of a page. */
export interface Part<T> {
  readonly items: readonly T[];
  /** Where to go on; null: at the end. */
  readonly next: string | null;
  /** The page ends here. */
  readonly isFull: boolean;
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

/** Behind all ids: there begins what is read from the newest on. */
export const behindIds = '~';

export type ListOrder = 'asc' | 'desc';

/** Values of a list's conditions by their names; null: not asked for. `true` is for a condition without parameter. */
export type Asked = Readonly<Record<string, string | number | true | null>>;

/**
 * When something was made is decided by `created_at`; the id only narrows the search, by a day more on either side,
 * because ids run ahead of a clock that was set back.
 */
export function idRange(
  prefix: Prefix,
  { createdFrom, createdTo }: { readonly createdFrom: number | null; readonly createdTo: number | null },
): Asked {
  return {
    idMin: createdFrom === null ? null : idFloor(prefix, createdFrom - dayMs),
    idMax: createdTo === null ? null : idFloor(prefix, createdTo + dayMs),
  };
}
