/** The scale-out store: one PostgreSQL database, any number of processes. */
import { makeVault } from '../../vault.ts';
import { overRecords } from '../records.ts';
import { type Store, StoreUnavailable } from '../store.ts';
import { openRecordStore } from './recordStore.ts';

/**
 * @param name of the database, for people
 * @param url `postgres://user:password@host:port/database`, with `sslmode` and the like behind a `?`
 * @param key the vault's key
 * @throws Error, in words for the operator, when the database cannot be reached, is too old or newer, or the key is another
 */
export async function openPostgresStore({
  url,
  name,
  key,
}: {
  url: string;
  name: string;
  key: Uint8Array;
}): Promise<Store> {
  try {
    return overRecords(await openRecordStore({ url, vault: makeVault(Buffer.from(key)) }));
  } catch (error) {
    const { message } = (error instanceof StoreUnavailable ? error.cause : error) as Error;
    throw new Error(
      `The database ${name} cannot be opened: ${message.replace(/\.?$/, '.')} See --database (WAYBELL_DATABASE).`,
      { cause: error },
    );
  }
}
