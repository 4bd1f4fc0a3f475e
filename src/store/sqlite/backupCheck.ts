/**
 * Looks into a backup before anything is done with it: whether it is whole, of a schema that this program goes with, and which
 * key opens its secrets. Nothing is written, not even beside it.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeVault } from '../../vault.ts';
import { keyBeside } from '../backupFile.ts';
import { keyNote } from '../notes.ts';
import { openToRead } from './database.ts';
import { isDamaged } from './failure.ts';
import { pendingMigrations, versionOf } from './migrate.ts';

export interface BackupPlaces {
  /** The backup. */
  readonly file: string;
  /** The data directory that it is for. */
  readonly folder: string;
  /** Where the key of its secrets is; null: in the directory, else beside the backup. */
  readonly keyFile: string | null;
}

export interface CheckedBackup {
  readonly bytes: number;
  readonly schemaVersion: number;
  readonly keyId: string;
  /** Where the key that opens it was found. */
  readonly keyFile: string;
}

/** What a person can do something about, in words for them; nothing was changed. */
export class RestoreRefused extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RestoreRefused';
  }
}

/** What can be told before it is opened. @throws RestoreRefused */
export function checkFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) throw new RestoreRefused(`There is no file ${file}.`);
  if (!stats.isFile()) throw new RestoreRefused(`${file} is no file. Name the backup itself.`);
  if (startOf(file) === 'PGDMP') {
    throw new RestoreRefused(
      `${file} is a dump of a PostgreSQL database. Restore it into an empty one with \`pg_restore --no-owner --exit-on-error --dbname=URL ${file}\`.`,
    );
  }
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) {
    throw new RestoreRefused(
      `${file} is not whole by itself: what is newest of it lies in ${file}-wal, so it is a database in use, or a copy of one. Make a backup of that with \`waybell backup\`.`,
    );
  }
}

/**
 * @param opened the backup, or a copy of it
 * @throws RestoreRefused
 */
export function checkBackup(opened: string, places: BackupPlaces): CheckedBackup {
  const { file } = places;
  let database: ReturnType<typeof openToRead> | null = null;
  try {
    database = openToRead(opened, { settled: true });
    const problems = database.prepare('pragma integrity_check(3)').all() as { integrity_check: string }[];
    const said = problems.map((one) => one.integrity_check).join('; ');
    if (said !== 'ok') throw new RestoreRefused(`The backup ${file} is damaged: ${said}. Take another one.`);
    const schemaVersion = versionOf(database);
    const { notes } = database
      .prepare("select count(*) as notes from sqlite_schema where type = 'table' and name = 'note'")
      .get() as { notes: number };
    if (schemaVersion === 0 || notes === 0)
      throw new RestoreRefused(`${file} is a database, and not one of Waybell.`);
    tooNew(file, schemaVersion);
    const row = database.prepare('select value from note where name = ?').get(keyNote);
    const keyId = (row as { value: string } | undefined)?.value ?? '';
    return { bytes: statSync(opened).size, schemaVersion, keyId, keyFile: keyFor(keyId, places) };
  } catch (error) {
    if (error instanceof RestoreRefused) throw error;
    const what = isDamaged(error) ? 'is damaged, or no database' : 'cannot be looked into';
    throw new RestoreRefused(
      `The backup ${file} ${what}: ${(error as Error).message}. Take another one.`,
      error,
    );
  } finally {
    database?.close();
  }
}

function tooNew(file: string, version: number): void {
  try {
    pendingMigrations(version);
  } catch (error) {
    throw new RestoreRefused(`The backup ${file} cannot be used here: ${(error as Error).message}.`, error);
  }
}

/** The first place that has the right key. @throws RestoreRefused that says what each place has */
function keyFor(keyId: string, { file, folder, keyFile }: BackupPlaces): string {
  const places = keyFile === null ? [path.join(folder, 'vault-key'), keyBeside(file)] : [keyFile];
  const found = places.map((place) => ({ place, id: idOfKeyIn(place) }));
  const right = found.find(({ id }) => id === keyId);
  if (right !== undefined) return right.place;
  const said = found.map(({ place, id }) =>
    id === null ? `there is no key in ${place}` : `${place} holds key ${id}`,
  );
  throw new RestoreRefused(
    `The secrets in ${file} were sealed by key ${keyId}, and ${said.join(', and ')}. Without it they cannot be read: name the file that holds it with --vault-key FILE, or put it at ${places[0]}.`,
  );
}

/** Null where there is none. */
function idOfKeyIn(file: string): string | null {
  if (!existsSync(file)) return null;
  try {
    return makeVault(Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')).keyId;
  } catch {
    return 'that cannot be read';
  }
}

function startOf(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const start = Buffer.alloc(5);
    readSync(handle, start);
    return start.toString('latin1');
  } finally {
    closeSync(handle);
  }
}
