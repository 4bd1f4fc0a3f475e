/**
 * What moves from the embedded database into PostgreSQL, and how a row of the one looks in the other. Columns of the same
 * name are copied as they are, whichever there are; said here is what is not so: what is sealed is opened and sealed anew, and some
 * columns are the other store's alone.
 */
import { dayMs } from '../base/durations.ts';
import { timeOfId } from '../base/id.ts';
import { shardOfDelivery } from '../domain/shard.ts';
import { credentialPurpose } from './credentialRow.ts';
import { deliveryIdsOf } from './eventDocument.ts';
import { ownNotes } from './notes.ts';

export type Cell = string | number | null;
/** A row's cells in the order of the columns that are moved, what is sealed being open. */
export type MovedRow = readonly Cell[];

export interface MovedTable {
  readonly name: string;
  /** Its primary key: rows are read in this order. */
  readonly key: readonly string[];
  /** What each sealed column is sealed for. */
  readonly sealed: Readonly<Record<string, string>>;
  /** What only PostgreSQL has, worked out of the row as SQLite has it. */
  readonly added: Readonly<Record<string, (cell: (column: string) => Cell) => Cell>>;
  /** What is written otherwise there. */
  readonly changed: Readonly<Record<string, (cell: (column: string) => Cell) => Cell>>;
  /** Rows that each store keeps for itself, by the key's column. */
  readonly own: readonly string[];
}

/** A table with all that is to be known of its rows: what the two sides agree on. */
export interface MovedColumns extends MovedTable {
  readonly columns: readonly MovedColumn[];
}

export interface MovedColumn {
  readonly name: string;
  readonly isText: boolean;
  /** It is the target's alone. */
  readonly isAdded: boolean;
  /** What it is sealed for; null: it is not. */
  readonly purpose: string | null;
}

const plain = { sealed: {}, added: {}, changed: {}, own: [] };

/**
 * In the order in which they are moved. The log of events is moved to one position in front of all that PostgreSQL gives (see
 * `postgres/logBase.ts`): at one position events stand in the order of their ids, which is SQLite's order of commits.
 */
export const movedTables: readonly MovedTable[] = [
  {
    ...plain,
    name: 'account',
    key: ['id'],
    sealed: {
      webhook_secret_sealed: 'account.webhook-secret',
      previous_webhook_secret_sealed: 'account.webhook-secret',
      track_key_sealed: 'account.track-key',
    },
  },
  { ...plain, name: 'account_logo', key: ['account_id', 'hash'] },
  { ...plain, name: 'api_key', key: ['account_id', 'id'] },
  { ...plain, name: 'member', key: ['account_id', 'id'] },
  { ...plain, name: 'mail_refusal', key: ['account_id', 'address_hash'] },
  {
    ...plain,
    name: 'courier_credential',
    key: ['account_id', 'courier_code'],
    sealed: { values_sealed: credentialPurpose },
  },
  {
    ...plain,
    name: 'webhook',
    key: ['account_id', 'id'],
    sealed: {
      url_sealed: 'webhook.url',
      headers_sealed: 'webhook.headers',
      secret_sealed: 'webhook.secret',
      previous_secret_sealed: 'webhook.secret',
    },
  },
  { ...plain, name: 'tracking', key: ['account_id', 'id'] },
  { ...plain, name: 'saved_view', key: ['account_id', 'id'] },
  {
    ...plain,
    name: 'event',
    key: ['account_id', 'id'],
    added: {
      position: () => movedPosition,
      replayed: (cell) => Number(wasReplayed(String(cell('id')), String(cell('document')))),
    },
  },
  {
    ...plain,
    name: 'delivery',
    key: ['account_id', 'id'],
    added: {
      shard: (cell) =>
        shardOfDelivery({
          trackingId: cell('tracking_id') as string | null,
          webhookId: String(cell('webhook_id')),
        }),
    },
  },
  { ...plain, name: 'delivery_history', key: ['account_id', 'id'] },
  { ...plain, name: 'attempt', key: ['account_id', 'delivery_id', 'id'] },
  { ...plain, name: 'inbox_message', key: ['account_id', 'id'] },
  { ...plain, name: 'audit', key: ['account_id', 'id'] },
  { ...plain, name: 'webhook_hour', key: ['account_id', 'hour', 'webhook_id'] },
  { ...plain, name: 'courier_hour', key: ['account_id', 'courier_code', 'hour'] },
  { ...plain, name: 'answer', key: ['account_id', 'key'], sealed: { body_sealed: 'answer.body' } },
  {
    ...plain,
    name: 'note',
    key: ['name'],
    changed: {
      value: (cell) =>
        String(cell('name')).startsWith('events-pruned-to:')
          ? `${cell('value')} ${movedPosition}`
          : cell('value'),
    },
    own: ownNotes,
  },
];

/** Kept by each database itself as rows of the others come and go. */
export const derivedTables: readonly string[] = ['tracking_count', 'tracking_term'];

/** Left behind: whoever was signed in signs in again. */
export const leftTables: readonly string[] = ['session'];

const movedPosition = 0;

/** Whether a delivery of the event is of a later day than itself: such an event does not go with its day. */
function wasReplayed(id: string, document: string): boolean {
  const dayOf = (one: string) => Math.floor(timeOfId(one) / dayMs);
  return deliveryIdsOf(document).some((delivery) => dayOf(delivery) > dayOf(id));
}

/**
 * Which columns are moved.
 * @param here those of the source's table, in order
 * @param there those of the target's
 * @throws Error where the two do not fit: nothing is left out unsaid
 */
export function movedColumns(
  table: MovedTable,
  here: readonly { readonly name: string; readonly isText: boolean }[],
  there: ReadonlySet<string>,
): MovedColumns {
  const lost = here.filter(({ name }) => !there.has(name)).map(({ name }) => name);
  const unknown = here.filter(({ name }) => name.endsWith('_sealed') && !(name in table.sealed));
  if (lost.length > 0 || unknown.length > 0) {
    const names = [...lost, ...unknown.map(({ name }) => name)];
    throw new Error(
      `The table ${table.name} has columns that this program cannot move: ${names.join(', ')}.`,
    );
  }
  const added = Object.keys(table.added)
    .filter((name) => !here.some((column) => column.name === name))
    .map((name) => ({ name, isText: false, isAdded: true }));
  const columns = [...here.map((column) => ({ ...column, isAdded: false })), ...added].map((column) => ({
    ...column,
    purpose: table.sealed[column.name] ?? null,
  }));
  return { ...table, columns };
}

/** A row as it is to be in PostgreSQL. @param cells of the source's columns, opened */
export function movedRow({ columns, added, changed }: MovedColumns, cells: readonly Cell[]): MovedRow {
  const cell = (name: string) => cells[columns.findIndex((column) => column.name === name)] ?? null;
  return columns.map(({ name, isAdded }, at) => {
    const make = isAdded ? added[name] : changed[name];
    return make === undefined ? (cells[at] ?? null) : make(cell);
  });
}

/** As a condition: not what each store keeps for itself. */
export function isMoved({ key, own }: MovedTable): string {
  return own.length === 0 ? 'true' : `${key} not in (${own.map((name) => `'${name}'`)})`;
}

/** The key of a row, by which reading goes on behind it. */
export function keyOf({ columns, key }: MovedColumns, row: MovedRow): readonly Cell[] {
  return key.map((name) => row[columns.findIndex((column) => column.name === name)] ?? null);
}

/** A bound for what is held at a time. */
export function charsOf(row: MovedRow): number {
  let chars = 0;
  for (const cell of row) chars += typeof cell === 'string' ? cell.length : 8;
  return chars;
}
