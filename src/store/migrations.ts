/**
 * Which files of a folder a database has still to have. Forward only; and a program goes with a schema that is one ahead of
 * its own, since a migration only adds what the release before it can do without (decision record 0014): while one process
 * after the other is replaced, those that are left go on, and may start again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Migration {
  /** The schema's version with it: its number. */
  readonly version: number;
  /** Of the file. */
  readonly name: string;
  readonly sql: string;
}

/** How many versions ahead of its own a program goes with. */
const aheadMax = 1;

/**
 * @param folder of files whose numbers begin at 1 and have no gap
 * @param version of the database's schema; 0: it is empty
 * @throws Error, in words for the operator, when the database is too new
 */
export function migrationsAfter(folder: string, version: number): readonly Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  if (version > names.length + aheadMax) {
    throw new Error(
      `the schema of the database is version ${version}, this program goes with ${names.length} and the next one; start the newer Waybell that wrote it`,
    );
  }
  return names.slice(version).map((name, index) => ({
    version: version + index + 1,
    name,
    sql: readFileSync(path.join(folder, name), 'utf8'),
  }));
}
