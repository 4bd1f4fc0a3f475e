/**
 * What every letter goes through before it leaves, whoever writes it: whether this server sends mail, whether the address can be
 * written to, and how many letters it has had today of that account. There is one count, for what queues send and for what is
 * sent at once. A letter that the mail server did not take is none of them: tried again, it is one letter, however often.
 */
import type { Clock } from '../base/clock.ts';
import type { AccountId } from '../domain/account.ts';
import { type Exchange, unsentExchange } from '../domain/attempt.ts';
import { isEmail, maskedEmail } from '../domain/email.ts';
import { limits } from '../domain/limits.ts';
import type { Letter, MailDoor } from '../outbound/mail.ts';
import { judge, NOT_MAILED, type UNWANTED } from '../pipeline/outcome.ts';
import type { Sent } from '../webhooks/attempt.ts';
import { makeDailyCount } from './dailyCount.ts';
import { type LetterContent, letterHtml, letterText } from './letter.ts';
import { addressHash } from './unsubscribeTokens.ts';

export interface Mailing {
  /** Whether this server can send mail. */
  readonly sendsMail: boolean;
  /** @param compose asked only for a letter that leaves */
  send(to: Addressee, compose: () => Composed): Promise<Sent>;
}

interface Addressee {
  readonly accountId: AccountId;
  readonly address: string;
}

export interface Composed extends Pick<Letter, 'id' | 'fromName' | 'replyTo' | 'unsubscribeUrl'> {
  readonly content: LetterContent;
}

export interface MailingOptions {
  /** Null: this server sends no mail. */
  readonly door: MailDoor | null;
  readonly clock: Pick<Clock, 'now'>;
}

export function makeMailing({ door, clock }: MailingOptions): Mailing {
  const count = makeDailyCount({ clock, most: limits.lettersPerAddressPerDay });
  return {
    sendsMail: door !== null,
    async send({ accountId, address: to }, compose) {
      if (door === null) return sentNot(NOT_MAILED, noDoor);
      if (!isEmail(to)) return sentNot(NOT_MAILED, 'The address cannot be written to.');
      const url = `mailto:${maskedEmail(to)}`;
      const counted = addressHash(accountId, to);
      if (!count.take(counted)) return { ...sentNot(NOT_MAILED, enough), url };
      const { content, ...composed } = compose();
      const { subject, language } = content;
      const letter = {
        ...composed,
        to,
        subject,
        language,
        text: letterText(content),
        html: letterHtml(content),
      };
      const headers = {
        'message-id': door.messageId(letter),
        subject,
        'content-language': language,
        'auto-submitted': 'auto-generated',
      };
      const exchange = await door.send(letter);
      if (!isTaken(exchange)) count.giveBack(counted);
      return { url, headers, exchange };
    },
  };
}

/** Whether the mail server has the letter now. */
function isTaken(exchange: Exchange): boolean {
  return judge(exchange, 'smtp').verdict === 'accepted';
}

/** What becomes of a letter that is not even tried. Whose address it is stands in no log of attempts. */
export function sentNot(code: typeof UNWANTED | typeof NOT_MAILED, reason: string): Sent {
  return { url: 'mailto:', headers: {}, exchange: unsentExchange(code, reason, true) };
}

const noDoor =
  'This server sends no mail: it was started without --smtp. Once that is set, what was parked can be recovered.';
const enough = `This address has had ${limits.lettersPerAddressPerDay} mails of this account today, and gets no more before tomorrow (UTC).`;
