/** A tenant and who may act for it. */
import type { Id } from '../base/id.ts';
import type { AccountSettings } from './accountSettings.ts';

export type AccountId = Id<'acc'>;

export interface Account {
  readonly id: AccountId;
  /** The key of TrackingMore's V2 and V3 signatures; apart from the addresses its members sign in with. */
  readonly signingEmail: string;
  /** The one before, which signs in its place until `previousSigningEmailUntil`; null: there is none. */
  readonly previousSigningEmail: string | null;
  readonly previousSigningEmailUntil: number | null;
  /** The key of V4's `signature` header: one for the account, importable. In clear only inside the process. */
  readonly webhookSecret: string;
  /** Likewise. */
  readonly previousWebhookSecret: string | null;
  readonly previousWebhookSecretUntil: number | null;
  /** IANA name; `created_at` and the like are written in it. */
  readonly timeZone: string;
  readonly settings: AccountSettings;
  /** Of the addresses of its tracking pages: 128 random bits. Another one, and none of those given out leads anywhere. Null: not made yet. */
  readonly trackKey: string | null;
  /** SHA-256 of the logo, in hex; null: there is none. */
  readonly logoHash: string | null;
  readonly suspended: boolean;
  readonly createdAt: number;
}

/** An account of which no key was ever changed. */
export const unchangedKeys = {
  previousSigningEmail: null,
  previousSigningEmailUntil: null,
  previousWebhookSecret: null,
  previousWebhookSecretUntil: null,
} as const;

/** The picture that customers know a merchant by. */
export interface Logo {
  readonly contentType: LogoType;
  /** In base64. */
  readonly data: string;
  readonly createdAt: number;
}

export const LOGO_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type LogoType = (typeof LOGO_TYPES)[number];

/** One of its keys: `previous` signs until then, and `current` from then on. */
export interface SigningKey {
  readonly current: string;
  readonly previous: string | null;
  /** Epoch milliseconds. */
  readonly until: number | null;
}

/** V2, V3 and V4 have room for one signature, so they switch from one key to the next at a stated time. */
export function keyAt({ current, previous, until }: SigningKey, now: number): string {
  return previous !== null && until !== null && now < until ? previous : current;
}

export function emailKey(account: Account): SigningKey {
  const { signingEmail: current, previousSigningEmail: previous, previousSigningEmailUntil: until } = account;
  return { current, previous, until };
}

/** As it is shown to somebody: the signing email is a key, of which who may only read sees which one it is. */
export function seenBy(role: Role, account: Account): Account {
  if (role !== 'read-only') return account;
  const { signingEmail, previousSigningEmail } = account;
  return {
    ...account,
    signingEmail: masked(signingEmail),
    previousSigningEmail: previousSigningEmail && masked(previousSigningEmail),
  };
}

function masked(email: string): string {
  return email.replace(/^(.).*(?=@)/su, '$1***');
}

export function webhookKey(account: Account): SigningKey {
  const {
    webhookSecret: current,
    previousWebhookSecret: previous,
    previousWebhookSecretUntil: until,
  } = account;
  return { current, previous, until };
}

export const ROLES = ['owner', 'member', 'read-only'] as const;
export type Role = (typeof ROLES)[number];

/** An API key as kept: the key itself is shown once; only its SHA-256 stays (it is 190 random bits, so no salt). */
export interface ApiKey {
  readonly id: Id<'key'>;
  readonly accountId: AccountId;
  readonly name: string;
  readonly role: Role;
  readonly hash: string;
  /** The first characters, to recognise it by. */
  readonly hint: string;
  readonly createdAt: number;
  /** Some minutes late at the most; null: not yet, as far as is known. */
  readonly lastUsedAt: number | null;
}

/** Who asks: every request is resolved to one of these before anything else happens. */
export type Principal =
  | { readonly kind: 'member'; readonly account: Account; readonly actor: string; readonly role: Role }
  | { readonly kind: 'operator'; readonly actor: string };
