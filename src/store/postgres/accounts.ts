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
import { numbers, texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { changed, tell } from './news.ts';

const selectAccounts = `select ${accountColumns} from account order by id`;

const selectAccount = `select ${accountColumns} from account where id = $1`;

const upsertAccount = `
  insert into account (${accountColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  on conflict (id) do update set signing_email = excluded.signing_email,
    previous_signing_email = excluded.previous_signing_email,
    previous_signing_email_until = excluded.previous_signing_email_until,
    webhook_secret_sealed = excluded.webhook_secret_sealed,
    previous_webhook_secret_sealed = excluded.previous_webhook_secret_sealed,
    previous_webhook_secret_until = excluded.previous_webhook_secret_until,
    time_zone = excluded.time_zone, suspended = excluded.suspended,
    settings = excluded.settings, track_key_sealed = excluded.track_key_sealed, logo_hash = excluded.logo_hash`;

const giveTrackKey = 'update account set track_key_sealed = $1 where id = $2 and track_key_sealed is null';

const insertOneLogo = `
  insert into account_logo (account_id, hash, ${logoColumns}) values ($1, $2, $3, $4, $5)`;

const selectLogo = `select ${logoColumns} from account_logo where account_id = $1 and hash = $2`;

const deleteLogo = 'delete from account_logo where account_id = $1';

const insertOneKey = `insert into api_key (${keyColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8)`;

const selectKeyByHash = `select ${keyColumns} from api_key where hash = $1`;

const selectKeys = `select ${keyColumns} from api_key where account_id = $1 order by id`;

/** In one order, so that no two processes wait for each other's. */
const lockKeys = `
  select 1 from api_key where (account_id, id) in (select * from unnest($1::text[], $2::text[]))
  order by account_id, id for update`;

const touchEachKey = `
  update api_key k set last_used_at = greatest(k.last_used_at, u.at)
  from unnest($1::text[], $2::text[], $3::bigint[]) as u (account_id, id, at)
  where k.account_id = u.account_id and k.id = u.id`;

const deleteOneKey = 'delete from api_key where account_id = $1 and id = $2';

const selectNote = 'select value from note where name = $1';

const upsertNote =
  'insert into note (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value';

const insertNote = 'insert into note (name, value) values ($1, $2) on conflict (name) do nothing';

const deleteNote = 'delete from note where name = $1';

export function makeAccountTable(database: Database, vault: Vault): AccountStore {
  async function writeAccount(session: Session, value: Account): Promise<void> {
    await session.run(upsertAccount, rowOfAccount(value, vault));
  }

  async function writeNew(session: Session, value: Account, key: ApiKey): Promise<void> {
    await writeAccount(session, value);
    await session.run(insertOneKey, rowOfKey(key));
  }

  async function note(name: string): Promise<string | null> {
    const [[value = null] = []] = await database.rows<[value?: string]>(selectNote, [name]);
    return value;
  }

  return {
    async accounts() {
      const rows = await database.rows<AccountRow>(selectAccounts);
      return rows.map((row) => accountOf(row, vault));
    },
    async account(id) {
      const [row] = await database.rows<AccountRow>(selectAccount, [id]);
      return row === undefined ? null : accountOf(row, vault);
    },
    insertAccount: (value, key) =>
      database.write(async (session) => {
        await writeNew(session, value, key);
        await tell(session, changed(value.id));
      }),
    insertFirstAccount: (value, key) =>
      database.write(async (session) => {
        // One after another: the news are written first, and by one at a time.
        await tell(session, changed(value.id));
        if ((await session.rows(selectAccounts)).length > 0) return false;
        await writeNew(session, value, key);
        return true;
      }),
    updateAccount: (value, heard) =>
      database.write(async (session) => {
        await writeAccount(session, value);
        await tell(session, changed(value.id), heard);
      }),
    claimTrackKey: (id, key) =>
      database.write(async (session) => {
        await session.run(giveTrackKey, [vault.seal('account.track-key', key), id]);
        const [row] = await session.rows<AccountRow>(selectAccount, [id]);
        return row === undefined ? null : accountOf(row, vault).trackKey;
      }),
    updateLogo: (value, picture, heard) =>
      database.write(async (session) => {
        // The row of the account first: whoever else writes a logo of its waits there.
        await writeAccount(session, value);
        await session.run(deleteLogo, [value.id]);
        if (picture !== null)
          await session.run(insertOneLogo, [value.id, value.logoHash, ...rowOfLogo(picture)]);
        await tell(session, changed(value.id), heard);
      }),
    async logo(accountId, hash) {
      const [row] = await database.rows<LogoRow>(selectLogo, [accountId, hash]);
      return row === undefined ? null : logoOf(row);
    },
    async keyByHash(hash) {
      const [row] = await database.rows<KeyRow>(selectKeyByHash, [hash]);
      return row === undefined ? null : keyOf(row);
    },
    async keys(accountId) {
      return (await database.rows<KeyRow>(selectKeys, [accountId])).map(keyOf);
    },
    insertKey: (key, heard) =>
      database.write(async (session) => {
        await session.run(insertOneKey, rowOfKey(key));
        await tell(session, changed(key.accountId), heard);
      }),
    deleteKey: (accountId, id, heard) =>
      database.write(async (session) => {
        const count = await session.run(deleteOneKey, [accountId, id]);
        await tell(session, changed(accountId), heard);
        return count === 1;
      }),
    touchKeys: (uses) =>
      database.write(async (session) => {
        const keys = [texts(uses.map(({ accountId }) => accountId)), texts(uses.map(({ id }) => id))];
        await session.rows(lockKeys, keys);
        await session.run(touchEachKey, [...keys, numbers(uses.map(({ lastUsedAt }) => lastUsedAt))]);
      }),
    note,
    setNote: (name, value) =>
      database.write(async (session) => {
        if (value === null) await session.run(deleteNote, [name]);
        else await session.run(upsertNote, [name, value]);
      }),
    async claimNote(name, value) {
      await database.write((session) => session.run(insertNote, [name, value]));
      return (await note(name)) ?? value;
    },
  };
}
