/** What couriers are shown on behalf of accounts. How that is kept stands in `credentialRow.ts`. */
import type { Vault } from '../../vault.ts';
import { type CredentialRow, credentialColumns, credentialsOf, rowOfCredentials } from '../credentialRow.ts';
import type { CredentialStore } from '../store.ts';
import type { Database } from './database.ts';

const selectOne = `select ${credentialColumns} from courier_credential where account_id = $1 and courier_code = $2`;

const selectAll = `select ${credentialColumns} from courier_credential where account_id = $1 order by courier_code`;

const insertOne = `
  insert into courier_credential (${credentialColumns}) values ($1, $2, $3, $4)
  on conflict (account_id, courier_code) do nothing`;

const updateOne = `
  update courier_credential set values_sealed = $3, updated_at = $4
  where account_id = $1 and courier_code = $2 and updated_at = $5`;

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
    putCourierCredentials: (credentials, before) =>
      database.write(async (session) => {
        const row = rowOfCredentials(credentials, vault);
        const written =
          before === null ? session.run(insertOne, row) : session.run(updateOne, [...row, before]);
        return (await written) === 1;
      }),
    deleteCourierCredentials: (accountId, courierCode) =>
      database.write(async (session) => (await session.run(deleteOne, [accountId, courierCode])) === 1),
  };
}
