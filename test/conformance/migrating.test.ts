/** Migrations of both stores, with files of the test's own behind those that there are. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/store/postgres/database.ts';
import { migrate, pendingMigrations } from '../../src/store/postgres/migrate.ts';
import { migrate as migrateFile } from '../../src/store/sqlite/migrate.ts';
import { until } from '../support/until.ts';
import { startDatabases } from './database.ts';
import { openIn, withFolder } from './folder.ts';
import { aParcel, changeOf, commit, settle, settled, wholeQueue } from './world.ts';

const databases = await startDatabases();
const { cluster } = databases;
after(() => cluster.stop());

const store = path.join(import.meta.dirname, '../../src/store');
const own = readdirSync(path.join(store, 'postgres/migrations')).length;

describe('migrations of the PostgreSQL store', () => {
  it('run once where two migrate at the same time, and both end well', () =>
    withMigrations(['create table late (id integer); select pg_sleep(0.3)'], async (folder) => {
      const url = await databases.create();
      const ran: string[] = [];
      const both = [1, 2].map(() =>
        withDatabase(url, (database) => migrate(database, { folder, onFile: (name) => ran.push(name) })),
      );
      assert.deepEqual(
        (await Promise.all(both)).map(({ to }) => to),
        [own + 1, own + 1],
      );
      assert.equal(ran.length, 1);
    }));

  it('one ahead of a program are no hindrance to it: it opens, works, and opens again', () =>
    withMigrations(
      ['alter table tracking add column later text; create table late (id integer)'],
      async (folder) => {
        const url = await databases.create();
        const before = await databases.open(url);
        await withDatabase(url, (database) => migrate(database, { folder }));
        const { account, webhooks } = await settled(before, {});
        const [first] = await commit(before, changeOf(aParcel(account.id), webhooks));
        await before.close();

        const again = await databases.open(url);
        await commit(again, changeOf(aParcel(account.id), webhooks));
        const queue = await wholeQueue(again, webhooks[0]?.id ?? '');
        assert.equal(queue.length, 2);
        for (const { delivery } of queue)
          assert.equal((await settle(again, delivery, 'accepted')).applied, true);
        assert.ok(queue.some(({ delivery }) => delivery.id === first?.id));
        await again.close();
        assert.deepEqual(
          await versions(url),
          [...Array(own + 1).keys()].map((at) => at + 1),
          'never backwards',
        );
      },
    ));

  it('two ahead of a program are refused by it, in a sentence', () =>
    withMigrations(['create table late (id integer)', 'create table later (id integer)'], async (folder) => {
      const url = await databases.create();
      await withDatabase(url, (database) => migrate(database, { folder }));
      await assert.rejects(
        databases.open(url),
        new RegExp(
          `schema of the database is version ${own + 2}, this program goes with ${own} and the next one`,
        ),
      );
      await withDatabase(url, (database) =>
        assert.rejects(pendingMigrations(database), /start the newer Waybell/),
      );
    }));

  it('that fail leave nothing behind, and what went before them stays', () =>
    withMigrations(
      ['create table late (id integer)', 'create table later (id integer); select 1 / 0'],
      async (folder) => {
        const url = await databases.create();
        await withDatabase(url, (database) =>
          assert.rejects(migrate(database, { folder }), /division by zero/),
        );
        assert.deepEqual((await versions(url)).at(-1), own + 1);
        const [row] = await cluster.query(
          url,
          "select to_regclass('late') as one, to_regclass('later') as other",
        );
        assert.deepEqual(row, { one: 'late', other: null });
      },
    ));

  it('step back from a lock that is not to be had, so that others are let through, and try again', () =>
    withMigrations(['alter table tracking add column later text'], async (folder) => {
      const url = await databases.create();
      const reader = new pg.Client({ connectionString: url });
      await reader.connect();
      await reader.query('begin; select 1 from tracking');
      const migrating = withDatabase(url, (database) => migrate(database, { folder }));
      await until('it waits for the table', () => isWaiting(url));
      // Behind one that waits for the whole table, this would wait for as long as that.
      await cluster.query(url, "set lock_timeout = '20s'; select 1 from tracking");
      await reader.query('rollback');
      await reader.end();
      assert.deepEqual(await migrating, { from: own, to: own + 1 });
    }));

  it('can be looked at without running them, on an empty database too', () =>
    withMigrations(['create table late (id integer)'], async (folder) => {
      const url = await cluster.create();
      const look = () => withDatabase(url, (database) => pendingMigrations(database, folder));
      assert.deepEqual(await look(), { version: 0, files: readdirSync(folder).sort() });
      assert.deepEqual(
        await cluster.query(url, "select 1 from pg_class where relname = 'schema_version'"),
        [],
      );
      await withDatabase(url, (database) => migrate(database, { folder }));
      assert.deepEqual(await look(), { version: own + 1, files: [] });
    }));
});

describe('migrations of the embedded store', () => {
  it('one ahead of a program are no hindrance to it, two ahead are refused', () =>
    withFolder(async (data) => {
      const first = await openIn(data);
      const { account } = await settled(first, {});
      await first.close();
      await inFile(data, ['alter table tracking add column later text'], (database, folder) =>
        migrateFile(database, folder),
      );
      const again = await openIn(data);
      await commit(again, changeOf(aParcel(account.id)));
      await again.close();
      await inFile(data, ['select 1', 'create table late (id integer)'], (database, folder) =>
        migrateFile(database, folder),
      );
      await assert.rejects(
        openIn(data),
        new RegExp(`version ${own + 2}, this program goes with ${own} and the next`),
      );
    }));

  it('that fail leave nothing behind', () =>
    withFolder(async (data) => {
      await (await openIn(data)).close();
      await inFile(data, ['create table late (id integer); select no_such_function()'], (database, folder) =>
        assert.throws(() => migrateFile(database, folder), /no_such_function/),
      );
      await inFile(data, [], (database) => {
        assert.equal(database.prepare('pragma user_version').get()?.user_version, own);
        assert.equal(database.prepare("select 1 from sqlite_schema where name = 'late'").get(), undefined);
      });
    }));
});

/** A folder of what the store has, and these files behind it. */
async function withMigrations(
  files: readonly string[],
  run: (folder: string) => Promise<void>,
  dialect = 'postgres',
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-migrations-'));
  try {
    cpSync(path.join(store, dialect, 'migrations'), folder, { recursive: true });
    for (const [at, sql] of files.entries())
      writeFileSync(
        path.join(folder, `${String(own + at + 1).padStart(6, '0')}_of_the_test.sql`),
        `${sql};\n`,
      );
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function inFile(
  data: string,
  files: readonly string[],
  run: (database: DatabaseSync, folder: string) => void,
): Promise<void> {
  const each = async (folder: string) => {
    const database = new DatabaseSync(path.join(data, 'waybell.db'));
    try {
      run(database, folder);
    } finally {
      database.close();
    }
  };
  return withMigrations(files, each, 'sqlite');
}

async function withDatabase<T>(url: string, run: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(url);
  try {
    return await run(database);
  } finally {
    await database.close();
  }
}

async function versions(url: string): Promise<readonly unknown[]> {
  return (await cluster.query(url, 'select version from schema_version order by 1')).map(
    ({ version }) => version,
  );
}

async function isWaiting(url: string): Promise<boolean> {
  const [row] = await cluster.query(
    url,
    'select count(*)::integer as waiting from pg_locks where not granted',
  );
  return Number(row?.waiting) > 0;
}
