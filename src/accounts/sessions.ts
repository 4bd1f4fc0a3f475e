/**
 * Signing in and being signed in. A session is a row in the store, read for every request: one that is ended, or whose member is
 * removed, has ended in every process at once. What the browser holds is a token of which the store has only the digest.
 * Every sign-in makes a new one, so that none can be prepared for somebody else.
 */
import type { Clock } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';
import type { Ids } from '../base/id.ts';
import type { Account } from '../domain/account.ts';
import { foldedEmail } from '../domain/email.ts';
import { AppError, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { Member, MemberSession } from '../domain/member.ts';
import { cleanText } from '../normalise/text.ts';
import type { MemberStore } from '../store/store.ts';
import type { Accounts } from './accounts.ts';
import type { Members } from './members.ts';
import { type Passwords, passwordFault } from './passwords.ts';
import type { Throttle } from './throttle.ts';
import { newToken, tokenHash } from './tokens.ts';

/** From where somebody asks. */
export interface Origin {
  readonly address: string;
  /** What the browser calls itself. */
  readonly browser: string;
}

export interface SignedIn {
  readonly session: MemberSession;
  readonly member: Member;
  /** As of now, suspended or not. */
  readonly account: Account;
}

/** With what the cookie is to hold, this once. */
export interface Begun extends SignedIn {
  readonly token: string;
}

export interface Sessions {
  /** @throws AppError `sign_in_failed`, `rate_limited`, `busy` */
  signIn(said: { email: string; password: string }, origin: Origin): Promise<Begun>;
  /** @throws AppError `link_expired`, `account_suspended`, `password_invalid`, `busy` */
  useLink(said: { token: string; password: string; name: string | null }, origin: Origin): Promise<Begun>;
  /** Who is signed in with this token; null: nobody. */
  of(token: string): Promise<SignedIn | null>;
  end(session: MemberSession): Promise<void>;
  endOthers(session: MemberSession): Promise<void>;
  list(member: Member): Promise<readonly MemberSession[]>;
  /** Ends the member's other sessions. @throws AppError `password_wrong`, `password_invalid`, `rate_limited`, `busy` */
  changePassword(
    signedIn: SignedIn,
    said: { current: string; password: string },
    origin: Origin,
  ): Promise<void>;
}

export interface SessionsOptions {
  readonly store: MemberStore;
  readonly accounts: Pick<Accounts, 'get'>;
  readonly members: Pick<Members, 'ofLink' | 'useLink' | 'changePassword'>;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** A session ends when nothing was asked with it for so long, */
const idleMs = 30 * dayMs;
/** and this long after the sign-in in any case. */
export const sessionMs = 90 * dayMs;
/** When a session was last seen is written so often at most. */
const seenEveryMs = 300_000;

export function makeSessions(options: SessionsOptions): Sessions {
  const { store, accounts, members, passwords, throttle, ids, clock } = options;

  /** Null where since it was compared the password was changed, the member removed or the account suspended. */
  async function begin(member: Member, { address, browser }: Origin): Promise<Begun | null> {
    const account = await accounts.get(member.accountId);
    const now = clock.now();
    const token = newToken();
    const session: MemberSession = {
      id: ids.next('ses'),
      hash: tokenHash(token),
      accountId: member.accountId,
      memberId: member.id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + idleMs,
      browser: cleanText(browser, limits.browserCharsMax),
      address,
    };
    const { passwordHash } = member;
    const { sessionsPerMemberMax: sessionsMax } = limits;
    if (passwordHash === null || !(await store.insertSession(session, { passwordHash, sessionsMax })))
      return null;
    // Another process may have suspended the account just now.
    const seen = await store.sessionByHash(session.hash, now);
    if (seen !== null && !seen.isSuspended) return { ...seen, account, token };
    await store.endSession(session.accountId, session.id);
    return null;
  }

  /**
   * The first whose password it is, and whether nobody else has that email. An email that nobody has takes as long as one
   * that is wrong.
   */
  async function memberWith(
    email: string,
    password: string,
  ): Promise<{ member: Member; isOnly: boolean } | null> {
    const found = (await store.membersByEmail(email)).filter(({ passwordHash }) => passwordHash !== null);
    if (found.length === 0) await passwords.fits(password, null);
    for (const member of found) {
      if (!(await passwords.fits(password, member.passwordHash))) continue;
      if (!(await accounts.get(member.accountId)).suspended) return { member, isOnly: found.length === 1 };
    }
    return null;
  }

  /**
   * Counts a wrong password, and no failure of ours. A right one clears the wrong ones before it, unless others have that
   * email as well: who owns an account gives it members of any email, and would go on guessing another's password by
   * signing in with one that they know in between.
   */
  async function throttled<T>(
    { email, address }: { email: string; address: string },
    compare: () => Promise<{ right: T; isOnly: boolean } | null>,
  ): Promise<T | null> {
    const tried = throttle.begin(email, address);
    let result: { right: T; isOnly: boolean } | null;
    try {
      result = await compare();
    } catch (error) {
      tried.withdrawn();
      throw error;
    }
    if (result === null) return null;
    if (result.isOnly) tried.succeeded();
    else tried.withdrawn();
    return result.right;
  }

  return {
    async signIn({ email, password }, origin) {
      const folded = foldedEmail(email.trim().toWellFormed().replaceAll('\0', '\ufffd'));
      const begun = await throttled({ email: folded, address: origin.address }, async () => {
        // Longer than any is; hashing it would only cost time.
        const found = password.length > passwordUnitsMax ? null : await memberWith(folded, password);
        const right = found && (await begin(found.member, origin));
        return right && { right, isOnly: found.isOnly };
      });
      if (begun === null) throw new AppError('sign_in_failed');
      return begun;
    },
    async useLink({ token, password, name }, origin) {
      const invited = await members.ofLink(token);
      if ((await accounts.get(invited.accountId)).suspended) throw new AppError('account_suspended');
      checkPassword(password, invited.email);
      const passwordHash = await passwords.hash(password);
      const member = await members.useLink(token, { passwordHash, name });
      const begun = await begin(member, origin);
      if (begun === null) throw new AppError('link_expired');
      return begun;
    },
    async of(token) {
      const now = clock.now();
      const seen = await store.sessionByHash(tokenHash(token), now);
      if (seen === null) return null;
      const { session, member, isSuspended: suspended } = seen;
      const account = { ...(await accounts.get(session.accountId)), suspended };
      if (suspended || now - session.lastSeenAt < seenEveryMs) return { session, member, account };
      const expiresAt = Math.min(now + idleMs, session.createdAt + sessionMs);
      const touched = { ...session, lastSeenAt: now, expiresAt };
      // A store that cannot be written just now keeps nobody from reading.
      await store.touchSession(touched).catch(() => {});
      return { session: touched, member, account };
    },
    end: ({ accountId, id }) => store.endSession(accountId, id),
    endOthers: ({ accountId, memberId, id }) => store.endSessions(accountId, memberId, { but: id }),
    list: ({ accountId, id }) => store.sessions(accountId, id, clock.now()),
    async changePassword({ session, member }, { current, password }, { address }) {
      // By the member, and not by an email that others may have.
      const isRight = await throttled({ email: member.id, address }, async () =>
        current.length <= passwordUnitsMax && (await passwords.fits(current, member.passwordHash))
          ? { right: true, isOnly: true }
          : null,
      );
      if (isRight === null) throw new AppError('password_wrong');
      checkPassword(password, member.email);
      const passwordHash = await passwords.hash(password);
      await members.changePassword(member, { passwordHash, ends: { but: session.id } });
    },
  };
}

/** A character may be two units. */
const passwordUnitsMax = limits.passwordCharsMax * 2;

/** @throws AppError `password_invalid` */
function checkPassword(password: string, email: string): void {
  const fault = passwordFault(password, email);
  if (fault !== null) throw new AppError(problem('password_invalid', fault, '/password'));
}
