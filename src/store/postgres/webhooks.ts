/** Webhooks. How one is kept stands in `webhookRow.ts`. */
import type { Webhook } from '../../domain/webhook.ts';
import type { Vault } from '../../vault.ts';
import { parkedTold } from '../parkedTold.ts';
import type { RecordStore } from '../records.ts';
import type { WebhookStore } from '../store.ts';
import { rowOfWebhook, type WebhookRow, webhookColumns, webhookOf } from '../webhookRow.ts';
import type { AnswerTable } from './answers.ts';
import { makeClearing } from './clearing.ts';
import type { Database, Session } from './database.ts';
import type { Days } from './days.ts';
import type { DeliveryTable } from './deliveries.ts';
import { holdWebhook } from './locks.ts';
import { changed, tell } from './news.ts';
import { idsOf, toldBy } from './notices.ts';

const selectAll = `select ${webhookColumns} from webhook where account_id = $1 order by id`;

const upsertOne = `
  insert into webhook (${webhookColumns}) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (account_id, id) do update set document = excluded.document, url_sealed = excluded.url_sealed,
    headers_sealed = excluded.headers_sealed, secret_sealed = excluded.secret_sealed,
    previous_secret_sealed = excluded.previous_secret_sealed`;

const selectEnabled =
  "select document::json ->> 'enabled' = 'true' from webhook where account_id = $1 and id = $2";

const deleteOne = 'delete from webhook where account_id = $1 and id = $2';

export function makeWebhookTable(
  database: Database,
  {
    vault,
    days,
    deliveries,
    answers,
  }: { vault: Vault; days: Days; deliveries: DeliveryTable; answers: AnswerTable },
): Pick<RecordStore, keyof WebhookStore> {
  const clearing = makeClearing(database);

  async function put(session: Session, webhook: Webhook): Promise<void> {
    await session.run(upsertOne, rowOfWebhook(webhook, vault));
  }

  return {
    async webhooks(accountId) {
      const rows = await database.rows<WebhookRow>(selectAll, [accountId]);
      return rows.map((row) => webhookOf(row, vault));
    },
    insertWebhook: (webhook, answer, heard) =>
      database.write(async (session) => {
        await put(session, webhook);
        if (answer !== null) await answers.claim(session, [answer]);
        await tell(session, changed(webhook.accountId, webhook.id), heard);
      }),
    async updateWebhook(webhook, notice, heard) {
      await days.ensure(notice === null ? [] : idsOf(notice));
      return database.write(async (session) => {
        await holdWebhook(session, webhook.id, notice === null ? [] : toldBy(notice));
        const [[wasEnabled] = [false]] = await session.rows<[boolean]>(selectEnabled, [
          webhook.accountId,
          webhook.id,
        ]);
        await put(session, webhook);
        let parked = 0;
        if (webhook.enabled) await clearing.giveUp(session, webhook);
        // What comes later is parked as it is placed.
        else if (wasEnabled) parked = await clearing.park(session, webhook);
        const written = notice === null ? [] : [parkedTold(notice, parked)];
        const [owed = []] = await deliveries.writeNotices(session, written);
        await tell(session, changed(webhook.accountId, webhook.id), heard);
        return owed;
      });
    },
    deleteWebhook: (webhook, settledAt) =>
      database.write(async (session) => {
        await holdWebhook(session, webhook.id);
        await session.run(deleteOne, [webhook.accountId, webhook.id]);
        await clearing.cancel(session, webhook, settledAt);
        await tell(session, changed(webhook.accountId, webhook.id));
      }),
    clearings: clearing.clearings,
    clear: clearing.clear,
  };
}
