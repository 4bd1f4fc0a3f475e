/** The scale-out store: one PostgreSQL database, any number of processes. */
import { makeVault } from '../../vault.ts';
import { overRecords } from '../records.ts';
import { type Store, StoreUnavailable } from '../store.ts';
import { type Database, openDatabase } from './database.ts';
import { openRecordStore } from './recordStore.ts';

interface Named {
  /** `postgres://user:password@host:port/database`, with `sslmode` and the like behind a `?`. */
  readonly url: string;
  /** Of the database, for people. */
  readonly name: string;
}

/**
 * @param key the vault's key
 * @throws Error, in words for the operator, when the database cannot be reached, is too old or newer, or the key is another
 */
export async function openPostgresStore({ url, name, key }: Named & { key: Uint8Array }): Promise<Store> {
  try {
    return overRecords(await openRecordStore({ url, vault: makeVault(Buffer.from(key)) }));
  } catch (error) {
    throw inWords(`The database ${name} cannot be opened`, error);
  }
}

/** For work on the database itself, without a store. @throws Error in words for the operator, whatever fails */
export async function withDatabase<T>(
  { url, name }: Named,
  run: (database: Database) => Promise<T>,
): Promise<T> {
  try {
    const database = await openDatabase(url);
    try {
      return await run(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw inWords(`The database ${name} cannot be used`, error);
  }
}

function inWords(what: string, error: unknown): Error {
  const { message } = (error instanceof StoreUnavailable ? error.cause : error) as Error;
  return new Error(`${what}: ${message.replace(/\.?$/, '.')} See --database (WAYBELL_DATABASE).`, {
    cause: error,
  });
}
