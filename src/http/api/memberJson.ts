/** A member, a session and an entry of the audit log as Waybell's own API writes them. */
import Type from 'typebox';
import { type Account, ROLES, type Role, seenBy } from '../../domain/account.ts';
import { limits } from '../../domain/limits.ts';
import { AUDIT_ACTIONS, type AuditEntry, type Member, type MemberSession } from '../../domain/member.ts';
import { Instant, instantsOf, nullable, oneOf } from './fields.ts';

export const memberSettings = {
  name: Type.Optional(nullable(Type.String({ maxLength: limits.fieldCharsMax }))),
  role: Type.Optional(oneOf(ROLES)),
};

/** Of IETF's BCP 47. */
export const Language = Type.String({
  pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$',
  description: 'In which the console speaks, such as `ko` or `pt-BR`; null: as the browser asks.',
});

export const MemberSchema = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: nullable(Type.String()),
  role: oneOf(ROLES),
  has_password: Type.Boolean({ description: 'Whether one was set: else there is no signing in.' }),
  link_until: nullable(
    Type.String({ description: 'Until when the newest link to set a password holds; null: there is none.' }),
  ),
  created_at: Instant,
  signed_in_at: nullable(Instant),
});

export function memberJson(member: Member, account: Account): Type.Static<typeof MemberSchema> {
  const instant = instantsOf(account);
  return {
    id: member.id,
    email: member.email,
    name: member.name,
    role: member.role,
    has_password: member.passwordHash !== null,
    link_until: instant(member.linkUntil),
    created_at: instant(member.createdAt),
    signed_in_at: instant(member.signedInAt),
  };
}

export const SessionSchema = Type.Object({
  id: Type.String(),
  current: Type.Boolean({ description: 'Whether it is the one that asks.' }),
  browser: Type.String({ description: 'What the browser calls itself.' }),
  address: Type.String(),
  created_at: Instant,
  last_seen_at: Type.String({ description: 'To some minutes.' }),
  expires_at: Type.String({ description: 'When it ends if it is not used.' }),
});

export function sessionJson(
  session: MemberSession,
  { account, current }: { account: Account; current: MemberSession },
): Type.Static<typeof SessionSchema> {
  const instant = instantsOf(account);
  return {
    id: session.id,
    current: session.id === current.id,
    browser: session.browser,
    address: session.address,
    created_at: instant(session.createdAt),
    last_seen_at: instant(session.lastSeenAt),
    expires_at: instant(session.expiresAt),
  };
}

export const AuditSchema = Type.Object({
  id: Type.String(),
  at: Instant,
  actor: Type.String({ description: 'Id of a member or of a key, or `operator`. It may be gone by now.' }),
  action: oneOf(AUDIT_ACTIONS),
  about: nullable(Type.String({ description: 'Id of what was changed.' })),
  address: Type.String(),
});

export function auditJson(entry: AuditEntry, account: Account): Type.Static<typeof AuditSchema> {
  const { id, at, actor, action, about, address } = entry;
  return { id, at: instantsOf(account)(at), actor, action, about, address };
}

/** Who is signed in, and where. */
export const SignedInSchema = Type.Object({
  member: nullable(
    Type.Object({
      id: Type.String(),
      email: Type.String(),
      name: nullable(Type.String()),
      role: oneOf(ROLES),
      language: nullable(Type.String()),
    }),
  ),
  role: oneOf(ROLES, 'Of the member, or of the key that asks.'),
  account: Type.Object({
    id: Type.String(),
    time_zone: Type.String(),
    signing_email: Type.String(),
  }),
});

/** @param member null: a key of that role asks */
export function signedInJson(
  member: Member | null,
  role: Role,
  account: Account,
): Type.Static<typeof SignedInSchema> {
  const { id, timeZone: time_zone, signingEmail: signing_email } = seenBy(role, account);
  return {
    role,
    member:
      member === null
        ? null
        : {
            id: member.id,
            email: member.email,
            name: member.name,
            role: member.role,
            language: member.language,
          },
    account: { id, time_zone, signing_email },
  };
}
