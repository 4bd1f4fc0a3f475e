/**
 * Accounts: the tenants, for the operator; and the account of the key in use. Answers may have more members than are named
 * here.
 */
import { type Calls, one, type WriteOptions } from './calls.ts';
import type { Query } from './pages.ts';

/** For the operator's key. */
export function makeAccounts({ get, post, patch, list }: Calls) {
  return {
    /** The answer has the account's first key; no later one does. */
    create: (draft: AccountDraft, write?: WriteOptions) => post<NewAccount>('/api/v1/accounts', draft, write),
    list: (query?: Query) => list<Account>('/api/v1/accounts', query),
    get: (id: string) => get<Account>(one('accounts', id)),
    update: (id: string, changes: AccountChanges) => patch<Account>(one('accounts', id), changes),
    suspend: (id: string) => patch<Account>(one('accounts', id), { suspended: true }),
    resume: (id: string) => patch<Account>(one('accounts', id), { suspended: false }),
  };
}

/** The account of the key in use. */
export function makeAccount({ get, patch }: Calls) {
  return {
    get: () => get<Account>('/api/v1/account'),
    update: (changes: Partial<AccountDraft>) => patch<Account>('/api/v1/account', changes),
  };
}

export interface AccountDraft {
  signing_email: string;
  /** IANA name. */
  time_zone?: string;
  webhook_secret?: string;
}

export type AccountChanges = Partial<Pick<AccountDraft, 'signing_email' | 'time_zone'>> & {
  suspended?: boolean;
};

export interface Account {
  id: string;
  signing_email: string;
  time_zone: string;
  suspended: boolean;
  created_at: string;
}

export type NewAccount = Account & { key: string; webhook_secret: string };
