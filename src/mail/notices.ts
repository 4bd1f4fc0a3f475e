/**
 * Who is told what by mail: members of the sending and of parcels, as each of them chose; recipients of their parcels, where the
 * account's settings say so. What is chosen becomes a webhook that writes letters (`MailTarget`), and for members it is kept
 * there and nowhere else, so that the two cannot differ. What an account says of its recipients stands in its settings and is
 * carried over when they change, and once an hour where that was cut off.
 */
import { randomUUID } from 'node:crypto';
import type { Accounts } from '../accounts/accounts.ts';
import { linkHours } from '../accounts/members.ts';
import type { Account, AccountId } from '../domain/account.ts';
import { AppError } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { Member } from '../domain/member.ts';
import type { Status } from '../domain/status.ts';
import {
  type MailTrigger,
  type OperationalEventType,
  SELECTABLE_STATUSES,
  type Webhook,
} from '../domain/webhook.ts';
import { judge, NOT_MAILED } from '../pipeline/outcome.ts';
import type { MailStore, MemberStore } from '../store/store.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { makeDailyCount } from './dailyCount.ts';
import type { LetterContent } from './letter.ts';
import { type Mailing, sentNot } from './mailing.ts';
import { invitationLetter, testLetter } from './plainLetters.ts';
import { languageOf } from './post.ts';
import type { NoticeKind, Reader, UnsubscribeTokens } from './unsubscribing.ts';

/** What a member is told. */
export interface MemberNotices {
  readonly operational: readonly OperationalEventType[];
  readonly statuses: readonly Status[];
  /** Nothing is told, and what was chosen stays. */
  readonly paused: boolean;
}

/** What became of a letter that was sent at once. */
export interface SentNow {
  readonly accepted: boolean;
  /** One sentence. */
  readonly reason: string;
  /** In the mail server's words; null: it said nothing. */
  readonly answer: string | null;
}

export interface Notices {
  /** Whether this server can send mail. */
  readonly sendsMail: boolean;
  of(member: Pick<Member, 'accountId' | 'id'>): Promise<MemberNotices>;
  change(member: Pick<Member, 'accountId' | 'id'>, changes: Partial<MemberNotices>): Promise<MemberNotices>;
  /** Ends what a member was told, who is gone. */
  forget(member: Pick<Member, 'accountId' | 'id'>): Promise<void>;
  /** Carries over what the account's settings say of recipients. */
  keepRecipients(account: Pick<Account, 'id' | 'settings'>): Promise<void>;
  /** The same for all accounts. */
  keepAllRecipients(): Promise<void>;
  /** Sends the member a letter now. */
  test(member: Member): Promise<SentNow>;
  /** Sends the link to set a password by, which the token makes; whether the mail server took it. */
  invite(member: Member, token: string): Promise<boolean>;
  /** Whose letters a token ends, with the merchant's name if it has one; null: it is none of ours, or nobody's any more. */
  readToken(token: string): Promise<{ reader: Reader; account: Account; language: string | null } | null>;
  /** Ends them; once is as good as twice. False: as above. */
  unsubscribe(token: string): Promise<boolean>;
}

export interface NoticesOptions {
  readonly mailing: Mailing;
  readonly webhooks: Pick<Webhooks, 'all' | 'keepMail'>;
  readonly accounts: Pick<Accounts, 'get' | 'list'>;
  readonly store: Pick<MailStore, 'refuseMail'> & Pick<MemberStore, 'member'>;
  readonly tokens: UnsubscribeTokens;
  readonly clock: { now(): number };
  serverUrl(): string;
}

const nothing: MailTrigger = { statuses: [], operationalEvents: [] };

export function makeNotices(options: NoticesOptions): Notices {
  const { mailing, webhooks, accounts, store, tokens, clock } = options;
  const ofAccount = makeDailyCount({ clock, most: limits.lettersAtOncePerDay });

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

  /** Sends a letter that nobody's queue holds. */
  async function sendNow(member: Member, content: LetterContent): Promise<SentNow> {
    const exchange = await exchangeOf(member, content);
    const { verdict, reason } = judge(exchange, 'smtp');
    return {
      accepted: verdict === 'accepted',
      reason,
      answer: exchange.kind === 'response' ? exchange.body : null,
    };
  }

  /**
   * Whoever owns an account may call any address a member's, so there is a bound for all of them together. What the mail server
   * refused counts in it, lest somebody finds out by us which addresses there are.
   */
  async function exchangeOf({ accountId, email: address }: Member, content: LetterContent) {
    if (!ofAccount.take(accountId)) return sentNot(NOT_MAILED, enough).exchange;
    const plain = { fromName: null, replyTo: null, unsubscribeUrl: null };
    const { exchange } = await mailing.send({ accountId, address }, () => {
      return { ...plain, id: randomUUID(), content };
    });
    if (exchange.kind === 'failure') ofAccount.giveBack(accountId);
    return exchange;
  }

  async function readToken(token: string): ReturnType<Notices['readToken']> {
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
    sendsMail: mailing.sendsMail,
    of,
    change,
    forget: ({ accountId, id }) =>
      webhooks.keepMail(accountId, { to: 'member', memberId: id, paused: null }, null),
    keepRecipients,
    async keepAllRecipients() {
      for (const account of await accounts.list()) await keepRecipients(account);
    },
    test: (member) => sendNow(member, testLetter({ language: languageOf(member), url: options.serverUrl() })),
    async invite(member, token) {
      const { settings } = await accounts.get(member.accountId);
      // Never an address that the request names: whoever asks could have a link to anywhere sent in our name.
      const url = `${options.serverUrl()}/welcome#${token}`;
      const letter = { language: languageOf(member), merchant: settings.name, url, hours: linkHours };
      return (await sendNow(member, invitationLetter(letter))).accepted;
    },
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
      await change(member, without(await of(member), reader.kind));
      return true;
    },
  };
}

const enough = `This account has sent ${limits.lettersAtOncePerDay} mails of this kind today, and sends no more before tomorrow (UTC).`;

function without({ operational }: MemberNotices, kind: NoticeKind): Partial<MemberNotices> {
  if (kind === 'statuses') return { statuses: [] };
  return { operational: operational.filter((one) => one !== kind) };
}
