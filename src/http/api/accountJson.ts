/** An account as Waybell's own API writes it, and the edits of one as they are said. */
import Type from 'typebox';
import type { AccountChanges } from '../../accounts/accounts.ts';
import type { Account } from '../../domain/account.ts';
import { limits } from '../../domain/limits.ts';
import { Instant, instantsOf } from './fields.ts';

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

export const AccountSchema = Type.Object({
  id: Type.String(),
  ...accountSettings,
  suspended: Type.Boolean(),
  created_at: Instant,
});

/** What a body may say of an account, whoever asks. */
interface Said {
  readonly signing_email?: string;
  readonly time_zone?: string;
  readonly webhook_secret?: string;
  readonly suspended?: boolean;
}

export function accountChanges(said: Said): AccountChanges {
  const { signing_email, time_zone, webhook_secret, suspended } = said;
  return {
    ...(signing_email === undefined ? {} : { signingEmail: signing_email }),
    ...(time_zone === undefined ? {} : { timeZone: time_zone }),
    ...(webhook_secret === undefined ? {} : { webhookSecret: webhook_secret }),
    ...(suspended === undefined ? {} : { suspended }),
  };
}

export function accountJson(account: Account): Type.Static<typeof AccountSchema> {
  return {
    id: account.id,
    signing_email: account.signingEmail,
    time_zone: account.timeZone,
    suspended: account.suspended,
    created_at: instantsOf(account)(account.createdAt),
  };
}
