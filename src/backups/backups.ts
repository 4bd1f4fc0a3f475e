/**
 * Backups of a running server, in a folder of its data directory. One is made at a time and may take long, so asking for it
 * answers at once and how far it is is asked for. Those made before the last start are known by their files; of one that
 * failed the reason is kept until the next start.
 */
import { copyFile, rm, statfs } from 'node:fs/promises';
import { bytesText } from '../base/bytesText.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { AppError, problem } from '../domain/error.ts';
import {
  type BackupFile,
  backupFile,
  backupsIn,
  keepNewest,
  keyBeside,
  makeWhole,
  readyBackupFolder,
} from '../store/backupFile.ts';
import { type BackupPlan, type BackupStore, StoreUnavailable } from '../store/store.ts';

/** What stays free for the store itself, which goes on writing: its log alone may take as much. */
const freeBytesMin = 64 * 1024 * 1024;

export type BackupState = 'running' | 'done' | 'failed';

export interface Backup {
  /** `waybell-` and its time; sorts by that. */
  readonly id: string;
  readonly state: BackupState;
  /** Absolute, on the server's machine; the file is there once it is `done`. */
  readonly path: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Of the file; null until it is done. */
  readonly bytes: number | null;
  /** How much is copied, 0 to 1. */
  readonly progress: number;
  /** These are null for one that was made before the last start. */
  readonly seconds: number | null;
  readonly schemaVersion: number | null;
  readonly keyId: string | null;
  /** Beside it, where it was asked for. */
  readonly includedKey: string | null;
  /** Where the key of its secrets lies on the server's machine; null: it comes from elsewhere. */
  readonly keyFile: string | null;
  /** Older ones that gave way to it. */
  readonly removed: readonly string[];
  /** Why it failed, and what to do. */
  readonly error: string | null;
}

export interface BackupRequest {
  readonly includeKey: boolean;
  /** How many to keep, this one included; null: all. */
  readonly keep: number | null;
}

export interface Backups {
  /** @throws AppError `backup_underway`, `backup_elsewhere`, `backup_no_room` */
  start(request: BackupRequest): Promise<Backup>;
  /** Oldest first. */
  list(): Promise<readonly Backup[]>;
  /** @throws AppError `backup_not_found` */
  get(id: string): Promise<Backup>;
}

export interface BackupsOptions {
  readonly store: BackupStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Where they are put. */
  readonly folder: string;
}

export function makeBackups({ store, clock, log, folder }: BackupsOptions): Backups {
  const ofThisStart = new Map<string, Backup>();
  let underway = false;

  async function plan(): Promise<BackupPlan> {
    const planned = await store.backupPlan();
    if (planned === null) throw new AppError('backup_elsewhere');
    try {
      readyBackupFolder(folder, 'db', clock.now());
    } catch (error) {
      const { message } = error as Error;
      throw new StoreUnavailable(
        `The folder ${folder} cannot be made: ${message}. Check its owner and mode.`,
        error,
      );
    }
    const { bavail, bsize } = await statfs(folder);
    const [free, wanted] = [bavail * bsize, planned.bytes + freeBytesMin];
    if (free >= wanted) return planned;
    const said = `A backup of this store needs ${bytesText(wanted)} of free space in ${folder}, and there are ${bytesText(free)}. Free space, or remove old backups.`;
    throw new AppError(problem('backup_no_room', said));
  }

  async function run(begun: Backup, request: BackupRequest): Promise<void> {
    const from = clock.monotonic();
    try {
      const bytes = await store.backup(begun.path);
      const includedKey = request.includeKey ? await withKey(begun) : null;
      const removed = removeOld(request.keep);
      const seconds = Math.round(clock.monotonic() - from) / 1000;
      put({ ...begun, state: 'done', progress: 1, bytes, seconds, includedKey, removed });
    } catch (error) {
      log.error({ err: error, backup: begun.path }, 'a backup failed');
      put({ ...begun, state: 'failed', error: (error as Error).message });
    } finally {
      underway = false;
    }
  }

  /** The backup is whole, whatever comes of the old ones. */
  function removeOld(keep: number | null): string[] {
    try {
      const removed = keep === null ? [] : keepNewest(folder, 'db', keep);
      for (const file of removed) forget(file);
      return removed;
    } catch (error) {
      log.warn({ err: error, folder }, 'old backups could not be removed');
      return [];
    }
  }

  function put(backup: Backup): void {
    ofThisStart.set(backup.id, backup);
  }

  function forget(file: string): void {
    for (const { id, path } of ofThisStart.values()) if (path === file) ofThisStart.delete(id);
  }

  async function all(): Promise<Backup[]> {
    const progress = (await store.backupProgress()) ?? 0;
    const files = new Map(backupsIn(folder, 'db').map((file) => [file.id, file]));
    const known = [...ofThisStart.values()]
      // Whoever takes a file away, by hand or to another place, has taken the backup away.
      .filter(({ id, state }) => state !== 'done' || files.has(id))
      .map((backup) => (backup.state === 'running' ? { ...backup, progress } : backup));
    const older = [...files.values()].filter(({ id }) => !ofThisStart.has(id)).map(asFound);
    return [...known, ...older].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  return {
    async start(request) {
      if (underway) throw new AppError('backup_underway');
      underway = true;
      try {
        const { schemaVersion, keyId, keyFile } = await plan();
        const startedAt = clock.now();
        const begun: Backup = {
          ...backupFile(folder, startedAt, 'db'),
          ...{ state: 'running', startedAt, bytes: null, progress: 0, seconds: null },
          ...{ schemaVersion, keyId, keyFile, includedKey: null, removed: [], error: null },
        };
        put(begun);
        void run(begun, request);
        return begun;
      } catch (error) {
        underway = false;
        throw error;
      }
    },
    list: all,
    async get(id) {
      const found = (await all()).find((backup) => backup.id === id);
      if (found === undefined) throw new AppError('backup_not_found');
      return found;
    },
  };
}

/** Puts the key beside a backup that is whole; where that fails, there is neither. */
async function withKey({ path, keyFile }: Backup): Promise<string | null> {
  if (keyFile === null) return null;
  const file = keyBeside(path);
  try {
    await makeWhole(file, (draft) => copyFile(keyFile, draft));
    return file;
  } catch (cause) {
    await rm(path, { force: true });
    throw new Error(`The key cannot be put beside the backup: ${(cause as Error).message}.`, { cause });
  }
}

function asFound({ id, path, bytes, startedAt, key }: BackupFile): Backup {
  return {
    ...{ id, state: 'done', path, startedAt, bytes, progress: 1, seconds: null },
    ...{ schemaVersion: null, keyId: null, keyFile: null, includedKey: key, removed: [], error: null },
  };
}
