/** Webhooks. What may be a credential (URL, headers, secrets) is sealed; the rest is one JSON document. */

import { newWebhook, type Webhook } from '../../domain/webhook.ts';
import type { Vault } from '../../vault.ts';
import type { RecordStore } from '../records.ts';
import type { Notice, WebhookStore } from '../store.ts';
import type { AnswerTable } from './answers.ts';
import type { Database } from './database.ts';
import type { DeliveryTable } from './deliveries.ts';

interface Row {
  account_id: string;
  id: string;
  document: string;
  url_sealed: string;
  headers_sealed: string;
  secret_sealed: string;
  previous_secret_sealed: string | null;
}

const selectAll = 'select * from webhook where account_id = ? order by id';

const upsertOne = `
  insert into webhook (account_id, id, document, url_sealed, headers_sealed, secret_sealed, previous_secret_sealed)
  values (?, ?, ?, ?, ?, ?, ?)
  on conflict (account_id, id) do update set document = excluded.document, url_sealed = excluded.url_sealed,
    headers_sealed = excluded.headers_sealed, secret_sealed = excluded.secret_sealed,
    previous_secret_sealed = excluded.previous_secret_sealed`;

const deleteOne = 'delete from webhook where account_id = ? and id = ?';

export function makeWebhookTable(
  database: Database,
  { vault, deliveries, answers }: { vault: Vault; deliveries: DeliveryTable; answers: AnswerTable },
): Pick<RecordStore, keyof WebhookStore> {
  const all = database.prepare(selectAll);
  const upsert = database.prepare(upsertOne);
  const remove = database.prepare(deleteOne);

  function put(webhook: Webhook): void {
    const { accountId, id, url, headers, secret, previousSecret, ...document } = webhook;
    upsert.run(
      accountId,
      id,
      JSON.stringify(document),
      vault.seal('webhook.url', url),
      vault.seal('webhook.headers', JSON.stringify(headers)),
      vault.seal('webhook.secret', secret),
      previousSecret && vault.seal('webhook.secret', previousSecret),
    );
  }

  function fromRow(row: Row): Webhook {
    return {
      // Written by an earlier release it lacks what came later.
      ...newWebhook,
      ...JSON.parse(row.document),
      accountId: row.account_id,
      id: row.id,
      url: vault.open('webhook.url', row.url_sealed),
      headers: JSON.parse(vault.open('webhook.headers', row.headers_sealed)),
      secret: vault.open('webhook.secret', row.secret_sealed),
      previousSecret: row.previous_secret_sealed && vault.open('webhook.secret', row.previous_secret_sealed),
    };
  }

  return {
    async webhooks(accountId) {
      return (all.all(accountId) as Row[]).map(fromRow);
    },
    insertWebhook: (webhook, answer) =>
      database.write(() => {
        put(webhook);
        if (answer !== null) answers.put(answer);
      }),
    updateWebhook: (webhook, notice) =>
      database.write(() => {
        put(webhook);
        const parked = webhook.enabled ? 0 : deliveries.parkAll(webhook.id);
        return notice === null ? [] : deliveries.writeNotice(counted(notice, parked));
      }),
    deleteWebhook: (webhook, settledAt) =>
      database.write(() => {
        remove.run(webhook.accountId, webhook.id);
        deliveries.cancelAll(webhook.id, settledAt);
      }),
  };
}

function counted(notice: Notice, parked: number): Notice {
  const { event } = notice;
  return event.kind === 'webhook.disabled' ? { ...notice, event: { ...event, parked } } : notice;
}
