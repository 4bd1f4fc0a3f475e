/**
 * Lists of trackings that are found by a search or by the attention they need, a stretch of ids at a time: either a few thousand that
 * an index names, of which those are read that fit all else, or the next rows of the list itself, where very many fit the search.
 * How many rows a page looks at is bounded, so it may end early.
 */
import { limits } from '../../domain/limits.ts';
import type { Page } from '../../domain/page.ts';
import { type Asked, makePortion, partOf } from '../page.ts';
import type { AccountId, PageRequest, TrackingFilter } from '../store.ts';
import { newestOf } from '../terms.ts';
import { texts } from './arrays.ts';
import type { Database, Value } from './database.ts';
import { makeFinding } from './finding.ts';
import { whereOf } from './page.ts';

/** Ids that are handed to one statement, at first, which is enough for most pages, and at most. */
const stretchIds = { first: 64, most: 1024 };
/** Rows of a list that is walked, likewise: of the most, some tens of milliseconds where few of them fit. */
const stretchRows = { first: 512, most: 8192 };
/** Each is so much longer than the one before. */
const growth = 4;
interface Stretch {
  /** Null: all rows down to `edge`. */
  readonly ids: readonly string[] | null;
  /** Its last row; null: the list ends in it. */
  readonly edge: string | null;
  readonly looked: number;
}

export interface Narrowed<Row> {
  readonly columns: string;
  readonly conditions: Readonly<Record<string, string>>;
  /** Of the asked, what an index walks the list by. */
  readonly keys: readonly string[];
  /** In one reading. */
  readonly rowsAtOnce: number;
  charsOf(row: Row): number;
  idOf(row: Row): string;
}

export function makeNarrowed<Row>(
  database: Database,
  { columns, conditions, keys, rowsAtOnce, charsOf, idOf }: Narrowed<Row>,
): (accountId: AccountId, filter: TrackingFilter, asked: Asked, request: PageRequest) => Promise<Page<Row>> {
  const finding = makeFinding(database);

  /** The stretch of the list itself that begins behind `after`. */
  async function walked(asked: Asked, after: string | null, length: number): Promise<Stretch> {
    const values: Value[] = [];
    const key = Object.fromEntries(
      Object.entries({ ...asked, after }).filter(([name]) => keys.includes(name)),
    );
    const sql = `select id from tracking where ${whereOf(conditions, key, values)} order by id desc offset $${values.push(length - 1)} limit 1`;
    const [[edge = null] = []] = await database.rows<[id: string]>(sql, values);
    return { ids: null, edge, looked: length };
  }

  function rowsOf({ ids, edge }: Stretch, asked: Asked, limit: number): Promise<Row[]> {
    const values: Value[] = [];
    const parts = [whereOf(conditions, asked, values)];
    if (ids === null && edge !== null) parts.push(`id >= $${values.push(edge)}`);
    if (ids !== null) parts.push(`id = near.one collate "C"`);
    const rows = `from tracking where ${parts.join(' and ')}`;
    // Each by itself: asked for together, they may be looked for among all rows of the account, newest first.
    const from =
      ids === null
        ? rows
        : `from unnest($${values.push(texts(ids))}::text[]) as near (one)
           cross join lateral (select * ${rows} offset 0) as tracking`;
    const sql = `select ${columns} ${from} order by id desc limit $${values.push(limit)}`;
    return database.rows<Row>(sql, values);
  }

  return async (accountId, filter, asked, request) => {
    const { search, attention } = filter;
    const found = search === null ? null : await finding.found(accountId, search);

    async function nextStretch(after: string | null, grown: number): Promise<Stretch> {
      const lengthOf = ({ first, most }: typeof stretchIds) => Math.min(first * grown, most);
      if (found === null && attention === null) return walked(asked, after, lengthOf(stretchRows));
      const rest = { after, limit: lengthOf(stretchIds) };
      const ids =
        found !== null ? newestOf(found, rest) : await finding.needing(accountId, attention ?? [], rest);
      return { ids, edge: ids.length < rest.limit ? null : (ids.at(-1) as string), looked: ids.length };
    }

    const items: Row[] = [];
    const portion = makePortion(charsOf);
    let { after } = request;
    for (let looked = 0, grown = 1; looked < limits.rowsLookedAtMax; grown *= growth) {
      const stretch = await nextStretch(after, grown);
      looked += stretch.looked;
      let isThrough = stretch.ids?.length === 0;
      while (!isThrough) {
        const limit = request.limit - items.length;
        const some = Math.min(limit + 1, rowsAtOnce);
        const read = await rowsOf(stretch, { ...asked, after }, some);
        const taken = portion.take(read);
        isThrough = read.length < some && taken.length === read.length;
        if (limit === 0 && taken.length > 0) return { items, next: after };
        const part = partOf({ items: taken, limit, edge: stretch.edge, isFull: portion.isFull, idOf });
        items.push(...part.items);
        if (part.isFull) return { items, next: part.next };
        after = isThrough ? stretch.edge : idOf(taken.at(-1) as Row);
      }
      if (stretch.ids?.length === 0) after = null;
      if (after === null || items.length === request.limit) break;
    }
    return { items, next: after };
  };
}
