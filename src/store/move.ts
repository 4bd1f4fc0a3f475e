/**
 * Moves all of a data directory into an empty PostgreSQL database: table after table, in the order of keys, some rows at a
 * time. What is written and how far that is are one transaction, so a move that breaks off goes on where it was; until all
 * is compared the target is marked, and no server starts on it.
 *
 * ```text
 *  (empty) ──► marked, rows copied up to a place ──► all copied ──► compared, mark removed
 *                 ▲                                      │
 *                 └──────── the two differ: anew ◄───────┘
 * ```
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type Cell,
  derivedTables,
  keyOf,
  leftTables,
  type MovedColumns,
  type MovedRow,
  type MovedTable,
  movedColumns,
  movedTables,
} from './movedTables.ts';

export interface MoveSource {
  /** Another text when anything in it has changed. */
  readonly stamp: string;
  tables(): readonly string[];
  columnsOf(table: string): readonly { readonly name: string; readonly isText: boolean }[];
  count(table: MovedTable): number;
  /** The next rows behind a key (null: from the beginning), as they are to be in the target; some, of bounded size, and none at the end. */
  rows(table: MovedColumns, after: readonly Cell[] | null, limit: number): readonly MovedRow[];
  close(): void;
}

export interface MoveTarget {
  columnsOf(table: string): Promise<ReadonlySet<string>>;
  /** Marks it and says where to begin. @throws Error when it is not empty, and no move into it was broken off */
  begin(stamp: string): Promise<Place>;
  /** Writes rows and that the move has come to this place, at once. @throws Error when another move has begun */
  write(table: MovedColumns, rows: readonly MovedRow[], place: Place): Promise<void>;
  /** The rows within a range of keys. */
  rows(table: MovedColumns, range: KeyRange, limit: number): Promise<readonly MovedRow[]>;
  /** Removes the mark. */
  finish(): Promise<void>;
  /** Leaves a mark with which the next move begins anew. */
  giveUp(): Promise<void>;
}

export interface KeyRange {
  /** Not in it; null: from the beginning. */
  readonly after: readonly Cell[] | null;
  /** In it; null: to the end. */
  readonly until: readonly Cell[] | null;
}

/** How far rows are copied. */
export interface Place {
  /** Name of the table at which it is; null: all are copied. */
  readonly table: string | null;
  /** The last row of it; null: none yet. */
  readonly after: readonly Cell[] | null;
  /** Copied so far, of all tables. */
  readonly rows: number;
}

export interface MoveProgress {
  readonly doing: 'copy' | 'compare';
  readonly table: string;
  readonly rows: number;
  readonly total: number;
}

export interface Compared {
  readonly table: string;
  /** Of the target as many as were compared: one too many ends a stretch. */
  readonly rows: { readonly source: number; readonly target: number };
  /** Over the contents, what is sealed being open. */
  readonly sha256: { readonly source: string; readonly target: string };
  /** Key of the first row that is not the same; null: none was found. */
  readonly differsAt: string | null;
  readonly verified: boolean;
}

export interface Moved {
  /** Rows that an earlier move had copied. */
  readonly goneOnAt: number;
  readonly tables: readonly Compared[];
  readonly verified: boolean;
}

/** Of one transaction, if they are not large. */
const rowsAtOnce = 2000;

/** @throws Error, in words for the operator, when the target is not empty or the two do not fit */
export async function move(
  source: MoveSource,
  target: MoveTarget,
  {
    onProgress = () => {},
    rowsMax = rowsAtOnce,
  }: { onProgress?: (progress: MoveProgress) => void; rowsMax?: number } = {},
): Promise<Moved> {
  const tables = await agreedTables(source, target);
  const total = tables.reduce((sum, table) => sum + source.count(table), 0);
  const begun = await target.begin(source.stamp);
  try {
    const onRows: Sides['onRows'] = (doing, table, rows) => onProgress({ doing, table, rows, total });
    const sides: Sides = { source, target, rowsMax, onRows };
    await copy(tables, begun, sides);
    const compared = await compareAll(tables, sides);
    const verified = compared.every((one) => one.verified);
    await (verified ? target.finish() : target.giveUp());
    return { goneOnAt: begun.rows, tables: compared, verified };
  } catch (cause) {
    const why = (cause as Error).message.replace(/\.$/, '');
    throw new Error(`the move is broken off: ${why}. Run it again, it goes on where it was`, { cause });
  }
}

