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
export function makeAccount({ get, post, patch, put, remove }: Calls) {
  return {
    get: () => get<Account>('/api/v1/account'),
    update: (changes: Partial<AccountDraft> & Overlap & { settings?: SettingsChanges }) =>
      patch<Account>('/api/v1/account', changes),
    /**
     * V4's key changes to the one given, or to a new one. The old one signs until `overlap_seconds` have passed (a day
     * if not given), then the new one does. The answer has it; no later one does.
     */
    rotateWebhookSecret: (draft: Pick<AccountDraft, 'webhook_secret'> & Overlap = {}, write?: WriteOptions) =>
      post<Account & { webhook_secret: string }>('/api/v1/account/rotate-webhook-secret', draft, write),
    /** The addresses of all tracking pages change: those given out lead nowhere from now on. */
    resetTrackLinks: (write?: WriteOptions) =>
      post<Account>('/api/v1/account/reset-track-links', undefined, write),
    /** A PNG, JPEG or WebP picture. */
    setLogo: (picture: Blob) => put<Account>('/api/v1/account/logo', picture),
    removeLogo: () => remove<Account>('/api/v1/account/logo'),
  };
}

export interface AccountDraft {
  signing_email: string;
  /** IANA name. */
  time_zone?: string;
  webhook_secret?: string;
}

export type AccountChanges = Partial<Pick<AccountDraft, 'signing_email' | 'time_zone'>> &
  Overlap & {
    suspended?: boolean;
  };

export interface Overlap {
  /** How long the key before a changed one goes on signing. */
  overlap_seconds?: number;
}

/** How customers see the account, how long its data stays, who is written to. */
export interface AccountSettings {
  /** The merchant, as its customers know it. */
  name: string | null;
  website: string | null;
  /** `#rrggbb`. */
  color: string | null;
  /** Of customers; null: the parcel's own, else as their browser asks. */
  language: string | null;
  track_page: {
    enabled: boolean;
    shows: { destination: boolean; order_number: boolean; title: boolean; locations: boolean };
  };
  /** Null: as long as the server keeps them. */
  retention: { final_trackings_days: number | null; deliveries_days: number | null };
  notices: { recipients: { enabled: boolean; statuses: string[]; reply_to: string | null } };
}

/** What is left out stays as it is; a list is replaced as a whole. */
export type SettingsChanges = Partial<Pick<AccountSettings, 'name' | 'website' | 'color' | 'language'>> & {
  track_page?: {
    enabled?: boolean;
    shows?: Partial<AccountSettings['track_page']['shows']>;
  };
  retention?: Partial<AccountSettings['retention']>;
  notices?: { recipients?: Partial<AccountSettings['notices']['recipients']> };
};

export interface Account {
  id: string;
  signing_email: string;
  time_zone: string;
  /** Signs in place of the new one until then. */
  previous_signing_email: string | null;
  previous_signing_email_until: string | null;
  previous_webhook_secret_until: string | null;
  settings: AccountSettings;
  /** Where the logo is, from the address of the server on. */
  logo_path: string | null;
  suspended: boolean;
  created_at: string;
}

export type NewAccount = Account & { key: string; webhook_secret: string };
