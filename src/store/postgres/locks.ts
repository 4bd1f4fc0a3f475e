/**
 * Which locks are taken, and in which order, so that processes never wait for each other in a circle. Every transaction that
 * touches deliveries takes
 *
 * 0. where it settles under leases, the rows of their shards, by number (see `fence.ts`); where it is a step of a reordering,
 *    the row of the rest in the news (see `news.ts`);
 * 1. the latches of the webhooks concerned, in the order of their numbers: shared by all that work on single parcels, alone
 *    by what works on a whole webhook (disabling parks, deleting cancels all that waits);
 * 2. the rows of the trackings concerned, by (account, id): whoever holds a parcel's row alone decides which delivery of
 *    it is blocked, ready or released;
 *    before them, where a webhook's table is cleared, the row that says so (see `clearing.ts`);
 * 3. rows of deliveries out of order or of no parcel, by (account, id); those in order are covered by their parcel's;
 *
 * and only then looks at what it decides upon: a statement sees what was committed before it began. The count of the news is
 * raised last of all, and whoever holds it takes no row but old news, of which those that rest are left. Identities of trackings
 * are claimed after 2, sorted; events are pruned and replayed under the lock of the event's row, after 2. Rounds of
 * leases take rows of shards alone, and wait for none that they are to take. Figures take their own rows alone, by their keys. Should two transactions meet in a circle all the same, the server undoes one, and it is run again.
 */
import { numbers, textColumn } from './arrays.ts';
import type { Session } from './database.ts';

/** First half of the advisory locks' keys; any number that nobody else uses in this database. */
const lockSpace = {
  migration: 1_635_001,
  latch: 1_635_002,
  days: 1_635_003,
  inbox: 1_635_004,
};

export const migrationLock = `select pg_advisory_xact_lock(${lockSpace.migration}, 0)`;

export const daysLock = `select pg_advisory_xact_lock(${lockSpace.days}, 0)`;

export const inboxLock = `select pg_advisory_xact_lock(${lockSpace.inbox}, hashtext($1))`;

/**
 * A latch is one of a fixed number, since the server has room for some thousands of such locks in all; webhooks that share
 * one wait for each other's disabling. Row locks would not do: a reader that comes later overtakes a waiting writer.
 */
const latchesTotal = 64;

const shareLatches = `
  select pg_advisory_xact_lock_shared(${lockSpace.latch}, latch::integer) from unnest($1::bigint[]) as latch`;

const holdLatch = `
  select case latch when $1 then pg_advisory_xact_lock(${lockSpace.latch}, latch::integer)
    else pg_advisory_xact_lock_shared(${lockSpace.latch}, latch::integer) end
  from unnest($2::bigint[]) as latch`;

const lockTrackings = `
  select account_id, id, writes from tracking
  where (account_id, id) in (select * from unnest($1::text[], $2::text[]))
  order by account_id, id for update`;

/** Lets other transactions on parcels of these webhooks go on, and holds up what is to be done to a webhook as a whole. */
export async function shareWebhooks(session: Session, webhookIds: Iterable<string>): Promise<void> {
  const latches = latchesOf(webhookIds);
  if (latches.length > 0) await session.run(shareLatches, [numbers(latches)]);
}

/** Holds up everything about the webhook until the transaction ends, and shares others that it owes something to. */
export async function holdWebhook(
  session: Session,
  webhookId: string,
  shared: readonly string[] = [],
): Promise<void> {
  await session.run(holdLatch, [latchOf(webhookId), numbers(latchesOf([webhookId, ...shared]))]);
}

/** A parcel: account and id of its tracking; null for that of a delivery that is of none. */
export type Parcel = readonly [accountId: string, id: string | null];

/** Locks the parcels that there are; gives how often each was written, by id. */
export async function lockParcels(
  session: Session,
  parcels: readonly Parcel[],
): Promise<ReadonlyMap<string, number>> {
  const meant = parcels.filter(([, id]) => id !== null);
  if (meant.length === 0) return new Map();
  const rows = await session.rows<[accountId: string, id: string, writes: number]>(lockTrackings, [
    textColumn(meant, 0),
    textColumn(meant, 1),
  ]);
  return new Map(rows.map(([, id, writes]) => [id, writes]));
}

function latchesOf(webhookIds: Iterable<string>): number[] {
  return [...new Set(Array.from(webhookIds, latchOf))].sort((a, b) => a - b);
}

/** From the id's random bits. */
function latchOf(webhookId: string): number {
  return Number.parseInt(webhookId.slice(-2), 16) % latchesTotal || 0;
}
