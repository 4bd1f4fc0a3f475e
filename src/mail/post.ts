/**
 * The way of letters: what a delivery means to whom it is for. Who that is, in which language and at which address, is looked up for
 * each attempt, as a webhook's URL is; what is told stands in the stored `data` and the event, and never differs. Whoever wants
 * no letters any more, or is gone, gets none of those that were owed by then either.
 *
 * One address may have so many letters a day, and no more.
 */
import type { Clock } from '../base/clock.ts';
import type { Account } from '../domain/account.ts';
import type { Exchange } from '../domain/attempt.ts';
import { isEmail, maskedEmail } from '../domain/email.ts';
import { type AnyEvent, isOperational } from '../domain/event.ts';
import type { Language } from '../domain/language.ts';
import { limits } from '../domain/limits.ts';
import type { Member } from '../domain/member.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { MailTarget, Webhook } from '../domain/webhook.ts';
import type { Letter, MailDoor } from '../outbound/mail.ts';
import { NOT_MAILED, UNWANTED } from '../pipeline/outcome.ts';
import type { MailStore, MemberStore } from '../store/store.ts';
import { chooseLanguage } from '../texts/chooseLanguage.ts';
import type { Post, Sent } from '../webhooks/attempt.ts';
import { makeDailyCount } from './dailyCount.ts';
import { parcelFacts } from './facts.ts';
import { type LetterContent, letterHtml, letterText } from './letter.ts';
import { operationalLetter } from './operationalLetter.ts';
import { memberLetter, recipientLetter } from './parcelLetter.ts';
import { addressHash, type Reader, type UnsubscribeTokens } from './unsubscribing.ts';

export interface PostOptions {
  /** Null: this server sends no mail. */
  readonly door: MailDoor | null;
  readonly store: Pick<MemberStore, 'member'> & Pick<MailStore, 'isMailRefused'>;
  readonly clock: Clock;
  readonly tokens: UnsubscribeTokens;
  /** Where this server is reached, without a slash at the end. */
  serverUrl(): string;
  /** The page on which customers follow a parcel; null: it is not shown. */
  trackUrl(account: Account, trackingId: Tracking['id']): string | null;
  /** A member is gone to whom letters are still owed. */
  onGone(webhook: Webhook): void;
}

type Order = Parameters<Post['send']>[0];

/** Who reads a letter, and what is in it. */
interface Addressed {
  readonly address: string;
  readonly reader: Reader;
  readonly fromName: string | null;
  readonly replyTo: string | null;
  compose(unsubscribeUrl: string): LetterContent;
}

/** That there is none to be sent, and why. */
interface Unsent {
  readonly code: typeof UNWANTED | typeof NOT_MAILED;
  readonly reason: string;
}

