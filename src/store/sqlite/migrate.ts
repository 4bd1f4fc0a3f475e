/**
 * Brings a database to the newest schema: every file of `migrations/` that it has not had, in the order of their
 * numbers, each in a transaction with the note that it ran. Forward only.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, 'migrations');

/** What it needs of a connection. */
interface Connection {
  exec(sql: string): void;
  prepare(sql: string): { get(): unknown };
}

/** @throws Error when the database is newer than this program */
export function migrate(database: Connection): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const { user_version: version } = database.prepare('pragma user_version').get() as { user_version: number };
  if (version > files.length) {
    throw new Error(
      `its schema is version ${version}, this program knows up to ${files.length}; start the newer Waybell that wrote it`,
    );
  }
  for (const [index, name] of files.entries()) {
    if (index < version) continue;
    database.exec(
      `begin immediate;\n${readFileSync(path.join(folder, name), 'utf8')}\npragma user_version=${index + 1};\ncommit;`,
    );
  }
}
