/** What couriers are shown on behalf of accounts. How that is kept stands in `credentialRow.ts`. */
import type { Vault } from '../../vault.ts';
import { type CredentialRow, credentialColumns, credentialsOf, rowOfCredentials } from '../credentialRow.ts';
import type { CredentialStore } from '../store.ts';
import type { Database } from './database.ts';

const selectOne = `select ${credentialColumns} from courier_credential where account_id = $1 and courier_code = $2`;

const selectAll = `select ${credentialColumns} from courier_credential where account_id = $1 order by courier_code`;

const upsertOne = `
  insert into courier_credential (${credentialColumns}) values ($1, $2, $3, $4)
  on conflict (account_id, courier_code) do update set values_sealed = excluded.values_sealed,
    updated_at = excluded.updated_at`;

const deleteOne = 'delete from courier_credential where account_id = $1 and courier_code = $2';

export function makeCredentialTable(database: Database, vault: Vault): CredentialStore {
  return {
    async courierCredentials(accountId, courierCode) {
      const [row] = await database.rows<CredentialRow>(selectOne, [accountId, courierCode]);
      return row === undefined ? null : credentialsOf(row, vault);
    },
    async allCourierCredentials(accountId) {
      return (await database.rows<CredentialRow>(selectAll, [accountId])).map((row) =>
        credentialsOf(row, vault),
      );
    },
    putCourierCredentials: (credentials) =>
      database.write(async (session) => {
        await session.run(upsertOne, rowOfCredentials(credentials, vault));
      }),
    deleteCourierCredentials: (accountId, courierCode) =>
      database.write(async (session) => (await session.run(deleteOne, [accountId, courierCode])) === 1),
  };
}
