/** Members of accounts, the sessions they are signed in with, and the audit log. */
import type { AccountId } from '../../domain/account.ts';
import type { AuditEntry, Member, MemberSession } from '../../domain/member.ts';
import type { Page, PageRequest } from '../../domain/page.ts';

/**
 * Nothing of this is held in memory: who is signed in is read for every request, so that what ends in one process has ended in
 * all. What is decided on what was read (that an owner is left, that a link was not used yet) is written under `heard`, as accounts
 * and keys are.
 */
export interface MemberStore {
  /** In the order of their ids. */
  members(accountId: AccountId): Promise<readonly Member[]>;
  member(accountId: AccountId, id: Member['id']): Promise<Member | null>;
  /** Of all accounts, in the order of their ids. @param folded see `foldedEmail` */
  membersByEmail(folded: string): Promise<readonly Member[]>;
  memberByLink(linkHash: string): Promise<Member | null>;
  /** Whether the account had none with this email. @throws Outdated */
  insertMember(member: Member, heard: number): Promise<boolean>;
  /**
   * Name, role, password, link and language, and ends sessions with them; whether there is such a member.
   * @throws Outdated
   */
  updateMember(member: Member, change: { heard: number; ends: EndedSessions }): Promise<boolean>;
  /** With all sessions; whether there was one. @throws Outdated */
  deleteMember(accountId: AccountId, id: Member['id'], heard: number): Promise<boolean>;

  /**
   * Begins a session and says that the member has signed in, where the password still is the one that was compared; whether
   * it is. Of the member's sessions the newest `sessionsMax` stay.
   */
  insertSession(
    session: MemberSession,
    { passwordHash, sessionsMax }: { passwordHash: string; sessionsMax: number },
  ): Promise<boolean>;
  /** With its member, and whether the account is suspended, all as of now. Null: no such session, or it has expired by then. */
  sessionByHash(hash: string, now: number): Promise<SeenSession | null>;
  /** Of one member, that have not expired by then, in the order of their ids. */
  sessions(accountId: AccountId, memberId: Member['id'], now: number): Promise<readonly MemberSession[]>;
  /** Does nothing for a session that has ended. */
  touchSession(session: Pick<MemberSession, 'accountId' | 'id' | 'lastSeenAt' | 'expiresAt'>): Promise<void>;
  endSession(accountId: AccountId, id: MemberSession['id']): Promise<void>;
  endSessions(accountId: AccountId, memberId: Member['id'], ends: EndedSessions): Promise<void>;
  forgetSessions(expiredBefore: number): Promise<void>;

  insertAuditEntry(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  auditEntries(accountId: AccountId, page: PageRequest): Promise<Page<AuditEntry>>;
  forgetAuditEntries(before: number): Promise<void>;
}

/** Which of a member's sessions end. */
export type EndedSessions = 'none' | 'all' | { readonly but: MemberSession['id'] };

export interface SeenSession {
  readonly session: MemberSession;
  readonly member: Member;
  readonly isSuspended: boolean;
}
