/**
 * The way of letters: what a delivery means to whom it is for. Who that is, in which language and at which address, is looked up for
 * each attempt, as a webhook's URL is; what is told stands in the stored `data` and the event, and never differs. Whoever wants
 * no letters any more, or is gone, gets none of those that were owed by then either.
 */
import type { Account } from '../domain/account.ts';
import { type AnyEvent, isOperational } from '../domain/event.ts';
import type { Language } from '../domain/language.ts';
import type { Member } from '../domain/member.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { MailTarget, Webhook } from '../domain/webhook.ts';
import { NOT_MAILED, UNWANTED } from '../pipeline/outcome.ts';
import type { MailStore, MemberStore } from '../store/store.ts';
import { chooseLanguage } from '../texts/chooseLanguage.ts';
import type { Post } from '../webhooks/attempt.ts';
import { parcelFacts } from './facts.ts';
import type { LetterContent } from './letter.ts';
import { type Mailing, sentNot } from './mailing.ts';
import { operationalLetter } from './operationalLetter.ts';
import { memberLetter, recipientLetter } from './parcelLetter.ts';
import { addressHash, type Reader, type UnsubscribeTokens } from './unsubscribeTokens.ts';

export interface PostOptions {
  readonly mailing: Mailing;
  readonly store: Pick<MemberStore, 'member'> & Pick<MailStore, 'isMailRefused'>;
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

/** That there is none to be sent, as nobody wants it. */
interface Unwanted {
  readonly unwanted: string;
}

export function makePost(options: PostOptions): Post {
  const { mailing, store, tokens } = options;

  async function toRecipient({ owed, account }: Order): Promise<Addressed | Unwanted> {
    const { event, data } = owed;
    if (isOperational(event)) return { unwanted: 'Recipients are told of parcels alone.' };
    const facts = parcelFacts(data, event);
    const { customerEmail: address } = facts;
    const { settings, id: accountId } = account;
    if (address === null) return { unwanted: 'The address is not kept any more.' };
    const refusal = { accountId, addressHash: addressHash(accountId, address) };
    if (await store.isMailRefused(refusal))
      return { unwanted: 'The recipient wants no mails of this account.' };
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
  ): Promise<Addressed | Unwanted> {
    const { event, data } = owed;
    const member = await store.member(account.id, memberId);
    if (member === null) {
      options.onGone(webhook);
      return { unwanted: 'The member is not of this account any more.' };
    }
    if (paused !== null) return { unwanted: 'The member has put mails off.' };
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

  return {
    async send(order) {
      const { mail } = order.webhook;
      if (mail === null) return sentNot(NOT_MAILED, 'This webhook writes no letters.');
      const found = mail.to === 'member' ? await toMember(order, mail) : await toRecipient(order);
      if ('unwanted' in found) return sentNot(UNWANTED, found.unwanted);
      const { address, reader, fromName, replyTo } = found;
      return mailing.send({ accountId: order.account.id, address }, () => {
        const unsubscribeUrl = `${options.serverUrl()}/unsubscribe/${tokens.make(reader)}`;
        const content = found.compose(unsubscribeUrl);
        return { id: order.owed.delivery.id, fromName, replyTo, unsubscribeUrl, content };
      });
    },
  };
}

/** A member has no browser here to ask for one. */
export function languageOf({ language }: Pick<Member, 'language'>): Language {
  return chooseLanguage(language, null);
}

function kindOf(event: AnyEvent): Extract<Reader, { of: 'member' }>['kind'] {
  return isOperational(event) ? event.kind : 'statuses';
}
