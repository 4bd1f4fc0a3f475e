/**
 * The scale-out database. Rows come as arrays of their values. A write is a job in a transaction of its own, answered after
 * its commit; statements of a job that need not wait for each other are sent together (pipelined). A single statement is
 * sent on its own, or with what it needs around it (see `connection.ts`).
 *
 * Statements are short and nothing but them happens within a transaction: it waits for no network but the database's, and
 * for that no longer than a limit.
 */
import type pg from 'pg';
import { StoreUnavailable } from '../store.ts';
import { borrow, giveBack, isUnconfirmed, makePool, type Newest, type Value, wayOf } from './connection.ts';
import { CommitUnanswered, explained, isOfStatement, wasUndone } from './outage.ts';

export type { Value };

export interface Session {
  /** Rows as arrays of their values, in the order of the columns. */
  rows<R>(sql: string, values?: readonly Value[]): Promise<R[]>;
  /** How many rows it changed. */
  run(sql: string, values?: readonly Value[]): Promise<number>;
}

/** Statements only. It may be run again from the beginning when the server undid it. */
export type Job<T> = (session: Session) => Promise<T>;

/** `unhurried`: it lifts the limits of its statements itself, and their answers are waited for without end. */
export type Pace = 'prompt' | 'unhurried';

export interface Database extends Session {
  /** Runs the job in a transaction; resolves after that is durable. */
  write<T>(job: Job<T>, pace?: Pace): Promise<T>;
  /** Runs a part of a job so that its failure undoes just that part. */
  savepoint<T>(session: Session, part: () => Promise<T>): Promise<T>;
  /** Of its connections, those for single reads. */
  readonly readsMax: number;
  close(): Promise<void>;
}

/** How many connections one process opens at most, unless it is told otherwise. */
export const connectionsDefault = 14;
/** A transaction that the server undid for another's sake is run so often. */
const triesMax = 4;

/** For statements of an unhurried job. */
const endless = { query_timeout: 0 };

const versionMin = 15;

/**
 * @param connections to be opened at most, at least 2
 * @throws Error, in words for the operator, when the server is too old
 */
export async function openDatabase(url: string, connections = connectionsDefault): Promise<Database> {
  // Apart, so that writes and single reads do not wait for each other.
  const readsMax = Math.floor((connections * 3) / 7) || 1;
  const newest: Newest = { server: null };
  const writes = makePool(url, connections - readsMax, newest);
  const reads = makePool(url, readsMax, newest);

  async function inTransaction<T>(job: Job<T>, pace: Pace): Promise<T> {
    const client = await answered(borrow(writes, newest));
    const way = wayOf(client);
    // Sent together with the first statement; should it fail, that fails as well.
    const begun = answered(client.query(way.begin));
    begun.catch(() => {});
    let broken: Error | undefined;
    try {
      const result = await job(
        sessionOn((sql, values) => {
          const statement = way.statement(sql, values);
          return client.query(pace === 'prompt' ? statement : { ...statement, ...endless });
        }),
      );
      await begun;
      await committed(client.query(way.commit));
      if (isUnconfirmed(client)) throw new CommitUnanswered(new Error('a standby did not confirm a commit'));
      return result;
    } catch (error) {
      if (isUnconfirmed(client)) broken = error as Error;
      await client.query(way.rollback).catch((failure) => {
        broken = failure;
      });
      // What kept it from beginning says more than what came of that.
      await begun;
      throw error;
    } finally {
      giveBack(client, newest, broken);
    }
  }

  /** A statement that is a transaction by itself. */
  async function alone(sql: string, values: readonly Value[]): Promise<pg.QueryArrayResult> {
    const client = await borrow(reads, newest);
    const { before, statement, after } = wayOf(client);
    let broken: Error | undefined;
    try {
      const asked = [...before, statement(sql, values), ...after].map((query) => client.query(query));
      const results = await Promise.all(asked);
      return results[before.length] as pg.QueryArrayResult;
    } catch (error) {
      // What goes with a statement may still be under way on a connection that is lent.
      if (before.length > 0 || !isOfStatement(error)) broken = error as Error;
      throw error;
    } finally {
      giveBack(client, newest, broken);
    }
  }

  const database: Database = {
    ...sessionOn(alone),
    readsMax,
    async write(job, pace = 'prompt') {
      for (let tries = 1; ; tries++) {
        try {
          return await inTransaction(job, pace);
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

async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw explained(error);
  }
}

async function committed(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    throw new CommitUnanswered(error);
  }
}

type Ask = (sql: string, values: readonly Value[]) => Promise<pg.QueryArrayResult>;

function sessionOn(ask: Ask): Session {
  return {
    async rows<R>(sql: string, values: readonly Value[] = []) {
      return (await answered(ask(sql, values))).rows as R[];
    },
    async run(sql, values = []) {
      return (await answered(ask(sql, values))).rowCount ?? 0;
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
