/** Deliveries and their attempts as they are read: a webhook's queue, one of them, and the lists of the API. */
import type { Delivery } from '../../domain/delivery.ts';
import { type AnyEvent, isOperational } from '../../domain/event.ts';
import type { Page } from '../../domain/page.ts';
import { shardOfDelivery } from '../../domain/shard.ts';
import { inOrderAfter, isAsked } from '../deliveryFilter.ts';
import { deliveryOf, sharedColumns } from '../deliveryRow.ts';
import { decodeEvent } from '../eventDocument.ts';
import { owedRecordColumns, owedRecordOf } from '../owedRow.ts';
import { type Asked, idRange, type ListOrder, makePortion, type Part, partOf } from '../page.ts';
import type { AttemptRow, DeliveryRow, OwedRecord, RecordStore } from '../records.ts';
import type {
  AccountId,
  DeliveryFilter,
  DeliveryStore,
  PageRequest,
  QueueBounds,
  QueuePage,
  QueuePosition,
  RecoverStep,
} from '../store.ts';
import {
  behindLoose,
  behindParcels,
  looseStart,
  type Parked,
  parcelsBegin,
  parcelsStart,
  parkedIn,
  type StretchRow,
} from '../stretch.ts';
import type { Database } from './database.ts';
import { createdBetween, idBetween, type List, prepareList, readPage } from './page.ts';

export interface DeliveryLists
  extends Pick<RecordStore, Exclude<keyof DeliveryStore, 'settle' | 'recover' | 'replay'>> {
  /** Those of the next stretch of a webhook's table that are parked and meant, parcel by parcel, oldest revision first. */
  parkedSome(
    webhookId: string,
    step: RecoverStep,
  ): { readonly parked: readonly Parked[]; readonly next: string | null };
}

/** A loose scan of the index: one probe per webhook, not one row per delivery. */
const selectWithWork = `
  with recursive worked(webhook_id) as (
    select min(webhook_id) from delivery where state in ('ready', 'scheduled')
    union all
    select (select min(webhook_id) from delivery where state in ('ready', 'scheduled') and webhook_id > worked.webhook_id)
    from worked where worked.webhook_id is not null)
  select webhook_id from worked where webhook_id is not null`;

const selectQueue = `
  select ${owedRecordColumns}
  from delivery d join event e on e.account_id = d.account_id and e.id = d.event_id
  where d.webhook_id = ? and d.state in ('ready', 'scheduled') and (d.due_at, d.id) > (?, ?)
  order by d.due_at, d.id limit ?`;

const selectHead = `
  select ${owedRecordColumns}
  from delivery d join event e on e.account_id = d.account_id and e.id = d.event_id
  where d.account_id = ? and d.id = ? and d.state in ('ready', 'scheduled')`;

const owedColumns = `${sharedColumns}, due_at, null`;

const settledColumns = `${sharedColumns}, null, settled_at`;

/** The plus keeps an index from being used that is not in the order of ids: all of it would be sorted for one page. */
const conditions = {
  account: 'account_id = :account',
  ...idBetween,
  ...createdBetween,
  webhook: '+webhook_id = :webhook',
  tracking: '+tracking_id = :tracking',
  state: 'state = :state',
  waiting: "state <> 'parked'",
};

/** The index begins with the webhook; an account has few. */
const selectParcelOwed = `
  select ${owedColumns} from delivery
  where account_id = :account and tracking_id = :tracking
    and webhook_id in (select id from webhook where account_id = :account) limit :limit`;

const byId = 'where account_id = ? and id = ?';

const selectLastEvent = 'select last_event_id from tracking where account_id = ? and id = ?';

const selectEvent = 'select document from event where account_id = ? and id = ?';

const selectAttempts = `
  select account_id, delivery_id, id, webhook_id, started_at, verdict, document from attempt
  where account_id = ? and delivery_id = ? order by id desc`;

const selectStretch = `
  select account_id, id, tracking_id, revision, ordered, state, created_at from delivery
  where webhook_id = ? and (tracking_id, revision) > (?, ?) order by tracking_id, revision limit ?`;

/** The same of what belongs to no parcel, which that comparison never finds. */
const selectLooseStretch = `
  select account_id, id, null, null, ordered, state, created_at from delivery
  where webhook_id = ? and tracking_id is null and revision is null and (account_id, id) > (?, ?)
  order by account_id, id limit ?`;

const selectLive = 'select 1 from tracking where account_id = ? and id = ? and deleted_at is null';

/** Parked or not: bounds the time that a recovery holds the thread, and with it all other writes, at a stretch. */
const stretchRows = 1000;

/** In SQLite's words. */
const noLimit = -1;

/** Looked at in one go: events of a parcel and their deliveries. The usual parcel has some tens. */
const parcelRowsMax = 2000;

