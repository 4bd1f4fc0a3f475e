/**
 * What SQLite and the file system fail with, told apart: what the disk or the file is at fault for, and what can be done
 * about it.
 */
import { StoreUnavailable } from '../store.ts';

/**
 * SQLite's primary result codes that mean the disk, the file or the memory, not the data: BUSY, LOCKED, NOMEM, READONLY,
 * IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOLFS, NOTADB.
 */
const environmentCodes = new Set([5, 6, 7, 8, 10, 11, 13, 14, 15, 22, 26]);
const full = 13;
/** SQLITE_IOERR_SHMSIZE: the shared memory beside the log is a file, and it had no room to grow. */
const noRoomForSharedMemory = 10 | (19 << 8);

/** Tells what the disk or file is at fault for from what the data is. */
export function explained(error: unknown): unknown {
  if (!environmentCodes.has(primaryCode(error))) return error;
  const remedy = isFull(error) ? ` ${freeSpace}.` : '';
  return new StoreUnavailable(
    `The store cannot be used just now: ${(error as Error).message}.${remedy}`,
    error,
  );
}

/** What helps where the disk has no room. */
export const freeSpace = 'Free space on its disk';

/** Whether the disk, or the user's share of it, had no room. */
export function isFull(error: unknown): boolean {
  const { errcode, code } = error as { errcode?: number; code?: string };
  return (
    primaryCode(error) === full || errcode === noRoomForSharedMemory || code === 'ENOSPC' || code === 'EDQUOT'
  );
}

export function isInUse(error: unknown): boolean {
  return primaryCode(error) === 5;
}

/** CORRUPT or NOTADB. */
export function isDamaged(error: unknown): boolean {
  const code = primaryCode(error);
  return code === 11 || code === 26;
}

/** 0 where the error is not SQLite's. */
function primaryCode(error: unknown): number {
  const { errcode = 0 } = error as { errcode?: number };
  return errcode & 0xff;
}
