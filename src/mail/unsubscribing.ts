/**
 * What the link at the end of a letter does. A recipient gets no letter of that account any more; a member switches one kind off in
 * their notices, where they find it again.
 */
import type { Accounts } from '../accounts/accounts.ts';
import type { Clock } from '../base/clock.ts';
import type { Account, AccountId } from '../domain/account.ts';
import { AppError } from '../domain/error.ts';
import type { MailStore, MemberStore } from '../store/store.ts';
import type { MemberNotices, Notices } from './notices.ts';
import type { NoticeKind, Reader, UnsubscribeTokens } from './unsubscribeTokens.ts';

export interface Unsubscribing {
  /** Whose letters a token ends, with their account and language; null: it is none of ours, or nobody's any more. */
  readToken(token: string): Promise<{ reader: Reader; account: Account; language: string | null } | null>;
  /** Ends them; once is as good as twice. False: as above. */
  unsubscribe(token: string): Promise<boolean>;
}

export interface UnsubscribingOptions {
  readonly tokens: UnsubscribeTokens;
  readonly notices: Pick<Notices, 'of' | 'change'>;
  readonly accounts: Pick<Accounts, 'get'>;
  readonly store: Pick<MailStore, 'refuseMail'> & Pick<MemberStore, 'member'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function makeUnsubscribing(options: UnsubscribingOptions): Unsubscribing {
  const { tokens, notices, accounts, store, clock } = options;

  async function readToken(token: string): ReturnType<Unsubscribing['readToken']> {
    const reader = tokens.read(token);
    if (reader === null) return null;
    const account = await existingAccount(reader.accountId);
    if (account === null) return null;
    if (reader.of === 'recipient') return { reader, account, language: account.settings.language };
    const member = await store.member(account.id, reader.memberId);
    return member && { reader, account, language: member.language };
  }

  async function existingAccount(id: AccountId): Promise<Account | null> {
    try {
      return await accounts.get(id);
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  return {
    readToken,
    async unsubscribe(token) {
      const known = await readToken(token);
      if (known === null) return false;
      const { reader, account } = known;
      if (reader.of === 'recipient') {
        const { accountId, addressHash } = reader;
        await store.refuseMail({ accountId, addressHash, createdAt: clock.now() });
        return true;
      }
      const member = { accountId: account.id, id: reader.memberId };
      await notices.change(member, without(await notices.of(member), reader.kind));
      return true;
    },
  };
}

function without({ operational }: MemberNotices, kind: NoticeKind): Partial<MemberNotices> {
  if (kind === 'statuses') return { statuses: [] };
  return { operational: operational.filter((one) => one !== kind) };
}
