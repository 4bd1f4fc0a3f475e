/**
 * What a merchant decides of an account beside its keys: how its customers see it, how long its data stays, who is written
 * to. Every member has a value, of which the defaults stand here and nowhere else. What is kept is JSON of this shape:
 * members may be missing, since a later release added them, and those of the release after this one are carried along.
 * A value that a setting cannot have is an error, since nothing but Waybell writes there.
 */
import { isEmail } from './email.ts';
import { isLanguage, type Language } from './language.ts';
import { limits } from './limits.ts';
import { isStatus, type Status } from './status.ts';

export interface AccountSettings {
  /** The merchant, as customers know it; null: it is not named. */
  readonly name: string | null;
  /** An http(s) address. */
  readonly website: string | null;
  /** `#rrggbb`, in small letters. */
  readonly color: string | null;
  /** In which customers are spoken to; null: as their browser asks. */
  readonly language: Language | null;
  readonly trackPage: {
    readonly enabled: boolean;
    /** What the page tells beside the number, the courier, the status and the checkpoints. */
    readonly shows: {
      readonly destination: boolean;
      readonly orderNumber: boolean;
      readonly title: boolean;
      /** Of checkpoints. */
      readonly locations: boolean;
    };
  };
  /** In days; null: as long as the server keeps them. */
  readonly retention: {
    readonly finalTrackingsDays: number | null;
    readonly deliveriesDays: number | null;
  };
  readonly notices: {
    /** Mail to those for whom parcels are. */
    readonly recipients: {
      readonly enabled: boolean;
      readonly statuses: readonly Status[];
      readonly replyTo: string | null;
    };
  };
}

export const defaultSettings: AccountSettings = {
  name: null,
  website: null,
  color: null,
  language: null,
  trackPage: {
    enabled: true,
    shows: { destination: true, orderNumber: false, title: false, locations: true },
  },
  retention: { finalTrackingsDays: null, deliveriesDays: null },
  notices: { recipients: { enabled: false, statuses: ['pickup', 'delivered', 'exception'], replyTo: null } },
};

/** What an edit says: members that are left out stay as they are; a list is replaced as a whole. */
export type SettingsChanges = Partial<Pick<AccountSettings, 'name' | 'website' | 'color' | 'language'>> & {
  readonly trackPage?: Partial<Pick<AccountSettings['trackPage'], 'enabled'>> & {
    readonly shows?: Partial<AccountSettings['trackPage']['shows']>;
  };
  readonly retention?: Partial<AccountSettings['retention']>;
  readonly notices?: { readonly recipients?: Partial<AccountSettings['notices']['recipients']> };
};

export function changedSettings(before: AccountSettings, changes: SettingsChanges): AccountSettings {
  return merged(before, changes) as AccountSettings;
}

/** @throws Error naming the setting whose value it cannot have */
export function readSettings(text: string): AccountSettings {
  const settings = merged(defaultSettings, JSON.parse(text)) as AccountSettings;
  const wrong = wrongSetting(settings);
  if (wrong !== null) throw new Error(`The settings of an account are not valid at ${wrong.where}.`);
  return settings;
}

/** What is stored. */
export function writtenSettings(settings: AccountSettings): string {
  return JSON.stringify(settings);
}

/** A setting whose value it cannot have: a JSON pointer in the API's spelling, and what to send; null: all are fine. */
export function wrongSetting(settings: AccountSettings): { where: string; wanted: string } | null {
  const { name, website, color, language, trackPage, retention } = settings;
  const { recipients } = settings.notices;
  const checks: readonly (readonly [where: string, fits: boolean, wanted: string])[] = [
    ['/name', name === null || isName(name), 'Send a name of one line, or null.'],
    [
      '/website',
      website === null || isWebsite(website),
      'Send an http(s) address without a password, or null.',
    ],
    ['/color', color === null || isColor(color), 'Send a colour such as #1d6f42, or null.'],
    ['/language', language === null || isLanguage(language), 'Send one of the languages, or null.'],
    ['/track_page/enabled', typeof trackPage.enabled === 'boolean', 'Send true or false.'],
    [
      '/track_page/shows',
      Object.values(trackPage.shows).every((shown) => typeof shown === 'boolean'),
      'Send true or false for each.',
    ],
    ['/retention/final_trackings_days', isDays(retention.finalTrackingsDays), wantedDays],
    ['/retention/deliveries_days', isDays(retention.deliveriesDays), wantedDays],
    ['/notices/recipients/enabled', typeof recipients.enabled === 'boolean', 'Send true or false.'],
    ['/notices/recipients/statuses', areStatuses(recipients.statuses), 'Send a list of statuses.'],
    [
      '/notices/recipients/reply_to',
      recipients.replyTo === null ||
        (isText(recipients.replyTo, limits.fieldCharsMax) && isEmail(recipients.replyTo)),
      'Send an email address, or null.',
    ],
  ];
  const wrong = checks.find(([, fits]) => !fits);
  return wrong === undefined ? null : { where: wrong[0], wanted: wrong[2] };
}

const wantedDays = `Send 1 to ${limits.retentionDaysMax} days, or null.`;

/** Of a member that both have, the later value; objects within are merged likewise. */
function merged(before: unknown, later: unknown): unknown {
  if (later === undefined) return before;
  if (!isObject(before)) return later;
  if (!isObject(later)) throw new Error('The settings of an account are not what they should be.');
  const members = Object.entries(before).map(([member, value]) => [member, merged(value, later[member])]);
  return { ...later, ...Object.fromEntries(members) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(text: unknown): boolean {
  return isText(text, limits.merchantNameCharsMax) && text.trim() !== '' && !/\p{Cc}/u.test(text);
}

function isWebsite(text: unknown): boolean {
  if (!isText(text, limits.urlCharsMax) || !URL.canParse(text)) return false;
  // The parser drops some of these: what is kept would not be what is meant.
  if (/[\s\p{Cc}]/u.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

function isColor(text: unknown): boolean {
  return typeof text === 'string' && /^#[0-9a-f]{6}$/.test(text);
}

function isDays(days: unknown): boolean {
  return (
    days === null || (Number.isInteger(days) && Number(days) >= 1 && Number(days) <= limits.retentionDaysMax)
  );
}

function areStatuses(statuses: unknown): boolean {
  return Array.isArray(statuses) && statuses.every((one) => isStatus(String(one)));
}

function isText(text: unknown, charsMax: number): text is string {
  return typeof text === 'string' && text.length <= charsMax;
}
