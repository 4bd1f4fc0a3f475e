/** Webhooks. How one is kept stands in `webhookRow.ts`. */
import type { Webhook } from '../../domain/webhook.ts';
import type { Vault } from '../../vault.ts';
import { parkedTold } from '../parkedTold.ts';
import type { RecordStore } from '../records.ts';
import type { WebhookStore } from '../store.ts';
import { rowOfWebhook, type WebhookRow, webhookColumns, webhookOf } from '../webhookRow.ts';
import type { AnswerTable } from './answers.ts';
import type { Database } from './database.ts';
import type { DeliveryTable } from './deliveries.ts';

const selectAll = `select ${webhookColumns} from webhook where account_id = ? order by id`;

const upsertOne = `
  insert into webhook (${webhookColumns}) values (?, ?, ?, ?, ?, ?, ?)
  on conflict (account_id, id) do update set document = excluded.document, url_sealed = excluded.url_sealed,
    headers_sealed = excluded.headers_sealed, secret_sealed = excluded.secret_sealed,
    previous_secret_sealed = excluded.previous_secret_sealed`;

const deleteOne = 'delete from webhook where account_id = ? and id = ?';

export function makeWebhookTable(
  database: Database,
  { vault, deliveries, answers }: { vault: Vault; deliveries: DeliveryTable; answers: AnswerTable },
): Pick<RecordStore, keyof WebhookStore> {
  const all = database.prepareRows(selectAll);
  const upsert = database.prepare(upsertOne);
  const remove = database.prepare(deleteOne);

  function put(webhook: Webhook): void {
    upsert.run(...rowOfWebhook(webhook, vault));
  }

  return {
    async webhooks(accountId) {
      return (all.all(accountId) as WebhookRow[]).map((row) => webhookOf(row, vault));
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
        return notice === null ? [] : deliveries.writeNotice(parkedTold(notice, parked));
      }),
    deleteWebhook: (webhook, settledAt) =>
      database.write(() => {
        remove.run(webhook.accountId, webhook.id);
        deliveries.cancelAll(webhook.id, settledAt);
      }),
    // Both are done at once.
    clearings: async () => [],
    clear: async () => false,
  };
}
