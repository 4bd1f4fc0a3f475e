/** Members, their sessions, and the audit log. */
import {
  type AuditRow,
  auditColumns,
  auditOf,
  type MemberRow,
  memberColumns,
  memberOf,
  rowOfAudit,
  rowOfMember,
  rowOfSession,
  type SessionRow,
  seenColumns,
  seenOf,
  sessionColumns,
  sessionOf,
  stayingOf,
} from '../memberRow.ts';
import { behindIds, partOf } from '../page.ts';
import type { EndedSessions, MemberStore } from '../store.ts';
import type { Database } from './database.ts';
import { readPage } from './page.ts';

const selectMembers = `select ${memberColumns} from member where account_id = ? order by id`;

const selectMember = `select ${memberColumns} from member where account_id = ? and id = ?`;

const selectByEmail = `select ${memberColumns} from member where email_folded = ? order by id`;

const selectByLink = `select ${memberColumns} from member where link_hash = ?`;

const insertOneMember = `
  insert into member (${memberColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (account_id, email_folded) do nothing`;

const updateOneMember = `
  update member set name = ?, role = ?, password_hash = ?, link_hash = ?, link_until = ?, language = ?
  where account_id = ? and id = ?`;

const deleteOneMember = 'delete from member where account_id = ? and id = ?';

const updateSignedIn =
  'update member set signed_in_at = ? where account_id = ? and id = ? and password_hash = ?';

const insertOneSession = `insert into session (${sessionColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Those behind the newest ones. */
const deleteOldest = `
  delete from session where account_id = :account and member_id = :member and id <= (
    select id from session where account_id = :account and member_id = :member order by id desc limit 1 offset :kept)`;

const selectSeen = `
  select ${seenColumns} from session s
  join member m on m.account_id = s.account_id and m.id = s.member_id join account a on a.id = s.account_id
  where s.hash = ? and s.expires_at > ?`;

const selectSessions = `
  select ${sessionColumns} from session where account_id = ? and member_id = ? and expires_at > ? order by id`;

const updateSeen = 'update session set last_seen_at = ?, expires_at = ? where account_id = ? and id = ?';

const deleteSession = 'delete from session where account_id = ? and id = ?';

const deleteSessions = 'delete from session where account_id = ? and member_id = ? and id <> ?';

const deleteExpired = 'delete from session where expires_at < ?';

const insertOneEntry = `insert into audit (${auditColumns}) values (?, ?, ?, ?, ?, ?, ?)`;

const selectEntries = `
  select ${auditColumns} from audit where account_id = ? and id < ? order by id desc limit ?`;

const deleteOld = 'delete from audit where at < ?';

export function makeMemberTable(database: Database): MemberStore {
  const members = database.prepareRows(selectMembers);
  const member = database.prepareRows(selectMember);
  const byEmail = database.prepareRows(selectByEmail);
  const byLink = database.prepareRows(selectByLink);
  const insertMember = database.prepare(insertOneMember);
  const updateMember = database.prepare(updateOneMember);
  const deleteMember = database.prepare(deleteOneMember);
  const signedIn = database.prepare(updateSignedIn);
  const insertSession = database.prepare(insertOneSession);
  const dropOldest = database.prepare(deleteOldest);
  const seen = database.prepareRows(selectSeen);
  const sessions = database.prepareRows(selectSessions);
  const touch = database.prepare(updateSeen);
  const end = database.prepare(deleteSession);
  const endMany = database.prepare(deleteSessions);
  const forgetExpired = database.prepare(deleteExpired);
  const insertEntry = database.prepare(insertOneEntry);
  const entries = database.prepareRows(selectEntries);
  const forgetOld = database.prepare(deleteOld);

  function endWithin(accountId: string, memberId: string, ends: EndedSessions): void {
    const staying = stayingOf(ends);
    if (staying !== null) endMany.run(accountId, memberId, staying);
  }

  function memberFrom(row: unknown) {
    return row === undefined ? null : memberOf(row as MemberRow);
  }

  return {
    async members(accountId) {
      return (members.all(accountId) as MemberRow[]).map(memberOf);
    },
    async member(accountId, id) {
      return memberFrom(member.get(accountId, id));
    },
    async membersByEmail(folded) {
      return (byEmail.all(folded) as MemberRow[]).map(memberOf);
    },
    async memberByLink(linkHash) {
      return memberFrom(byLink.get(linkHash));
    },
    insertMember: (value) => database.write(() => insertMember.run(...rowOfMember(value)).changes === 1),
    updateMember: (value, { ends }) =>
      database.write(() => {
        const { accountId, id, name, role, passwordHash, linkHash, linkUntil, language } = value;
        const { changes } = updateMember.run(
          ...[name, role, passwordHash, linkHash, linkUntil, language, accountId, id],
        );
        endWithin(accountId, id, ends);
        return changes === 1;
      }),
    deleteMember: (accountId, id) =>
      database.write(() => {
        endWithin(accountId, id, 'all');
        return deleteMember.run(accountId, id).changes === 1;
      }),
    insertSession: (session, { passwordHash, sessionsMax }) =>
      database.write(() => {
        const { accountId, memberId, createdAt } = session;
        if (signedIn.run(createdAt, accountId, memberId, passwordHash).changes === 0) return false;
        insertSession.run(...rowOfSession(session));
        dropOldest.run({ account: accountId, member: memberId, kept: sessionsMax });
        return true;
      }),
    async sessionByHash(hash, now) {
      const row = seen.get(hash, now);
      return row === undefined ? null : seenOf(row as unknown as unknown[]);
    },
    async sessions(accountId, memberId, now) {
      return (sessions.all(accountId, memberId, now) as SessionRow[]).map(sessionOf);
    },
    touchSession: ({ accountId, id, lastSeenAt, expiresAt }) =>
      database.write(() => {
        touch.run(lastSeenAt, expiresAt, accountId, id);
      }, 'soon'),
    endSession: (accountId, id) =>
      database.write(() => {
        end.run(accountId, id);
      }),
    endSessions: (accountId, memberId, ends) => database.write(() => endWithin(accountId, memberId, ends)),
    forgetSessions: (expiredBefore) =>
      database.write(() => {
        forgetExpired.run(expiredBefore);
      }),
    insertAuditEntry: (entry) =>
      database.write(() => {
        insertEntry.run(...rowOfAudit(entry));
      }),
    auditEntries: (accountId, request) =>
      readPage(database.turn, request, ({ after, limit }) => {
        const rows = entries.all(accountId, after ?? behindIds, limit + 1) as AuditRow[];
        return partOf({ items: rows.map(auditOf), limit, edge: null, isFull: false, idOf: ({ id }) => id });
      }),
    forgetAuditEntries: (before) =>
      database.write(() => {
        forgetOld.run(before);
      }),
  };
}
