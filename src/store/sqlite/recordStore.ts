/** The embedded database as a record store: all its tables over one file in the data directory. */
import type { Vault } from '../../vault.ts';
import { fairLists, makeFairReads } from '../fairReads.ts';
import { keyNote, readyNote } from '../notes.ts';
import type { RecordStore } from '../records.ts';
import type { AccountStore } from '../store.ts';
import { makeAccountTable } from './accounts.ts';
import { makeAnswerTable } from './answers.ts';
import { makeBackup } from './backup.ts';
import { makeCounting } from './counting.ts';
import { makeCredentialTable } from './credentials.ts';
import { type Database, openDatabase } from './database.ts';
import { makeDeliveryTable } from './deliveries.ts';
import { makeEventTable } from './events.ts';
import { makeFigureTable } from './figures.ts';
import { makeInboxTable } from './inbox.ts';
import { makeMailTable } from './mail.ts';
import { makeMemberTable } from './members.ts';
import { onlyProcess } from './onlyProcess.ts';
import { makePeopleTable } from './people.ts';
import { makeRetention } from './retention.ts';
import { makeTrackingRetention } from './trackingRetention.ts';
import { makeTrackingTable } from './trackings.ts';
import { makeViewTable } from './views.ts';
import { makeWebhookTable } from './webhooks.ts';

/**
 * `openVault` is called under the store's lock, so that two first starts cannot make two keys.
 * @throws Error, in words for the operator, when the folder is in use or cannot be written
 */
export async function openRecordStore({
  folder,
  openVault,
}: {
  folder: string;
  openVault(): Vault;
}): Promise<RecordStore> {
  const database = openDatabase(folder);
  try {
    return await recordStoreOn(database, openVault());
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Each takes turns with what else there is to do, step by step (`turns.ts`). */
const listsAtOnce = 8;

/** The store over a database that is open. @throws Error when its secrets were sealed by another key */
export async function recordStoreOn(database: Database, vault: Vault): Promise<RecordStore> {
  const events = makeEventTable(database);
  const deliveries = makeDeliveryTable(database, events);
  const answers = makeAnswerTable(database, vault);
  const accounts = makeAccountTable(database, vault);
  await checkKey(accounts, vault);
  const { stopBackup, ...backup } = makeBackup(database, vault);
  const lists = {
    ...makeTrackingTable(database, { events, deliveries, answers }),
    ...events,
    ...deliveries,
    ...makeInboxTable(database),
  };
  return {
    ...lists,
    ...fairLists(lists, makeFairReads(listsAtOnce)),
    ...answers,
    ...makeWebhookTable(database, { vault, deliveries, answers }),
    ...accounts,
    ...makeMemberTable(database),
    ...makeCredentialTable(database, vault),
    ...makePeopleTable(database),
    ...makeMailTable(database),
    ...makeViewTable(database),
    ...makeRetention(database),
    ...makeTrackingRetention(database),
    ...makeCounting(database),
    ...makeFigureTable(database),
    ...onlyProcess,
    ...backup,
    async ready() {
      try {
        await accounts.setNote(readyNote, '');
        return true;
      } catch {
        return false;
      }
    },
    async close() {
      await stopBackup();
      await database.close();
    },
  };
}

/** A store opened with another key than it was written with would look whole until the first secret is read. */
async function checkKey(accounts: AccountStore, vault: Vault): Promise<void> {
  const known = await accounts.note(keyNote);
  if (known === vault.keyId) return;
  if (known !== null) {
    throw new Error(
      `The secrets in this store were sealed by key ${known}, but the key given is ${vault.keyId}. Put the file vault-key of this data directory back in place.`,
    );
  }
  await accounts.setNote(keyNote, vault.keyId);
}
