/** Who wants no letters of an account. */
import type { MailStore } from '../store.ts';
import type { Database } from './database.ts';

const insertOne = `
  insert into mail_refusal (account_id, address_hash, created_at) values (?, ?, ?)
  on conflict (account_id, address_hash) do nothing`;

const selectOne = 'select 1 from mail_refusal where account_id = ? and address_hash = ?';

export function makeMailTable(database: Database): MailStore {
  const insert = database.prepare(insertOne);
  const one = database.prepareRows(selectOne);
  return {
    refuseMail: ({ accountId, addressHash, createdAt }) =>
      database.write(() => {
        insert.run(accountId, addressHash, createdAt);
      }),
    async isMailRefused({ accountId, addressHash }) {
      return one.get(accountId, addressHash) !== undefined;
    },
  };
}
