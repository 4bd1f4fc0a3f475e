/** Databases of an earlier version: made by the migrations up to its own, for tests of what the later ones make of them. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../src/store/postgres/database.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import { fileName } from '../../src/store/sqlite/database.ts';
import { migrate as migrateFile } from '../../src/store/sqlite/migrate.ts';

/** Brings the empty database to the version, and runs the SQL in it. */
export async function makeOlder(url: string, version: number, sql: string): Promise<void> {
  const database = await openDatabase(url);
  try {
    await withMigrations('postgres', version, (folder) => migrate(database, { folder }));
    await database.write((session) => session.run(sql));
  } finally {
    await database.close();
  }
}

/** The same in a data directory. */
export async function makeOlderFile(data: string, version: number, sql: string): Promise<void> {
  const database = new DatabaseSync(path.join(data, fileName));
  try {
    await withMigrations('sqlite', version, async (folder) => migrateFile(database, folder));
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** Three of an account, the last of them deleted. */
export function insertTrackings(accountId: string): string {
  const row = (number: number, deletedAt: string) =>
    `('${accountId}', 'trk_${number}', 'N${number}', 1, 0, 1, 'pending', 'pending001', 0, 1, 1, ${deletedAt}, '{}')`;
  return `
    insert into tracking (account_id, id, number, generation, shard, revision, status, substatus, archived, created_at,
      updated_at, deleted_at, document)
    values ${row(1, 'null')}, ${row(2, 'null')}, ${row(3, '1')}`;
}

async function withMigrations(
  dialect: 'postgres' | 'sqlite',
  version: number,
  run: (folder: string) => Promise<unknown>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-migrations-'));
  try {
    const own = path.join(import.meta.dirname, '../../src/store', dialect, 'migrations');
    for (const name of readdirSync(own).sort().slice(0, version))
      cpSync(path.join(own, name), path.join(folder, name));
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
