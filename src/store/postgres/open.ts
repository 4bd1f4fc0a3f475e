/** The scale-out store: one PostgreSQL database, any number of processes. */
import { makeVault } from '../../vault.ts';
import { overRecords } from '../overRecords.ts';
import { type Store, StoreUnavailable } from '../store.ts';
import { connectionsDefault, type Database, openDatabase } from './database.ts';
import { openRecordStore } from './recordStore.ts';
import { remedyFor } from './unopened.ts';

interface Named {
  /** `postgres://user:password@host:port/database`, with `sslmode` and the like behind a `?`. */
  readonly url: string;
  /** The same database without a pooler, for what needs the server itself; null where there is none. */
  readonly directUrl?: string | null;
  /** Of the database, for people. */
  readonly name: string;
}

/**
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
}: Named & { connections?: number; key: Uint8Array }): Promise<Store> {
  try {
    const vault = makeVault(Buffer.from(key));
    return overRecords(await openRecordStore({ url, directUrl, connections, vault }));
  } catch (error) {
    throw inWords(`The database ${name} cannot be opened`, error, directUrl);
  }
}

/** For work on the database itself, without a store. @throws Error in words for the operator, whatever fails */
export async function withDatabase<T>(
  { url, directUrl = null, name }: Named,
  run: (database: Database) => Promise<T>,
): Promise<T> {
  try {
    const database = await openDatabase(directUrl ?? url);
    try {
      return await run(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw inWords(`The database ${name} cannot be used`, error, directUrl);
  }
}

function inWords(what: string, error: unknown, directUrl: string | null): Error {
  const reason = (error instanceof StoreUnavailable ? error.cause : error) as Error;
  return new Error(
    `${what}: ${reason.message.replace(/\.?$/, '.')} ${remedyFor(reason, directUrl !== null)}`,
    { cause: error },
  );
}
