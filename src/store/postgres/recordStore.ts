/** The scale-out database as a record store: all its tables over one database. */
import type { Vault } from '../../vault.ts';
import { fairLists, makeFairReads } from '../fairReads.ts';
import { keyNote, readyNote } from '../notes.ts';
import type { RecordStore } from '../records.ts';
import type { AccountStore } from '../store.ts';
import { makeAccountTable } from './accounts.ts';
import { makeAnswerTable } from './answers.ts';
import { noBackups } from './backup.ts';
import { serverIdentity } from './connection.ts';
import { makeCounting } from './counting.ts';
import { makeCredentialTable } from './credentials.ts';
import { type Database, openDatabase } from './database.ts';
import { openDays } from './days.ts';
import { makeDeliveryTable } from './deliveries.ts';
import { makeEventTable } from './events.ts';
import { makeFigureTable } from './figures.ts';
import { makeInboxTable } from './inbox.ts';
import { readLogBase } from './logBase.ts';
import { makeMailTable } from './mail.ts';
import { makeMemberTable } from './members.ts';
import { migrate } from './migrate.ts';
import { refuseUnfinished } from './moving.ts';
import { makeNewsTable } from './news.ts';
import { makePeopleTable } from './people.ts';
import { makeRetention } from './retention.ts';
import { makeShardTable } from './shards.ts';
import { makeSignals, type Signals } from './signals.ts';
import { makeTrackingRetention } from './trackingRetention.ts';
import { makeTrackingTable } from './trackings.ts';
import { makeViewTable } from './views.ts';
import { makeWebhookTable } from './webhooks.ts';

/**
 * @param directUrl the same database without a pooler; null: there is none between, or no other way
 * @throws Error, in words for the operator, when the database is too old, too new for this program, half moved or sealed by another key
 */
export async function openRecordStore({
  url,
  directUrl,
  connections,
  vault,
}: {
  url: string;
  directUrl: string | null;
  connections: number;
  vault: Vault;
}): Promise<RecordStore> {
  const database = await openDatabase(url, connections);
  try {
    if (directUrl === null) await migrate(database);
    else await migrateDirectly(directUrl, database);
    await refuseUnfinished(database);
    return await recordStoreOn(database, { vault, signals: makeSignals(database, directUrl ?? url) });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function migrateDirectly(directUrl: string, database: Database): Promise<void> {
  const direct = await openDatabase(directUrl, 2);
  try {
    if ((await identityOf(direct)) !== (await identityOf(database))) {
      throw new Error(
        'the URL of --database-direct (WAYBELL_DATABASE_DIRECT) leads to another database. Let both name the same one.',
      );
    }
    await migrate(direct);
  } finally {
    await direct.close();
  }
}

const selectIdentity = `select current_database() || ' ' || ${serverIdentity}`;

async function identityOf(database: Database): Promise<string> {
  const [[identity = ''] = []] = await database.rows<[identity: string]>(selectIdentity);
  return identity;
}

/** The store over a database that is open. @throws Error when its secrets were sealed by another key */
export async function recordStoreOn(
  database: Database,
  { vault, signals }: { vault: Vault; signals: Signals },
): Promise<RecordStore> {
  const days = await openDays(database);
  const events = makeEventTable(database, await readLogBase(database));
  const deliveries = makeDeliveryTable(database, { days, events });
  const answers = makeAnswerTable(database, vault);
  const accounts = makeAccountTable(database, vault);
  await checkKey(accounts, vault);
  const trackings = makeTrackingTable(database, { days, events, answers });
  const inbox = makeInboxTable(database);
  const lists = { ...trackings, ...events, ...deliveries, ...inbox };
  return {
    ...trackings,
    ...events,
    ...deliveries,
    ...answers,
    ...makeWebhookTable(database, { vault, days, deliveries, answers }),
    ...accounts,
    ...makeMemberTable(database),
    ...makeCredentialTable(database, vault),
    ...makeMailTable(database),
    ...makeViewTable(database),
    ...inbox,
    // The others of its reading connections are left to look-ups.
    ...fairLists(lists, makeFairReads(Math.max(1, database.readsMax - 2))),
    ...makePeopleTable(database),
    ...makeRetention(database, days),
    ...makeTrackingRetention(database),
    ...makeCounting(database),
    ...makeFigureTable(database),
    ...makeShardTable(database),
    ...noBackups,
    ...makeNewsTable(database),
    ...signals,
    // A commit is some ten statements, each of which waits for its answer: more of them at a time fill the time.
    commitsAtOnce: 4,
    async ready() {
      try {
        await accounts.setNote(readyNote, '');
        return true;
      } catch {
        return false;
      }
    },
    async close() {
      await signals.close();
      await database.close();
    },
  };
}

/** A store opened with another key than it was written with would look whole until the first secret is read. */
async function checkKey(accounts: Pick<AccountStore, 'claimNote'>, vault: Vault): Promise<void> {
  const known = await accounts.claimNote(keyNote, vault.keyId);
  if (known === vault.keyId) return;
  throw new Error(
    `The secrets in this database were sealed by key ${known}, but the key given is ${vault.keyId}. Set WAYBELL_VAULT_KEY to the key that this database was first used with.`,
  );
}
