/** Accounts and their keys as rows, alike in both stores. What signs is sealed. */
import type { Account, ApiKey, Logo, LogoType, Role } from '../domain/account.ts';
import { readSettings, writtenSettings } from '../domain/accountSettings.ts';
import type { Vault } from '../vault.ts';

export type AccountRow = [
  id: string,
  signingEmail: string,
  previousSigningEmail: string | null,
  previousSigningEmailUntil: number | null,
  webhookSecretSealed: string,
  previousWebhookSecretSealed: string | null,
  previousWebhookSecretUntil: number | null,
  timeZone: string,
  suspended: number,
  createdAt: number,
  settings: string,
  trackKeySealed: string | null,
  logoHash: string | null,
];

export const accountColumns =
  'id, signing_email, previous_signing_email, previous_signing_email_until, webhook_secret_sealed, previous_webhook_secret_sealed, previous_webhook_secret_until, time_zone, suspended, created_at, settings, track_key_sealed, logo_hash';

export function rowOfAccount(account: Account, vault: Vault): AccountRow {
  const { previousWebhookSecret: previous } = account;
  return [
    account.id,
    account.signingEmail,
    account.previousSigningEmail,
    account.previousSigningEmailUntil,
    vault.seal('account.webhook-secret', account.webhookSecret),
    previous && vault.seal('account.webhook-secret', previous),
    account.previousWebhookSecretUntil,
    account.timeZone,
    Number(account.suspended),
    account.createdAt,
    writtenSettings(account.settings),
    account.trackKey && vault.seal('account.track-key', account.trackKey),
    account.logoHash,
  ];
}

export function accountOf(row: AccountRow, vault: Vault): Account {
  const [id, signingEmail, previousSigningEmail, previousSigningEmailUntil, sealed, previous] = row;
  const [
    ,
    ,
    ,
    ,
    ,
    ,
    previousWebhookSecretUntil,
    timeZone,
    suspended,
    createdAt,
    settings,
    trackKey,
    logoHash,
  ] = row;
  return {
    id: id as Account['id'],
    signingEmail,
    previousSigningEmail,
    previousSigningEmailUntil,
    webhookSecret: vault.open('account.webhook-secret', sealed),
    previousWebhookSecret: previous && vault.open('account.webhook-secret', previous),
    previousWebhookSecretUntil,
    timeZone,
    settings: readSettings(settings),
    trackKey: trackKey && vault.open('account.track-key', trackKey),
    logoHash,
    suspended: suspended === 1,
    createdAt,
  };
}

export type LogoRow = [contentType: string, data: string, createdAt: number];

export const logoColumns = 'content_type, data, created_at';

export function rowOfLogo({ contentType, data, createdAt }: Logo): LogoRow {
  return [contentType, data, createdAt];
}

export function logoOf([contentType, data, createdAt]: LogoRow): Logo {
  return { contentType: contentType as LogoType, data, createdAt };
}

export type KeyRow = [
  accountId: string,
  id: string,
  name: string,
  role: string,
  hash: string,
  hint: string,
  createdAt: number,
  lastUsedAt: number | null,
];

export const keyColumns = 'account_id, id, name, role, hash, hint, created_at, last_used_at';

export function rowOfKey(key: ApiKey): KeyRow {
  const { accountId, id, name, role, hash, hint, createdAt, lastUsedAt } = key;
  return [accountId, id, name, role, hash, hint, createdAt, lastUsedAt];
}

export function keyOf([accountId, id, name, role, hash, hint, createdAt, lastUsedAt]: KeyRow): ApiKey {
  return {
    id: id as ApiKey['id'],
    accountId: accountId as ApiKey['accountId'],
    name,
    role: role as Role,
    hash,
    hint,
    createdAt,
    lastUsedAt,
  };
}
