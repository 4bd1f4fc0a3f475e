/**
 * Members of accounts: who they are, what they may do, and the link by which one sets a password. An account that has members
 * has an owner among them to whom it is open. What is decided here rests on what was read, so it is done one after another,
 * and anew where another process was faster (`freshly`).
 */
import type { Clock } from '../base/clock.ts';
import type { Ids } from '../base/id.ts';
import { oneAfterAnother } from '../base/oneAfterAnother.ts';
import type { Role } from '../domain/account.ts';
import { foldedEmail, readEmail } from '../domain/email.ts';
import { AppError } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { Member } from '../domain/member.ts';
import { cleanText } from '../normalise/text.ts';
import type { AccountId, EndedSessions, Freshly, MemberStore } from '../store/store.ts';
import { newToken, tokenHash } from './tokens.ts';

export interface MemberDraft {
  readonly email: string;
  readonly name?: string | null;
  readonly role: Role;
}

/** A member with the token of a new link. It is shown this once. */
export interface Invited {
  readonly member: Member;
  readonly token: string;
}

export type MemberChanges = Partial<Pick<Member, 'name' | 'role' | 'language'>>;

export interface Members {
  list(accountId: AccountId): Promise<readonly Member[]>;
  /** @throws AppError `body_invalid`, `member_exists`, `members_too_many` */
  invite(accountId: AccountId, draft: MemberDraft): Promise<Invited>;
  /** Makes a link to set a new password by; the one before leads nowhere any more. @throws AppError `member_not_found` */
  makeLink(accountId: AccountId, id: string): Promise<Invited>;
  /** @throws AppError `member_not_found`, `member_last_owner` */
  update(accountId: AccountId, id: string, changes: MemberChanges): Promise<Member>;
  /** @throws AppError `member_not_found`, `member_last_owner` */
  remove(accountId: AccountId, id: string): Promise<void>;
  /** Whose link it is, as long as it holds. @throws AppError `link_expired` */
  ofLink(token: string): Promise<Member>;
  /**
   * Gives the member of a link a password, ends all sessions, and the link with them.
   * @throws AppError `link_expired`, also where another has used it meanwhile
   */
  useLink(token: string, said: { passwordHash: string; name: string | null }): Promise<Member>;
  /** Where the one that was compared still is the member's. @throws AppError `password_wrong` */
  changePassword(member: Member, change: { passwordHash: string; ends: EndedSessions }): Promise<void>;
}

export interface MembersOptions {
  readonly store: MemberStore;
  readonly freshly: Freshly;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Called after one was removed, and before that is answered. */
  onRemoved?(member: Member): Promise<void>;
}

/** How long a link holds. */
export const linkHours = 24;

/** Where in the console it leads, from the server's own address on. What is behind the # is sent to nobody. */
export function welcomePathOf(token: string): string {
  return `/welcome#${token}`;
}

export function makeMembers({
  store,
  freshly,
  ids,
  clock,
  onRemoved = async () => {},
}: MembersOptions): Members {
  const inTurn = oneAfterAnother();
  const decide: Freshly = (run) => inTurn(() => freshly(run));

  async function get(accountId: AccountId, id: string): Promise<Member> {
    const member = await store.member(accountId, id as Member['id']);
    if (member === null) throw new AppError('member_not_found');
    return member;
  }

  /** @throws AppError `member_not_found` where it was removed meanwhile */
  async function put(member: Member, heard: number, ends: EndedSessions = 'none'): Promise<void> {
    if (!(await store.updateMember(member, { heard, ends }))) throw new AppError('member_not_found');
  }

  /** @throws AppError `member_last_owner` where the account would be open to no owner that it is open to now */
  async function checkOthers(member: Member): Promise<void> {
    if (member.role !== 'owner') return;
    const others = (await store.members(member.accountId)).filter(
      ({ id, role, passwordHash }) =>
        id !== member.id && role === 'owner' && (passwordHash !== null || member.passwordHash === null),
    );
    if (others.length === 0) throw new AppError('member_last_owner');
  }

  function linked(member: Member): Invited {
    const token = newToken();
    const linkUntil = clock.now() + linkHours * 3_600_000;
    return { member: { ...member, linkHash: tokenHash(token), linkUntil }, token };
  }

  async function ofLink(token: string): Promise<Member> {
    const member = await store.memberByLink(tokenHash(token));
    if (member === null || (member.linkUntil ?? 0) <= clock.now()) throw new AppError('link_expired');
    return member;
  }

  return {
    list: (accountId) => store.members(accountId),
    ofLink,
    async invite(accountId, { email: text, name = null, role }) {
      const email = readEmail(text.trim(), '/email');
      return decide(async (heard) => {
        const all = await store.members(accountId);
        if (all.some((other) => foldedEmail(other.email) === foldedEmail(email)))
          throw new AppError('member_exists');
        if (all.length >= limits.membersPerAccountMax) throw new AppError('members_too_many');
        const invited = linked({
          ...{ id: ids.next('mem'), accountId, email, name: readName(name), role },
          ...{ passwordHash: null, linkHash: null, linkUntil: null, language: null },
          ...{ createdAt: clock.now(), signedInAt: null },
        });
        if (!(await store.insertMember(invited.member, heard))) throw new AppError('member_exists');
        return invited;
      });
    },
    makeLink: (accountId, id) =>
      decide(async (heard) => {
        const invited = linked(await get(accountId, id));
        await put(invited.member, heard);
        return invited;
      }),
    update: (accountId, id, { name, ...changes }) =>
      decide(async (heard) => {
        const before = await get(accountId, id);
        const member: Member = {
          ...before,
          ...changes,
          ...(name === undefined ? {} : { name: readName(name) }),
        };
        if (member.role !== 'owner') await checkOthers(before);
        await put(member, heard);
        return member;
      }),
    remove: (accountId, id) =>
      decide(async (heard) => {
        const member = await get(accountId, id);
        await checkOthers(member);
        if (!(await store.deleteMember(accountId, member.id, heard))) throw new AppError('member_not_found');
        await onRemoved(member);
      }),
    useLink: (token, { passwordHash, name }) =>
      decide(async (heard) => {
        const before = await ofLink(token);
        const named = name === null ? before.name : readName(name);
        const member: Member = { ...before, passwordHash, name: named, linkHash: null, linkUntil: null };
        await put(member, heard, 'all');
        return member;
      }),
    changePassword: ({ accountId, id, passwordHash: compared }, { passwordHash, ends }) =>
      decide(async (heard) => {
        const member = await get(accountId, id);
        if (member.passwordHash !== compared) throw new AppError('password_wrong');
        // A link that was made for who had forgotten the password is not needed any more.
        await put({ ...member, passwordHash, linkHash: null, linkUntil: null }, heard, ends);
      }),
  };
}

function readName(text: string | null): string | null {
  return text === null ? null : cleanText(text, limits.memberNameCharsMax) || null;
}
