/** Accounts and their keys, and the store's notes. */
import type { Account, AccountId, ApiKey, Logo } from '../../domain/account.ts';

export interface KeyUse extends Pick<ApiKey, 'accountId' | 'id'> {
  readonly lastUsedAt: number;
}

export interface AccountStore {
  accounts(): Promise<readonly Account[]>;
  account(id: AccountId): Promise<Account | null>;
  insertAccount(account: Account, key: ApiKey): Promise<void>;
  /** The same where there is no account yet; whether there was none. */
  insertFirstAccount(account: Account, key: ApiKey): Promise<boolean>;
  /** @throws Outdated */
  updateAccount(account: Account, heard: number): Promise<void>;
  /** The account's key of its tracking pages, which is the one given if there was none; null: there is no such account. */
  claimTrackKey(id: AccountId, key: string): Promise<string | null>;
  /** The same as `updateAccount` with what the account's `logoHash` names: null, as that is, removes it. @throws Outdated */
  updateLogo(account: Account, logo: Logo | null, heard: number): Promise<void>;
  logo(accountId: AccountId, hash: string): Promise<Logo | null>;
  keyByHash(hash: string): Promise<ApiKey | null>;
  keys(accountId: AccountId): Promise<readonly ApiKey[]>;
  /** @throws Outdated */
  insertKey(key: ApiKey, heard: number): Promise<void>;
  /** Whether there was one. @throws Outdated */
  deleteKey(accountId: AccountId, id: string, heard: number): Promise<boolean>;
  /** Says when keys were last used; never sets one back, and says nothing of one that is gone. Is no news. */
  touchKeys(uses: readonly KeyUse[]): Promise<void>;
  /** Small facts about the store itself: the inbox token, what samples were made. */
  note(name: string): Promise<string | null>;
  setNote(name: string, value: string | null): Promise<void>;
  /** The note's value, which is the one given if there was none: of several that come at once, the first one's. */
  claimNote(name: string, value: string): Promise<string>;
}
