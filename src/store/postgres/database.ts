/**
 * The scale-out database: the one file that imports `pg`, but for the names of errors in `outage.ts`. Statements are
 * prepared once per connection, rows come as arrays of their values. A write is a job in a transaction of its own, answered
 * after its commit; statements of a job that need not wait for each other are sent together (pipelined).
 *
 * Statements are short and nothing but them happens within a transaction: it waits for no network but the database's.
 */
import pg from 'pg';
import { StoreUnavailable } from '../store.ts';
import { CommitUnanswered, explained, wasUndone } from './outage.ts';

export type Value = string | number | null | Buffer;

export interface Session {
  /** Rows as arrays of their values, in the order of the columns. */
  rows<R>(sql: string, values?: readonly Value[]): Promise<R[]>;
  /** How many rows it changed. */
  run(sql: string, values?: readonly Value[]): Promise<number>;
}

/** Statements only. It may be run again from the beginning when the server undid it. */
export type Job<T> = (session: Session) => Promise<T>;

export interface Database extends Session {
  /** Runs the job in a transaction; resolves after that is durable. */
  write<T>(job: Job<T>): Promise<T>;
  /** Runs a part of a job so that its failure undoes just that part. */
  savepoint<T>(session: Session, part: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connections of one process: those of writes and those of single reads, so that neither waits for the other. */
export const poolSizes = { writes: 8, reads: 6 };

/** How long a caller waits for a connection, milliseconds. */
const connectMsMax = 5000;
/** No statement of a healthy store comes near these, milliseconds. */
const statementMsMax = 30_000;
const lockMsMax = 5000;
const idleInTransactionMsMax = 10_000;
/** An unused connection is closed after so long, milliseconds. */
const idleMsMax = 60_000;
/** A transaction that the server undid for another's sake is run so often. */
const triesMax = 4;

/** What is acknowledged is on the server's disk, whatever its default. */
const promise = '-c synchronous_commit=on';

/**
 * What every connection is set to; the URL may say otherwise in its `options`. All statements look rows up by key: plans
 * are made once and by index, not by what statistics of an empty queue suggest.
 */
const sessionSettings = {
  statement_timeout: statementMsMax,
  lock_timeout: lockMsMax,
  idle_in_transaction_session_timeout: idleInTransactionMsMax,
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
};

const versionMin = 15;

/** @throws Error, in words for the operator, when the server is too old */
export async function openDatabase(url: string): Promise<Database> {
  const writes = makePool(url, poolSizes.writes);
  const reads = makePool(url, poolSizes.reads);

  async function inTransaction<T>(job: Job<T>): Promise<T> {
    const client = await answered(writes.connect());
    let broken: Error | undefined;
    try {
      // Sent together with the first statement; should it fail, that fails as well.
      const begun = answered(client.query('begin isolation level read committed'));
      begun.catch(() => {});
      const result = await job(sessionOn(client));
      await begun;
      await committed(client);
      return result;
    } catch (error) {
      await client.query('rollback').catch((failure) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  const database: Database = {
    ...sessionOn(reads),
    async write(job) {
      for (let tries = 1; ; tries++) {
        try {
          return await inTransaction(job);
        } catch (error) {
          if (tries === triesMax || !wasUndone(error)) throw error;
        }
      }
    },
    async savepoint(session, part) {
      await session.run('savepoint part');
      try {
        const result = await part();
        await session.run('release part');
        return result;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) await session.run('rollback to part; release part');
        throw error;
      }
    },
    async close() {
      await Promise.all([writes.end(), reads.end()]);
    },
  };
  try {
    await checkVersion(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function makePool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: withOptions(url),
    max,
    pipeline: true,
    application_name: 'waybell',
    connectionTimeoutMillis: connectMsMax,
    idleTimeoutMillis: idleMsMax,
    keepAlive: true,
    types: { getTypeParser },
  } as pg.PoolConfig);
  // A connection that ends while it is not used, or between two statements of a job: the next use of it fails, which is
  // where that is dealt with.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Our settings, behind them those of the URL's own `options`, and the promise last. */
function withOptions(url: string): string {
  const theirs = /[?&]options=([^&]*)/.exec(url)?.[1] ?? '';
  const ours = Object.entries(sessionSettings).map(([name, value]) => `-c ${name}=${value}`);
  const options = [encodeURIComponent(ours.join(' ')), theirs, encodeURIComponent(promise)].join('%20');
  return `${url}${url.includes('?') ? '&' : '?'}options=${options}`;
}

const int8Oid = 20;

/** Times and counts are whole numbers below 2^53. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  oid === int8Oid ? Number : pg.types.getTypeParser(oid, format);

async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw explained(error);
  }
}

async function committed(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('commit');
  } catch (error) {
    throw new CommitUnanswered(error);
  }
}

/** Each statement's name on the server, by its text. */
const names = new Map<string, string>();

function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    name = `s${names.size}`;
    names.set(sql, name);
  }
  return name;
}

function sessionOn(target: pg.Pool | pg.PoolClient): Session {
  function query(sql: string, values: readonly Value[]): Promise<pg.QueryArrayResult> {
    // Statements without parameters may be several in one text, which cannot be prepared.
    const prepared = values.length === 0 ? {} : { name: nameOf(sql), values: [...values] };
    return answered(target.query({ text: sql, rowMode: 'array', ...prepared }));
  }
  return {
    async rows<R>(sql: string, values: readonly Value[] = []) {
      return (await query(sql, values)).rows as R[];
    },
    async run(sql, values = []) {
      return (await query(sql, values)).rowCount ?? 0;
    },
  };
}

async function checkVersion(session: Session): Promise<void> {
  const [[version] = []] = await session.rows<[version: string]>('show server_version_num');
  const major = Math.floor(Number(version) / 10_000);
  if (major < versionMin) {
    throw new Error(`The database is PostgreSQL ${major}. Waybell needs ${versionMin} or newer.`);
  }
}
