/**
 * Accounts and their API keys. Held in memory as they are read, since every request and every attempt asks; whoever
 * writes one here replaces it there. Keys are 190 random bits, so a plain SHA-256 is enough to keep them by.
 */
import { hash, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Ids } from '../base/id.ts';
import { oneAfterAnother } from '../base/oneAfterAnother.ts';
import {
  type Account,
  type ApiKey,
  type Logo,
  type Principal,
  type Role,
  unchangedKeys,
} from '../domain/account.ts';
import { defaultSettings } from '../domain/accountSettings.ts';
import { readEmail } from '../domain/email.ts';
import { AppError } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { AccountId, AccountStore, Freshly } from '../store/store.ts';
import { type AccountChanges, changedAccount, readTimeZone } from './changedAccount.ts';
import type { KeyUses } from './keyUses.ts';
import { hashOfLogo, readPicture } from './logo.ts';

export interface AccountDraft {
  readonly signingEmail: string;
  readonly timeZone?: string | undefined;
  readonly webhookSecret?: string | undefined;
  /** The first key, where the operator brings one; else it is made. */
  readonly apiKey?: string | undefined;
}

export interface Accounts {
  /** @throws AppError `account_not_found` */
  get(id: AccountId): Promise<Account>;
  /** What is held of an account and its keys is out of date; of all, where none is named. */
  outdate(id?: AccountId): void;
  list(): Promise<readonly Account[]>;
  /**
   * Makes an account with its first key, which is shown this once. Several accounts may have one signing email: it signs
   * and identifies nobody, and a refusal would tell a tenant of another.
   */
  create(draft: AccountDraft): Promise<{ account: Account; key: string }>;
  /** The same where there is none yet; null where there is. */
  createFirst(draft: AccountDraft): Promise<{ account: Account; key: string } | null>;
  /** @throws AppError `account_not_found` */
  update(id: AccountId, changes: AccountChanges): Promise<Account>;
  /** Changes V4's key to the secret given, or to a new one. */
  rotateWebhookSecret(
    id: AccountId,
    rotation: { secret: string | undefined; overlapSeconds: number },
  ): Promise<Account>;
  /** Takes the place of the one before. @throws AppError `body_invalid`, `body_too_large` */
  setLogo(id: AccountId, bytes: Buffer): Promise<Account>;
  removeLogo(id: AccountId): Promise<Account>;
  /** Null: the account has no logo whose hash begins so. */
  logo(account: Account, hashBegins: string): Promise<Logo | null>;
  /** Of the tracking pages' addresses that were given out none leads anywhere from now on. */
  resetTrackLinks(id: AccountId): Promise<Account>;
  /** Who asks with this key; null where nobody does. */
  authenticate(key: string): Promise<Principal | null>;
  keys(id: AccountId): Promise<readonly ApiKey[]>;
  createKey(id: AccountId, draft: { name: string; role: Role }): Promise<{ key: string; record: ApiKey }>;
  /** @throws AppError `key_not_found`; `key_last` where the account would have no owner left */
  revokeKey(id: AccountId, keyId: string): Promise<void>;
}

/** Wrong keys are remembered as wrong, so that one that goes on being sent costs no look-ups; this many at the most. */
const nobodysMax = 10_000;

const unnoted: Pick<KeyUses, 'used' | 'lastUsedAt'> = {
  used() {},
  lastUsedAt: ({ lastUsedAt }) => lastUsedAt,
};

