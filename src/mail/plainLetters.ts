/** Letters that come once and from nobody's queue: an invitation, and one that shows that letters arrive. */
import type { Language } from '../domain/language.ts';
import { textsIn } from '../texts/texts.ts';
import type { LetterContent } from './letter.ts';

const plain = { facts: [], reason: null, unsubscribe: null, color: null } as const;

export function invitationLetter(asked: {
  readonly language: Language;
  /** The merchant; null: it is not named. */
  readonly merchant: string | null;
  readonly url: string;
  readonly hours: number;
}): LetterContent {
  const { language, merchant, url, hours } = asked;
  const say = textsIn(language);
  const heading =
    merchant === null ? say('mail.invitation.heading') : say('mail.invitation.headingOf', { merchant });
  return {
    ...plain,
    language,
    subject: heading,
    sender: merchant,
    heading,
    paragraphs: [say('mail.invitation.about', { count: hours }), say('mail.invitation.unexpected')],
    action: { label: say('mail.invitation.open'), url },
  };
}

export function testLetter(asked: { readonly language: Language; readonly url: string }): LetterContent {
  const { language, url } = asked;
  const say = textsIn(language);
  return {
    ...plain,
    language,
    subject: say('mail.test.subject'),
    sender: null,
    heading: say('mail.test.heading'),
    paragraphs: [say('mail.test.about')],
    action: { label: say('mail.test.open'), url },
  };
}
