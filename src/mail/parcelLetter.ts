/** Letters about a parcel: one to whom it is for, and one to a member of the merchant's, who is told a little more. */
import type { AccountSettings } from '../domain/accountSettings.ts';
import type { Language } from '../domain/language.ts';
import type { State } from '../domain/status.ts';
import { headlineOf } from '../texts/headline.ts';
import { textsIn } from '../texts/texts.ts';
import type { LatestNews, ParcelFacts } from './facts.ts';
import type { Fact, LetterContent } from './letter.ts';

export interface ParcelLetter {
  readonly facts: ParcelFacts;
  readonly state: State;
  readonly language: Language;
  readonly settings: AccountSettings;
  /** Where to look at the parcel; null: there is no such page. */
  readonly url: string | null;
  readonly unsubscribeUrl: string;
}

/** What the tracking page does not show is not written either. */
export function recipientLetter(asked: ParcelLetter): LetterContent {
  const { facts, state, language, settings, url, unsubscribeUrl } = asked;
  const { shows } = settings.trackPage;
  const { name: merchant } = settings;
  const say = textsIn(language);
  const status = say(`status.title.${headlineOf(state)}`);
  const latest = facts.latest && {
    ...facts.latest,
    location: shows.locations ? facts.latest.location : null,
  };
  return {
    language,
    subject:
      merchant === null
        ? say('mail.parcel.subject', { number: facts.number, status })
        : say('mail.parcel.subjectOf', { number: facts.number, status, merchant }),
    sender: merchant,
    heading: status,
    paragraphs: [say(`status.about.${state.substatus}`)],
    facts: known([
      [say('track.number'), facts.number],
      [say('track.courier'), facts.courier],
      [say('track.contents'), shows.title ? facts.title : null],
      [say('track.orderNumber'), shows.orderNumber ? (facts.orderNumber ?? facts.orderId) : null],
      [say('track.latest'), latestNews(latest, language)],
    ]),
    action: url === null ? null : { label: say('mail.parcel.follow'), url },
    reason: merchant === null ? say('mail.parcel.why') : say('mail.parcel.whyOf', { merchant }),
    unsubscribe: { label: say('mail.unsubscribe'), url: unsubscribeUrl },
    color: settings.color,
  };
}

export function memberLetter(asked: ParcelLetter): LetterContent {
  const { facts, state, language, url, unsubscribeUrl } = asked;
  const say = textsIn(language);
  const status = say(`status.title.${headlineOf(state)}`);
  return {
    language,
    subject: say('mail.parcel.subject', { number: facts.number, status }),
    sender: null,
    heading: status,
    paragraphs: [],
    facts: known([
      [say('track.number'), facts.number],
      [say('track.courier'), facts.courier],
      [say('track.contents'), facts.title],
      [say('track.orderNumber'), facts.orderNumber ?? facts.orderId],
      [say('mail.parcel.customer'), facts.customerName],
      [say('track.latest'), latestNews(facts.latest, language)],
    ]),
    action: url === null ? null : { label: say('mail.parcel.open'), url },
    reason: say('mail.member.why'),
    unsubscribe: { label: say('mail.unsubscribe'), url: unsubscribeUrl },
    color: null,
  };
}

export function known(facts: readonly (readonly [label: string, value: string | null])[]): readonly Fact[] {
  return facts.flatMap(([label, value]) => (value === null || value === '' ? [] : [{ label, value }]));
}

/** The courier's words as they came, with the wall time that it reported. */
function latestNews(latest: LatestNews | null, language: Language): string | null {
  if (latest === null) return null;
  const { description, location, time } = latest;
  return [description, location, time && wallTime(time, language)].filter((part) => part).join(' · ');
}

/** Never converted: it is the time at the place. What is no time is shown as it is. */
function wallTime(time: string, language: Language): string {
  const at = Date.parse(time.length === 10 ? `${time}T00:00Z` : `${time}Z`);
  if (Number.isNaN(at)) return time;
  const style = time.length === 10 ? {} : ({ timeStyle: 'short' } as const);
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', ...style, timeZone: 'UTC' }).format(at);
}