export function makeAccounts({
  store,
  freshly,
  ids,
  clock,
  operatorKey,
  uses = unnoted,
  onResumed = () => {},
  onSettings = async () => {},
}: {
  store: AccountStore;
  freshly: Freshly;
  ids: Ids;
  clock: Clock;
  operatorKey: string;
  /** When keys were used; nothing is noted where it is not given. */
  uses?: Pick<KeyUses, 'used' | 'lastUsedAt'>;
  /** Called after an account's suspension was taken back. */
  onResumed?(account: Account): void;
  /** Called after its settings were edited, and before that is answered. */
  onSettings?(account: Account): Promise<void>;
}): Accounts {
  const accounts = new Map<AccountId, Account>();
  const byHash = new Map<string, ApiKey>();
  const nobodys = new Set<string>();
  const operatorHash = hashOf(operatorKey);
  /** How often what is held was found out of date: what was being read by then may be so too. */
  let outdated = 0;
  /** An edit that began before the operator's suspension must not undo it, nor two pass a limit. */
  const inTurn = oneAfterAnother();
  const decide: Freshly = (run) => inTurn(() => freshly(run));

  async function get(id: AccountId): Promise<Account> {
    const held = accounts.get(id);
    if (held !== undefined) return held;
    const before = outdated;
    const read = await withTrackKey(await store.account(id));
    if (read === null) throw new AppError('account_not_found');
    // An update may have come in between, and is newer than what was read.
    if (before === outdated && !accounts.has(id)) accounts.set(id, read);
    return accounts.get(id) ?? read;
  }

  /** Accounts of the release before have none; of several processes that give one, the first one's is taken. */
  async function withTrackKey(account: Account | null): Promise<Account | null> {
    if (account === null || account.trackKey !== null) return account;
    return { ...account, trackKey: await store.claimTrackKey(account.id, newTrackKey()) };
  }

  async function keyBy(hash: string): Promise<ApiKey | null> {
    const held = byHash.get(hash);
    if (held !== undefined) return held;
    if (nobodys.has(hash)) return null;
    const before = outdated;
    const read = await store.keyByHash(hash);
    if (before !== outdated) return read;
    if (read !== null) byHash.set(hash, read);
    else nobodys.add(hash);
    for (const oldest of nobodys) {
      if (nobodys.size <= nobodysMax) break;
      nobodys.delete(oldest);
    }
    return read;
  }

  function make(draft: AccountDraft): { account: Account; key: string; record: ApiKey } {
    const account: Account = {
      id: ids.next('acc'),
      signingEmail: readEmail(draft.signingEmail, '/signing_email'),
      webhookSecret: draft.webhookSecret ?? newSecret(),
      ...unchangedKeys,
      timeZone: readTimeZone(draft.timeZone ?? 'UTC'),
      settings: defaultSettings,
      trackKey: newTrackKey(),
      logoHash: null,
      suspended: false,
      createdAt: clock.now(),
    };
    const key = draft.apiKey ?? newKey('wk');
    return { account, key, record: makeKey(account.id, { name: 'first', role: 'owner', key }) };
  }

  function makeKey(
    accountId: AccountId,
    { name, role, key }: { name: string; role: Role; key: string },
  ): ApiKey {
    const record = {
      id: ids.next('key'),
      accountId,
      name,
      role,
      hash: hashOf(key),
      hint: `${key.slice(0, 7)}…`,
    };
    return { ...record, createdAt: clock.now(), lastUsedAt: null };
  }

  const change = (
    id: AccountId,
    changes: AccountChanges,
    /** What `logoHash` becomes the name of. */
    logo?: Logo | null,
  ): Promise<Account> =>
    decide(async (heard) => {
      const at = outdated;
      const before = await get(id);
      const account = changedAccount(before, changes, clock.now());
      if (logo === undefined) await store.updateAccount(account, heard);
      else await store.updateLogo(account, logo, heard);
      if (at === outdated) accounts.set(id, account);
      if (before.suspended && !account.suspended) onResumed(account);
      return account;
    });

  return {
    get,
    list: () => store.accounts(),
    outdate(id) {
      outdated++;
      if (id === undefined) {
        accounts.clear();
        byHash.clear();
        nobodys.clear();
        return;
      }
      accounts.delete(id);
      for (const [hash, key] of byHash) if (key.accountId === id) byHash.delete(hash);
      // One of them may be its by now.
      nobodys.clear();
    },
    async create(draft) {
      const { account, key, record } = make(draft);
      await store.insertAccount(account, record);
      nobodys.delete(record.hash);
      return { account, key };
    },
    async createFirst(draft) {
      const { account, key, record } = make(draft);
      return (await store.insertFirstAccount(account, record)) ? { account, key } : null;
    },
    async update(id, changes) {
      const account = await change(id, changes);
      if (changes.settings !== undefined) await onSettings(account);
      return account;
    },
    rotateWebhookSecret(id, { secret, overlapSeconds }) {
      return change(id, { webhookSecret: secret ?? newSecret(), overlapSeconds });
    },
    async setLogo(id, bytes) {
      const { contentType } = readPicture(bytes);
      const logo = { contentType, data: bytes.toString('base64'), createdAt: clock.now() };
      return change(id, { logoHash: hashOfLogo(bytes) }, logo);
    },
    removeLogo: (id) => change(id, { logoHash: null }, null),
    async logo({ id, logoHash }, hashBegins) {
      return logoHash?.startsWith(hashBegins) ? store.logo(id, logoHash) : null;
    },
    resetTrackLinks(id) {
      return change(id, { trackKey: newTrackKey() });
    },
    async authenticate(key) {
      // No such key is ever made or taken: one that is empty or can be guessed is nobody's, whatever a file may say.
      if (key.length < limits.apiKeyCharsMin || key.length > limits.apiKeyCharsMax) return null;
      const hash = hashOf(key);
      if (hash === operatorHash) return { kind: 'operator', actor: 'operator' };
      const record = await keyBy(hash);
      if (record === null) return null;
      uses.used(record);
      return { kind: 'member', account: await get(record.accountId), actor: record.id, role: record.role };
    },
    async keys(id) {
      return (await store.keys(id)).map((key) => ({ ...key, lastUsedAt: uses.lastUsedAt(key) }));
    },
    createKey: (id, { name, role }) =>
      decide(async (heard) => {
        if ((await store.keys(id)).length >= limits.keysPerAccountMax) throw new AppError('keys_too_many');
        const key = newKey('wk');
        const record = makeKey(id, { name, role, key });
        await store.insertKey(record, heard);
        nobodys.delete(record.hash);
        return { key, record };
      }),
    revokeKey: (id, keyId) =>
      decide(async (heard) => {
        const owners = (await store.keys(id)).filter(({ role }) => role === 'owner');
        if (owners.length === 1 && owners[0]?.id === keyId) throw new AppError('key_last');
        if (!(await store.deleteKey(id, keyId, heard))) throw new AppError('key_not_found');
        byHash.clear();
      }),
  };
}

/** A new key: 32 characters of base62-like text after its prefix. */
export function newKey(prefix: 'wk' | 'wop'): string {
  return `${prefix}_${randomBytes(24).toString('base64url').replaceAll('-', 'A').replaceAll('_', 'B')}`;
}

/** As TrackingMore makes them. */
function newSecret(): string {
  return randomUUID();
}

function newTrackKey(): string {
  return randomBytes(16).toString('base64url');
}

/** Looking a digest up tells nothing of the key by its timing. */
function hashOf(key: string): string {
  return hash('sha256', key);
}
