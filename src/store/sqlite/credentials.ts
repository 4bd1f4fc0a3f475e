/** What couriers are shown on behalf of accounts. How that is kept stands in `credentialRow.ts`. */
import type { Vault } from '../../vault.ts';
import { type CredentialRow, credentialColumns, credentialsOf, rowOfCredentials } from '../credentialRow.ts';
import type { CredentialStore } from '../store.ts';
import type { Database } from './database.ts';

const selectOne = `select ${credentialColumns} from courier_credential where account_id = ? and courier_code = ?`;

const selectAll = `select ${credentialColumns} from courier_credential where account_id = ? order by courier_code`;

const insertOne = `
  insert into courier_credential (${credentialColumns}) values (?, ?, ?, ?)
  on conflict (account_id, courier_code) do nothing`;

const updateOne = `
  update courier_credential set values_sealed = ?3, updated_at = ?4
  where account_id = ?1 and courier_code = ?2 and updated_at = ?5`;

const deleteOne = 'delete from courier_credential where account_id = ? and courier_code = ?';

export function makeCredentialTable(database: Database, vault: Vault): CredentialStore {
  const one = database.prepareRows(selectOne);
  const all = database.prepareRows(selectAll);
  const insert = database.prepare(insertOne);
  const update = database.prepare(updateOne);
  const remove = database.prepare(deleteOne);

  return {
    async courierCredentials(accountId, courierCode) {
      const row = one.get(accountId, courierCode) as CredentialRow | undefined;
      return row === undefined ? null : credentialsOf(row, vault);
    },
    async allCourierCredentials(accountId) {
      return (all.all(accountId) as CredentialRow[]).map((row) => credentialsOf(row, vault));
    },
    putCourierCredentials: (credentials, before) =>
      database.write(() => {
        const row = rowOfCredentials(credentials, vault);
        return (before === null ? insert.run(...row) : update.run(...row, before)).changes === 1;
      }),
    deleteCourierCredentials: (accountId, courierCode) =>
      database.write(() => remove.run(accountId, courierCode).changes === 1),
  };
}
