/**
 * The schema of the PostgreSQL store as one file, for reading and for review: what all its migrations together make, days
 * left out. `node test/conformance/databaseSnapshot.ts` writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startDatabases } from './database.ts';

const file = path.join(import.meta.dirname, '../../src/store/postgres/schema.sql');

export function snapshotKept(): string {
  return readFileSync(file, 'utf8');
}

const selectTables = `
  select c.oid::regclass::text as name, coalesce(' partition by ' || pg_get_partkeydef(c.oid), '') as parts,
    coalesce(array_to_string(c.reloptions, ', '), '') as options,
    (select string_agg('  ' || line, E',\\n' order by place) from (
      select a.attnum as place, a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attcollation = 950 then ' collate "C"' else '' end
        || case when a.attnotnull then ' not null' else '' end
        || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      union all
      select 1000 + row_number() over (order by contype = 'p' desc, conname), pg_get_constraintdef(oid)
      from pg_constraint where conrelid = c.oid and contype in ('p', 'u', 'c')) as lines) as columns,
    (select coalesce(string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\\n' order by i.indexrelid::regclass::text), '')
     from pg_index i where i.indrelid = c.oid
       and not exists (select from pg_constraint where conindid = i.indexrelid)) as indexes
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`;

/** The functions, and then what calls them. */
const selectTriggers = `
  select trim(pg_get_functiondef(oid)) as definition from pg_proc where pronamespace = 'public'::regnamespace
  union all
  (select pg_get_triggerdef(oid) from pg_trigger
   where not tgisinternal and tgparentid = 0 order by tgrelid::regclass::text, tgname)`;

export async function snapshotMade(
  query: (sql: string) => Promise<readonly Record<string, unknown>[]>,
): Promise<string> {
  let text = '-- Made of the migrations by `node test/conformance/databaseSnapshot.ts`; not to be edited.\n';
  for (const { name, parts, options, columns, indexes } of await query(selectTables)) {
    const withOptions = options === '' ? '' : ` with (${options})`;
    text += `\ncreate table ${name} (\n${columns}\n)${String(parts).toLowerCase()}${withOptions};\n`;
    if (indexes !== '') text += `${indexes}\n`;
  }
  for (const { definition } of await query(selectTriggers)) text += `\n${String(definition).trim()};\n`;
  return text;
}

if (process.argv[1] === import.meta.filename) {
  const { cluster, create } = await startDatabases();
  try {
    const url = await create();
    writeFileSync(file, await snapshotMade((sql) => cluster.query(url, sql)));
  } finally {
    await cluster.stop();
  }
}
