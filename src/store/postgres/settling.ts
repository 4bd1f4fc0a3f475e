/**
 * The ends of attempts: each is logged, its delivery moves to history, is parked or scheduled, and the parcel's next one
 * becomes ready, all in one transaction. What becomes of each is worked out here, one settlement after the other, over rows
 * that the transaction holds (see `locks.ts`); then it is written as sets.
 */
import type { AttemptRow, DeliveryRow, OwedRecord, SettledRecord, SettlementRecord } from '../records.ts';
import { numberColumn, numbers, textColumn, texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import type { Days } from './days.ts';
import { bodyColumns, owedOf } from './deliveryLists.ts';
import { lockParcels, shareWebhooks } from './locks.ts';
import { CommitUnanswered } from './outage.ts';

const insertAttempts = `
  insert into attempt (account_id, delivery_id, id, webhook_id, started_at, verdict, document)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[])`;

const selectLogged = `
  select id from attempt
  where (account_id, delivery_id, id) in (select * from unnest($1::text[], $2::text[], $3::text[]))`;

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

const selectOwed = `
  select d.account_id, d.id, webhook_id, tracking_id, event_id, number, revision, version, ordered, state, attempts,
    created_at, due_at, null, ${bodyColumns}
  from delivery d join event e on e.account_id = d.account_id and e.id = d.event_id
  where (d.account_id, d.id) in (select * from unnest($1::text[], $2::text[]))`;

const moveToHistory = `
  with settled as (
    delete from delivery d
    using unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) as u (account_id, id, state, attempts, settled_at)
    where d.account_id = u.account_id and d.id = u.id
    returning d.account_id, d.id, webhook_id, tracking_id, event_id, number, revision, version, ordered, u.state,
      u.attempts, created_at, u.settled_at)
  insert into delivery_history (account_id, id, webhook_id, tracking_id, event_id, number, revision, version, ordered,
    state, attempts, created_at, settled_at)
  select * from settled`;

const updateEach = `
  update delivery d set state = u.state, attempts = u.attempts, due_at = u.due_at
  from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) as u (account_id, id, state, attempts, due_at)
  where d.account_id = u.account_id and d.id = u.id`;

/** A row of `delivery`, as far as it matters here; what becomes of it is noted in it. */
interface Held {
  readonly accountId: string;
  readonly id: string;
  readonly revision: number;
  state: string;
  attempts: number;
  dueAt: number | null;
  settledAt: number | null;
  changed: boolean;
}

export function makeSettling(
  database: Database,
  days: Days,
): (settlements: readonly SettlementRecord[]) => Promise<SettledRecord[]> {
  /** Attempts whose transaction may or may not have been committed when the connection ended. */
  const uncertain = new Set<string>();

  async function settle(
    session: Session,
    settlements: readonly SettlementRecord[],
  ): Promise<SettledRecord[]> {
    const meant = settlements.filter(([, , , next]) => next !== null);
    await shareWebhooks(
      session,
      meant.map(([[, , , webhookId]]) => webhookId),
    );
    await lockParcels(
      session,
      meant.filter(([, , ordered]) => ordered).map(([[accountId], trackingId]) => [accountId, trackingId]),
    );
    const [held, logged] = await Promise.all([
      readDeliveries(session, meant),
      readLogged(
        session,
        settlements.map(([made]) => made).filter(([, , id]) => uncertain.has(id)),
      ),
    ]);
    const queues = await readQueues(session, meant, held);
    const ends = settlements.map((settlement) =>
      end(settlement, { held, queues, isLogged: logged.has(settlement[0][2]) }),
    );
    const released = await readOwed(
      session,
      ends.flatMap(([, one]) => one ?? []),
    );
    const changed = [...held.values()].filter((one) => one.changed);
    const attempts = settlements.map(([made]) => made).filter(([, , id]) => !logged.has(id));
    await Promise.all([
      logAttempts(session, attempts),
      move(
        session,
        changed.filter(({ settledAt }) => settledAt !== null),
      ),
      update(
        session,
        changed.filter(({ settledAt }) => settledAt === null),
      ),
    ]);
    return ends.map(([applied, one]) => [applied, one && (released.get(one.id) as OwedRecord)]);
  }

  return async (settlements) => {
    await days.ensure(settlements.flatMap(([[, deliveryId, id]]) => [deliveryId, id]));
    try {
      const results = await database.write((session) => settle(session, settlements));
      for (const [[, , id]] of settlements) uncertain.delete(id);
      return results;
    } catch (error) {
      if (error instanceof CommitUnanswered) for (const [[, , id]] of settlements) uncertain.add(id);
      throw error;
    }
  };
}

/** What becomes of a delivery, and which one is released by it. */
function end(
  [[, id, , webhookId], trackingId, ordered, next]: SettlementRecord,
  {
    held,
    queues,
    isLogged,
  }: {
    held: ReadonlyMap<string, Held>;
    queues: ReadonlyMap<string, readonly Held[]>;
    isLogged: boolean;
  },
): readonly [applied: boolean, released: Held | null] {
  if (next === null) return [true, null];
  const [state, attempts, dueAt, settledAt] = next;
  const queue = queues.get(`${webhookId} ${trackingId}`) ?? [];
  const head = () => queue.find((one) => one.settledAt === null && one.state !== 'parked');
  if (isLogged) {
    // It was settled when the answer got lost, and its successor released: that is told again.
    const first = ordered && state !== 'scheduled' ? head() : undefined;
    return [true, first?.state === 'ready' ? first : null];
  }
  const one = held.get(id);
  if (one === undefined || one.settledAt !== null) return [false, null];
  // Only a head: one that was parked or put behind another while its request was under way stays where it is.
  if (state === 'scheduled' && one.state !== 'ready' && one.state !== 'scheduled') return [false, null];
  Object.assign(one, { state, attempts, dueAt, settledAt, changed: true });
  if (state === 'scheduled' || !ordered) return [true, null];
  const first = head();
  if (first?.state !== 'blocked') return [true, null];
  Object.assign(first, { state: 'ready', dueAt: 0, changed: true });
  return [true, first];
}

async function readDeliveries(
  session: Session,
  settlements: readonly SettlementRecord[],
): Promise<Map<string, Held>> {
  const made = settlements.map(([attempt]) => attempt);
  if (made.length === 0) return new Map();
  type Row = [accountId: string, id: string, revision: number, state: string, attempts: number];
  const rows = await session.rows<Row>(lockDeliveries, [textColumn(made, 0), textColumn(made, 1)]);
  return new Map(rows.map((row) => [row[1], heldOf(...row)]));
}

/** The queues of the parcels in order, by webhook and tracking, over the same rows as `held`; adds what it finds to it. */
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

function heldOf(accountId: string, id: string, revision: number, state: string, attempts: number): Held {
  return { accountId, id, revision, state, attempts, dueAt: null, settledAt: null, changed: false };
}

async function readLogged(session: Session, made: readonly AttemptRow[]): Promise<ReadonlySet<string>> {
  if (made.length === 0) return new Set();
  const values = [0, 1, 2].map((place) => textColumn(made, place));
  return new Set((await session.rows<[id: string]>(selectLogged, values)).map(([id]) => id));
}

/** The released ones with event and body, as they are once this is written. */
async function readOwed(
  session: Session,
  released: readonly Held[],
): Promise<ReadonlyMap<string, OwedRecord>> {
  if (released.length === 0) return new Map();
  const rows = await session.rows<DeliveryRow>(selectOwed, [
    texts(released.map(({ accountId }) => accountId)),
    texts(released.map(({ id }) => id)),
  ]);
  const byId = new Map(rows.map((row) => [row[1], row]));
  return new Map(
    released.map(({ id }) => {
      const [delivery, document, data] = owedOf(byId.get(id), id);
      const ready = delivery.with(9, 'ready').with(12, 0) as unknown as DeliveryRow;
      return [id, [ready, document, data]];
    }),
  );
}

async function logAttempts(session: Session, made: readonly AttemptRow[]): Promise<void> {
  if (made.length === 0) return;
  await session.run(insertAttempts, [
    ...[0, 1, 2, 3].map((place) => textColumn(made, place)),
    numberColumn(made, 4),
    textColumn(made, 5),
    textColumn(made, 6),
  ]);
}

async function move(session: Session, rows: readonly Held[]): Promise<void> {
  if (rows.length === 0) return;
  await session.run(moveToHistory, [...valuesOf(rows), numbers(rows.map(({ settledAt }) => settledAt))]);
}

async function update(session: Session, rows: readonly Held[]): Promise<void> {
  if (rows.length === 0) return;
  await session.run(updateEach, [...valuesOf(rows), numbers(rows.map(({ dueAt }) => dueAt))]);
}

function valuesOf(rows: readonly Held[]): Buffer[] {
  return [
    texts(rows.map(({ accountId }) => accountId)),
    texts(rows.map(({ id }) => id)),
    texts(rows.map(({ state }) => state)),
    numbers(rows.map(({ attempts }) => attempts)),
  ];
}
