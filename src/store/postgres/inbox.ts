/** Messages of the built-in receiver, bounded in number and bytes an account. */
import type { InboxMessage } from '../../domain/inbox.ts';
import { behindIds } from '../page.ts';
import type { InboxStore } from '../store.ts';
import { texts } from './arrays.ts';
import type { Database } from './database.ts';
import { inboxLock } from './locks.ts';
import { readPage } from './page.ts';

const insertOne = `
  insert into inbox_message (account_id, id, received_at, verified, bytes, document) values ($1, $2, $3, $4, $5, $6)`;

/** Those beyond the bounds, counted from the newest. */
const deleteOldest = `
  delete from inbox_message where account_id = $1 and id in (
    select id from (
      select id, count(*) over newer as messages, sum(bytes) over newer as total from inbox_message
      where account_id = $1 window newer as (order by id desc)) as kept
    where messages > $2 or total > $3)`;

const deleteEach = 'delete from inbox_message where account_id = $1 and id = any($2::text[])';

const selectPage =
  'select id, document from inbox_message where account_id = $1 and id < $2 order by id desc limit $3';

export function makeInboxTable(database: Database): InboxStore {
  return {
    insertInboxMessage: (message: InboxMessage, bounds) =>
      database.write(async (session) => {
        const document = JSON.stringify(message);
        const { accountId, id, receivedAt, verified } = message;
        await session.run(inboxLock, [accountId]);
        await session.run(insertOne, [
          accountId,
          id,
          receivedAt,
          Number(verified),
          Buffer.byteLength(document),
          document,
        ]);
        await session.run(deleteOldest, [accountId, bounds.messages, bounds.bytes]);
      }),
    deleteInboxMessages: (accountId, ids) =>
      database.write(async (session) => {
        await session.run(inboxLock, [accountId]);
        return session.run(deleteEach, [accountId, texts(ids)]);
      }),
    async inboxMessages(accountId, request) {
      const { items, next } = await readPage<[id: string, document: string]>(request, {
        charsOf: ([, document]) => document.length,
        idOf: ([id]) => id,
        read: (after, limit) => database.rows(selectPage, [accountId, after ?? behindIds, limit]),
      });
      return { items: items.map(([, document]): InboxMessage => JSON.parse(document)), next };
    },
  };
}
