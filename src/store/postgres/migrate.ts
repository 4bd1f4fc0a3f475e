/**
 * Brings a database to the newest schema: every file of `migrations/` that it has not had, in the order of their
 * numbers, each in a transaction with the note that it ran. Forward only. Processes that start together take turns.
 *
 * Others go on meanwhile. A file that waits for the lock of a table makes all who come after it wait as well, so it waits
 * briefly, steps back, and tries again.
 */
import path from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type Migration, migrationsAfter } from '../migrations.ts';
import type { Database, Session } from './database.ts';
import { migrationLock } from './locks.ts';
import { wasLocked } from './outage.ts';

export interface Migrated {
  /** Versions of the schema, before and after; 0: there was none. */
  readonly from: number;
  readonly to: number;
}

export interface MigrateOptions {
  readonly folder?: string;
  readonly clock?: Pick<Clock, 'monotonic'>;
  /** Called after each file, with how long it took. */
  onFile?(name: string, ms: number): void;
}

const ownFolder = path.join(import.meta.dirname, 'migrations');

/** How long a statement of a file waits for a lock, and how often that is tried: a minute in all. */
const lockMsMax = 2000;
const triesMax = 30;

/** Another process may be at it, for as long as it takes. */
const takeTurn = `set local lock_timeout = 0; set local statement_timeout = 0; ${migrationLock}`;

const waitBriefly = `set local lock_timeout = ${lockMsMax}`;

const createVersions = `
  create table if not exists schema_version (
    version integer primary key,
    name text not null,
    migrated_at timestamptz not null default now()
  )`;

const findVersions = "select to_regclass('schema_version') is not null";

const selectVersion = 'select coalesce(max(version), 0) from schema_version';

const insertVersion = 'insert into schema_version (version, name) values ($1, $2)';

/** @throws Error when the database is too new for this program; of a file that fails nothing is left */
export async function migrate(
  database: Database,
  { folder = ownFolder, clock = systemClock, onFile }: MigrateOptions = {},
): Promise<Migrated> {
  let from: number | null = null;
  for (;;) {
    const begunAt = clock.monotonic();
    const { version, ran } = await unlocked(() =>
      database.write((session) => runNext(session, folder), 'unhurried'),
    );
    from ??= version;
    if (ran === null) return { from, to: version };
    onFile?.(ran.name, clock.monotonic() - begunAt);
  }
}

/** The schema's version, and the files to come. Changes nothing. @throws Error when the database is too new */
export async function pendingMigrations(
  session: Session,
  folder = ownFolder,
): Promise<{ readonly version: number; readonly files: readonly string[] }> {
  const [[exists] = [false]] = await session.rows<[exists: boolean]>(findVersions);
  const version = exists ? await versionOf(session) : 0;
  return { version, files: migrationsAfter(folder, version).map(({ name }) => name) };
}

/** Runs the next file, if there is one: the version before it, and which it was. */
async function runNext(
  session: Session,
  folder: string,
): Promise<{ readonly version: number; readonly ran: Migration | null }> {
  await session.run(takeTurn);
  await session.run(createVersions);
  const version = await versionOf(session);
  const [next = null] = migrationsAfter(folder, version);
  if (next !== null) {
    await session.run(waitBriefly);
    await session.run(next.sql);
    await session.run(insertVersion, [next.version, next.name]);
  }
  return { version, ran: next };
}

async function versionOf(session: Session): Promise<number> {
  const [[version] = [0]] = await session.rows<[version: number]>(selectVersion);
  return version;
}

/** Whoever waited behind it is let through between two tries. */
async function unlocked<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (tries === triesMax || !wasLocked(error)) throw error;
    }
  }
}
