/**
 * What a tracking page tells of a parcel, in words of the customer's language: a value without markup. Here it is decided
 * what is told at all: never who the customer is, and only those of the merchant's own facts that its settings let through.
 * Couriers' texts and their wall times stay as they came.
 */
import type { Account } from '../../domain/account.ts';
import type { Checkpoint, Side } from '../../domain/checkpoint.ts';
import type { Courier } from '../../domain/courier.ts';
import { directionOf, type Language } from '../../domain/language.ts';
import { limits } from '../../domain/limits.ts';
import { isHandedOver, type Tracking } from '../../domain/tracking.ts';
import { headlineOf } from '../../texts/headline.ts';
import { textsIn } from '../../texts/texts.ts';
import { transitDays } from '../../wire/rendering.ts';
import { progressOf, type Step } from './progress.ts';

export interface TrackView {
  readonly language: Language;
  readonly direction: 'ltr' | 'rtl';
  readonly merchant: Merchant;
  readonly title: string;
  readonly number: string;
  readonly headline: string;
  readonly about: string;
  readonly isProblem: boolean;
  readonly steps: readonly (Step & { readonly label: string; readonly told: string })[];
  readonly latest: Entry | null;
  readonly facts: readonly Fact[];
  readonly days: readonly Day[];
  readonly entries: number;
  readonly leftOut: number;
  /** Whether entries say whose they are. */
  readonly hasTwoCouriers: boolean;
}

export interface Merchant {
  readonly name: string | null;
  readonly website: string | null;
  readonly color: string | null;
  /** Relative to the page. */
  readonly logo: string | null;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly link: string | null;
  /** Whether it is of somebody's own language, and not of ours. */
  readonly isForeign: boolean;
}

export interface Day {
  readonly title: string;
  readonly entries: readonly Entry[];
}

export interface Entry {
  /** As reported, for machines. */
  readonly wall: string;
  readonly day: string;
  /** Null where none was reported. */
  readonly time: string | null;
  readonly text: string;
  readonly place: string | null;
  readonly courier: string | null;
}

export interface TrackSource {
  readonly account: Account;
  readonly tracking: Tracking;
  readonly language: Language;
  readonly logo: string | null;
  courierOf(code: string): Courier | null;
}

export function trackViewOf(source: TrackSource): TrackView {
  const { account, tracking, language } = source;
  const say = textsIn(language);
  const { name } = account.settings;
  const number = tracking.rawNumber;
  const holding = tracking.checkpoints.filter(({ replacedIn }) => replacedIn === null);
  const shown = holding.slice(0, limits.checkpointsOnTrackPageMax);
  const entryOf = makeEntries(source);
  const latest = holding.find(({ ahead }) => !ahead) ?? null;
  const steps = progressOf(tracking.state, holding);
  return {
    language,
    direction: directionOf(language),
    merchant: merchantOf(account, source.logo),
    title: name === null ? say('track.title', { number }) : say('track.titleOf', { number, merchant: name }),
    number,
    headline: say(`status.title.${headlineOf(tracking.state)}`),
    about: say(`status.about.${tracking.state.substatus}`),
    isProblem: steps.some(({ isProblem }) => isProblem),
    steps: steps.map((step) => {
      const label = say(`track.steps.${step.name}`);
      return { ...step, label, told: say(toldOf[step.at], { step: label }) };
    }),
    latest: latest && entryOf(latest),
    facts: factsOf(source, holding),
    days: daysOf(shown).map(([day, checkpoints]) => ({
      title: formatDay(day, language),
      entries: checkpoints.map(entryOf),
    })),
    entries: holding.length,
    leftOut: holding.length - shown.length,
    hasTwoCouriers: isHandedOver(tracking),
  };
}

const toldOf = { done: 'track.stepDone', now: 'track.stepNow', open: 'track.stepOpen' } as const;

function merchantOf({ settings }: Account, logo: string | null): Merchant {
  const { name, website, color } = settings;
  return { name, website, color, logo };
}

function factsOf(source: TrackSource, holding: readonly Checkpoint[]): readonly Fact[] {
  const { account, tracking, language } = source;
  const { shows } = account.settings.trackPage;
  const { fields } = tracking;
  const say = textsIn(language);
  const courierFact = (name: string, code: string): Fact => {
    const courier = source.courierOf(code);
    const link = courier?.homepage ?? null;
    return { name, value: courier?.name ?? code, link, isForeign: true };
  };
  const fact = (name: string, value: string | null, isForeign: boolean): readonly Fact[] =>
    value === null || value.trim() === '' ? [] : [{ name, value, link: null, isForeign }];
  const days = transitDays(holding);
  const { courierCode: code, destinationCourierCode: destination } = tracking;
  return [
    code === null
      ? { name: say('track.courier'), value: say('track.courierUnknown'), link: null, isForeign: false }
      : courierFact(say('track.courier'), code),
    ...(destination !== null && isHandedOver(tracking)
      ? [courierFact(say('track.courierThen'), destination)]
      : []),
    ...(shows.destination
      ? fact(say('track.destination'), countryName(fields.destinationCountry, language), false)
      : []),
    ...(days > 0 ? fact(say('track.underWay'), say('track.days', { count: days }), false) : []),
    ...(shows.orderNumber ? fact(say('track.orderNumber'), fields.orderNumber ?? fields.orderId, true) : []),
    ...(shows.title ? fact(say('track.contents'), fields.title, true) : []),
  ];
}

/** Each reported day once, newest first; within it in the order in which things happened. */
function daysOf(checkpoints: readonly Checkpoint[]): readonly (readonly [string, readonly Checkpoint[]])[] {
  return [...Map.groupBy(checkpoints, ({ wall }) => wall.slice(0, 10))].toSorted(([one], [other]) =>
    one < other ? 1 : -1,
  );
}

function makeEntries({ account, tracking, language, courierOf }: TrackSource) {
  const { locations } = account.settings.trackPage.shows;
  const nameOf = (side: Side): string | null => {
    const code = side === 'origin' ? tracking.courierCode : tracking.destinationCourierCode;
    return code === null ? null : (courierOf(code)?.name ?? code);
  };
  return ({ wall, description, location, side }: Checkpoint): Entry => ({
    wall: wall.replace(' ', 'T'),
    day: formatDay(wall.slice(0, 10), language),
    time: wall.length > 10 ? formatTime(wall, language) : null,
    text: description,
    place: locations ? location : null,
    courier: nameOf(side),
  });
}

/** @param day `YYYY-MM-DD`, as reported: it is of no zone, and none is applied */
function formatDay(day: string, language: Language): string {
  return dayFormats(language).format(new Date(`${day}T00:00:00Z`));
}

function formatTime(wall: string, language: Language): string {
  return timeFormats(language).format(new Date(`${wall.slice(0, 16).replace(' ', 'T')}:00Z`));
}

const dayFormats = formats({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const timeFormats = formats({ hour: 'numeric', minute: '2-digit' });

/** To make one takes far longer than to use it. */
function formats(options: Intl.DateTimeFormatOptions): (language: Language) => Intl.DateTimeFormat {
  const made = new Map<Language, Intl.DateTimeFormat>();
  return (language) => {
    const known = made.get(language) ?? new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
    made.set(language, known);
    return known;
  };
}

function countryName(code: string | null, language: Language): string | null {
  if (code === null || !/^[A-Z]{2}$/.test(code)) return null;
  return new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? null;
}
