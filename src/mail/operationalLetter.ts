/** Letters to members about the sending itself. All of it comes from the event. */
import type { Language } from '../domain/language.ts';
import type { OperationalEvent } from '../domain/operationalEvent.ts';
import { textsIn } from '../texts/texts.ts';
import type { LetterContent } from './letter.ts';
import { known } from './parcelLetter.ts';

export interface OperationalLetter {
  readonly event: OperationalEvent;
  readonly language: Language;
  /** IANA name of the account's zone, in which times are written. */
  readonly timeZone: string;
  /** Where the console is. */
  readonly consoleUrl: string;
  readonly unsubscribeUrl: string;
}

export function operationalLetter(asked: OperationalLetter): LetterContent {
  const { event, language, consoleUrl, unsubscribeUrl } = asked;
  const say = textsIn(language);
  const { webhook } = event;
  const name = webhook.description === '' ? webhook.url : webhook.description;
  return {
    language,
    subject: subjectOf(event, name, say),
    sender: null,
    heading: say(`mail.operational.${keyOf[event.kind]}.heading`),
    paragraphs: [say(`mail.operational.${keyOf[event.kind]}.about`)],
    facts: factsOf(asked, name),
    action:
      event.kind === 'delivery.parked'
        ? {
            label: say('mail.operational.openDelivery'),
            url: `${consoleUrl}/deliveries/${event.delivery.id}`,
          }
        : { label: say('mail.operational.openWebhook'), url: `${consoleUrl}/webhooks/${webhook.id}` },
    reason: say('mail.member.why'),
    unsubscribe: { label: say('mail.unsubscribe'), url: unsubscribeUrl },
    color: null,
  };
}

const keyOf = {
  'webhook.failing': 'failing',
  'webhook.recovered': 'recovered',
  'webhook.disabled': 'disabled',
  'delivery.parked': 'parked',
} as const;

function subjectOf(event: OperationalEvent, webhook: string, say: ReturnType<typeof textsIn>): string {
  if (event.kind === 'delivery.parked')
    return say('mail.operational.parked.subject', { number: event.delivery.number });
  return say(`mail.operational.${keyOf[event.kind]}.subject`, { webhook });
}

function factsOf({ event, language, timeZone }: OperationalLetter, webhook: string): LetterContent['facts'] {
  const say = textsIn(language);
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long', timeZone });
  const time = (at: number | null): string | null => (at === null ? null : format.format(at));
  const of: readonly [string, string] = [say('mail.operational.webhook'), webhook];
  const url: readonly [string, string | null] = [
    say('mail.operational.url'),
    event.webhook.url === webhook ? null : event.webhook.url,
  ];
  switch (event.kind) {
    case 'webhook.failing':
      return known([
        of,
        url,
        [say('mail.operational.since'), time(event.failingSince)],
        [say('mail.operational.reason'), event.reason],
      ]);
    case 'webhook.recovered':
      return known([
        of,
        url,
        [say('mail.operational.failedSince'), time(event.failingSince)],
        [say('mail.operational.recoveredAt'), time(event.createdAt)],
      ]);
    case 'webhook.disabled':
      return known([
        of,
        url,
        [say('mail.operational.reason'), event.reason],
        [say('mail.operational.disabledAt'), time(event.createdAt)],
        [
          say('mail.operational.parkedDeliveries'),
          event.parked === 0 ? null : event.parked.toLocaleString(language),
        ],
      ]);
    case 'delivery.parked':
      return known([
        of,
        url,
        [say('track.number'), event.delivery.number],
        [say('mail.operational.attempts'), event.delivery.attempts.toLocaleString(language)],
        [say('mail.operational.reason'), event.delivery.reason],
        [say('mail.operational.parkedAt'), time(event.createdAt)],
      ]);
  }
}
