/**
 * New deliveries and their place: blocked if an earlier one of their parcel is not settled. What befell their webhook since
 * the commit was planned befalls them too: parked where that is disabled, cancelled where it is gone. The caller holds the
 * locks of webhooks and parcels (see `locks.ts`).
 */
import type { DeliveryState } from '../../domain/delivery.ts';
import { shardOfDelivery } from '../../domain/shard.ts';
import { sharedColumns } from '../deliveryRow.ts';
import type { DeliveryRow } from '../records.ts';
import { numberColumn, numbers, textColumn, texts } from './arrays.ts';
import type { Session } from './database.ts';

/** What an `unnest` of `sharedValues` is unpacked into. */
const sharedArrays =
  '$1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bigint[], $10::bigint[], $11::text[], $12::bigint[], $13::bigint[]';

const insertOwed = `
  insert into delivery (${sharedColumns}, due_at, shard)
  select * from unnest(${sharedArrays}, $14::bigint[], $15::bigint[])`;

const insertSettled = `
  insert into delivery_history (${sharedColumns}, settled_at) select * from unnest(${sharedArrays}, $14::bigint[])`;

const selectEnabled = `
  select id, document::json ->> 'enabled' = 'true' from webhook
  where (account_id, id) in (select * from unnest($1::text[], $2::text[]))`;

/** The head of each parcel's queue: its earliest delivery that is not parked. Those out of order are not in the queue. */
const selectHeads = `
  select p.webhook_id, p.tracking_id, head.revision
  from unnest($1::text[], $2::text[]) as p (webhook_id, tracking_id)
  cross join lateral (
    select revision from delivery d
    where d.webhook_id = p.webhook_id and d.tracking_id = p.tracking_id and d.state <> 'parked' and d.ordered = 1
    order by d.revision limit 1) as head`;

/** Whoever was at the head of a parcel's queue steps back behind an earlier one. */
const blockLater = `
  update delivery d set state = 'blocked', due_at = null
  from unnest($1::text[], $2::text[], $3::bigint[]) as p (webhook_id, tracking_id, revision)
  where d.webhook_id = p.webhook_id and d.tracking_id = p.tracking_id and d.revision > p.revision
    and d.state in ('ready', 'scheduled') and d.ordered = 1`;

/**
 * Inserts them within a job and gives their states by id.
 * @param fresh ids of the trackings that are new with this commit: nothing is owed of them yet
 */
export async function place(
  session: Session,
  deliveries: readonly DeliveryRow[],
  fresh: ReadonlySet<string>,
): Promise<ReadonlyMap<string, DeliveryState>> {
  const states = new Map<string, DeliveryState>();
  if (deliveries.length === 0) return states;
  const old = deliveries.filter((row) => row[9] === 1 && row[3] !== null && !fresh.has(row[3]));
  const [enabled, heads] = await Promise.all([readEnabled(session, deliveries), readHeads(session, old)]);
  const displaced: [webhookId: string, trackingId: string | null, revision: number | null][] = [];
  const leading = new Map<string, string>();
  for (const row of deliveries) {
    const [, id, webhookId, trackingId, , , revision, , , ordered, planned] = row;
    const parcel = parcelOf(row);
    const head = ordered === 1 ? heads.get(parcel) : undefined;
    const state = standing(enabled.get(webhookId) ?? null, planned, head, revision);
    states.set(id, state);
    if (state !== 'ready' || ordered !== 1) continue;
    if (head !== undefined) {
      displaced.push([webhookId, trackingId, revision]);
      const led = leading.get(parcel);
      if (led !== undefined) states.set(led, 'blocked');
    }
    if (revision !== null) heads.set(parcel, revision);
    leading.set(parcel, id);
  }
  await Promise.all([
    displaced.length > 0
      ? session.run(blockLater, [
          textColumn(displaced, 0),
          textColumn(displaced, 1),
          numberColumn(displaced, 2),
        ])
      : null,
    insertOwedRows(
      session,
      deliveries.filter(([, id]) => states.get(id) !== 'cancelled'),
      states,
    ),
    insertCancelled(
      session,
      deliveries.filter(([, id]) => states.get(id) === 'cancelled'),
    ),
  ]);
  return states;
}

/** What a new delivery begins as, given its webhook and the revision at the head of its parcel's queue. */
function standing(
  isEnabled: boolean | null,
  planned: string,
  head: number | undefined,
  revision: number | null,
): DeliveryState {
  if (isEnabled === null) return 'cancelled';
  if (!isEnabled || planned === 'parked') return 'parked';
  return head !== undefined && revision !== null && head <= revision ? 'blocked' : 'ready';
}

/** Whether deliveries to these webhooks are sent just now, by id; absent: it is gone. */
export async function readEnabled(
  session: Session,
  rows: readonly DeliveryRow[],
): Promise<ReadonlyMap<string, boolean>> {
  const asked = [...new Map(rows.map((row) => [row[2], row])).values()];
  const found = await session.rows<[id: string, enabled: boolean]>(selectEnabled, [
    textColumn(asked, 0),
    textColumn(asked, 2),
  ]);
  return new Map(found);
}

async function readHeads(session: Session, rows: readonly DeliveryRow[]): Promise<Map<string, number>> {
  if (rows.length === 0) return new Map();
  const parcels = [...new Map(rows.map((row) => [parcelOf(row), row])).values()];
  const found = await session.rows<[webhookId: string, trackingId: string, revision: number]>(selectHeads, [
    textColumn(parcels, 2),
    textColumn(parcels, 3),
  ]);
  return new Map(found.map(([webhookId, trackingId, revision]) => [`${webhookId} ${trackingId}`, revision]));
}

export async function insertOwedRows(
  session: Session,
  rows: readonly DeliveryRow[],
  states: ReadonlyMap<string, DeliveryState>,
): Promise<void> {
  if (rows.length === 0) return;
  const due = numbers(rows.map(([, id]) => (states.get(id) === 'ready' ? 0 : null)));
  const shards = numbers(
    rows.map(([, , webhookId, trackingId]) => shardOfDelivery({ webhookId, trackingId })),
  );
  await session.run(insertOwed, [...sharedValues(rows, states), due, shards]);
}

async function insertCancelled(session: Session, rows: readonly DeliveryRow[]): Promise<void> {
  if (rows.length === 0) return;
  const states = new Map(rows.map(([, id]) => [id, 'cancelled'] as const));
  await session.run(insertSettled, [...sharedValues(rows, states), numberColumn(rows, 12)]);
}

function sharedValues(rows: readonly DeliveryRow[], states: ReadonlyMap<string, DeliveryState>): Buffer[] {
  return [
    ...[0, 1, 2, 3, 4, 5].map((at) => textColumn(rows, at)),
    numberColumn(rows, 6),
    textColumn(rows, 7),
    numberColumn(rows, 8),
    numberColumn(rows, 9),
    texts(rows.map(([, id]) => states.get(id) ?? null)),
    numberColumn(rows, 11),
    numberColumn(rows, 12),
  ];
}

function parcelOf([, , webhookId, trackingId]: DeliveryRow): string {
  return `${webhookId} ${trackingId}`;
}
