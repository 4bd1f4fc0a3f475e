/** A webhook as a row, alike in both stores: what may be a credential is sealed, the rest is one JSON document. */
import { newWebhook, type Webhook } from '../domain/webhook.ts';
import type { Vault } from '../vault.ts';

export type WebhookRow = [
  accountId: string,
  id: string,
  document: string,
  urlSealed: string,
  headersSealed: string,
  secretSealed: string,
  previousSecretSealed: string | null,
];

export const webhookColumns =
  'account_id, id, document, url_sealed, headers_sealed, secret_sealed, previous_secret_sealed';

export function rowOfWebhook(webhook: Webhook, vault: Vault): WebhookRow {
  const { accountId, id, url, headers, secret, previousSecret, ...document } = webhook;
  return [
    accountId,
    id,
    JSON.stringify(document),
    vault.seal('webhook.url', url),
    vault.seal('webhook.headers', JSON.stringify(headers)),
    vault.seal('webhook.secret', secret),
    previousSecret && vault.seal('webhook.secret', previousSecret),
  ];
}

export function webhookOf(row: WebhookRow, vault: Vault): Webhook {
  const [accountId, id, document, url, headers, secret, previousSecret] = row;
  return {
    // Written by an earlier release it lacks what came later.
    ...newWebhook,
    ...JSON.parse(document),
    accountId,
    id,
    url: vault.open('webhook.url', url),
    headers: JSON.parse(vault.open('webhook.headers', headers)),
    secret: vault.open('webhook.secret', secret),
    previousSecret: previousSecret && vault.open('webhook.secret', previousSecret),
  };
}
