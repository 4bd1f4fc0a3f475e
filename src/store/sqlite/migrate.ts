/**
 * Brings a database to the newest schema: every file of `migrations/` that it has not had, in the order of their
 * numbers, each in a transaction with the note that it ran. Forward only.
 */
import path from 'node:path';
import { type Migration, migrationsAfter } from '../migrations.ts';

const ownFolder = path.join(import.meta.dirname, 'migrations');

/** What it needs of a connection. */
interface Connection {
  exec(sql: string): void;
  prepare(sql: string): { get(): unknown };
}

/** @throws Error when the database is too new for this program; of a file that fails nothing is left after `close` */
export function migrate(database: Connection, folder = ownFolder): void {
  for (const { version, sql } of migrationsAfter(folder, versionOf(database)))
    database.exec(`begin immediate;\n${sql}\npragma user_version=${version};\ncommit;`);
}

/** What a database of this version has still to have. @throws Error when it is too new for this program */
export function pendingMigrations(version: number): readonly Migration[] {
  return migrationsAfter(ownFolder, version);
}

/** How far this program's own migrations reach. */
export function ownVersion(): number {
  return pendingMigrations(0).length;
}

export function versionOf(database: Pick<Connection, 'prepare'>): number {
  return (database.prepare('pragma user_version').get() as { user_version: number }).user_version;
}
