/**
 * How much the store holds. A count reads a whole index: so rows are counted a stretch at a time, by key, and no statement
 * of it takes long or keeps an old snapshot.
 */
import { countedTables, countPlaceOf, restCounted, stretchCounted } from '../countedTables.ts';
import type { Store } from '../store.ts';
import type { Database } from './database.ts';

const rowsAtOnce = 2000;

/** Of the tables above with their indexes and days: what of other programs lies in the database does not count. */
const selectBytes = `
  select sum(pg_total_relation_size(coalesce(day.relid, name::regclass)))::bigint
  from unnest($1::text[]) as name left join lateral pg_partition_tree(name::regclass) as day on day.isleaf`;

export function makeCounting(database: Database): Pick<Store, 'size' | 'countSome'> {
  return {
    async size() {
      const names = `{${countedTables.map(({ table }) => table).join()}}`;
      const [[bytes] = [0]] = await database.rows<[bytes: number]>(selectBytes, [names]);
      // What is free within the tables can only be told by reading them.
      return { bytes, freeBytes: 0 };
    },
    async countSome(after) {
      const place = countPlaceOf(after);
      const { table, key } = place.counted;
      const keys = key.join(', ');
      const rest = `from ${table} where (${keys}) > (${key.map((_, column) => `$${column + 1}`).join(', ')})`;
      const [end] = await database.rows<string[]>(
        `select ${keys} ${rest} order by ${keys} limit 1 offset ${rowsAtOnce - 1}`,
        place.behind,
      );
      if (end !== undefined) return stretchCounted(place, rowsAtOnce, end);
      const [[rows] = [0]] = await database.rows<[rows: number]>(`select count(*) ${rest}`, place.behind);
      return restCounted(place, rows);
    },
  };
}
