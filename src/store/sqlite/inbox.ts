/** Messages of the built-in receiver, bounded in number and bytes an account. */
import type { InboxMessage } from '../../domain/inbox.ts';
import { behindIds, makePortion, partOf } from '../page.ts';
import type { InboxStore } from '../store.ts';
import type { Database } from './database.ts';
import { readPage } from './page.ts';

const insertOne = `
  insert into inbox_message (account_id, id, received_at, verified, bytes, document) values (?, ?, ?, ?, ?, ?)`;

const selectSize =
  'select count(*) as messages, coalesce(sum(bytes), 0) as bytes from inbox_message where account_id = ?';

const deleteOldest = `
  delete from inbox_message where account_id = :account and id in (
    select id from inbox_message where account_id = :account order by id limit :count)`;

const deleteOne = 'delete from inbox_message where account_id = ? and id = ?';

const selectPage =
  'select document from inbox_message where account_id = ? and id < ? order by id desc limit ?';

export function makeInboxTable(database: Database): InboxStore {
  const insert = database.prepare(insertOne);
  const size = database.prepare(selectSize);
  const drop = database.prepare(deleteOldest);
  const page = database.prepareRows(selectPage);
  const remove = database.prepare(deleteOne);
  /** Per account, so that the bounds cost no count per message. */
  const sizes = new Map<string, { messages: number; bytes: number }>();

  function sizeOf(accountId: string): { messages: number; bytes: number } {
    const known = sizes.get(accountId) ?? (size.get(accountId) as { messages: number; bytes: number });
    sizes.set(accountId, known);
    return known;
  }

  return {
    insertInboxMessage: (message: InboxMessage, bounds) =>
      database.write((careful) => {
        // A count of a transaction that was undone is wrong.
        if (careful) sizes.delete(message.accountId);
        const document = JSON.stringify(message);
        const bytes = Buffer.byteLength(document);
        let held = sizeOf(message.accountId);
        insert.run(
          message.accountId,
          message.id,
          message.receivedAt,
          Number(message.verified),
          bytes,
          document,
        );
        held.messages++;
        held.bytes += bytes;
        while (held.messages > bounds.messages || held.bytes > bounds.bytes) {
          drop.run({ account: message.accountId, count: Math.ceil(held.messages / 10) });
          sizes.delete(message.accountId);
          held = sizeOf(message.accountId);
        }
      }, 'soon'),
    deleteInboxMessages: (accountId, ids) =>
      database.write(() => {
        let deleted = 0;
        for (const id of ids) deleted += remove.run(accountId, id).changes;
        sizes.delete(accountId);
        return deleted;
      }),
    inboxMessages(accountId, request) {
      const portion = makePortion(([document]: [document: string]) => document.length);
      return readPage(database.turn, request, ({ after, limit }) => {
        const rows = portion.take(page.iterate(accountId, after ?? behindIds, limit + 1));
        const items = rows.map(([document]): InboxMessage => JSON.parse(document));
        return partOf({ items, limit, edge: null, isFull: portion.isFull, idOf: ({ id }) => id });
      });
    },
  };
}
