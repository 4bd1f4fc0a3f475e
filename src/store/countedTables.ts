/** What is counted of either store, a stretch of rows at a time, and how a count that goes on names its place. */
import type { RowCount } from './store.ts';

export interface CountedTable {
  /** What it is called towards operators. */
  readonly of: string;
  readonly table: string;
  readonly key: readonly string[];
}

export const countedTables: readonly CountedTable[] = [
  { of: 'accounts', table: 'account', key: ['id'] },
  { of: 'webhooks', table: 'webhook', key: ['account_id', 'id'] },
  { of: 'trackings', table: 'tracking', key: ['account_id', 'id'] },
  { of: 'events', table: 'event', key: ['account_id', 'id'] },
  { of: 'deliveries_owed', table: 'delivery', key: ['account_id', 'id'] },
  { of: 'deliveries_settled', table: 'delivery_history', key: ['account_id', 'id'] },
  { of: 'attempts', table: 'attempt', key: ['account_id', 'delivery_id', 'id'] },
  { of: 'inbox_messages', table: 'inbox_message', key: ['account_id', 'id'] },
];

export interface CountPlace {
  /** Of `countedTables`. */
  readonly index: number;
  readonly counted: CountedTable;
  /** The key of the last row that was counted; smaller than all of them at first. */
  readonly behind: readonly string[];
}

export function countPlaceOf(after: string | null): CountPlace {
  const [index, ...key]: readonly [number, ...string[]] = after === null ? [0] : JSON.parse(after);
  const counted = countedTables[index] as CountedTable;
  return { index, counted, behind: key.length === 0 ? counted.key.map(() => '') : key };
}

/** A whole stretch, which ends at the row with that key. */
export function stretchCounted(
  { index, counted }: CountPlace,
  rows: number,
  end: readonly string[],
): RowCount {
  return { of: counted.of, rows, next: JSON.stringify([index, ...end]) };
}

/** The rest of a table. */
export function restCounted({ index, counted }: CountPlace, rows: number): RowCount {
  return {
    of: counted.of,
    rows,
    next: index + 1 < countedTables.length ? JSON.stringify([index + 1]) : null,
  };
}