export function makeDeliveryLists(database: Database): DeliveryLists {
  const withWork = database.prepareRows(selectWithWork);
  const queue = database.prepareRows(selectQueue);
  const owed = prepareList(database.prepareRows, { columns: owedColumns, table: 'delivery', conditions });
  const settled = prepareList(database.prepareRows, {
    columns: settledColumns,
    table: 'delivery_history',
    conditions,
  });
  const head = database.prepareRows(selectHead);
  const owedOne = database.prepareRows(`select ${owedColumns} from delivery ${byId}`);
  const settledOne = database.prepareRows(`select ${settledColumns} from delivery_history ${byId}`);
  const parcelOwed = database.prepareRows(selectParcelOwed);
  const lastEvent = database.prepareRows(selectLastEvent);
  const event = database.prepareRows(selectEvent);
  const attempts = database.prepareRows(selectAttempts);
  const stretch = database.prepareRows(selectStretch);
  const looseStretch = database.prepareRows(selectLooseStretch);
  const live = database.prepareRows(selectLive);

  function settledDelivery(accountId: AccountId, id: string): Delivery[] {
    const row = settledOne.get(accountId, id) as DeliveryRow | undefined;
    return row === undefined ? [] : [deliveryOf(row)];
  }

  /**
   * All deliveries of one parcel, the settled ones along the chain of its events, since the history has no index by parcel.
   * One that was replayed is the newest and yet of an old event, so the chain is followed to its end. Null where that is long.
   */
  function ofParcel(accountId: AccountId, trackingId: string): readonly Delivery[] | null {
    const rows = parcelOwed.all({ account: accountId, tracking: trackingId, limit: parcelRowsMax });
    const found = (rows as DeliveryRow[]).map(deliveryOf);
    let left = parcelRowsMax - rows.length;
    let [eventId = null] = (lastEvent.get(accountId, trackingId) ?? []) as [id?: string | null];
    while (eventId !== null) {
      const row = event.get(accountId, eventId) as [document: string] | undefined;
      if (row === undefined) break;
      const known = decodeEvent({ accountId, id: eventId as AnyEvent['id'] }, row[0]);
      // A tracking's chain has events of its own alone.
      if (isOperational(known)) break;
      left -= 1 + known.deliveryIds.length;
      if (left <= 0) return null;
      for (const id of known.deliveryIds) found.push(...settledDelivery(accountId, id));
      eventId = known.previousId;
    }
    return found;
  }

  function isOf(accountId: string, deliveryId: string, webhookId: string): boolean {
    const row = (owedOne.get(accountId, deliveryId) ?? settledOne.get(accountId, deliveryId)) as
      | DeliveryRow
      | undefined;
    return row?.[2] === webhookId;
  }

  /** The page of a list that is wholly here. */
  function pageWithin(
    all: readonly Delivery[],
    filter: DeliveryFilter,
    { after, limit }: PageRequest,
    order: ListOrder,
  ): Page<Delivery> {
    const items = inOrderAfter(
      all.filter((delivery) => isAsked(delivery, filter)),
      after,
      order,
    );
    return partOf({ items, limit, edge: null, isFull: false, idOf });
  }

  /** What the next stretch of the tables holds of a page. Both are read in one turn: rows move from one to the other. */
  function partBy(
    accountId: AccountId,
    filter: DeliveryFilter,
    { after, limit }: PageRequest,
    order: ListOrder,
  ): Part<Delivery> {
    const from = order === 'desc' ? { after } : { behind: after };
    const keys = { account: accountId, ...from, ...idRange('dlv', filter) };
    const tables = tablesOf(filter);
    const edges = tables.flatMap(({ list }) => list.edge(keys, order) ?? []).sort();
    const edge = edges.at(order === 'desc' ? -1 : 0) ?? null;
    const asked = {
      ...keys,
      [order === 'desc' ? 'floor' : 'ceiling']: edge,
      from: filter.createdFrom,
      to: filter.createdTo,
      webhook: filter.webhookId,
      tracking: filter.trackingId,
    };
    const rows = tables.flatMap(({ list, states }) => [
      ...list.rows({ ...asked, ...states }, limit + 1, order),
    ]);
    const items = inOrderAfter((rows as DeliveryRow[]).map(deliveryOf), after, order);
    return partOf({ items, limit, edge, isFull: false, idOf });
  }

  /** Which tables have deliveries in the state that is asked for, and how they are told from others there. */
  function tablesOf({ state }: DeliveryFilter): { readonly list: List; readonly states: Asked }[] {
    if (state === null) return [owed, settled].map((list) => ({ list, states: {} }));
    if (state === 'waiting' || state === 'sending') return [{ list: owed, states: { waiting: true } }];
    return [{ list: state === 'parked' ? owed : settled, states: { state } }];
  }

  async function listBy(
    accountId: AccountId,
    filter: DeliveryFilter,
    request: PageRequest,
    order: ListOrder,
  ): Promise<Page<Delivery>> {
    if (filter.trackingId !== null) {
      await database.turn();
      const all = ofParcel(accountId, filter.trackingId);
      if (all !== null) return pageWithin(all, filter, request, order);
    }
    return readPage(database.turn, request, (rest) => partBy(accountId, filter, rest, order));
  }

  function parkedSome(webhookId: string, step: RecoverStep): ReturnType<DeliveryLists['parkedSome']> {
    const { rows, next } = stretchOf(webhookId, step);
    return { parked: parkedIn(rows, step), next };
  }

  /** The next stretch of a webhook's table and where the one behind it begins: first what is of no parcel, then by parcel. */
  function stretchOf(
    webhookId: string,
    from: Pick<RecoverStep, 'trackingId' | 'after'>,
  ): { readonly rows: readonly StretchRow[]; readonly next: string | null } {
    const loose = looseStart(from);
    if (loose !== null) {
      const rows = looseStretch.all(webhookId, ...loose, stretchRows) as StretchRow[];
      if (rows.length > 0) return { rows, next: behindLoose(rows, stretchRows) };
      return stretchOf(webhookId, { ...from, after: parcelsBegin });
    }
    const rows = stretch.all(webhookId, ...parcelsStart(from), stretchRows) as StretchRow[];
    return { rows, next: behindParcels(rows, from.trackingId, stretchRows) };
  }

  /** Those of other shards are passed over one by one: the only process has all, and reads nothing in vain. */
  function queueOf(
    webhookId: string,
    after: QueuePosition | null,
    { rowsMax, bytesMax }: QueueBounds,
    shards: readonly number[] | null,
  ): QueuePage<OwedRecord> {
    const { dueAt, id } = after ?? { dueAt: -1, id: '' };
    const portion = makePortion(([, , data]: OwedRecord) => data.length, bytesMax);
    const limit = shards === null ? rowsMax : noLimit;
    const meant = inShards(owedRecords(queue.iterate(webhookId, dueAt, id, limit)), shards);
    const rows = portion.take(meant.take(rowsMax));
    return { rows, more: portion.isFull || rows.length === rowsMax };
  }

  return {
    parkedSome,
    async webhooksWithWork(shards, dueBy) {
      const ids = (withWork.all() as [webhookId: Delivery['webhookId']][]).map(([webhookId]) => webhookId);
      if (shards === null && dueBy === null) return ids;
      const first = { rowsMax: 1, bytesMax: 1 };
      return ids.filter((webhookId) => {
        const [head] = queueOf(webhookId, null, first, shards).rows;
        return head !== undefined && (head[0][13] ?? 0) <= (dueBy ?? Number.POSITIVE_INFINITY);
      });
    },
    async queue(webhookId, after, bounds, shards) {
      await database.turn();
      return queueOf(webhookId, after, bounds, shards);
    },
    async heads(deliveries) {
      return deliveries.flatMap(({ accountId, id }) => {
        const row = head.get(accountId, id);
        return row === undefined ? [] : [owedRecordOf(row, id)];
      });
    },
    async delivery(accountId, id) {
      const row = (owedOne.get(accountId, id) ?? settledOne.get(accountId, id)) as DeliveryRow | undefined;
      return row === undefined ? null : deliveryOf(row);
    },
    async deliveries(accountId, filter, request) {
      return listBy(accountId, filter, request, 'desc');
    },
    async deliveriesFrom(accountId, filter, request) {
      return listBy(accountId, filter, request, 'asc');
    },
    async attempts(accountId, deliveryId) {
      await database.turn();
      const portion = makePortion((row: AttemptRow) => row[6].length);
      return portion.take(attempts.iterate(accountId, deliveryId)).reverse();
    },
    async missing(accountId, webhookId, eventIds) {
      const missing: string[] = [];
      let left = 0;
      for (const id of eventIds) {
        if (left <= 0) {
          await database.turn();
          left = stretchRows;
        }
        const row = event.get(accountId, id) as [document: string] | undefined;
        if (row === undefined) continue;
        const known = decodeEvent({ accountId, id: id as AnyEvent['id'] }, row[0]);
        left -= 1 + known.deliveryIds.length;
        if (isOperational(known) || live.get(accountId, known.trackingId) === undefined) continue;
        if (!known.deliveryIds.some((one) => isOf(accountId, one, webhookId))) missing.push(id);
      }
      return missing;
    },
    async recoverable(webhookId, step) {
      const { parked, next } = parkedSome(webhookId, step);
      return { count: parked.length, next };
    },
  };
}

function* owedRecords(rows: Iterable<unknown>): Iterable<OwedRecord> {
  for (const row of rows) yield owedRecordOf(row, (row as DeliveryRow)[1]);
}

function* inShards(
  records: Iterable<OwedRecord>,
  shards: readonly number[] | null,
): Generator<OwedRecord, void> {
  for (const record of records) {
    const [[, , webhookId, trackingId]] = record;
    if (shards === null || shards.includes(shardOfDelivery({ webhookId, trackingId }))) yield record;
  }
}

const idOf = ({ id }: Delivery): string => id;
