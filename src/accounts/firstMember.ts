/**
 * The owner with whom the first account can be signed in to: made by the start that makes the account, and by the first start of a
 * Waybell that has members on a store from before. Several accounts are the operator's to invite members to.
 */
import type { FirstAccount } from '../config/config.ts';
import { FIRST_ACCOUNT_VARIABLES } from '../config/settings.ts';
import { AppError } from '../domain/error.ts';
import type { Accounts } from './accounts.ts';
import type { Members } from './members.ts';
import { type Passwords, passwordFault } from './passwords.ts';

export interface FirstMember {
  readonly email: string;
  /** Of the link to set a password by; null: the password was given. */
  readonly token: string | null;
}

/** Null where there is one already, or no single account. */
export async function makeFirstMember(
  { password }: Pick<FirstAccount, 'password'>,
  { accounts, members, passwords }: { accounts: Accounts; members: Members; passwords: Passwords },
): Promise<FirstMember | null> {
  const [account, another] = await accounts.list();
  if (account === undefined || another !== undefined) return null;
  if ((await members.list(account.id)).length > 0) return null;
  const passwordHash = password === null ? null : await passwords.hash(password);
  try {
    const { signingEmail: email } = account;
    const { token } = await members.invite(account.id, { email, role: 'owner' });
    if (passwordHash === null) return { email, token };
    await members.useLink(token, { passwordHash, name: null });
    return { email, token: null };
  } catch (error) {
    // Another process starts at the same time.
    if (error instanceof AppError && error.problem.code === 'member_exists') return null;
    throw error;
  }
}

/** @throws Error, in words for the operator, where the password that is given cannot be one */
export function checkFirstPassword({ email, password }: Pick<FirstAccount, 'email' | 'password'>): void {
  const fault = password === null ? null : passwordFault(password, email ?? '');
  if (fault !== null)
    throw new Error(
      `${FIRST_ACCOUNT_VARIABLES.password} is not taken. ${fault} Set another, or leave it out.`,
    );
}
