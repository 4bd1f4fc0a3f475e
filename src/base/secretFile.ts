/**
 * Secrets that are a file of their own in the data directory: one line of text, readable by its owner alone (mode 0600).
 * A secret is written beside its place, synced, and put there in one step, and the folder is synced after it: whoever
 * reads finds it whole or not at all, and a power cut takes none away that is in use. What a secret has to look like is
 * for its readers to say.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { syncFolder } from './syncFolder.ts';

/** What the file holds, made on first use. Two processes that start at once agree on one secret. */
export function keptSecret(file: string, make: () => string): string {
  try {
    return read(file);
  } catch (error) {
    if (!isCoded(error, 'ENOENT')) throw error;
  }
  const draft = write(make(), file);
  try {
    linkSync(draft, file);
    syncFolder(path.dirname(file));
  } catch (error) {
    // Another process was first, and its secret is the one.
    if (!isCoded(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read(file);
}

export interface SecretDraft {
  /** Puts it in the place of whatever the file held before. */
  keep(): void;
  /** Removes it unless it was kept. */
  drop(): void;
}

/** A secret that is on the disk, beside its place. @throws Error, in words for the operator */
export function draftSecret(file: string, secret: string): SecretDraft {
  const draft = write(secret, file);
  return {
    keep() {
      renameSync(draft, file);
      syncFolder(path.dirname(file));
    },
    drop: () => rmSync(draft, { force: true }),
  };
}

function write(secret: string, file: string): string {
  // A name of its own: in a container every process has the same id, and one that was killed may have left a draft.
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
    return draft;
  } catch (cause) {
    rmSync(draft, { force: true });
    const { message } = cause as Error;
    const remedy =
      isCoded(cause, 'ENOSPC') || isCoded(cause, 'EDQUOT')
        ? 'Free space on its disk'
        : 'Check the owner and mode of its folder';
    throw new Error(`The file ${file} cannot be written: ${message}. ${remedy}.`, { cause });
  }
}

function read(file: string): string {
  return readFileSync(file, 'utf8').trim();
}

function isCoded(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