export function makePost(options: PostOptions): Post {
  const { door, store, tokens } = options;
  const count = makeDailyCount({ clock: options.clock, most: limits.lettersPerAddressPerDay });

  async function toRecipient({ owed, account }: Order): Promise<Addressed | Unsent> {
    const { event, data } = owed;
    if (isOperational(event)) return unwanted('Recipients are told of parcels alone.');
    const facts = parcelFacts(data, event);
    const { customerEmail: address } = facts;
    const { settings, id: accountId } = account;
    if (address === null) return unwanted('The address is not kept any more.');
    const refusal = { accountId, addressHash: addressHash(accountId, address) };
    if (await store.isMailRefused(refusal)) return unwanted('The recipient wants no mails of this account.');
    const language = chooseLanguage(settings.language, event.fields.language);
    const url = options.trackUrl(account, event.trackingId);
    return {
      address,
      reader: { of: 'recipient', ...refusal },
      fromName: settings.name,
      replyTo: settings.notices.recipients.replyTo,
      compose: (unsubscribeUrl) =>
        recipientLetter({ facts, state: event.to, language, settings, url, unsubscribeUrl }),
    };
  }

  async function toMember(
    { owed, webhook, account }: Order,
    { memberId, paused }: Extract<MailTarget, { to: 'member' }>,
  ): Promise<Addressed | Unsent> {
    const { event, data } = owed;
    const member = await store.member(account.id, memberId);
    if (member === null) {
      options.onGone(webhook);
      return unwanted('The member is not of this account any more.');
    }
    if (paused !== null) return unwanted('The member has put mails off.');
    const language = languageOf(member);
    const { settings, timeZone } = account;
    return {
      address: member.email,
      reader: { of: 'member', accountId: account.id, memberId, kind: kindOf(event) },
      fromName: null,
      replyTo: null,
      compose(unsubscribeUrl) {
        const consoleUrl = options.serverUrl();
        if (isOperational(event))
          return operationalLetter({ event, language, timeZone, consoleUrl, unsubscribeUrl });
        const facts = parcelFacts(data, event);
        const url = `${consoleUrl}/shipments/${facts.trackingId}`;
        return memberLetter({ facts, state: event.to, language, settings, url, unsubscribeUrl });
      },
    };
  }

  async function addressed(order: Order, mail: MailTarget): Promise<Addressed | Unsent> {
    const found = mail.to === 'recipient' ? await toRecipient(order) : await toMember(order, mail);
    if ('code' in found) return found;
    if (!isEmail(found.address)) return { code: NOT_MAILED, reason: 'The address cannot be written to.' };
    return found;
  }

  return {
    async send(order) {
      const { mail } = order.webhook;
      if (mail === null || door === null) return sentNot({ code: NOT_MAILED, reason: noDoor }, null);
      const found = await addressed(order, mail);
      if ('code' in found) return sentNot(found, null);
      const { address, reader, fromName, replyTo } = found;
      const counted = addressHash(order.account.id, address);
      if (!count.take(counted)) return sentNot({ code: NOT_MAILED, reason: enough }, address);
      const unsubscribeUrl = `${options.serverUrl()}/unsubscribe/${tokens.make(reader)}`;
      const content = found.compose(unsubscribeUrl);
      const letter = letterOf(content, {
        ...{ to: address, fromName, replyTo, unsubscribeUrl },
        id: order.owed.delivery.id,
      });
      const headers = {
        'message-id': door.messageId(letter),
        subject: letter.subject,
        'content-language': letter.language,
        'auto-submitted': 'auto-generated',
      };
      const exchange = await door.send(letter);
      // What is tried again because the mail server was away is one letter, however often.
      if (exchange.kind === 'failure' || exchange.status >= 300) count.giveBack(counted);
      return { url: urlOf(address), headers, exchange };
    },
  };
}

/** A letter as it is sent. */
export function letterOf(
  content: LetterContent,
  to: Pick<Letter, 'to' | 'id' | 'fromName' | 'replyTo' | 'unsubscribeUrl'>,
): Letter {
  return {
    ...to,
    subject: content.subject,
    text: letterText(content),
    html: letterHtml(content),
    language: content.language,
  };
}

/** A member has no browser here to ask for one. */
export function languageOf({ language }: Pick<Member, 'language'>): Language {
  return chooseLanguage(language, null);
}

/** Whose address it is stands in no log of attempts. */
function urlOf(address: string | null): string {
  return address === null ? 'mailto:' : `mailto:${maskedEmail(address)}`;
}

function kindOf(event: AnyEvent): Extract<Reader, { of: 'member' }>['kind'] {
  return isOperational(event) ? event.kind : 'statuses';
}

function unwanted(reason: string): Unsent {
  return { code: UNWANTED, reason };
}

const noDoor =
  'This server sends no mail: it was started without --smtp. Set it, and recover what is parked.';
const enough = `This address has had ${limits.lettersPerAddressPerDay} mails of this account today, and gets no more before tomorrow (UTC).`;

function sentNot({ code, reason }: Unsent, address: string | null): Sent {
  const timings = { dnsMs: null, connectMs: null, firstByteMs: null, totalMs: 0 };
  const exchange: Exchange = {
    ...{ kind: 'failure', phase: 'before', code, reason, ours: true, address: null, timings },
  };
  return { url: urlOf(address), headers: {}, exchange };
}
