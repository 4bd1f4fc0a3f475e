/** Deliveries and their attempts as they are read: a webhook's queue, one of them, and the lists of the API. */
import { allShards } from '../../base/id.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { type AnyEvent, isOperational, type TrackingEvent } from '../../domain/event.ts';
import type { Page } from '../../domain/page.ts';
import { inOrderAfter, isAsked } from '../deliveryFilter.ts';
import { deliveryOf, sharedColumns } from '../deliveryRow.ts';
import { decodeEvent } from '../eventDocument.ts';
import { owedRecordColumns, owedRecordOf } from '../owedRow.ts';
import { type Asked, behindIds, idRange, type ListOrder, partOf } from '../page.ts';
import type { AttemptRow, DeliveryRow, OwedRecord, RecordStore } from '../records.ts';
import type { AccountId, DeliveryFilter, DeliveryStore, PageRequest, RecoverStep } from '../store.ts';
import { type Parked, parkedIn } from '../stretch.ts';
import { numbers, texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { createdBetween, prepareList, readPortion } from './page.ts';
import { readStretch } from './stretches.ts';

export interface DeliveryLists
  extends Pick<RecordStore, Exclude<keyof DeliveryStore, 'settle' | 'recover' | 'replay'>> {
  /** Those of the next stretch of a webhook's table that are parked and meant, parcel by parcel, oldest revision first. */
  parkedSome(
    session: Session,
    webhookId: string,
    step: RecoverStep,
  ): Promise<{ readonly parked: readonly Parked[]; readonly next: string | null }>;
}

/** A loose scan of the index: a probe per webhook and, up to the first that has work, per shard; not one row per delivery. */
const selectWithWork = `
  with recursive worked (webhook_id) as (
    (select webhook_id from delivery where state in ('ready', 'scheduled') order by webhook_id limit 1)
    union all
    select (select d.webhook_id from delivery d where d.state in ('ready', 'scheduled') and d.webhook_id > worked.webhook_id
      order by d.webhook_id limit 1)
    from worked where worked.webhook_id is not null)
  select webhook_id from worked
  where webhook_id is not null and webhook_id not in (select webhook_id from clearing) and (
    select true from unnest($1::bigint[]) as own (shard) cross join lateral (
      select from delivery d
      where d.webhook_id = worked.webhook_id and d.shard = own.shard and d.state in ('ready', 'scheduled') and d.due_at <= $2
      order by d.due_at, d.id limit 1) as head
    limit 1)`;

/**
 * The first few of each shard, merged. Where a shard has more than those few, the others are known only as far as its last
 * one reaches; what lies behind that is left for the next reading. So the queue of one shard is read no further for the
 * length of another's.
 */
const selectQueue = `
  with near as materialized (
    select d.* from unnest($4::bigint[]) as own (shard) cross join lateral (
      select ${sharedColumns}, due_at, row_number() over (order by due_at, id) as place from delivery
      where webhook_id = $1 and shard = own.shard and state in ('ready', 'scheduled') and (due_at, id) > ($2, $3)
      order by due_at, id limit $5) as d
    where not exists (select from clearing where webhook_id = $1)),
  reach as materialized (select due_at, id from near where place = $5 order by due_at, id limit 1)
  select ${owedRecordColumns}, exists (select from reach)
  from near d join event e on e.account_id = d.account_id and e.id = d.event_id
  where not exists (select from reach where (d.due_at, d.id) > (reach.due_at, reach.id))
  order by d.due_at, d.id limit $6`;

const selectHeads = `
  select ${owedRecordColumns}
  from unnest($1::text[], $2::text[]) as u (account_id, id)
    join delivery d on d.account_id = u.account_id and d.id = u.id
    join event e on e.account_id = d.account_id and e.id = d.event_id
  where d.state in ('ready', 'scheduled')`;

const listOwed = `select ${sharedColumns}, due_at, null from delivery`;

const listSettled = `select ${sharedColumns}, null, settled_at from delivery_history`;

const conditions = {
  account: 'account_id = ?',
  after: 'id < ?',
  behind: 'id > ?',
  ...createdBetween,
  webhook: 'webhook_id = ?',
  state: 'state = ?',
};

const owedConditions = {
  ...conditions,
  waiting: "state <> 'parked'",
  // The index begins with the webhook; an account has few.
  tracking:
    'tracking_id = ? and webhook_id in (select w.id from webhook w where w.account_id = delivery.account_id)',
};

const byId = 'where account_id = $1 and id = $2';

const byIds = 'where account_id = $1 and id = any($2::text[])';

const selectLastEvent = 'select last_event_id from tracking where account_id = $1 and id = $2';

const selectEvents = 'select id, document from event where account_id = $1 and id = any($2::text[])';

const selectAttempts = `
  select account_id, delivery_id, id, webhook_id, started_at, verdict, document from attempt
  where account_id = $1 and delivery_id = $2 and id < $3 order by id desc limit $4`;

const selectLive = `
  select id from tracking where account_id = $1 and id = any($2::text[]) and deleted_at is null`;

/** Which of the deliveries there are of a webhook. */
export const selectOfWebhook = `
  select id from delivery where account_id = $1 and id = any($2::text[]) and webhook_id = $3
  union all select id from delivery_history where account_id = $1 and id = any($2::text[]) and webhook_id = $3`;

/** Bodies can be large: a queue is read in small portions until it is enough. */
const queueRowsAtOnce = 100;

/** Of each shard at the least. */
const fewMin = 4;

export function makeDeliveryLists(database: Database): DeliveryLists {
  const owed = prepareList(database, listOwed, owedConditions);
  const settled = prepareList(database, listSettled, conditions);

  async function delivery(accountId: string, id: string): Promise<Delivery | null> {
    const find = (list: string) => database.rows<DeliveryRow>(`${list} ${byId}`, [accountId, id]);
    // In this order, since it moves from the one to the other.
    const [row] = [...(await find(listOwed)), ...(await find(listSettled))];
    return row === undefined ? null : deliveryOf(row);
  }

  /** Settled deliveries in that order, one more than a page has; of one tracking all, in any order. */
  async function settledBy(
    accountId: AccountId,
    filter: DeliveryFilter,
    { after, limit }: PageRequest,
    order: ListOrder,
  ): Promise<Delivery[]> {
    const { state, webhookId: webhook, trackingId } = filter;
    if (trackingId !== null) return settledOf(accountId, trackingId, filter);
    const from = order === 'desc' ? { after } : { behind: after };
    const range = createdRange(filter);
    const asked = { account: accountId, ...from, ...range, webhook, state, limit: limit + 1 };
    return (await settled<DeliveryRow>(asked, order)).map(deliveryOf);
  }

  /**
   * Those of one tracking, along the chain of its events: the history has no index by tracking. One that was replayed is the
   * newest and yet of an old event, so the chain is followed to its end.
   */
  async function settledOf(
    accountId: AccountId,
    trackingId: string,
    filter: DeliveryFilter,
  ): Promise<Delivery[]> {
    const found: Delivery[] = [];
    const [[last = null] = []] = await database.rows<[id?: string]>(selectLastEvent, [accountId, trackingId]);
    let eventId = last;
    while (eventId !== null) {
      const [event] = await eventsOf(database, accountId, [eventId]);
      // A tracking's chain has events of its own alone.
      if (event === undefined || isOperational(event)) break;
      const values = [accountId, texts(event.deliveryIds)];
      const rows = await database.rows<DeliveryRow>(`${listSettled} ${byIds}`, values);
      found.push(...rows.map(deliveryOf).filter((one) => isAsked(one, filter)));
      eventId = event.previousId;
    }
    return found;
  }

  async function listBy(
    accountId: AccountId,
    filter: DeliveryFilter,
    request: PageRequest,
    order: ListOrder,
  ): Promise<Page<Delivery>> {
    const { state } = filter;
    const { after } = request;
    const asked = {
      account: accountId,
      ...(order === 'desc' ? { after } : { behind: after }),
      ...createdRange(filter),
      webhook: filter.webhookId,
      tracking: filter.trackingId,
      limit: request.limit + 1,
    };
    const waiting = state === 'waiting' || state === 'sending';
    const ended = state === 'accepted' || state === 'cancelled';
    const rows = ended
      ? []
      : await owed<DeliveryRow>({ ...asked, waiting: waiting || null, state: waiting ? null : state }, order);
    // One may move from the one to the other between the two readings: then it is in both.
    const found = new Map(rows.map((row) => [row[1], deliveryOf(row)]));
    const history = waiting || state === 'parked' ? [] : await settledBy(accountId, filter, request, order);
    for (const one of history) found.set(one.id, one);
    const { items, next } = partOf({
      items: inOrderAfter([...found.values()], after, order),
      limit: request.limit,
      edge: null,
      isFull: false,
      idOf: ({ id }) => id,
    });
    return { items, next };
  }

  async function parkedSome(
    session: Session,
    webhookId: string,
    step: RecoverStep,
  ): ReturnType<DeliveryLists['parkedSome']> {
    const { rows, next } = await readStretch(session, webhookId, step);
    return { parked: parkedIn(rows, step), next };
  }

  return {
    parkedSome,
    async webhooksWithWork(shards, dueBy) {
      const values = [numbers(shards ?? allShards), dueBy ?? Number.MAX_SAFE_INTEGER];
      const rows = await database.rows<[webhookId: Delivery['webhookId']]>(selectWithWork, values);
      return rows.map(([webhookId]) => webhookId);
    },
    async queue(webhookId, after, { rowsMax, bytesMax }, shards) {
      const own = shards ?? allShards;
      const rows: OwedRecord[] = [];
      let bytes = 0;
      let { dueAt, id } = after ?? { dueAt: -1, id: '' };
      let few = Math.max(fewMin, Math.ceil((2 * queueRowsAtOnce) / own.length));
      for (;;) {
        const limit = Math.min(queueRowsAtOnce, rowsMax - rows.length);
        few = Math.min(few, limit);
        const values = [webhookId, dueAt, id, numbers(own), few, limit];
        const read = await database.rows<DeliveryRow>(selectQueue, values);
        for (const one of read) {
          const record = owedRecordOf(one, one[1]);
          rows.push(record);
          bytes += record[2].length;
          dueAt = record[0][13] ?? 0;
          id = record[0][1];
          if (rows.length === rowsMax || bytes >= bytesMax) return { rows, more: true };
        }
        const isMore = (read.at(-1) as readonly unknown[] | undefined)?.at(-1) === true;
        if (read.length < limit && !isMore) return { rows, more: false };
        // Most of what there is lies in few shards.
        if (read.length < limit / 2) few *= 2;
      }
    },
    async heads(deliveries) {
      const rows = await database.rows<DeliveryRow>(selectHeads, [
        texts(deliveries.map(({ accountId }) => accountId)),
        texts(deliveries.map(({ id }) => id)),
      ]);
      return rows.map((row) => owedRecordOf(row, row[1]));
    },
    delivery,
    deliveries: (accountId, filter, request) => listBy(accountId, filter, request, 'desc'),
    deliveriesFrom: (accountId, filter, request) => listBy(accountId, filter, request, 'asc'),
    async attempts(accountId, deliveryId) {
      const { rows } = await readPortion<AttemptRow>({
        limit: Number.POSITIVE_INFINITY,
        charsOf: ([, , , , , , document]) => document.length,
        read: (last, limit) =>
          database.rows(selectAttempts, [accountId, deliveryId, last?.[2] ?? behindIds, limit]),
      });
      return rows.reverse();
    },
    async missing(accountId, webhookId, eventIds) {
      const events = (await eventsOf(database, accountId, eventIds)).filter(isOfTracking);
      const trackingIds = texts([...new Set(events.map(({ trackingId }) => trackingId))]);
      const live = new Set(
        (await database.rows<[id: string]>(selectLive, [accountId, trackingIds])).map(first),
      );
      const deliveryIds = texts(events.flatMap((event) => event.deliveryIds));
      const values = [accountId, deliveryIds, webhookId];
      const owedIds = new Set((await database.rows<[id: string]>(selectOfWebhook, values)).map(first));
      const missing = events.filter(
        (event) => live.has(event.trackingId) && !event.deliveryIds.some((id) => owedIds.has(id)),
      );
      const missingIds = new Set<string>(missing.map(({ id }) => id));
      return eventIds.filter((id) => missingIds.has(id));
    },
    async recoverable(webhookId, step) {
      const { parked, next } = await parkedSome(database, webhookId, step);
      return { count: parked.length, next };
    },
  };
}

function first([value]: readonly [string]): string {
  return value;
}

async function eventsOf(
  session: Session,
  accountId: string,
  eventIds: readonly string[],
): Promise<AnyEvent[]> {
  const rows = await session.rows<[id: string, document: string]>(selectEvents, [accountId, texts(eventIds)]);
  return rows.map(([id, document]) =>
    decodeEvent({ accountId: accountId as AccountId, id: id as AnyEvent['id'] }, document),
  );
}

function isOfTracking(event: AnyEvent): event is TrackingEvent {
  return !isOperational(event);
}

function createdRange(filter: DeliveryFilter): Asked {
  return { ...idRange('dlv', filter), from: filter.createdFrom, to: filter.createdTo };
}
