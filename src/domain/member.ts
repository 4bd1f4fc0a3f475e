/** People who sign in to an account, where they are signed in, and the log of who changed what. */
import type { Id } from '../base/id.ts';
import type { AccountId, Role } from './account.ts';

export interface Member {
  readonly id: Id<'mem'>;
  readonly accountId: AccountId;
  /** As it was given. Compared by `foldedEmail`; one account has it once. */
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  /** Null: none was set yet, so there is no signing in. */
  readonly passwordHash: string | null;
  /** SHA-256 of the token in the link that sets a password; null: there is no link. */
  readonly linkHash: string | null;
  readonly linkUntil: number | null;
  /** In which the console speaks to them; null: as their browser asks. */
  readonly language: string | null;
  readonly createdAt: number;
  /** Last. */
  readonly signedInAt: number | null;
}

/** One browser in which a member is signed in. */
export interface MemberSession {
  readonly id: Id<'ses'>;
  /** SHA-256 of the token in the cookie: whoever reads the store cannot take the session over. */
  readonly hash: string;
  readonly accountId: AccountId;
  readonly memberId: Member['id'];
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  /** What the browser calls itself; empty where it says nothing. */
  readonly browser: string;
  readonly address: string;
}

/** What was changed, by whom and from where. */
export interface AuditEntry {
  readonly id: Id<'aud'>;
  readonly accountId: AccountId;
  readonly at: number;
  /** Id of a member or of a key, or `operator`. */
  readonly actor: string;
  readonly action: AuditAction;
  /** Id of what was changed; null where the action says it. */
  readonly about: string | null;
  readonly address: string;
}

export const AUDIT_ACTIONS = [
  'account.created',
  'account.updated',
  'account.secret_rotated',
  'account.track_links_reset',
  'account.logo_set',
  'account.logo_removed',
  'key.created',
  'key.revoked',
  'member.invited',
  'member.updated',
  'member.link_made',
  'member.removed',
  'password.set',
  'password.changed',
  'session.started',
  'session.ended',
  'session.others_ended',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.enabled',
  'webhook.disabled',
  'webhook.secret_rotated',
  'courier.credentials_set',
  'courier.credentials_removed',
  'person.exported',
  'person.erased',
  'samples.removed',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
