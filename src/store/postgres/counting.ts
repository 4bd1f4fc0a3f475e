/**
 * How much the store holds. A count reads a whole index: so rows are counted a stretch at a time, by key, and no statement
 * of it takes long or keeps an old snapshot.
 */
import type { Store } from '../store.ts';
import type { Database } from './database.ts';

/** What each table is called towards operators, and its key. */
const tables = [
  { of: 'accounts', table: 'account', key: ['id'] },
  { of: 'webhooks', table: 'webhook', key: ['account_id', 'id'] },
  { of: 'trackings', table: 'tracking', key: ['account_id', 'id'] },
  { of: 'events', table: 'event', key: ['account_id', 'id'] },
  { of: 'deliveries_owed', table: 'delivery', key: ['account_id', 'id'] },
  { of: 'deliveries_settled', table: 'delivery_history', key: ['account_id', 'id'] },
  { of: 'attempts', table: 'attempt', key: ['account_id', 'delivery_id', 'id'] },
  { of: 'inbox_messages', table: 'inbox_message', key: ['account_id', 'id'] },
];

const rowsAtOnce = 2000;

type Position = readonly [table: number, ...key: string[]];

/** Of the tables above with their indexes and days: what of other programs lies in the database does not count. */
const selectBytes = `
  select sum(pg_total_relation_size(coalesce(day.relid, name::regclass)))::bigint
  from unnest($1::text[]) as name left join lateral pg_partition_tree(name::regclass) as day on day.isleaf`;

export function makeCounting(database: Database): Pick<Store, 'size' | 'countSome'> {
  return {
    async size() {
      const names = `{${tables.map(({ table }) => table).join()}}`;
      const [[bytes] = [0]] = await database.rows<[bytes: number]>(selectBytes, [names]);
      // What is free within the tables can only be told by reading them.
      return { bytes, freeBytes: 0 };
    },
    async countSome(after) {
      const position: Position = after === null ? [0] : JSON.parse(after);
      const [index, ...from] = position;
      const { of, table, key } = tables[index] as (typeof tables)[0];
      const keys = key.join(', ');
      const behind = from.length === 0 ? key.map(() => '') : from;
      const rest = `from ${table} where (${keys}) > (${key.map((_, place) => `$${place + 1}`).join(', ')})`;
      const [end] = await database.rows<string[]>(
        `select ${keys} ${rest} order by ${keys} limit 1 offset ${rowsAtOnce - 1}`,
        behind,
      );
      if (end !== undefined) return { of, rows: rowsAtOnce, next: JSON.stringify([index, ...end]) };
      const [[rows] = [0]] = await database.rows<[rows: number]>(`select count(*) ${rest}`, behind);
      return { of, rows, next: index + 1 < tables.length ? JSON.stringify([index + 1]) : null };
    },
  };
}
