/**
 * The rows that a settlement decides upon, as its transaction holds them, and what becomes of each: worked out here, one
 * settlement after the other, before anything is written.
 */
import type { SettlementRecord } from '../records.ts';
import { numberColumn, textColumn } from './arrays.ts';
import type { Session } from './database.ts';

const lockDeliveries = `
  select account_id, id, revision, state, attempts from delivery
  where (account_id, id) in (select * from unnest($1::text[], $2::text[]))
  order by account_id, id for update`;

/** The beginnings of parcels' queues: enough of each that its head is among them after so many are settled. */
const selectQueues = `
  select p.webhook_id, p.tracking_id, d.account_id, d.id, d.revision, d.state, d.attempts
  from unnest($1::text[], $2::text[], $3::bigint[]) as p (webhook_id, tracking_id, settled)
  cross join lateral (
    select account_id, id, revision, state, attempts from delivery d
    where d.webhook_id = p.webhook_id and d.tracking_id = p.tracking_id and d.state <> 'parked' and d.ordered = 1
    order by d.revision limit p.settled + 1) as d
  order by p.webhook_id, p.tracking_id, d.revision`;

/** A row of `delivery`, as far as it matters here; what becomes of it is noted in it. */
export interface Held {
  readonly accountId: string;
  readonly id: string;
  readonly revision: number | null;
  state: string;
  attempts: number;
  dueAt: number | null;
  settledAt: number | null;
  changed: boolean;
}

export interface HeldRows {
  /** By id. */
  readonly deliveries: ReadonlyMap<string, Held>;
  /** Of the parcels in order, by webhook and tracking, over the same rows. */
  readonly queues: ReadonlyMap<string, readonly Held[]>;
}

/** Locks what is settled, and reads the queues that it is taken from. */
export async function readHeld(
  session: Session,
  settlements: readonly SettlementRecord[],
): Promise<HeldRows> {
  const deliveries = await readDeliveries(session, settlements);
  return { deliveries, queues: await readQueues(session, settlements, deliveries) };
}

export interface End {
  readonly applied: boolean;
  /** The successor that becomes ready by it. */
  readonly released: Held | null;
  /** Not where its webhook's being disabled has parked it meanwhile: that has told it. */
  readonly parkedNow: boolean;
}

const notApplied: End = { applied: false, released: null, parkedNow: false };

/** What becomes of a delivery by an attempt's end; noted in what is held. */
export function end(
  [[, id, , webhookId], trackingId, ordered, next]: SettlementRecord,
  { deliveries, queues }: HeldRows,
  isLogged: boolean,
): End {
  const applied: End = { ...notApplied, applied: true };
  if (next === null) return applied;
  const [state, attempts, dueAt, settledAt] = next;
  const queue = queues.get(`${webhookId} ${trackingId}`) ?? [];
  const head = () => queue.find((one) => one.settledAt === null && one.state !== 'parked');
  if (isLogged) {
    // It was settled when the answer got lost, and its successor released: that is told again.
    const first = ordered && state !== 'scheduled' ? head() : undefined;
    return first?.state === 'ready' ? { ...applied, released: first } : applied;
  }
  const one = deliveries.get(id);
  if (one === undefined || one.settledAt !== null) return notApplied;
  // Only a head: one that was parked or put behind another while its request was under way stays where it is.
  if (state === 'scheduled' && one.state !== 'ready' && one.state !== 'scheduled') return notApplied;
  const parkedNow = state === 'parked' && one.state !== 'parked';
  Object.assign(one, { state, attempts, dueAt, settledAt, changed: true });
  if (state === 'scheduled' || !ordered) return { ...applied, parkedNow };
  const first = head();
  if (first?.state !== 'blocked') return { ...applied, parkedNow };
  Object.assign(first, { state: 'ready', dueAt: 0, changed: true });
  return { applied: true, released: first, parkedNow };
}

async function readDeliveries(
  session: Session,
  settlements: readonly SettlementRecord[],
): Promise<Map<string, Held>> {
  const made = settlements.map(([attempt]) => attempt);
  if (made.length === 0) return new Map();
  type Row = [accountId: string, id: string, revision: number | null, state: string, attempts: number];
  const rows = await session.rows<Row>(lockDeliveries, [textColumn(made, 0), textColumn(made, 1)]);
  return new Map(rows.map((row) => [row[1], heldOf(...row)]));
}

/** Adds what it finds to `held`. */
async function readQueues(
  session: Session,
  settlements: readonly SettlementRecord[],
  held: Map<string, Held>,
): Promise<ReadonlyMap<string, readonly Held[]>> {
  const parcels = Map.groupBy(
    settlements.filter(([, , ordered, next]) => ordered && next?.[0] !== 'scheduled'),
    ([[, , , webhookId], trackingId]) => `${webhookId} ${trackingId}`,
  );
  if (parcels.size === 0) return new Map();
  const asked = [...parcels.values()].map((group) => {
    const [[, , , webhookId], trackingId] = group[0] as SettlementRecord;
    return [webhookId, trackingId, group.length] as const;
  });
  type Row = [
    webhookId: string,
    trackingId: string,
    ...held: [accountId: string, id: string, revision: number, state: string, attempts: number],
  ];
  const rows = await session.rows<Row>(selectQueues, [
    textColumn(asked, 0),
    textColumn(asked, 1),
    numberColumn(asked, 2),
  ]);
  const queues = new Map<string, Held[]>();
  for (const [webhookId, trackingId, ...row] of rows) {
    const parcel = `${webhookId} ${trackingId}`;
    const one = held.get(row[1]) ?? heldOf(...row);
    held.set(one.id, one);
    queues.set(parcel, [...(queues.get(parcel) ?? []), one]);
  }
  return queues;
}

function heldOf(
  accountId: string,
  id: string,
  revision: number | null,
  state: string,
  attempts: number,
): Held {
  return { accountId, id, revision, state, attempts, dueAt: null, settledAt: null, changed: false };
}