async function agreedTables(source: MoveSource, target: MoveTarget): Promise<readonly MovedColumns[]> {
  const known = new Set([...movedTables.map(({ name }) => name), ...derivedTables, ...leftTables]);
  const unknown = source.tables().filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Error(`The data directory has tables that this program cannot move: ${unknown.join(', ')}.`);
  return Promise.all(
    movedTables.map(async (table) =>
      movedColumns(table, source.columnsOf(table.name), await target.columnsOf(table.name)),
    ),
  );
}

interface Sides {
  readonly source: MoveSource;
  readonly target: MoveTarget;
  readonly rowsMax: number;
  onRows(doing: MoveProgress['doing'], table: string, rows: number): void;
}

async function copy(
  tables: readonly MovedColumns[],
  begun: Place,
  { source, target, rowsMax, onRows }: Sides,
): Promise<void> {
  const first = begun.table === null ? tables.length : tables.findIndex(({ name }) => name === begun.table);
  let copied = begun.rows;
  for (const [at, table] of [...tables.entries()].slice(first)) {
    let rows = source.rows(table, at === first ? begun.after : null, rowsMax);
    while (rows.length > 0) {
      const after = keyOf(table, rows.at(-1) as MovedRow);
      copied += rows.length;
      const writing = target.write(table, rows, { table: table.name, after, rows: copied });
      // Its failure is met below.
      writing.catch(() => {});
      // Read while the server is at work.
      rows = source.rows(table, after, rowsMax);
      await writing;
      onRows('copy', table.name, copied);
    }
    const next = tables[at + 1]?.name ?? null;
    await target.write(table, [], { table: next, after: null, rows: copied });
  }
}

async function compareAll(tables: readonly MovedColumns[], sides: Sides): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  let before = 0;
  for (const table of tables) {
    const one = await compare(table, before, sides);
    before += one.rows.source;
    compared.push(one);
  }
  return compared;
}

/** @param before how many rows of other tables were compared */
async function compare(
  table: MovedColumns,
  before: number,
  { source, target, rowsMax, onRows }: Sides,
): Promise<Compared> {
  const hashes = { source: createHash('sha256'), target: createHash('sha256') };
  const rows = { source: 0, target: 0 };
  let differsAt: string | null = null;
  let after: readonly Cell[] | null = null;
  let isAtEnd = false;
  while (!isAtEnd) {
    const here = source.rows(table, after, rowsMax);
    isAtEnd = here.length === 0;
    const until = isAtEnd ? null : keyOf(table, here.at(-1) as MovedRow);
    // One more than there should be is enough to tell.
    const there = await target.rows(table, { after, until }, here.length + 1);
    for (const row of here) hashes.source.update(`${JSON.stringify(row)}\n`);
    for (const row of there) hashes.target.update(`${JSON.stringify(row)}\n`);
    differsAt ??= firstDifference(table, here, there);
    rows.source += here.length;
    rows.target += there.length;
    after = until;
    onRows('compare', table.name, before + rows.source);
  }
  const sha256 = { source: hashes.source.digest('hex'), target: hashes.target.digest('hex') };
  return { table: table.name, rows, sha256, differsAt, verified: sha256.source === sha256.target };
}

function firstDifference(
  table: MovedColumns,
  here: readonly MovedRow[],
  there: readonly MovedRow[],
): string | null {
  const at = Array.from({ length: Math.max(here.length, there.length) }, (_, index) => index).find(
    (index) => !isDeepStrictEqual(here[index], there[index]),
  );
  const row = at === undefined ? undefined : (here[at] ?? there[at]);
  return row === undefined ? null : keyOf(table, row).join(' ');
}
