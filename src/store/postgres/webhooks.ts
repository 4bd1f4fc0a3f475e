/** Webhooks. What may be a credential (URL, headers, secrets) is sealed; the rest is one JSON document. */

import { newWebhook, type Webhook } from '../../domain/webhook.ts';
import type { Vault } from '../../vault.ts';
import type { RecordStore } from '../records.ts';
import type { News, Notice, WebhookStore } from '../store.ts';
import type { AnswerTable } from './answers.ts';
import type { Database, Session } from './database.ts';
import type { Days } from './days.ts';
import type { DeliveryTable } from './deliveries.ts';
import { holdWebhook } from './locks.ts';
import { tell } from './news.ts';
import { idsOf, toldBy } from './notices.ts';

type Row = [
  accountId: string,
  id: string,
  document: string,
  urlSealed: string,
  headersSealed: string,
  secretSealed: string,
  previousSecretSealed: string | null,
];

const columns = 'account_id, id, document, url_sealed, headers_sealed, secret_sealed, previous_secret_sealed';

const selectAll = `select ${columns} from webhook where account_id = $1 order by id`;

const upsertOne = `
  insert into webhook (${columns}) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (account_id, id) do update set document = excluded.document, url_sealed = excluded.url_sealed,
    headers_sealed = excluded.headers_sealed, secret_sealed = excluded.secret_sealed,
    previous_secret_sealed = excluded.previous_secret_sealed`;

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
  async function put(session: Session, webhook: Webhook): Promise<void> {
    const { accountId, id, url, headers, secret, previousSecret, ...document } = webhook;
    await session.run(upsertOne, [
      accountId,
      id,
      JSON.stringify(document),
      vault.seal('webhook.url', url),
      vault.seal('webhook.headers', JSON.stringify(headers)),
      vault.seal('webhook.secret', secret),
      previousSecret && vault.seal('webhook.secret', previousSecret),
    ]);
  }

  function fromRow([accountId, id, document, url, headers, secret, previousSecret]: Row): Webhook {
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

  return {
    async webhooks(accountId) {
      return (await database.rows<Row>(selectAll, [accountId])).map(fromRow);
    },
    insertWebhook: (webhook, answer, heard) =>
      database.write(async (session) => {
        await put(session, webhook);
        if (answer !== null) await answers.claim(session, answer);
        await tell(session, newsOf(webhook), heard);
      }),
    async updateWebhook(webhook, notice, heard) {
      await days.ensure(notice === null ? [] : idsOf(notice));
      return database.write(async (session) => {
        await holdWebhook(session, webhook.id, notice === null ? [] : toldBy(notice));
        await put(session, webhook);
        const parked = webhook.enabled ? 0 : await deliveries.parkAll(session, webhook.id);
        const written = notice === null ? [] : [counted(notice, parked)];
        const [owed = []] = await deliveries.writeNotices(session, written);
        await tell(session, newsOf(webhook), heard);
        return owed;
      });
    },
    deleteWebhook: (webhook, settledAt) =>
      database.write(async (session) => {
        await holdWebhook(session, webhook.id);
        await session.run(deleteOne, [webhook.accountId, webhook.id]);
        await deliveries.cancelAll(session, webhook.id, settledAt);
        await tell(session, newsOf(webhook));
      }),
  };
}

function newsOf({ accountId, id: webhookId }: Webhook): News {
  return { kind: 'changed', accountId, webhookId };
}

function counted(notice: Notice, parked: number): Notice {
  const { event } = notice;
  return event.kind === 'webhook.disabled' ? { ...notice, event: { ...event, parked } } : notice;
}
