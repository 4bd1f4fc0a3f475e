/**
 * What is put into the queues of parcels besides new deliveries: parked ones put back, and old events owed to one more
 * webhook. Both take their place by revision; then the earliest of each parcel leads, and no other.
 */
import type { DeliveryState } from '../../domain/delivery.ts';
import { deliveryIdsOf, withDelivery } from '../eventDocument.ts';
import type { DeliveryRow, RecordStore, ReplayRecord } from '../records.ts';
import type { Parked } from '../stretch.ts';
import { textColumn, texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { type DeliveryLists, selectOfWebhook } from './deliveryLists.ts';
import { lockParcels, shareWebhooks } from './locks.ts';
import { underRest } from './news.ts';
import { insertOwedRows, readEnabled } from './placing.ts';

/** Those that are still parked. */
const recoverEach = `
  update delivery d set state = case d.ordered when 1 then 'blocked' else 'ready' end, attempts = 0,
    due_at = case d.ordered when 1 then null else 0 end
  from unnest($1::text[], $2::text[]) as u (account_id, id)
  where d.account_id = u.account_id and d.id = u.id and d.state = 'parked'`;

/** The heads of parcels' queues. */
const heads = `
  select p.webhook_id, p.tracking_id, d.account_id, d.id, d.revision
  from unnest($1::text[], $2::text[]) as p (webhook_id, tracking_id)
  cross join lateral (
    select account_id, id, revision from delivery d
    where d.webhook_id = p.webhook_id and d.tracking_id = p.tracking_id and d.state <> 'parked' and d.ordered = 1
    order by d.revision limit 1) as d`;

const blockLater = `
  update delivery d set state = 'blocked', due_at = null
  from (${heads}) as head
  where d.webhook_id = head.webhook_id and d.tracking_id = head.tracking_id and d.revision > head.revision
    and d.state in ('ready', 'scheduled') and d.ordered = 1`;

const releaseEach = `
  update delivery d set state = 'ready', due_at = 0
  from (${heads}) as head
  where d.account_id = head.account_id and d.id = head.id and d.state = 'blocked'`;

const lockEvents = `
  select id, document from event
  where (account_id, id) in (select * from unnest($1::text[], $2::text[])) order by account_id, id for update`;

const updateEvent = `
  update event set replayed = true, document = $3, v2 = coalesce(v2, $4), v3 = coalesce(v3, $5), v4 = coalesce(v4, $6),
    standard = coalesce(standard, $7)
  where account_id = $1 and id = $2`;

export function makeRecovering(
  database: Database,
  parkedSome: DeliveryLists['parkedSome'],
): Pick<RecordStore, 'recover' | 'replay'> {
  return {
    replay: (replays, rest) =>
      database.write((session) => underRest(session, rest, () => replay(session, replays))),
    recover: (webhookId, step, rest) =>
      database.write((session) =>
        underRest(session, rest, async () => {
          await shareWebhooks(session, [webhookId]);
          const { parked, next } = await parkedSome(session, webhookId, step);
          const [first] = parked;
          if (first === undefined) return { count: 0, next };
          const enabled = await readEnabled(session, [rowOf(first, webhookId)]);
          if (enabled.get(webhookId) !== true) return { count: 0, next: null };
          return { count: await putBack(session, webhookId, parked), next };
        }),
      ),
  };
}

async function putBack(session: Session, webhookId: string, parked: readonly Parked[]): Promise<number> {
  await lockParcels(
    session,
    parked.map(({ accountId, trackingId }) => [accountId, trackingId]),
  );
  // All of one account. Those out of order or of no parcel are locked as they are updated, in the order given.
  const sorted = parked.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const count = await session.run(recoverEach, [
    texts(sorted.map(({ accountId }) => accountId)),
    texts(sorted.map(({ id }) => id)),
  ]);
  await lead(
    session,
    parked.map(({ trackingId }) => [webhookId, trackingId]),
  );
  return count;
}

/** Makes the earliest delivery of each parcel the head of its queue, and no other. What is of no parcel leads itself. */
export async function lead(
  session: Session,
  parcels: readonly (readonly [webhookId: string, trackingId: string | null])[],
): Promise<void> {
  const meant = parcels.filter(([, trackingId]) => trackingId !== null);
  if (meant.length === 0) return;
  const distinct = [...new Map(meant.map((parcel) => [parcel.join(' '), parcel])).values()];
  const values = [textColumn(distinct, 0), textColumn(distinct, 1)];
  await session.run(blockLater, values);
  await session.run(releaseEach, values);
}

/** Owes events to webhooks that they were not owed to; those that are by now are left out, and where either is gone. */
async function replay(session: Session, replays: readonly ReplayRecord[]): Promise<number> {
  const rows = replays.map(([delivery]) => delivery);
  if (rows.length === 0) return 0;
  await shareWebhooks(
    session,
    rows.map(([, , webhookId]) => webhookId),
  );
  await lockParcels(
    session,
    rows.map(([accountId, , , trackingId]) => [accountId, trackingId]),
  );
  const events = await session.rows<[id: string, document: string]>(lockEvents, [
    textColumn(rows, 0),
    textColumn(rows, 4),
  ]);
  const documents = new Map(events);
  const enabled = await readEnabled(session, rows);
  const added: DeliveryRow[] = [];
  const states = new Map<string, DeliveryState>();
  for (const [row, data] of replays) {
    const [accountId, id, webhookId, , eventId, , , version, , ordered] = row;
    const document = documents.get(eventId);
    const isOn = enabled.get(webhookId);
    if (document === undefined || isOn === undefined) continue;
    const owedIds = texts(deliveryIdsOf(document));
    if ((await session.rows(selectOfWebhook, [accountId, owedIds, webhookId])).length > 0) continue;
    documents.set(eventId, withDelivery(document, id));
    const bodies = ['v2', 'v3', 'v4', 'standard'].map((one) => (one === version ? data : null));
    await session.run(updateEvent, [accountId, eventId, documents.get(eventId) ?? null, ...bodies]);
    states.set(id, isOn ? (ordered === 1 ? 'blocked' : 'ready') : 'parked');
    // Before the next is looked at, which may be of the same event and webhook.
    await insertOwedRows(session, [row], states);
    added.push(row);
  }
  await lead(
    session,
    added.map(([, , webhookId, trackingId]) => [webhookId, trackingId]),
  );
  return added.length;
}

/** As much of a row as says of which webhook it is. */
function rowOf({ accountId, id, trackingId }: Parked, webhookId: string): DeliveryRow {
  return [accountId, id, webhookId, trackingId, '', '', 0, '', 0, 0, 'parked', 0, 0, null, null];
}
