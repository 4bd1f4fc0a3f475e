/** A data directory as what is moved from: rows are read in the order of their keys, opened, and nothing is ever written. */
import { statSync } from 'node:fs';
import { keyIn, makeVault, type Vault } from '../../vault.ts';
import type { MoveSource } from '../move.ts';
import { type Cell, charsOf, isMoved, movedRow } from '../movedTables.ts';
import { keyNote } from '../notes.ts';
import { makePortion } from '../page.ts';
import { openReadOnly, type ReadOnlyDatabase, type Statement } from './database.ts';
import { ownVersion, versionOf } from './migrate.ts';

const selectColumns = 'select name, type from pragma_table_info(?) order by cid';

const selectTables =
  "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name";

const selectNote = 'select value from note where name = ?';

/** @throws Error, in words for the operator, when the folder has no database, is in use, or is of another release */
export function openSource(folder: string): MoveSource {
  const database = openReadOnly(folder);
  try {
    checkVersion(folder, database);
    return sourceOn(database, { vault: openVault(folder, database), stamp: stampOf(database.file) });
  } catch (error) {
    database.close();
    throw error;
  }
}

function sourceOn(database: ReadOnlyDatabase, { vault, stamp }: { vault: Vault; stamp: string }): MoveSource {
  const columns = database.prepareRows(selectColumns);
  const statements = new Map<string, Statement>();

  function prepared(sql: string): Statement {
    const statement = statements.get(sql) ?? database.prepareRows(sql);
    statements.set(sql, statement);
    return statement;
  }

  return {
    stamp: `${vault.keyId} ${stamp}`,
    tables: () => (database.prepareRows(selectTables).all() as [name: string][]).map(([name]) => name),
    columnsOf: (table) =>
      (columns.all(table) as [name: string, type: string][]).map(([name, type]) => ({
        name,
        isText: type.toLowerCase() === 'text',
      })),
    count(table) {
      const [rows] = prepared(`select count(*) from ${table.name} where ${isMoved(table)}`).get() as [number];
      return rows;
    },
    rows(table, after, limit) {
      const { key } = table;
      const own = table.columns.filter(({ isAdded }) => !isAdded);
      const names = own.map(({ name }) => name).join(', ');
      const behind = after === null ? '' : `and (${key}) > (${key.map(() => '?')})`;
      const statement = prepared(
        `select ${names} from ${table.name} where ${isMoved(table)} ${behind} order by ${key} limit ${limit}`,
      );
      return makePortion<Cell[]>(charsOf)
        .take(statement.iterate(...(after ?? [])))
        .map((row) =>
          movedRow(
            table,
            row.map((cell, at) => opened(cell, own[at]?.purpose ?? null)),
          ),
        );
    },
    close: () => database.close(),
  };

  function opened(cell: Cell, purpose: string | null): Cell {
    return purpose === null || cell === null ? cell : vault.open(purpose, String(cell));
  }
}

/** Both sides are to have the same columns, and the source is not to be changed. */
function checkVersion(folder: string, database: ReadOnlyDatabase): void {
  const version = versionOf(database);
  if (version === ownVersion()) return;
  throw new Error(
    `The data directory ${folder} has schema version ${version}, this program moves version ${ownVersion()}: start and stop this Waybell on it once (\`waybell serve --data ${folder}\`), then move it.`,
  );
}

function openVault(folder: string, database: ReadOnlyDatabase): Vault {
  const vault = makeVault(keyIn(folder));
  const [known] = (database.prepareRows(selectNote).get(keyNote) ?? []) as [known?: string];
  if (known === undefined || known === vault.keyId) return vault;
  throw new Error(
    `The secrets in ${folder} were sealed by key ${known}, but its file vault-key holds ${vault.keyId}. Put the right one back in place.`,
  );
}

/** Changes when the database does: a move that was broken off goes on only from the same. */
function stampOf(file: string): string {
  return [file, `${file}-wal`]
    .map((one) => statSync(one, { throwIfNoEntry: false }))
    .map((found) => (found === undefined || found.size === 0 ? '-' : `${found.size}:${found.mtimeMs}`))
    .join(' ');
}
