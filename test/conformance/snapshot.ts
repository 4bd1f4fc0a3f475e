/**
 * The schema of the embedded store as one file, for reading and for review: what all its migrations together make.
 * `node test/conformance/snapshot.ts` writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { withFolder } from './folder.ts';

const file = path.join(import.meta.dirname, '../../src/store/sqlite/schema.sql');

export function snapshotKept(): string {
  return readFileSync(file, 'utf8');
}

export async function snapshotMade(): Promise<string> {
  let text = '-- Made of the migrations by `node test/conformance/snapshot.ts`; not to be edited.\n';
  await withFolder(async (folder) => {
    const database = openDatabase(folder);
    const rows = database
      .prepare(
        `select tbl_name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'
         order by tbl_name, type desc, name`,
      )
      .all() as { tbl_name: string; sql: string }[];
    let table = '';
    for (const row of rows) {
      text += `${row.tbl_name === table ? '' : '\n'}${row.sql};\n`;
      table = row.tbl_name;
    }
    await database.close();
  });
  return text;
}

if (process.argv[1] === import.meta.filename) writeFileSync(file, await snapshotMade());
