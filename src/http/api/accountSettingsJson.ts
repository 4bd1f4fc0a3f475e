/** The settings of an account as Waybell's own API writes them, and the edits of them as they are said. */
import Type from 'typebox';
import { given } from '../../base/given.ts';
import type { AccountSettings, SettingsChanges } from '../../domain/accountSettings.ts';
import { LANGUAGES } from '../../domain/language.ts';
import { limits } from '../../domain/limits.ts';
import { STATUSES } from '../../domain/status.ts';
import { nullable, oneOf } from './fields.ts';

const days = (description: string) =>
  nullable(Type.Integer({ minimum: 1, maximum: limits.retentionDaysMax, description }));

const members = {
  name: nullable(
    Type.String({
      maxLength: limits.merchantNameCharsMax,
      description: 'The merchant, as its customers know it.',
    }),
  ),
  website: nullable(Type.String({ maxLength: limits.urlCharsMax, description: 'An http(s) address.' })),
  color: nullable(
    Type.String({ pattern: '^#[0-9a-fA-F]{6}$', description: 'Of the tracking page, such as `#1d6f42`.' }),
  ),
  language: nullable(
    oneOf(
      LANGUAGES,
      "In which customers are spoken to; null: in the parcel's own language, else as their browser asks.",
    ),
  ),
};

const shows = {
  destination: Type.Boolean({ description: 'The country that the parcel goes to.' }),
  order_number: Type.Boolean(),
  title: Type.Boolean(),
  locations: Type.Boolean({ description: 'The places of checkpoints.' }),
};

const retention = {
  final_trackings_days: days(
    'How long trackings stay of which nothing more is expected; null: as long as the server keeps them.',
  ),
  deliveries_days: days('How long settled deliveries stay; null: as long as the server keeps them.'),
};

const recipients = {
  enabled: Type.Boolean({ description: 'Whether recipients of parcels are written to.' }),
  statuses: Type.Array(oneOf(STATUSES), { maxItems: STATUSES.length, uniqueItems: true }),
  reply_to: nullable(Type.String({ maxLength: limits.fieldCharsMax })),
};

const trackPageEnabled = Type.Boolean({
  description: 'Whether `track_url` leads to a page; off, it says that there is none.',
});

export const SettingsSchema = Type.Object(
  {
    ...members,
    track_page: Type.Object({ enabled: trackPageEnabled, shows: Type.Object(shows) }),
    retention: Type.Object(retention),
    notices: Type.Object({ recipients: Type.Object(recipients) }),
  },
  { description: 'How customers see the account, how long its data stays, who is written to.' },
);

const strict = { additionalProperties: false };

/** All that is left out stays as it is. */
export const SettingsChangesSchema = Type.Partial(
  Type.Object({
    ...members,
    track_page: Type.Partial(
      Type.Object({ enabled: trackPageEnabled, shows: Type.Partial(Type.Object(shows), strict) }),
      strict,
    ),
    retention: Type.Partial(Type.Object(retention), strict),
    notices: Type.Partial(Type.Object({ recipients: Type.Partial(Type.Object(recipients), strict) }), strict),
  }),
  { ...strict, description: 'What is to change of the settings; all else stays as it is.' },
);

export function settingsJson(settings: AccountSettings): Type.Static<typeof SettingsSchema> {
  const { name, website, color, language, trackPage, retention, notices } = settings;
  const { destination, orderNumber, title, locations } = trackPage.shows;
  const { enabled, statuses, replyTo } = notices.recipients;
  return {
    name,
    website,
    color,
    language,
    track_page: {
      enabled: trackPage.enabled,
      shows: { destination, order_number: orderNumber, title, locations },
    },
    retention: {
      final_trackings_days: retention.finalTrackingsDays,
      deliveries_days: retention.deliveriesDays,
    },
    notices: { recipients: { enabled, statuses: [...statuses], reply_to: replyTo } },
  };
}

export function settingsChanges(said: Type.Static<typeof SettingsChangesSchema>): SettingsChanges {
  const { name, website, color, language, track_page, retention, notices } = said;
  return given({
    name: name?.trim() ?? name,
    website: website?.trim() ?? website,
    color: color?.toLowerCase() ?? color,
    language,
    trackPage:
      track_page &&
      given({ enabled: track_page.enabled, shows: track_page.shows && shownChanges(track_page.shows) }),
    retention:
      retention &&
      given({
        finalTrackingsDays: retention.final_trackings_days,
        deliveriesDays: retention.deliveries_days,
      }),
    notices: notices && given({ recipients: notices.recipients && recipientChanges(notices.recipients) }),
  });
}

function shownChanges(said: Partial<Type.Static<Type.TObject<typeof shows>>>) {
  const { destination, order_number: orderNumber, title, locations } = said;
  return given({ destination, orderNumber, title, locations });
}

function recipientChanges(said: Partial<Type.Static<Type.TObject<typeof recipients>>>) {
  const { enabled, statuses, reply_to: replyTo } = said;
  return given({ enabled, statuses, replyTo });
}
