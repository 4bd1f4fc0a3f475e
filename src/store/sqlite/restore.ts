/**
 * Puts a backup in the place of a data directory's database, while no server runs on it. The backup is copied beside that place
 * and the copy is looked into (`backupCheck.ts`); only then does it get the name, in one step, and until that everything is as it
 * was. A database that was there keeps all it has, under another name.
 */
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { keptSecret } from '../../base/secretFile.ts';
import { makeWhole } from '../backupFile.ts';
import {
  type BackupPlaces,
  type CheckedBackup,
  checkBackup,
  checkFile,
  RestoreRefused,
} from './backupCheck.ts';
import { fileName, makeFolder, settleFile, takeLock } from './database.ts';
import { freeSpace, isFull } from './failure.ts';

const chunkBytes = 4 * 1024 * 1024;

export interface RestoreRequest extends BackupPlaces {
  /** What is in the way is kept under another name; else it is in the way. */
  readonly force: boolean;
  /** Part of the name that a database in the way gets: `before-…`. */
  readonly asideName: string;
  /** @param share of the copying, 0 to 1; null: it is being looked into */
  onProgress(share: number | null): void;
}

export interface Restored extends CheckedBackup {
  /** Where the database that was in the way is now; null: none was. */
  readonly keptAs: string | null;
  /** Whether the key was put into the directory, which had none, or another. */
  readonly keyPut: boolean;
}

/** @throws RestoreRefused; Error, in words for the operator, where the directory is in use or cannot be written */
export async function restoreBackup(request: RestoreRequest): Promise<Restored> {
  const { file, folder, force } = request;
  checkFile(file);
  makeFolder(folder);
  const place = path.join(folder, fileName);
  if (existsSync(place) && isSame(file, place))
    throw new RestoreRefused(`${file} is the database of ${folder} itself.`);
  const releaseLock = takeLock(folder, ', or name another directory with --data DIR');
  try {
    const inTheWay = ['', '-wal', '-shm'].map((end) => `${place}${end}`).find((one) => existsSync(one));
    if (inTheWay !== undefined && !force) {
      throw new RestoreRefused(
        `There is a database in ${folder} (${path.basename(inTheWay)}). Name another directory with --data DIR, or give --force: then it is kept under another name.`,
      );
    }
    return await replace(request, { place, isTaken: inTheWay !== undefined });
  } catch (error) {
    if (error instanceof RestoreRefused) throw error;
    const remedy = isFull(error) ? freeSpace : 'Check the owner and mode of the directory';
    throw new Error(`The backup cannot be put into ${folder}: ${(error as Error).message}. ${remedy}.`, {
      cause: error,
    });
  } finally {
    releaseLock();
  }
}

async function replace(
  request: RestoreRequest,
  { place, isTaken }: { place: string; isTaken: boolean },
): Promise<Restored> {
  const { file, folder, force, asideName, onProgress } = request;
  const aside = (one: string) => `${one}.${asideName}`;
  const restored: Restored[] = [];
  await makeWhole(place, async (draft) => {
    await copy(file, draft, onProgress);
    onProgress(null);
    const checked = checkBackup(draft, request);
    if (isTaken) stepAside(place, aside(place));
    // Before the database: of one that is there without its key, a start would say that the key is another.
    const keyPut = putKey(checked.keyFile, path.join(folder, 'vault-key'), force ? aside : null);
    restored.push({ ...checked, keptAs: isTaken && existsSync(aside(place)) ? aside(place) : null, keyPut });
  });
  return restored[0] as Restored;
}

async function copy(from: string, to: string, onProgress: (share: number) => void): Promise<void> {
  const source = await open(from, 'r');
  const target = await open(to, 'r+');
  try {
    const { size } = await source.stat();
    const chunk = Buffer.alloc(chunkBytes);
    for (let done = 0; ; ) {
      const { bytesRead } = await source.read(chunk, 0, chunkBytes, done);
      if (bytesRead === 0) return;
      await target.writeFile(chunk.subarray(0, bytesRead));
      done += bytesRead;
      onProgress(size === 0 ? 1 : Math.min(1, done / size));
    }
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

/**
 * Keeps a database under another name, its own still being taken: until that is given to another there is always one. A log
 * must not be left behind, or it would be read as the other's.
 */
function stepAside(place: string, aside: string): void {
  if (existsSync(place)) {
    try {
      settleFile(place);
    } catch {
      // It is damaged, perhaps the reason for all this: it is kept as it is, with its log.
    }
    keepAs(place, aside);
  }
  if (existsSync(`${place}-wal`)) renameSync(`${place}-wal`, `${aside}-wal`);
  rmSync(`${place}-shm`, { force: true });
}

function keepAs(file: string, aside: string): void {
  try {
    linkSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // Not every file system has links.
    copyFileSync(file, aside, constants.COPYFILE_EXCL);
  }
}

/** @param aside the name that another key gets; null: there is none @returns whether it had to be put there */
function putKey(from: string, to: string, aside: ((file: string) => string) | null): boolean {
  const key = readFileSync(from, 'utf8').trim();
  if (existsSync(to)) {
    if (readFileSync(to, 'utf8').trim() === key) return false;
    if (aside === null) {
      throw new RestoreRefused(
        `${to} holds another key than the backup's. Move it away if nothing needs it, or give --force: then it is kept under another name.`,
      );
    }
    renameSync(to, aside(to));
  }
  keptSecret(to, () => key);
  return true;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [statSync(one), statSync(other)];
  return a.ino === b.ino && a.dev === b.dev;
}
