/**
 * The embedded database: the one file that imports `node:sqlite`. Opens it durable (WAL, `synchronous=FULL`), refuses a
 * second process, and writes by group commit: every write is a job; all jobs that wait share one transaction and one
 * sync, and each is answered after it. When a transaction fails because of what one job holds, it is rolled back and
 * every job is run in a transaction of its own, so that a bad one fails alone.
 *
 * It runs on the thread that calls it, which is the store's own (`worker.ts`): a flush holds that for its statements and a sync.
 */
import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  type BackupOptions,
  backup,
  DatabaseSync,
  type SQLInputValue,
  type StatementSync,
} from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreUnavailable } from '../store.ts';
import { explained, freeSpace, isDamaged, isFull, isInUse } from './failure.ts';
import { migrate } from './migrate.ts';
import { makeTurns, type Turn } from './turns.ts';

export type Value = SQLInputValue;

/** A prepared statement. Parameters by position, or by name in one object. */
export interface Statement {
  run(...values: Parameters): { readonly changes: number };
  get(...values: Parameters): unknown;
  all(...values: Parameters): unknown[];
  /** Rows as they are taken: what is not taken is not read. To be ended before anything else is done. */
  iterate(...values: Parameters): Iterable<unknown>;
}

type Parameters = readonly Value[] | readonly [Record<string, Value>];

/**
 * A write: statements only, no waiting. It may be run twice: `careful` is true when it runs alone after a shared
 * transaction, which had it in it, failed and was undone.
 */
export type Job<T> = (careful: boolean) => T;

export interface Database {
  /** Its statements throw StoreUnavailable where the disk or file is at fault, and SQLite's own error otherwise. */
  prepare(sql: string): Statement;
  /** The same, its rows being arrays of their values in the order of the columns. */
  prepareRows(sql: string): Statement;
  exec(sql: string): void;
  /** Resolves after the job's transaction is durable. */
  write<T>(job: Job<T>, urgency?: 'now' | 'soon'): Promise<T>;
  /** Runs a part of a job so that its failure undoes just that part. */
  savepoint<T>(part: () => T): T;
  /** For a read that may be long: waited for before each of its steps. */
  readonly turn: Turn;
  readonly file: string;
  close(): Promise<void>;
}

/** How long a write that is in no hurry (an attempt's outcome) waits for company, milliseconds. */
const gatherMs = 5;
const jobsPerTransactionMax = 512;
/** Events with their bodies are longer than half of the default's 4 KiB: most pages would hold one and much air. */
const pageBytes = 8192;
/** Pages of the log between checkpoints; larger spreads the copying, smaller bounds the file and the time it takes. */
const checkpointPages = 2000;
const cacheKiB = 64 * 1024;
const busyMs = 5000;

export const fileName = 'waybell.db';

/** @throws Error, in words for the operator, when the folder is in use or cannot be written */
export function openDatabase(folder: string): Database {
  makeFolder(folder);
  const releaseLock = takeLock(folder, ', or name another directory with --data DIR');
  const file = path.join(folder, fileName);
  const database = openFile(file, releaseLock);

  function exec(sql: string): void {
    try {
      database.exec(sql);
    } catch (error) {
      throw explained(error);
    }
  }

  function inTransaction<T>(run: () => T): T {
    exec('begin immediate');
    try {
      const result = run();
      exec('commit');
      return result;
    } catch (error) {
      // A full disk ends some transactions by itself.
      if (database.isTransaction) database.exec('rollback');
      throw error;
    }
  }

  interface Waiting {
    readonly job: Job<unknown>;
    resolve(value: unknown): void;
    reject(error: unknown): void;
  }
  const waiting: Waiting[] = [];
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
        if (error instanceof StoreUnavailable) for (const entry of group) entry.reject(error);
        else for (const entry of group) runAlone(entry);
      }
    }
  }

  function runAlone(entry: Waiting): void {
    try {
      entry.resolve(inTransaction(() => entry.job(true)));
    } catch (error) {
      entry.reject(error);
    }
  }

  return {
    file,
    exec,
    turn: makeTurns(),
    prepare: (sql) => guarded(database.prepare(sql)),
    prepareRows(sql) {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return guarded(statement);
    },
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
      exec('savepoint part');
      try {
        const result = part();
        exec('release part');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('rollback to part; release part');
        throw error;
      }
    },
    async close() {
      flush();
      // Without `pragma optimize`: plans that follow the statistics of an empty queue are bad ones for a full queue.
      database.close();
      releaseLock();
    },
  };
}

/** A database that is read and never written, and that nobody else has open meanwhile. */
export interface ReadOnlyDatabase extends Pick<Database, 'prepare' | 'prepareRows' | 'file'> {
  close(): void;
}

