/** An account as Waybell's own API writes it, and the edits of one as they are said. */
import Type from 'typebox';
import type { AccountChanges } from '../../accounts/changedAccount.ts';
import { logoPathOf } from '../../accounts/trackLinks.ts';
import { given } from '../../base/given.ts';
import type { Account } from '../../domain/account.ts';
import { AppError, problem } from '../../domain/error.ts';
import { limits } from '../../domain/limits.ts';
import {
  type SettingsChangesSchema,
  SettingsSchema,
  settingsChanges,
  settingsJson,
} from './accountSettingsJson.ts';
import { Instant, instantsOf, nullable, overlapSeconds } from './fields.ts';

export const accountSettings = {
  signing_email: Type.String({
    maxLength: limits.fieldCharsMax,
    description: "The key of TrackingMore's V2 and V3 signatures. Several accounts may have the same.",
  }),
  time_zone: Type.String({ description: 'IANA name; `created_at` and the like are written in it.' }),
};

export const accountSecret = {
  webhook_secret: Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{16,200}$',
      description:
        "The key of V4's `signature`, to bring one along; 16 to 200 printable characters. Never shown again.",
    }),
  ),
};

/** With an edit of one of the two keys. */
export const accountOverlap = {
  overlap_seconds: overlapSeconds(
    'How long what signed before a changed `signing_email` or `webhook_secret` goes on signing; at once if not given.',
  ),
};

export const AccountSchema = Type.Object({
  id: Type.String(),
  ...accountSettings,
  previous_signing_email: nullable(Type.String({ description: 'Signs until then in place of the new one.' })),
  previous_signing_email_until: nullable(Instant),
  previous_webhook_secret_until: nullable(Instant),
  settings: SettingsSchema,
  logo_path: nullable(Type.String({ description: 'Where the logo is, from the address of the server on.' })),
  suspended: Type.Boolean(),
  created_at: Instant,
});

/** What a body may say of an account, whoever asks. */
interface Said {
  readonly signing_email?: string;
  readonly time_zone?: string;
  readonly webhook_secret?: string;
  readonly suspended?: boolean;
  readonly settings?: Type.Static<typeof SettingsChangesSchema>;
  readonly overlap_seconds?: number;
}

/** @throws AppError `body_invalid` where an overlap is of no key */
export function accountChanges(said: Said): AccountChanges {
  const { signing_email, time_zone, webhook_secret, suspended, overlap_seconds, settings } = said;
  if (overlap_seconds !== undefined && signing_email === undefined && webhook_secret === undefined)
    throw new AppError(problem('body_invalid', overlapOfNothing, '/overlap_seconds'));
  return given({
    signingEmail: signing_email,
    timeZone: time_zone,
    webhookSecret: webhook_secret,
    settings: settings && settingsChanges(settings),
    suspended,
    overlapSeconds: overlap_seconds,
  });
}

const overlapOfNothing =
  'An overlap is of a key that changes. Send `signing_email` or `webhook_secret` with it, or leave it out.';

export function accountJson(account: Account): Type.Static<typeof AccountSchema> {
  const instant = instantsOf(account);
  return {
    id: account.id,
    signing_email: account.signingEmail,
    time_zone: account.timeZone,
    previous_signing_email: account.previousSigningEmail,
    previous_signing_email_until: instant(account.previousSigningEmailUntil),
    previous_webhook_secret_until: instant(account.previousWebhookSecretUntil),
    settings: settingsJson(account.settings),
    logo_path: logoPathOf(account),
    suspended: account.suspended,
    created_at: instant(account.createdAt),
  };
}
