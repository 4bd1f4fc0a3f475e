/**
 * Members, their sessions, and the audit log. Members are not held in memory; a change of theirs stands in the news so that `heard`
 * tells of what others changed of them.
 */
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
import { behindIds } from '../page.ts';
import type { EndedSessions, MemberStore } from '../store.ts';
import type { Database, Session } from './database.ts';
import { changed, tell } from './news.ts';
import { readPage } from './page.ts';

const selectMembers = `select ${memberColumns} from member where account_id = $1 order by id`;

const selectMember = `select ${memberColumns} from member where account_id = $1 and id = $2`;

const selectByEmail = `select ${memberColumns} from member where email_folded = $1 order by id`;

const selectByLink = `select ${memberColumns} from member where link_hash = $1`;

const insertOneMember = `
  insert into member (${memberColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  on conflict (account_id, email_folded) do nothing`;

const updateOneMember = `
  update member set name = $1, role = $2, password_hash = $3, link_hash = $4, link_until = $5, language = $6
  where account_id = $7 and id = $8`;

const deleteOneMember = 'delete from member where account_id = $1 and id = $2';

/** Holds the member's row to the end: a password that is changed meanwhile ends this session as well, or it never began. */
const updateSignedIn =
  'update member set signed_in_at = $1 where account_id = $2 and id = $3 and password_hash = $4';

const insertOneSession = `insert into session (${sessionColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/** Those behind the newest ones. */
const deleteOldest = `
  delete from session where account_id = $1 and member_id = $2 and id <= (
    select id from session where account_id = $1 and member_id = $2 order by id desc limit 1 offset $3)`;

const selectSeen = `
  select ${seenColumns} from session s
  join member m on m.account_id = s.account_id and m.id = s.member_id join account a on a.id = s.account_id
  where s.hash = $1 and s.expires_at > $2`;

const selectSessions = `
  select ${sessionColumns} from session where account_id = $1 and member_id = $2 and expires_at > $3 order by id`;

const updateSeen = 'update session set last_seen_at = $1, expires_at = $2 where account_id = $3 and id = $4';

const deleteSession = 'delete from session where account_id = $1 and id = $2';

const deleteSessions = 'delete from session where account_id = $1 and member_id = $2 and id <> $3';

const deleteExpired = 'delete from session where expires_at < $1';

const insertOneEntry = `insert into audit (${auditColumns}) values ($1, $2, $3, $4, $5, $6, $7)`;

const selectEntries = `
  select ${auditColumns} from audit where account_id = $1 and id < $2 order by id desc limit $3`;

const deleteOld = 'delete from audit where at < $1';

export function makeMemberTable(database: Database): MemberStore {
  async function endWithin(
    session: Session,
    { accountId, memberId, ends }: { accountId: string; memberId: string; ends: EndedSessions },
  ): Promise<void> {
    const staying = stayingOf(ends);
    if (staying !== null) await session.run(deleteSessions, [accountId, memberId, staying]);
  }

  return {
    async members(accountId) {
      return (await database.rows<MemberRow>(selectMembers, [accountId])).map(memberOf);
    },
    async member(accountId, id) {
      const [row] = await database.rows<MemberRow>(selectMember, [accountId, id]);
      return row === undefined ? null : memberOf(row);
    },
    async membersByEmail(folded) {
      return (await database.rows<MemberRow>(selectByEmail, [folded])).map(memberOf);
    },
    async memberByLink(linkHash) {
      const [row] = await database.rows<MemberRow>(selectByLink, [linkHash]);
      return row === undefined ? null : memberOf(row);
    },
    insertMember: (value, heard) =>
      database.write(async (session) => {
        const count = await session.run(insertOneMember, rowOfMember(value));
        await tell(session, changed(value.accountId), heard);
        return count === 1;
      }),
    updateMember: (value, { heard, ends }) =>
      database.write(async (session) => {
        const { accountId, id, name, role, passwordHash, linkHash, linkUntil, language } = value;
        const values = [name, role, passwordHash, linkHash, linkUntil, language, accountId, id];
        const count = await session.run(updateOneMember, values);
        await endWithin(session, { accountId, memberId: id, ends });
        await tell(session, changed(accountId), heard);
        return count === 1;
      }),
    deleteMember: (accountId, id, heard) =>
      database.write(async (session) => {
        // The member first: who signs in just now holds that row, and then has a session that is to end as well.
        const count = await session.run(deleteOneMember, [accountId, id]);
        await endWithin(session, { accountId, memberId: id, ends: 'all' });
        await tell(session, changed(accountId), heard);
        return count === 1;
      }),
    insertSession: (value, { passwordHash, sessionsMax }) =>
      database.write(async (session) => {
        const { accountId, memberId, createdAt } = value;
        const count = await session.run(updateSignedIn, [createdAt, accountId, memberId, passwordHash]);
        if (count === 0) return false;
        await session.run(insertOneSession, rowOfSession(value));
        await session.run(deleteOldest, [accountId, memberId, sessionsMax]);
        return true;
      }),
    async sessionByHash(hash, now) {
      const [row] = await database.rows<unknown[]>(selectSeen, [hash, now]);
      return row === undefined ? null : seenOf(row);
    },
    async sessions(accountId, memberId, now) {
      return (await database.rows<SessionRow>(selectSessions, [accountId, memberId, now])).map(sessionOf);
    },
    touchSession: ({ accountId, id, lastSeenAt, expiresAt }) =>
      database.write(async (session) => {
        await session.run(updateSeen, [lastSeenAt, expiresAt, accountId, id]);
      }),
    endSession: (accountId, id) =>
      database.write(async (session) => {
        await session.run(deleteSession, [accountId, id]);
      }),
    endSessions: (accountId, memberId, ends) =>
      database.write((session) => endWithin(session, { accountId, memberId, ends })),
    forgetSessions: (expiredBefore) =>
      database.write(async (session) => {
        await session.run(deleteExpired, [expiredBefore]);
      }),
    insertAuditEntry: (entry) =>
      database.write(async (session) => {
        await session.run(insertOneEntry, rowOfAudit(entry));
      }),
    async auditEntries(accountId, request) {
      const { items, next } = await readPage<AuditRow>(request, {
        charsOf: ([, , , actor, , about]) => actor.length + (about?.length ?? 0),
        idOf: ([, id]) => id,
        read: (after, limit) => database.rows(selectEntries, [accountId, after ?? behindIds, limit]),
      });
      return { items: items.map(auditOf), next };
    },
    forgetAuditEntries: (before) =>
      database.write(async (session) => {
        await session.run(deleteOld, [before]);
      }),
  };
}
