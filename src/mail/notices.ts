/**
 * Who is told what by mail: members of the sending and of parcels, as each of them chose; recipients of their parcels, where the
 * account's settings say so. What is chosen becomes a webhook that writes letters (`MailTarget`), and for members it is kept
 * there and nowhere else, so that the two cannot differ. What an account says of its recipients stands in its settings and is
 * carried over when they change, and once an hour where that was cut off.
 */
import type { Accounts } from '../accounts/accounts.ts';
import type { Account } from '../domain/account.ts';
import type { Member } from '../domain/member.ts';
import type { Status } from '../domain/status.ts';
import {
  type MailTrigger,
  type OperationalEventType,
  SELECTABLE_STATUSES,
  type Webhook,
} from '../domain/webhook.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

/** What a member is told. */
export interface MemberNotices {
  readonly operational: readonly OperationalEventType[];
  readonly statuses: readonly Status[];
  /** Nothing is told, and what was chosen stays. */
  readonly paused: boolean;
}

export interface Notices {
  of(member: Pick<Member, 'accountId' | 'id'>): Promise<MemberNotices>;
  change(member: Pick<Member, 'accountId' | 'id'>, changes: Partial<MemberNotices>): Promise<MemberNotices>;
  /** Ends what a member was told, who is gone. */
  forget(member: Pick<Member, 'accountId' | 'id'>): Promise<void>;
  /** Carries over what the account's settings say of recipients. */
  keepRecipients(account: Pick<Account, 'id' | 'settings'>): Promise<void>;
  /** The same for all accounts. */
  keepAllRecipients(): Promise<void>;
}

export interface NoticesOptions {
  readonly webhooks: Pick<Webhooks, 'all' | 'keepMail'>;
  readonly accounts: Pick<Accounts, 'list'>;
}

const nothing: MailTrigger = { statuses: [], operationalEvents: [] };

export function makeNotices({ webhooks, accounts }: NoticesOptions): Notices {
  async function rowOf({ accountId, id }: Pick<Member, 'accountId' | 'id'>): Promise<Webhook | null> {
    const all = await webhooks.all(accountId);
    return all.find(({ mail }) => mail?.to === 'member' && mail.memberId === id) ?? null;
  }

  async function of(member: Pick<Member, 'accountId' | 'id'>): Promise<MemberNotices> {
    const row = await rowOf(member);
    const paused = row?.mail?.to === 'member' ? row.mail.paused : null;
    const { statuses, operationalEvents } = paused ?? row ?? nothing;
    return {
      operational: operationalEvents,
      statuses: statuses === 'all' ? SELECTABLE_STATUSES : statuses,
      paused: paused !== null,
    };
  }

  async function change(
    member: Pick<Member, 'accountId' | 'id'>,
    changes: Partial<MemberNotices>,
  ): Promise<MemberNotices> {
    const after = { ...(await of(member)), ...changes };
    const chosen: MailTrigger = { statuses: after.statuses, operationalEvents: after.operational };
    const isNothing = after.statuses.length + after.operational.length === 0;
    await webhooks.keepMail(
      member.accountId,
      { to: 'member', memberId: member.id, paused: after.paused ? chosen : null },
      isNothing && !after.paused ? null : after.paused ? nothing : chosen,
    );
    return after;
  }

  async function keepRecipients({ id, settings }: Pick<Account, 'id' | 'settings'>): Promise<void> {
    const { enabled, statuses } = settings.notices.recipients;
    const told = enabled && statuses.length > 0 ? { statuses, operationalEvents: [] } : null;
    await webhooks.keepMail(id, { to: 'recipient' }, told);
  }

  return {
    of,
    change,
    forget: ({ accountId, id }) =>
      webhooks.keepMail(accountId, { to: 'member', memberId: id, paused: null }, null),
    keepRecipients,
    async keepAllRecipients() {
      for (const account of await accounts.list()) await keepRecipients(account);
    },
  };
}
