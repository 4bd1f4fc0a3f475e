/**
 * The embedded database: the one file that imports `node:sqlite`. Opens it durable (WAL, `synchronous=FULL`), refuses a
 * second process, and writes by group commit: every write is a job; all jobs that wait share one transaction and one
 * sync, and each is answered after it. When a transaction fails because of what one job holds, it is rolled back and
 * every job is run in a transaction of its own, so that a bad one fails alone.
 *
 * It runs on the caller's thread: a flush holds it for the time of the statements and one sync.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StoreUnavailable } from '../store.ts';
import { migrate } from './migrate.ts';

export type { StatementSync } from 'node:sqlite';

/** A write: statements only, no waiting. `careful` is true when it runs alone after a shared transaction failed. */
export type Job<T> = (careful: boolean) => T;

export interface Database {
  prepare(sql: string): StatementSync;
  exec(sql: string): void;
  /** Resolves after the job's transaction is durable. */
  write<T>(job: Job<T>, urgency?: 'now' | 'soon'): Promise<T>;
  /** Runs a part of a job so that its failure undoes just that part. */
  savepoint<T>(part: () => T): T;
  readonly file: string;
  close(): Promise<void>;
}

/** How long a write that is in no hurry (an attempt's outcome) waits for company, milliseconds. */
const gatherMs = 2;
const jobsPerTransactionMax = 512;
/** Pages of the log between checkpoints (4 KiB each); larger spreads the copying, smaller bounds the file. */
const checkpointPages = 4000;
const cacheKiB = 64 * 1024;
const busyMs = 5000;

/** SQLite's primary result codes that mean the disk or file, not the data. */
const environmentCodes = new Set([5, 6, 8, 10, 11, 13, 14, 23, 26]);

/** @throws Error, in words for the operator, when the folder is in use or cannot be written */
export function openDatabase(folder: string): Database {
  makeFolder(folder);
  const releaseLock = takeLock(folder);
  const file = path.join(folder, 'waybell.db');
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(file);
    database.exec(
      `pragma busy_timeout=${busyMs}; pragma journal_mode=wal; pragma synchronous=full; pragma temp_store=memory;
       pragma cache_size=-${cacheKiB}; pragma wal_autocheckpoint=${checkpointPages}; pragma foreign_keys=on;
       pragma trusted_schema=off; pragma journal_size_limit=67108864;`,
    );
    migrate(database);
  } catch (error) {
    releaseLock();
    throw new Error(`The database ${file} cannot be opened: ${(error as Error).message}.`, { cause: error });
  }

  function inTransaction<T>(run: () => T): T {
    database.exec('begin immediate');
    try {
      const result = run();
      database.exec('commit');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      throw error;
    }
  }

  interface Waiting {
    readonly job: Job<unknown>;
    resolve(value: unknown): void;
    reject(error: unknown): void;
  }
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | null = null;
  let soon = false;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    soon = false;
    while (waiting.length > 0) {
      const group = waiting.splice(0, jobsPerTransactionMax);
      try {
        const results = inTransaction(() => group.map((entry) => entry.job(false)));
        for (const [index, entry] of group.entries()) entry.resolve(results[index]);
      } catch (error) {
        if (isEnvironment(error)) for (const entry of group) entry.reject(unavailable(error));
        else for (const entry of group) runAlone(entry);
      }
    }
  }

  function runAlone(entry: Waiting): void {
    try {
      entry.resolve(inTransaction(() => entry.job(true)));
    } catch (error) {
      entry.reject(isEnvironment(error) ? unavailable(error) : error);
    }
  }

  return {
    file,
    prepare: (sql) => database.prepare(sql),
    exec: (sql) => database.exec(sql),
    write<T>(job: Job<T>, urgency: 'now' | 'soon' = 'now') {
      return new Promise<T>((resolve, reject) => {
        waiting.push({ job, resolve: resolve as (value: unknown) => void, reject });
        if (urgency === 'now' || waiting.length >= jobsPerTransactionMax) {
          if (!soon) {
            soon = true;
            queueMicrotask(flush);
          }
        } else timer ??= setTimeout(flush, gatherMs);
      });
    },
    savepoint(part) {
      database.exec('savepoint part');
      try {
        const result = part();
        database.exec('release part');
        return result;
      } catch (error) {
        database.exec('rollback to part; release part');
        throw error;
      }
    },
    async close() {
      flush();
      database.exec('pragma optimize');
      database.close();
      releaseLock();
    },
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(
      `The data directory ${folder} cannot be made: ${(error as Error).message}. Name another with --data DIR.`,
      { cause: error },
    );
  }
}

/**
 * A lock that the operating system frees when the process dies, however it dies: an exclusive transaction held open on
 * a database file of its own, since Node has no file locks but SQLite has.
 */
function takeLock(folder: string): () => void {
  const file = path.join(folder, 'lock');
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(file);
    lock.exec('pragma busy_timeout=0; pragma locking_mode=exclusive; begin exclusive');
    return () => lock?.close();
  } catch (error) {
    lock?.close();
    const { errcode } = error as { errcode?: number };
    const message =
      errcode === 5
        ? `Another Waybell is running on the data directory ${folder}. Stop it, or name another directory with --data DIR.`
        : `The data directory ${folder} cannot be written: ${(error as Error).message}. Check its owner and mode, or name another with --data DIR.`;
    throw new Error(message, { cause: error });
  }
}

function isEnvironment(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && environmentCodes.has(errcode & 0xff);
}

function unavailable(error: unknown): StoreUnavailable {
  return new StoreUnavailable(`The store cannot be written: ${(error as Error).message}.`, error);
}
