/**
 * A backup of the embedded store while it is in use: a second connection holds the database as it is at one moment and its pages
 * are copied from there, some at a time and on threads of their own. What is committed meanwhile goes into the log as ever and
 * is not in the copy; the log cannot be emptied before the copy ends.
 *
 * Of a store of 100 000 parcels (0.5 GB) with a durable commit every few milliseconds, on two cores, the longest commit took:
 *
 * | `VACUUM INTO` on a thread of its own | 182–205 ms |
 * | the store's own connection, 100 pages at a time | 221–261 ms |
 * | a second connection, nothing held | it never ends: each commit has it begin anew |
 * | a moment held, all synced at the end | 178–237 ms |
 * | a moment held, synced every 8 MB on the way | 4–7 ms, and 0.5–0.6 s for the whole as with the others |
 *
 * What holds commits up is not the copying but half a gigabyte that the disk is told to sync at once.
 */
import { closeSync, existsSync, fdatasync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Vault } from '../../vault.ts';
import { makeWhole } from '../backupFile.ts';
import { type BackupStore, StoreUnavailable } from '../store.ts';
import { copyPages, type Database, openToRead } from './database.ts';
import { freeSpace, isFull } from './failure.ts';

const pagesPerStep = 32;
const syncBytes = 8 * 1024 * 1024;

export interface StoppableBackup extends BackupStore {
  /** Breaks off the one under way, if any; resolves when it is gone. */
  stopBackup(): Promise<void>;
}

export function makeBackup(database: Database, vault: Vault): StoppableBackup {
  const pageSize = database.prepare('pragma page_size');
  const pageCount = database.prepare('pragma page_count');
  const version = database.prepare('pragma user_version');
  let progress: number | null = null;
  let stopping = false;
  let underway: Promise<unknown> = Promise.resolve();

  const pageBytes = () => (pageSize.get() as { page_size: number }).page_size;

  async function copyTo(draft: string): Promise<void> {
    const bytesEach = pageBytes();
    const source = openToRead(database.file, { settled: false });
    const spreadSync = syncOnTheWay(draft);
    let copiedBytes = 0;
    try {
      // A read that is not ended holds the moment; it begins with the first page that is read.
      source.exec('begin; select 1 from sqlite_schema limit 1');
      await copyPages(source, draft, {
        rate: pagesPerStep,
        progress({ totalPages, remainingPages }) {
          if (stopping) throw new Error('The server is stopping, so the backup was broken off.');
          progress = 1 - remainingPages / totalPages;
          const copied = (totalPages - remainingPages) * bytesEach;
          if (copied - copiedBytes < syncBytes) return;
          if (spreadSync.start()) copiedBytes = copied;
        },
      });
    } finally {
      source.close();
      await spreadSync.end();
    }
    await leaveLogMode(draft);
  }

  async function run(file: string): Promise<number> {
    progress = 0;
    try {
      return await makeWhole(file, copyTo);
    } catch (error) {
      if (stopping) throw error;
      const remedy = isFull(error) ? freeSpace : 'Check the owner and mode of its folder, and its disk';
      const said = `The backup ${file} cannot be written: ${(error as Error).message}. ${remedy}. Nothing of it was left behind.`;
      throw new StoreUnavailable(said, error);
    } finally {
      progress = null;
    }
  }

  return {
    async backupPlan() {
      const keyFile = path.join(path.dirname(database.file), 'vault-key');
      return {
        bytes: (pageCount.get() as { page_count: number }).page_count * pageBytes(),
        schemaVersion: (version.get() as { user_version: number }).user_version,
        keyId: vault.keyId,
        keyFile: existsSync(keyFile) ? keyFile : null,
      };
    },
    async backup(file) {
      if (progress !== null) throw new Error('A backup is being made already.');
      const made = run(file);
      underway = made.catch(() => {});
      return made;
    },
    backupProgress: async () => progress,
    async stopBackup() {
      stopping = true;
      await underway;
    },
  };
}

/** Has the disk write what was copied so far, without waiting for it, one time after the other. */
function syncOnTheWay(file: string): { start(): boolean; end(): Promise<void> } {
  const handle = openSync(file, 'r+');
  let running: Promise<void> | null = null;
  return {
    /** False: the one before is not done. */
    start() {
      if (running !== null) return false;
      running = new Promise((resolve) => {
        // What it fails at, the sync of the whole file fails at too.
        fdatasync(handle, () => {
          running = null;
          resolve();
        });
      });
      return true;
    },
    async end() {
      await running;
      closeSync(handle);
    },
  };
}

/**
 * The copy says, as its source does, that a log belongs to it; it has none. Without that (bytes 18 and 19 of the header, see
 * SQLite's file format) it is one file by itself, and looking into it makes no others.
 */
async function leaveLogMode(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.write(Buffer.of(1, 1), 0, 2, 18);
  } finally {
    await handle.close();
  }
}
