/** Who wants no letters of an account. */
import type { MailStore } from '../store.ts';
import type { Database } from './database.ts';

const insertOne = `
  insert into mail_refusal (account_id, address_hash, created_at) values ($1, $2, $3)
  on conflict (account_id, address_hash) do nothing`;

const selectOne = 'select 1 from mail_refusal where account_id = $1 and address_hash = $2';

export function makeMailTable(database: Database): MailStore {
  return {
    refuseMail: ({ accountId, addressHash, createdAt }) =>
      database.write(async (session) => {
        await session.run(insertOne, [accountId, addressHash, createdAt]);
      }),
    async isMailRefused({ accountId, addressHash }) {
      return (await database.rows(selectOne, [accountId, addressHash])).length > 0;
    },
  };
}
