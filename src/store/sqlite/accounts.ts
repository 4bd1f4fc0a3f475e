/** Accounts, their API keys, and small notes about the store itself. */
import type { Account, ApiKey, Role } from '../../domain/account.ts';
import type { Vault } from '../../vault.ts';
import type { AccountStore } from '../store.ts';
import type { Database } from './database.ts';

interface AccountRow {
  id: string;
  signing_email: string;
  previous_signing_email: string | null;
  previous_signing_email_until: number | null;
  webhook_secret_sealed: string;
  previous_webhook_secret_sealed: string | null;
  previous_webhook_secret_until: number | null;
  time_zone: string;
  suspended: number;
  created_at: number;
}

interface KeyRow {
  account_id: string;
  id: string;
  name: string;
  role: string;
  hash: string;
  hint: string;
  created_at: number;
}

const selectAccounts = 'select * from account order by id';

const selectAccount = 'select * from account where id = ?';

const upsertAccount = `
  insert into account (id, signing_email, previous_signing_email, previous_signing_email_until, webhook_secret_sealed,
    previous_webhook_secret_sealed, previous_webhook_secret_until, time_zone, suspended, created_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (id) do update set signing_email = excluded.signing_email,
    previous_signing_email = excluded.previous_signing_email,
    previous_signing_email_until = excluded.previous_signing_email_until,
    webhook_secret_sealed = excluded.webhook_secret_sealed,
    previous_webhook_secret_sealed = excluded.previous_webhook_secret_sealed,
    previous_webhook_secret_until = excluded.previous_webhook_secret_until, time_zone = excluded.time_zone,
    suspended = excluded.suspended`;

const insertOneKey = `
  insert into api_key (account_id, id, name, role, hash, hint, created_at) values (?, ?, ?, ?, ?, ?, ?)`;

const selectKeyByHash = 'select * from api_key where hash = ?';

const selectKeys = 'select * from api_key where account_id = ? order by id';

const deleteOneKey = 'delete from api_key where account_id = ? and id = ?';

const selectNote = 'select value from note where name = ?';

const upsertNote =
  'insert into note (name, value) values (?, ?) on conflict (name) do update set value = excluded.value';

const deleteNote = 'delete from note where name = ?';

export function makeAccountTable(database: Database, vault: Vault): AccountStore {
  const accounts = database.prepare(selectAccounts);
  const account = database.prepare(selectAccount);
  const putAccount = database.prepare(upsertAccount);
  const insertKey = database.prepare(insertOneKey);
  const keyByHash = database.prepare(selectKeyByHash);
  const keys = database.prepare(selectKeys);
  const deleteKey = database.prepare(deleteOneKey);
  const note = database.prepare(selectNote);
  const putNote = database.prepare(upsertNote);
  const removeNote = database.prepare(deleteNote);

  function writeAccount(value: Account): void {
    const { previousWebhookSecret } = value;
    putAccount.run(
      value.id,
      value.signingEmail,
      value.previousSigningEmail,
      value.previousSigningEmailUntil,
      vault.seal('account.webhook-secret', value.webhookSecret),
      previousWebhookSecret && vault.seal('account.webhook-secret', previousWebhookSecret),
      value.previousWebhookSecretUntil,
      value.timeZone,
      Number(value.suspended),
      value.createdAt,
    );
  }

  function writeKey(key: ApiKey): void {
    insertKey.run(key.accountId, key.id, key.name, key.role, key.hash, key.hint, key.createdAt);
  }

  function fromRow(row: AccountRow): Account {
    const { previous_webhook_secret_sealed: previous } = row;
    return {
      id: row.id as Account['id'],
      signingEmail: row.signing_email,
      previousSigningEmail: row.previous_signing_email,
      previousSigningEmailUntil: row.previous_signing_email_until,
      webhookSecret: vault.open('account.webhook-secret', row.webhook_secret_sealed),
      previousWebhookSecret: previous && vault.open('account.webhook-secret', previous),
      previousWebhookSecretUntil: row.previous_webhook_secret_until,
      timeZone: row.time_zone,
      suspended: row.suspended === 1,
      createdAt: row.created_at,
    };
  }

  return {
    async accounts() {
      return (accounts.all() as AccountRow[]).map(fromRow);
    },
    async account(id) {
      const row = account.get(id) as AccountRow | undefined;
      return row === undefined ? null : fromRow(row);
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
    async keyByHash(hash) {
      const row = keyByHash.get(hash) as KeyRow | undefined;
      return row === undefined ? null : fromKeyRow(row);
    },
    async keys(accountId) {
      return (keys.all(accountId) as KeyRow[]).map(fromKeyRow);
    },
    insertKey: (key) => database.write(() => writeKey(key)),
    deleteKey: (accountId, id) => database.write(() => deleteKey.run(accountId, id).changes === 1),
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

function fromKeyRow(row: KeyRow): ApiKey {
  return {
    id: row.id as ApiKey['id'],
    accountId: row.account_id as ApiKey['accountId'],
    name: row.name,
    role: row.role as Role,
    hash: row.hash,
    hint: row.hint,
    createdAt: row.created_at,
  };
}
