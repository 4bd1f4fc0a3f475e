/**
 * How much the store holds. A count reads a whole index, and where the table is one, the whole table: so rows are counted a
 * stretch at a time, by key, and what is written between two stretches is not held up.
 */
import { statSync } from 'node:fs';
import { countedTables, countPlaceOf, restCounted, stretchCounted } from '../countedTables.ts';
import type { Store } from '../store.ts';
import type { Database } from './database.ts';

/** Attempts, the largest rows, take some 1.5 ms from memory for that many. */
const rowsAtOnce = 2000;

export function makeCounting(database: Database): Pick<Store, 'size' | 'countSome'> {
  const counters = countedTables.map(({ table, key }) => {
    const keys = key.join(', ');
    const behind = `from ${table} where (${keys}) > (${key.map(() => '?').join(', ')})`;
    return {
      /** The last row of a whole stretch; none where fewer are left. */
      last: database.prepareRows(
        `select ${keys} ${behind} order by ${keys} limit 1 offset ${rowsAtOnce - 1}`,
      ),
      rest: database.prepareRows(`select count(*) ${behind}`),
    };
  });
  const pageSize = database.prepareRows('pragma page_size');
  const freePages = database.prepareRows('pragma freelist_count');

  return {
    async size() {
      const [pageBytes] = pageSize.get() as [pageBytes: number];
      const [free] = freePages.get() as [free: number];
      return {
        bytes: sizeOf(database.file) + sizeOf(`${database.file}-wal`),
        freeBytes: pageBytes * free,
      };
    },
    async countSome(after) {
      const place = countPlaceOf(after);
      const { last, rest } = counters[place.index] as (typeof counters)[0];
      const end = last.get(...place.behind) as string[] | undefined;
      if (end !== undefined) return stretchCounted(place, rowsAtOnce, end);
      const [rows] = rest.get(...place.behind) as [rows: number];
      return restCounted(place, rows);
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
