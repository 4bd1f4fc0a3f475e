/**
 * How much the store holds. A count reads a whole index, and where the table is one, the whole table: so rows are counted a
 * stretch at a time, by key, and what is written between two stretches is not held up.
 */
import { statSync } from 'node:fs';
import type { Store } from '../store.ts';
import type { Database, Value } from './database.ts';

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

/** Attempts, the largest rows, take some 1.5 ms from memory for that many. */
const rowsAtOnce = 2000;

type Position = readonly [table: number, ...key: string[]];

export function makeCounting(database: Database): Pick<Store, 'size' | 'countSome'> {
  const counters = tables.map(({ table, key }) => {
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
      const position: Position = after === null ? [0] : JSON.parse(after);
      const [index, ...from] = position;
      const { of, key } = tables[index] as (typeof tables)[0];
      const { last, rest } = counters[index] as (typeof counters)[0];
      const behind: Value[] = from.length === 0 ? key.map(() => '') : from;
      const end = last.get(...behind) as string[] | undefined;
      if (end !== undefined) return { of, rows: rowsAtOnce, next: JSON.stringify([index, ...end]) };
      const [rows] = rest.get(...behind) as [rows: number];
      return { of, rows, next: index + 1 < tables.length ? JSON.stringify([index + 1]) : null };
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
