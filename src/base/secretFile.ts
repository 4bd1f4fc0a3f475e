/**
 * Secrets that are a file of their own in the data directory: one line of text, readable by its owner alone (mode 0600).
 * A secret is written beside its place, synced, and put there in one step, and the folder is synced after it: whoever
 * reads finds it whole or not at all, and a power cut takes none away that is in use. What a secret has to look like is
 * for its readers to say.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** What the file holds, made on first use. Two processes that start at once agree on one secret. */
export function keptSecret(file: string, make: () => string): string {
  try {
    return read(file);
  } catch (error) {
    if (!isCoded(error, 'ENOENT')) throw error;
  }
  put(make(), file, (draft) => {
    try {
      linkSync(draft, file);
    } catch (error) {
      // Another process was first, and its secret is the one.
      if (!isCoded(error, 'EEXIST')) throw error;
    }
  });
  return read(file);
}

/** Puts a secret in the place of whatever the file held before. @throws Error, in words for the operator */
export function writeSecret(file: string, secret: string): void {
  put(secret, file, (draft) => renameSync(draft, file));
}

function put(secret: string, file: string, intoPlace: (draft: string) => void): void {
  // A name of its own: in a container every process has the same id, and one that was killed may have left a draft.
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
    intoPlace(draft);
  } catch (cause) {
    const { message } = cause as Error;
    const remedy =
      isCoded(cause, 'ENOSPC') || isCoded(cause, 'EDQUOT')
        ? 'Free space on its disk'
        : 'Check the owner and mode of its folder';
    throw new Error(`The file ${file} cannot be written: ${message}. ${remedy}.`, { cause });
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(path.dirname(file));
}

function read(file: string): string {
  return readFileSync(file, 'utf8').trim();
}

function syncFolder(folder: string): void {
  // Windows opens no folder as a file, and writes their entries by itself.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isCoded(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
