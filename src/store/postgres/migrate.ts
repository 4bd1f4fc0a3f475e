/**
 * Brings a database to the newest schema: every file of `migrations/` that it has not had, in the order of their
 * numbers, all in one transaction with the note that they ran. Forward only. Processes that start together take turns.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Database } from './database.ts';
import { migrationLock } from './locks.ts';

const folder = path.join(import.meta.dirname, 'migrations');

const createVersions = `
  create table if not exists schema_version (
    version integer primary key,
    name text not null,
    migrated_at timestamptz not null default now()
  )`;

const selectVersion = 'select coalesce(max(version), 0) from schema_version';

const insertVersion = 'insert into schema_version (version, name) values ($1, $2)';

/** @throws Error when the database is newer than this program */
export async function migrate(database: Database): Promise<void> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  await database.write(async (session) => {
    // Another process may be at it, for as long as it takes.
    await session.run('set local lock_timeout = 0; set local statement_timeout = 0');
    await session.run(migrationLock);
    await session.run(createVersions);
    const [[version] = [0]] = await session.rows<[version: number]>(selectVersion);
    if (version > files.length) {
      throw new Error(
        `The schema of the database is version ${version}, this program knows up to ${files.length}; start the newer Waybell that wrote it.`,
      );
    }
    for (const [index, name] of files.entries()) {
      if (index < version) continue;
      await session.run(readFileSync(path.join(folder, name), 'utf8'));
      await session.run(insertVersion, [index + 1, name]);
    }
  }, 'unhurried');
}
