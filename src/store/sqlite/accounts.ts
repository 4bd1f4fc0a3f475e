/** Accounts, their API keys, and small notes about the store itself. */
import type { Account, ApiKey } from '../../domain/account.ts';
import type { Vault } from '../../vault.ts';
import {
  type AccountRow,
  accountColumns,
  accountOf,
  type KeyRow,
  keyColumns,
  keyOf,
  type LogoRow,
  logoColumns,
  logoOf,
  rowOfAccount,
  rowOfKey,
  rowOfLogo,
} from '../accountRow.ts';
import type { AccountStore } from '../store.ts';
import type { Database } from './database.ts';

const selectAccounts = `select ${accountColumns} from account order by id`;

const selectAccount = `select ${accountColumns} from account where id = ?`;

const upsertAccount = `
  insert into account (${accountColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (id) do update set signing_email = excluded.signing_email,
    previous_signing_email = excluded.previous_signing_email,
    previous_signing_email_until = excluded.previous_signing_email_until,
    webhook_secret_sealed = excluded.webhook_secret_sealed,
    previous_webhook_secret_sealed = excluded.previous_webhook_secret_sealed,
    previous_webhook_secret_until = excluded.previous_webhook_secret_until,
    time_zone = excluded.time_zone, suspended = excluded.suspended,
    settings = excluded.settings, track_key_sealed = excluded.track_key_sealed, logo_hash = excluded.logo_hash`;

const giveTrackKey = 'update account set track_key_sealed = ? where id = ? and track_key_sealed is null';

const insertOneLogo = `
  insert into account_logo (account_id, hash, ${logoColumns}) values (?, ?, ?, ?, ?)`;

const selectLogo = `select ${logoColumns} from account_logo where account_id = ? and hash = ?`;

const deleteLogo = 'delete from account_logo where account_id = ?';

const insertOneKey = `insert into api_key (${keyColumns}) values (?, ?, ?, ?, ?, ?, ?, ?)`;

const selectKeyByHash = `select ${keyColumns} from api_key where hash = ?`;

const selectKeys = `select ${keyColumns} from api_key where account_id = ? order by id`;

const touchOneKey = `
  update api_key set last_used_at = :at
  where account_id = :account and id = :id and coalesce(last_used_at, 0) < :at`;

const deleteOneKey = 'delete from api_key where account_id = ? and id = ?';

const selectNote = 'select value from note where name = ?';

const upsertNote =
  'insert into note (name, value) values (?, ?) on conflict (name) do update set value = excluded.value';

const deleteNote = 'delete from note where name = ?';

export function makeAccountTable(database: Database, vault: Vault): AccountStore {
  const accounts = database.prepareRows(selectAccounts);
  const account = database.prepareRows(selectAccount);
  const putAccount = database.prepare(upsertAccount);
  const putTrackKey = database.prepare(giveTrackKey);
  const putLogo = database.prepare(insertOneLogo);
  const logo = database.prepareRows(selectLogo);
  const removeLogo = database.prepare(deleteLogo);
  const insertKey = database.prepare(insertOneKey);
  const keyByHash = database.prepareRows(selectKeyByHash);
  const keys = database.prepareRows(selectKeys);
  const deleteKey = database.prepare(deleteOneKey);
  const touchKey = database.prepare(touchOneKey);
  const note = database.prepare(selectNote);
  const putNote = database.prepare(upsertNote);
  const removeNote = database.prepare(deleteNote);

  function writeAccount(value: Account): void {
    putAccount.run(...rowOfAccount(value, vault));
  }

  function writeKey(key: ApiKey): void {
    insertKey.run(...rowOfKey(key));
  }

  return {
    async accounts() {
      return (accounts.all() as AccountRow[]).map((row) => accountOf(row, vault));
    },
    async account(id) {
      const row = account.get(id) as AccountRow | undefined;
      return row === undefined ? null : accountOf(row, vault);
    },
    insertAccount: (value, key) =>
      database.write(() => {
        writeAccount(value);
        writeKey(key);
      }),
    insertFirstAccount: (value, key) =>
      database.write(() => {
        if (accounts.get() !== undefined) return false;
        writeAccount(value);
        writeKey(key);
        return true;
      }),
    updateAccount: (value) => database.write(() => writeAccount(value)),
    claimTrackKey: (id, key) =>
      database.write(() => {
        putTrackKey.run(vault.seal('account.track-key', key), id);
        const row = account.get(id) as AccountRow | undefined;
        return row === undefined ? null : accountOf(row, vault).trackKey;
      }),
    updateLogo: (value, picture) =>
      database.write(() => {
        writeAccount(value);
        removeLogo.run(value.id);
        if (picture !== null) putLogo.run(value.id, value.logoHash, ...rowOfLogo(picture));
      }),
    async logo(accountId, hash) {
      const row = logo.get(accountId, hash) as LogoRow | undefined;
      return row === undefined ? null : logoOf(row);
    },
    async keyByHash(hash) {
      const row = keyByHash.get(hash) as KeyRow | undefined;
      return row === undefined ? null : keyOf(row);
    },
    async keys(accountId) {
      return (keys.all(accountId) as KeyRow[]).map(keyOf);
    },
    insertKey: (key) => database.write(() => writeKey(key)),
    deleteKey: (accountId, id) => database.write(() => deleteKey.run(accountId, id).changes === 1),
    touchKeys: (uses) =>
      database.write(() => {
        for (const { accountId: account, id, lastUsedAt: at } of uses) touchKey.run({ account, id, at });
      }, 'soon'),
    async note(name) {
      return (note.get(name) as { value: string } | undefined)?.value ?? null;
    },
    setNote: (name, value) =>
      database.write(() => {
        if (value === null) removeNote.run(name);
        else putNote.run(name, value);
      }),
    claimNote: (name, value) =>
      database.write(() => {
        const known = (note.get(name) as { value: string } | undefined)?.value;
        if (known === undefined) putNote.run(name, value);
        return known ?? value;
      }),
  };
}
