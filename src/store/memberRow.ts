/** Members, sessions and audit entries as rows, alike in both stores. */
import type { AccountId, Role } from '../domain/account.ts';
import { foldedEmail } from '../domain/email.ts';
import type { AuditAction, AuditEntry, Member, MemberSession } from '../domain/member.ts';
import type { EndedSessions } from './port/members.ts';

export type MemberRow = [
  accountId: string,
  id: string,
  email: string,
  emailFolded: string,
  name: string | null,
  role: string,
  passwordHash: string | null,
  linkHash: string | null,
  linkUntil: number | null,
  language: string | null,
  createdAt: number,
  signedInAt: number | null,
];

const memberNames = [
  'account_id',
  'id',
  'email',
  'email_folded',
  'name',
  'role',
  'password_hash',
  'link_hash',
  'link_until',
  'language',
  'created_at',
  'signed_in_at',
];

export const memberColumns = memberNames.join(', ');

export function rowOfMember(member: Member): MemberRow {
  return [
    member.accountId,
    member.id,
    member.email,
    foldedEmail(member.email),
    member.name,
    member.role,
    member.passwordHash,
    member.linkHash,
    member.linkUntil,
    member.language,
    member.createdAt,
    member.signedInAt,
  ];
}

export function memberOf(row: MemberRow): Member {
  const [accountId, id, email, , name, role, passwordHash, linkHash, linkUntil, language] = row;
  const [, , , , , , , , , , createdAt, signedInAt] = row;
  return {
    id: id as Member['id'],
    accountId: accountId as AccountId,
    email,
    name,
    role: role as Role,
    passwordHash,
    linkHash,
    linkUntil,
    language,
    createdAt,
    signedInAt,
  };
}

export type SessionRow = [
  accountId: string,
  id: string,
  hash: string,
  memberId: string,
  createdAt: number,
  lastSeenAt: number,
  expiresAt: number,
  browser: string,
  address: string,
];

const sessionNames = [
  'account_id',
  'id',
  'hash',
  'member_id',
  'created_at',
  'last_seen_at',
  'expires_at',
  'browser',
  'address',
];

export const sessionColumns = sessionNames.join(', ');

export function rowOfSession(session: MemberSession): SessionRow {
  const { accountId, id, hash, memberId, createdAt, lastSeenAt, expiresAt, browser, address } = session;
  return [accountId, id, hash, memberId, createdAt, lastSeenAt, expiresAt, browser, address];
}

export function sessionOf(row: SessionRow): MemberSession {
  const [accountId, id, hash, memberId, createdAt, lastSeenAt, expiresAt, browser, address] = row;
  return {
    id: id as MemberSession['id'],
    hash,
    accountId: accountId as AccountId,
    memberId: memberId as Member['id'],
    createdAt,
    lastSeenAt,
    expiresAt,
    browser,
    address,
  };
}

/** A session, its member and whether their account is suspended, joined as `s`, `m` and `a`. */
export const seenColumns = [
  ...sessionNames.map((name) => `s.${name}`),
  ...memberNames.map((name) => `m.${name}`),
  'a.suspended',
].join(', ');

export function seenOf(row: readonly unknown[]) {
  const membersAt = sessionNames.length;
  return {
    session: sessionOf(row.slice(0, membersAt) as SessionRow),
    member: memberOf(row.slice(membersAt, membersAt + memberNames.length) as MemberRow),
    isSuspended: row.at(-1) === 1,
  };
}

/** The session that stays, as a statement asks for it: no id is empty. Null: nothing ends. */
export function stayingOf(ends: EndedSessions): string | null {
  if (ends === 'none') return null;
  return ends === 'all' ? '' : ends.but;
}

export type AuditRow = [
  accountId: string,
  id: string,
  at: number,
  actor: string,
  action: string,
  about: string | null,
  address: string,
];

export const auditColumns = 'account_id, id, at, actor, action, about, address';

export function rowOfAudit({ accountId, id, at, actor, action, about, address }: AuditEntry): AuditRow {
  return [accountId, id, at, actor, action, about, address];
}

export function auditOf([accountId, id, at, actor, action, about, address]: AuditRow): AuditEntry {
  return {
    id: id as AuditEntry['id'],
    accountId: accountId as AccountId,
    at,
    actor,
    action: action as AuditAction,
    about,
    address,
  };
}
