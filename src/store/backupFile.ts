/**
 * Backups as files. What has the name of a backup is a whole one: it is written under another name, synced, and named last. A
 * process that is killed in between leaves a draft, which the next backup takes away. All are readable by their owner alone.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../base/syncFolder.ts';

/** `db`: a database of SQLite; `dump`: of PostgreSQL, as its `pg_dump` writes it. */
export type BackupKind = 'db' | 'dump';

export interface BackupFile {
  /** Its name without the kind. */
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** The file beside it that holds its key; null: there is none. */
  readonly key: string | null;
}

const draftEnd = '.part';
/** And what SQLite puts beside a file that it writes, and a dump: the authorities that it trusts. */
const draftEnds = [draftEnd, ...['-journal', '-wal', '-shm', '-ca'].map((end) => draftEnd + end)];
const nameForm =
  /^(?<id>waybell-(?<day>\d{4}-\d\d-\d\d)-(?<hour>\d\d)-(?<minute>\d\d)-(?<second>\d\d)-(?<ms>\d{3}))\.(?<kind>db|dump)(?<end>.*)$/;

/** Where the backups of a data directory lie. */
export function backupFolderOf(data: string): string {
  return path.join(path.resolve(data), 'backups');
}

/** A name that sorts by its time, and reads as one (UTC). @param at epoch milliseconds */
export function backupFile(folder: string, at: number, kind: BackupKind): { id: string; path: string } {
  const id = `waybell-${new Date(at).toISOString().slice(0, -1).replaceAll(/[T:.]/g, '-')}`;
  return { id, path: path.join(folder, `${id}.${kind}`) };
}

/** Whether a path is one of a backup in a folder of backups. */
export function isBackup(file: string): boolean {
  const isIn = path.isAbsolute(file) && path.basename(path.dirname(file)) === 'backups';
  return isIn && nameForm.exec(path.basename(file))?.groups?.end === '';
}

/** Beside a backup, where it was asked for: the key of the secrets in it. */
export function keyBeside(backup: string): string {
  return `${backup}.vault-key`;
}

/** One of pg_dump that goes on is written to all the time; several may, of one folder. */
const dumpPausesMsMax = 3_600_000;

/**
 * Makes the folder where it is missing, for its owner alone, and takes away what of that kind was never finished. Of a data
 * directory only its one server makes copies, one at a time, so that none goes on.
 * @param now epoch milliseconds
 */
export function readyBackupFolder(folder: string, kind: BackupKind, now: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  for (const name of readdirSync(folder)) {
    const { kind: own, end = '' } = nameForm.exec(name)?.groups ?? {};
    if (own !== kind || !draftEnds.some((one) => end.endsWith(one))) continue;
    const file = path.join(folder, name);
    const writtenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (kind === 'dump' && writtenAt > now - dumpPausesMsMax) continue;
    rmSync(file, { force: true });
  }
}

/** Oldest first; none where there is no such folder. */
export function backupsIn(folder: string, kind: BackupKind): BackupFile[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.sort().flatMap((name) => {
    const { id, day, hour, minute, second, ms, ...parts } = nameForm.exec(name)?.groups ?? {};
    if (id === undefined || parts.kind !== kind || parts.end !== '') return [];
    const file = path.join(folder, name);
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) return [];
    const startedAt = Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`);
    const key = existsSync(keyBeside(file)) ? keyBeside(file) : null;
    return [{ id, path: file, bytes: size, startedAt, key }];
  });
}

/** Removes all but the newest `keep` (1 or more), with the keys beside them. Gives the paths of those removed. */
export function keepNewest(folder: string, kind: BackupKind, keep: number): string[] {
  const old = backupsIn(folder, kind).slice(0, -keep);
  for (const backup of old) {
    rmSync(keyBeside(backup.path), { force: true });
    rmSync(backup.path, { force: true });
  }
  return old.map((backup) => backup.path);
}

/**
 * Has a file made whole: `make` writes it at the path that it is given, which is there, empty and closed to others. Gives its
 * bytes. Whatever fails, nothing is left behind, and what had the name before has it still.
 */
export async function makeWhole(file: string, make: (draft: string) => Promise<void>): Promise<number> {
  const draft = `${file}${draftEnd}`;
  try {
    await rm(draft, { force: true });
    await (await open(draft, 'wx', 0o600)).close();
    await make(draft);
    const bytes = await synced(draft);
    await rename(draft, file);
    syncFolder(path.dirname(file));
    return bytes;
  } catch (error) {
    await Promise.all(draftEnds.map((end) => rm(`${file}${end}`, { force: true }).catch(() => {})));
    throw error;
  }
}

async function synced(file: string): Promise<number> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}
