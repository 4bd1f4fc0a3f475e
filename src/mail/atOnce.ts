/**
 * Letters that nobody's queue holds: they are sent while whoever asked waits, and what became of them is the answer. An invitation,
 * and one that shows that letters arrive.
 */
import { randomUUID } from 'node:crypto';
import type { Accounts } from '../accounts/accounts.ts';
import { linkHours, welcomePathOf } from '../accounts/members.ts';
import type { Clock } from '../base/clock.ts';
import { limits } from '../domain/limits.ts';
import type { Member } from '../domain/member.ts';
import { judge, NOT_MAILED } from '../pipeline/outcome.ts';
import { makeDailyCount } from './dailyCount.ts';
import type { LetterContent } from './letter.ts';
import { type Mailing, sentNot } from './mailing.ts';
import { invitationLetter, testLetter } from './plainLetters.ts';
import { languageOf } from './post.ts';

export interface AtOnce {
  /** Sends the member a letter now. */
  test(member: Member): Promise<SentNow>;
  /** Sends the link to set a password by, which the token makes; whether the mail server took it. */
  invite(member: Member, token: string): Promise<boolean>;
}

/** What became of a letter. */
export interface SentNow {
  readonly accepted: boolean;
  /** One sentence. */
  readonly reason: string;
  /** In the mail server's words; null: it said nothing. */
  readonly answer: string | null;
}

export interface AtOnceOptions {
  readonly mailing: Mailing;
  readonly accounts: Pick<Accounts, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
  serverUrl(): string;
}

export function makeAtOnce({ mailing, accounts, clock, serverUrl }: AtOnceOptions): AtOnce {
  const ofAccount = makeDailyCount({ clock, most: limits.lettersAtOncePerDay });

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

  return {
    test: (member) => sendNow(member, testLetter({ language: languageOf(member), url: serverUrl() })),
    async invite(member, token) {
      const { settings } = await accounts.get(member.accountId);
      // Never an address that the request names: whoever asks could have a link to anywhere sent in our name.
      const url = `${serverUrl()}${welcomePathOf(token)}`;
      const letter = { language: languageOf(member), merchant: settings.name, url, hours: linkHours };
      return (await sendNow(member, invitationLetter(letter))).accepted;
    },
  };
}

const enough = `This account has sent ${limits.lettersAtOncePerDay} mails of this kind today, and sends no more before tomorrow (UTC).`;
