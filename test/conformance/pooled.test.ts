/**
 * The PostgreSQL store behind a pooler that lends it a connection for a transaction at a time: it finds that out by itself,
 * passes the suite of a store all the same (a part of it, unless `WAYBELL_TEST_WHOLE=1` asks for the whole), and leaves
 * nothing behind. The pooler is PgBouncer where that is installed, and else a stand-in, behind which the suite runs only where all
 * is asked for; `WAYBELL_TEST_POOLER=lender` tries the stand-in in any case.
 */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import pg from 'pg';
import { connectDirectly } from '../../src/store/postgres/connection.ts';
import { type Database, openDatabase } from '../../src/store/postgres/database.ts';
import { dumpDatabase } from '../../src/store/postgres/dump.ts';
import { startLender } from '../support/lending.ts';
import { bouncerVersion, startBouncer } from '../support/pgbouncer.ts';
import { startDatabases } from './database.ts';
import { type Subject, storeSuite } from './store.ts';

const isReal = bouncerVersion !== null && process.env.WAYBELL_TEST_POOLER !== 'lender';
const databases = await startDatabases();
const { cluster } = databases;
const anyUrl = cluster.urlOf('postgres');
const pooler = isReal ? await startBouncer(anyUrl) : await startLender(anyUrl);
const name = isReal ? bouncerVersion : 'a pooler (PgBouncer is not installed)';
after(async () => {
  await pooler.stop();
  await cluster.stop();
});

/**
 * What a pooler may change is how a statement or a transaction is sent, and that is one place for all subjects. Those that are
 * not named here have each kind: jobs, single reads, what fails in the middle, arrays and texts as values, locks, long steps.
 */
const sameAsDirectly: readonly Subject[] = [
  'trackings',
  'counts',
  'figures',
  'events',
  'recovering',
  'any sequence of what happens to deliveries',
  'lists of deliveries',
  'a page',
  'operational events',
  'accounts, keys, notes, answers and the inbox',
  'deliveries and their order',
];

/** Those of a connection to that database whose session is as the server makes it. */
const bare = { synchronous_commit: 'off', statement_timeout: '0', lock_timeout: '0', enable_seqscan: 'on' };
const ours = {
  synchronous_commit: 'on',
  statement_timeout: '30s',
  lock_timeout: '5s',
  idle_in_transaction_session_timeout: '10s',
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  jit: 'off',
};

describe(`a connection through ${name}`, () => {
  it('has every setting in writes and in single reads, whatever the default of the database', () =>
    withDatabase(async (database) => {
      assert.deepEqual(await shown(database, ours), ours);
      await database.write(async (session) => assert.deepEqual(await shown(session, ours), ours));
    }));

  it("takes other settings from the URL's options, all but the promise", () =>
    withDatabase(async (database) => {
      const expected = {
        ...ours,
        statement_timeout: '1234ms',
        search_path: 'public, "a b"',
        synchronous_commit: 'on',
      };
      assert.deepEqual(await shown(database, expected), expected);
      await database.write(async (session) => assert.deepEqual(await shown(session, expected), expected));
    }, String.raw`-c statement_timeout=1234 --search-path=public,\ "a\ b" -csynchronous_commit=off`));

  it('leaves no setting and no statement behind in what it was lent', () =>
    withDatabase(async (database, url) => {
      const values = Array.from({ length: 40 }, (_, index) => index);
      const rows = await Promise.all(values.map((value) => database.rows('select $1::integer', [value])));
      assert.deepEqual(rows.flat(2), values);
      await Promise.all(
        values.map((value) => database.write((session) => session.rows('select $1::text', [value]))),
      );
      const guest = new pg.Client({ connectionString: pooler.through(url) });
      await guest.connect();
      for (let again = 0; again < 10; again++) {
        const prepared = await guest.query('select name from pg_prepared_statements');
        assert.deepEqual(prepared.rows, []);
        for (const [setting, value] of Object.entries(bare)) {
          const { rows } = await guest.query(`show ${setting}`);
          assert.deepEqual(rows, [{ [setting]: value }]);
        }
      }
      await guest.end();
    }));

  it('undoes a job that fails, and gives the connection back as it was', () =>
    withDatabase(async (database) => {
      await database.write((session) => session.run('create table t (id integer primary key)'));
      const fails = (session: { run(sql: string): Promise<number> }) =>
        session.run('insert into t values (1); insert into t values (1)');
      for (let again = 0; again < 20; again++) {
        await assert.rejects(database.write(fails), /duplicate key/);
        await assert.rejects(database.rows('select 1 / 0'), /division by zero/);
      }
      assert.deepEqual(await database.rows('select * from t'), []);
    }));

  it('is refused for what needs a session, which the server itself gives', async () => {
    const url = await cluster.create();
    await assert.rejects(connectDirectly(pooler.through(url)), /a pooler is between.+--database-direct/);
    const file = path.join(tmpdir(), `waybell-never-${process.pid}.dump`);
    const dump = dumpDatabase({ url: pooler.through(url), file, environment: {} });
    await assert.rejects(
      dump,
      /cannot be made through a pooler.+with --database, or leave that out and set WAYBELL_DATABASE_DIRECT/,
    );
    const session = await connectDirectly(url);
    assert.deepEqual((await session.query('show lock_timeout')).rows, [{ lock_timeout: '5s' }]);
    await session.end();
  });
});

it('a connection to the server itself keeps its settings and its statements', async () => {
  const database = await openDatabase(await cluster.create());
  assert.deepEqual(await shown(database, ours), ours);
  const prepared = await database.rows('select name from pg_prepared_statements where $1', [1]);
  assert.equal(prepared.length, 1);
  await database.close();
});

it('options of the URL that are no settings are refused, without quoting them', async () => {
  const url = `${await cluster.create()}&options=${encodeURIComponent('-c a=1 hidden')}`;
  await assert.rejects(openDatabase(url), ({ message }: Error) => {
    assert.match(message, /the URL's options hold something that is no setting; they look like -c/);
    assert.doesNotMatch(message, /hidden/);
    return true;
  });
});

const isWhole = process.env.WAYBELL_TEST_WHOLE === '1';
if (isReal || isWhole)
  storeSuite(
    `the PostgreSQL store behind ${name}`,
    () => databases.openTemporary(pooler.through),
    isWhole ? [] : sameAsDirectly,
  );
else
  it(`the PostgreSQL store behind ${name}`, {
    skip: 'A stand-in says little more than the tests above: WAYBELL_TEST_WHOLE=1 asks for it.',
  });

/** A database, through the pooler, whose own default breaks the promise. */
async function withDatabase(
  run: (database: Database, url: string) => Promise<void>,
  options = '',
): Promise<void> {
  const url = await cluster.create();
  const { pathname } = new URL(url);
  await cluster.query(anyUrl, `alter database ${pathname.slice(1)} set synchronous_commit = off`);
  const database = await openDatabase(`${pooler.through(url)}&options=${encodeURIComponent(options)}`);
  try {
    await run(database, url);
  } finally {
    await database.close();
  }
}

async function shown(
  session: { rows<R>(sql: string): Promise<R[]> },
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, string | undefined>> {
  const entries: [string, string | undefined][] = [];
  for (const setting of Object.keys(settings)) {
    entries.push([setting, (await session.rows<[string]>(`show ${setting}`))[0]?.[0]]);
  }
  return Object.fromEntries(entries);
}
