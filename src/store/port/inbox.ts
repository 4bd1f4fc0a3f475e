/** What the built-in receiver was sent. */
import type { AccountId } from '../../domain/account.ts';
import type { InboxMessage } from '../../domain/inbox.ts';
import type { Page, PageRequest } from '../../domain/page.ts';

export interface InboxStore {
  /** Keeps the newest within the bounds. */
  insertInboxMessage(message: InboxMessage, bounds: { messages: number; bytes: number }): Promise<void>;
  /** How many of these there were. */
  deleteInboxMessages(accountId: AccountId, ids: readonly string[]): Promise<number>;
  inboxMessages(accountId: AccountId, page: PageRequest): Promise<Page<InboxMessage>>;
}
