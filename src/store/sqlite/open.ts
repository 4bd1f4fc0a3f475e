/** The embedded store: one file in the data directory, one process, a thread of its own for the database. */
import { overRecords } from '../overRecords.ts';
import type { Store } from '../store.ts';
import { onlyProcess } from './onlyProcess.ts';
import { startThread } from './thread.ts';

/**
 * @param key the vault's key; null: the folder's own, made on first use
 * @throws Error, in words for the operator, when the folder is in use or cannot be written, or the key is another
 */
export async function openSqliteStore({
  folder,
  key,
}: {
  folder: string;
  key: Uint8Array | null;
}): Promise<Store> {
  // What is answered without the database is answered here: listeners cannot be handed to a thread.
  return overRecords({ ...(await startThread({ folder, key })), ...onlyProcess });
}
