/** A tenant and who may act for it. */
import type { Id } from '../base/id.ts';

export interface Account {
  readonly id: Id<'acc'>;
  /** The key of TrackingMore's V2 and V3 signatures; apart from the addresses its members sign in with. */
  readonly signingEmail: string;
  /** The key of V4's `signature` header: one for the account, importable. In clear only inside the process. */
  readonly webhookSecret: string;
  /** IANA name; `created_at` and the like are written in it. */
  readonly timeZone: string;
  readonly suspended: boolean;
  readonly createdAt: number;
}

export const ROLES = ['owner', 'member', 'read-only'] as const;
export type Role = (typeof ROLES)[number];

/** An API key as kept: the key itself is shown once; only its SHA-256 stays (it is 190 random bits, so no salt). */
export interface ApiKey {
  readonly id: Id<'key'>;
  readonly accountId: Id<'acc'>;
  readonly name: string;
  readonly role: Role;
  readonly hash: string;
  /** The first characters, to recognise it by. */
  readonly hint: string;
  readonly createdAt: number;
}

/** Who asks: every request is resolved to one of these before anything else happens. */
export type Principal =
  | { readonly kind: 'member'; readonly account: Account; readonly actor: string; readonly role: Role }
  | { readonly kind: 'operator'; readonly actor: string };