/** @throws Error, in words for the operator, when the folder has no database or is in use */
export function openReadOnly(folder: string): ReadOnlyDatabase {
  const file = path.join(folder, fileName);
  if (!existsSync(file)) throw new Error(`There is no ${fileName} in ${folder}.`);
  const releaseLock = takeLock(folder, '');
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    return {
      file,
      prepare: (sql) => guarded(database.prepare(sql)),
      prepareRows(sql) {
        const statement = database.prepare(sql);
        statement.setReturnArrays(true);
        return guarded(statement);
      },
      close() {
        database.close();
        releaseLock();
      },
    };
  } catch (error) {
    releaseLock();
    throw new Error(`The database ${file} cannot be opened: ${(error as Error).message}.${remedyOf(error)}`, {
      cause: error,
    });
  }
}

/** @throws Error, in words for the operator */
export function makeFolder(folder: string): void {
  try {
    makeFolders(path.resolve(folder));
  } catch (error) {
    throw new Error(
      `The data directory ${folder} cannot be made: ${(error as Error).message}. ${isFull(error) ? `${freeSpace}, or name` : 'Name'} another with --data DIR.`,
      { cause: error },
    );
  }
}

/** By hand, since Node's recursive `mkdir` tries for ever where a folder that is there takes none (`/proc`). */
function makeFolders(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (path.dirname(folder) !== folder) makeFolders(path.dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** @throws Error, in words for the operator; the lock is let go of then */
function openFile(file: string, releaseLock: () => void): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    // SQLite would make it readable for everybody; the files beside it take its mode.
    closeSync(openSync(file, 'a', 0o600));
    database = new DatabaseSync(file);
    database.exec(
      `pragma busy_timeout=${busyMs}; pragma page_size=${pageBytes}; pragma journal_mode=wal; pragma synchronous=full; pragma temp_store=memory;
       pragma cache_size=-${cacheKiB}; pragma wal_autocheckpoint=${checkpointPages}; pragma foreign_keys=on;
       pragma trusted_schema=off; pragma journal_size_limit=67108864;`,
    );
    migrate(database);
    return database;
  } catch (error) {
    database?.close();
    releaseLock();
    throw new Error(`The database ${file} cannot be opened: ${(error as Error).message}.${remedyOf(error)}`, {
      cause: error,
    });
  }
}

function remedyOf(error: unknown): string {
  if (isFull(error)) return ` ${freeSpace}, then start it again: what was taken is kept.`;
  if (!isDamaged(error)) return '';
  return ' It is damaged, or not a database of Waybell: put a backup in its place, or move it away to start anew.';
}

/**
 * A lock that the operating system frees when the process dies, however it dies: an exclusive transaction held open on
 * a database file of its own, since Node has no file locks but SQLite has.
 * @param otherwise what else there is to do, as the end of a sentence
 * @throws Error, in words for the operator
 */
export function takeLock(folder: string, otherwise: string): () => void {
  const file = path.join(folder, 'lock');
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(file);
    lock.exec('pragma busy_timeout=0; pragma locking_mode=exclusive; begin exclusive');
    return () => lock?.close();
  } catch (error) {
    lock?.close();
    const message = isInUse(error)
      ? `Another Waybell is running on the data directory ${folder}. Stop it${otherwise}.`
      : `The data directory ${folder} cannot be written: ${(error as Error).message}. ${isFull(error) ? freeSpace : 'Check its owner and mode'}${otherwise}.`;
    throw new Error(message, { cause: error });
  }
}

/** A connection that only reads: beside others, or (`settled`) where nobody writes and no file is to be made or locked. */
export function openToRead(file: string, { settled }: { settled: boolean }): DatabaseSync {
  const url = pathToFileURL(file);
  if (settled) url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true });
  database.exec(`pragma busy_timeout=${busyMs}; pragma trusted_schema=off`);
  return database;
}

/** Moves all that is in the log into the database, and the files beside it go. @throws where it is damaged */
export function settleFile(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(`pragma busy_timeout=${busyMs}; pragma wal_checkpoint(truncate)`);
  } finally {
    database.close();
  }
}

/** Copies a database page by page, on other threads: see `backup.ts`. */
export const copyPages: (source: DatabaseSync, file: string, options: BackupOptions) => Promise<number> =
  backup;

/** Tens of thousands a second: a `try` of their own each, and no function made for a call. */
function guarded(statement: StatementSync): Statement {
  return {
    run(...values) {
      try {
        return statement.run(...(values as Value[])) as { changes: number };
      } catch (error) {
        throw explained(error);
      }
    },
    get(...values) {
      try {
        return statement.get(...(values as Value[]));
      } catch (error) {
        throw explained(error);
      }
    },
    all(...values) {
      try {
        return statement.all(...(values as Value[]));
      } catch (error) {
        throw explained(error);
      }
    },
    *iterate(...values) {
      try {
        yield* statement.iterate(...(values as Value[]));
      } catch (error) {
        throw explained(error);
      }
    },
  };
}
