/** The scale-out store: one PostgreSQL database, any number of processes. */
import { makeVault } from '../../vault.ts';
import { overRecords } from '../records.ts';
import { type Store, StoreUnavailable } from '../store.ts';
import { connectionsDefault } from './database.ts';
import { openRecordStore } from './recordStore.ts';
import { remedyFor } from './unopened.ts';

/**
 * @param name of the database, for people
 * @param url `postgres://user:password@host:port/database`, with `sslmode` and the like behind a `?`
 * @param directUrl the same database without a pooler, for what needs the server itself; null where there is none
 * @param connections to be opened at most
 * @param key the vault's key
 * @throws Error, in words for the operator, when the database cannot be reached, is too old or newer, or the key is another
 */
export async function openPostgresStore({
  url,
  directUrl = null,
  connections = connectionsDefault,
  name,
  key,
}: {
  url: string;
  directUrl?: string | null;
  connections?: number;
  name: string;
  key: Uint8Array;
}): Promise<Store> {
  try {
    const vault = makeVault(Buffer.from(key));
    return overRecords(await openRecordStore({ url, directUrl, connections, vault }));
  } catch (error) {
    const reason = (error instanceof StoreUnavailable ? error.cause : error) as Error;
    throw new Error(
      `The database ${name} cannot be opened: ${reason.message.replace(/\.?$/, '.')} ${remedyFor(reason, directUrl !== null)}`,
      { cause: error },
    );
  }
}
