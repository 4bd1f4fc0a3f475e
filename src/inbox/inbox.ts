/**
 * The built-in receiver, `/inbox/{token}`: answers 200 to what it gets, verifies it as a merchant's receiver would, and
 * keeps the newest messages for looking at. One inbox an account, its token made when it is first wanted.
 */
import { randomBytes } from 'node:crypto';
import type { Accounts } from '../accounts/accounts.ts';
import type { Clock } from '../base/clock.ts';
import type { Ids } from '../base/id.ts';
import { emailKey, keyAt, webhookKey } from '../domain/account.ts';
import type { InboxMessage } from '../domain/inbox.ts';
import { limits } from '../domain/limits.ts';
import type { Page } from '../domain/page.ts';
import { verifyWebhook } from '../sdk/verify.ts';
import type { AccountId, AccountStore, InboxStore, PageRequest } from '../store/store.ts';

export interface Inbox {
  /** The account's token, made if there is none yet. */
  tokenOf(accountId: AccountId): Promise<string>;
  /** Takes a message; null where the token is nobody's. */
  receive(
    token: string,
    message: { headers: Record<string, string>; body: string },
  ): Promise<InboxMessage | null>;
  /** Whose inbox it is; null where the token is nobody's. */
  ownerOf(token: string): Promise<AccountId | null>;
  messages(accountId: AccountId, page: PageRequest): Promise<Page<InboxMessage>>;
}

export interface InboxOptions {
  readonly store: InboxStore & Pick<AccountStore, 'note' | 'setNote' | 'claimNote'>;
  readonly accounts: Pick<Accounts, 'get'>;
  readonly ids: Ids;
  readonly clock: Clock;
  /** The secrets of the account's webhooks: the inbox may verify any of them. */
  secretsOf(accountId: AccountId): Promise<readonly string[]>;
}

const bounds = { messages: limits.inboxMessagesMax, bytes: limits.inboxBytesMax };

export function makeInbox({ store, accounts, ids, clock, secretsOf }: InboxOptions): Inbox {
  const owners = new Map<string, AccountId>();

  async function ownerOf(token: string): Promise<AccountId | null> {
    if (!/^[A-Za-z0-9_-]{20,40}$/.test(token)) return null;
    const known = owners.get(token);
    if (known !== undefined) return known;
    const owner = (await store.note(`inbox:${token}`)) as AccountId | null;
    if (owner !== null) owners.set(token, owner);
    return owner;
  }

  return {
    ownerOf,
    async tokenOf(accountId) {
      const known = await store.note(`inbox-token:${accountId}`);
      if (known !== null) return known;
      const token = randomBytes(18).toString('base64url');
      await store.setNote(`inbox:${token}`, accountId);
      return store.claimNote(`inbox-token:${accountId}`, token);
    },
    async receive(token, { headers, body }) {
      const accountId = await ownerOf(token);
      if (accountId === null) return null;
      const account = await accounts.get(accountId);
      const now = clock.now();
      const secret = [...(await secretsOf(accountId)), keyAt(webhookKey(account), now)];
      const verification = await verifyWebhook({
        body,
        headers,
        email: keyAt(emailKey(account), now),
        secret,
        now,
      });
      const message: InboxMessage = {
        id: ids.next('inb'),
        accountId,
        receivedAt: now,
        headers,
        body,
        verified: verification.ok,
        reason: verification.ok ? null : verification.reason,
      };
      await store.insertInboxMessage(message, bounds);
      return message;
    },
    messages: (accountId, page) => store.inboxMessages(accountId, page),
  };
}
