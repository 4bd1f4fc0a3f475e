/** Deliveries and their attempts as they are read: a webhook's queue, one of them, and the lists of the API. */
import { bareId } from '../../base/id.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { type AnyEvent, isOperational } from '../../domain/event.ts';
import type { Page } from '../../domain/page.ts';
import { shardOfDelivery } from '../../domain/shard.ts';
import { decodeEvent } from '../eventDocument.ts';
import { idRange, type ListOrder, pageOf } from '../page.ts';
import {
  type AttemptRow,
  type DeliveryRow,
  deliveryOf,
  type OwedRecord,
  type RecordStore,
} from '../records.ts';
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
import type { Database } from './database.ts';
import { createdBetween, prepareList } from './page.ts';

export interface DeliveryLists
  extends Pick<RecordStore, Exclude<keyof DeliveryStore, 'settle' | 'recover' | 'replay'>> {
  /** Those of the next stretch of a webhook's table that are parked and meant, parcel by parcel, oldest revision first. */
  parkedSome(
    webhookId: string,
    step: RecoverStep,
  ): { readonly parked: readonly Parked[]; readonly next: string | null };
}

export interface Parked {
  readonly accountId: string;
  readonly id: string;
  readonly trackingId: string | null;
  readonly isOrdered: boolean;
}

/** What `delivery` and `delivery_history` both have. */
export const sharedColumns =
  'account_id, id, webhook_id, tracking_id, event_id, number, revision, version, ordered, state, attempts, created_at';

/** What an attempt needs of the event, after the fourteen values of a `DeliveryRow`: see `owedOf`. */
export const bodyColumns = `e.document,
  case d.version when 'v2' then e.v2 when 'v3' then e.v3 when 'v4' then e.v4 else e.standard end`;

/** A loose scan of the index: one probe per webhook, not one row per delivery. */
const selectWithWork = `
  with recursive worked(webhook_id) as (
    select min(webhook_id) from delivery where state in ('ready', 'scheduled')
    union all
    select (select min(webhook_id) from delivery where state in ('ready', 'scheduled') and webhook_id > worked.webhook_id)
    from worked where worked.webhook_id is not null)
  select webhook_id from worked where webhook_id is not null`;

const selectQueue = `
  select d.account_id, d.id, d.webhook_id, d.tracking_id, d.event_id, d.number, d.revision, d.version, d.ordered, d.state,
    d.attempts, d.created_at, d.due_at, null, ${bodyColumns}
  from delivery d join event e on e.account_id = d.account_id and e.id = d.event_id
  where d.webhook_id = ? and d.state in ('ready', 'scheduled') and (d.due_at, d.id) > (?, ?)
  order by d.due_at, d.id limit ?`;

const listOwed = `select ${sharedColumns}, due_at, null from delivery`;

const listSettled = `select ${sharedColumns}, null, settled_at from delivery_history`;

const conditions = {
  account: 'account_id = :account',
  after: 'id < :after',
  behind: 'id > :behind',
  ...createdBetween,
  webhook: 'webhook_id = :webhook',
  state: 'state = :state',
};

const owedConditions = {
  ...conditions,
  waiting: "state <> 'parked'",
  // The index begins with the webhook; an account has few.
  tracking: 'tracking_id = :tracking and webhook_id in (select id from webhook where account_id = :account)',
};

const byId = 'where account_id = ? and id = ?';

const selectLastEvent = 'select last_event_id from tracking where account_id = ? and id = ?';

const selectEvent = 'select document from event where account_id = ? and id = ?';

const selectAttempts = `
  select account_id, delivery_id, id, webhook_id, started_at, verdict, document from attempt
  where account_id = ? and delivery_id = ? order by id`;

const selectStretch = `
  select account_id, id, tracking_id, revision, ordered, state, created_at from delivery
  where webhook_id = ? and (tracking_id, revision) > (?, ?) order by tracking_id, revision limit ?`;

/** The same of what belongs to no parcel, which that comparison never finds. */
const selectLooseStretch = `
  select account_id, id, null, null, ordered, state, created_at from delivery
  where webhook_id = ? and tracking_id is null and revision is null and (account_id, id) > (?, ?)
  order by account_id, id limit ?`;

type StretchRow = [
  accountId: string,
  id: string,
  trackingId: string | null,
  revision: number | null,
  ordered: number,
  state: string,
  createdAt: number,
];

const selectLive = 'select 1 from tracking where account_id = ? and id = ? and deleted_at is null';

/** Parked or not: bounds the time that a recovery holds the thread, and with it all other writes, at a stretch. */
const stretchRows = 1000;

/** Bodies can be large: a queue is read in small portions until it is enough. */
const queueRowsAtOnce = 50;

export function makeDeliveryLists(database: Database): DeliveryLists {
  const withWork = database.prepareRows(selectWithWork);
  const queue = database.prepareRows(selectQueue);
  const owed = prepareList(database.prepareRows, listOwed, owedConditions);
  const settled = prepareList(database.prepareRows, listSettled, conditions);
  const owedOne = database.prepareRows(`${listOwed} ${byId}`);
  const settledOne = database.prepareRows(`${listSettled} ${byId}`);
  const lastEvent = database.prepareRows(selectLastEvent);
  const event = database.prepareRows(selectEvent);
  const attempts = database.prepareRows(selectAttempts);
  const stretch = database.prepareRows(selectStretch);
  const looseStretch = database.prepareRows(selectLooseStretch);
  const live = database.prepareRows(selectLive);

  /** Settled deliveries in that order, one more than a page has. */
  function settledBy(
    accountId: AccountId,
    filter: DeliveryFilter,
    { after, limit }: PageRequest,
    order: ListOrder,
  ): Delivery[] {
    const { state, webhookId: webhook, trackingId } = filter;
    if (trackingId !== null) {
      if (order === 'desc') return settledOf(accountId, trackingId, filter, { after, limit });
      const all = settledOf(accountId, trackingId, filter, { after: null, limit: Number.POSITIVE_INFINITY });
      return all.toReversed().filter(({ id }) => after === null || id > after);
    }
    const from = order === 'desc' ? { after } : { behind: after };
    const range = idRange('dlv', filter);
    const rows = settled({ account: accountId, ...from, ...range, webhook, state, limit: limit + 1 }, order);
    return (rows as DeliveryRow[]).map(deliveryOf);
  }

  /** Those of one tracking, newest first, along the chain of its events: the history has no index by tracking. */
  function settledOf(
    accountId: AccountId,
    trackingId: string,
    filter: DeliveryFilter,
    { after, limit }: PageRequest,
  ): Delivery[] {
    const found: Delivery[] = [];
    let [eventId = null] = (lastEvent.get(accountId, trackingId) ?? []) as [id?: string | null];
    while (eventId !== null && found.length <= limit) {
      const row = event.get(accountId, eventId) as [document: string] | undefined;
      if (row === undefined) break;
      const known = decodeEvent({ accountId, id: eventId as AnyEvent['id'] }, row[0]);
      // A tracking's chain has events of its own alone.
      if (isOperational(known)) break;
      for (const id of known.deliveryIds.toReversed()) {
        const settledRow = settledOne.get(accountId, id) as DeliveryRow | undefined;
        if (settledRow === undefined || (after !== null && id >= after)) continue;
        const delivery = deliveryOf(settledRow);
        if (isAsked(delivery, filter)) found.push(delivery);
      }
      eventId = known.previousId;
    }
    return found.slice(0, limit + 1);
  }

  function isOf(accountId: string, deliveryId: string, webhookId: string): boolean {
    const row = (owedOne.get(accountId, deliveryId) ?? settledOne.get(accountId, deliveryId)) as
      | DeliveryRow
      | undefined;
    return row?.[2] === webhookId;
  }

  function listBy(
    accountId: AccountId,
    filter: DeliveryFilter,
    request: PageRequest,
    order: ListOrder,
  ): Page<Delivery> {
    const { state } = filter;
    const { after } = request;
    const asked = {
      account: accountId,
      ...(order === 'desc' ? { after } : { behind: after }),
      ...idRange('dlv', filter),
      webhook: filter.webhookId,
      tracking: filter.trackingId,
      limit: request.limit + 1,
    };
    const waiting = state === 'waiting' || state === 'sending';
    const ended = state === 'accepted' || state === 'cancelled';
    const rows = ended
      ? []
      : owed({ ...asked, waiting: waiting || null, state: waiting ? null : state }, order);
    const found = [
      ...(rows as DeliveryRow[]).map(deliveryOf),
      ...(waiting || state === 'parked' ? [] : settledBy(accountId, filter, request, order)),
    ];
    found.sort((a, b) => (a.id < b.id === (order === 'asc') ? -1 : 1));
    return pageOf(found, request.limit, ({ id }) => id);
  }

  function parkedSome(
    webhookId: string,
    { since, until, trackingId, after }: RecoverStep,
  ): ReturnType<DeliveryLists['parkedSome']> {
    const { rows, next } = stretchOf(webhookId, trackingId, after);
    const parked: Parked[] = [];
    for (const [accountId, id, parcel, , ordered, state, createdAt] of rows) {
      const isMeant =
        state === 'parked' &&
        (trackingId === null || parcel === trackingId) &&
        createdAt >= (since ?? 0) &&
        createdAt <= (until ?? Number.POSITIVE_INFINITY);
      if (isMeant) parked.push({ accountId, id, trackingId: parcel, isOrdered: ordered === 1 });
    }
    return { parked, next };
  }

  /** The next stretch of a webhook's table and where the one behind it begins: first what is of no parcel, then by parcel. */
  function stretchOf(
    webhookId: string,
    trackingId: string | null,
    after: string | null,
  ): { readonly rows: readonly StretchRow[]; readonly next: string | null } {
    const loose = trackingId === null ? loosePositionOf(after) : null;
    if (loose !== null) {
      const rows = looseStretch.all(webhookId, ...loose, stretchRows) as StretchRow[];
      const last = rows.at(-1);
      if (last === undefined) return stretchOf(webhookId, trackingId, parcelsBegin);
      const [accountId, id] = last;
      const isMore = rows.length === stretchRows;
      return { rows, next: isMore ? `${looseMark}-${bareId(accountId)}-${bareId(id)}` : parcelsBegin };
    }
    const [fromTracking, fromRevision] = after === null ? [trackingId ?? '', -1] : positionOf(after);
    const rows = stretch.all(webhookId, fromTracking, fromRevision, stretchRows) as StretchRow[];
    const [, , parcel = null, revision = null] = rows.at(-1) ?? [];
    const atEnd =
      parcel === null || rows.length < stretchRows || (trackingId !== null && parcel !== trackingId);
    return { rows, next: atEnd ? null : `${bareId(parcel)}-${revision}` };
  }

  /** Those of other shards are passed over one by one: the only process has all, and reads nothing in vain. */
  function queueOf(
    webhookId: string,
    after: QueuePosition | null,
    { rowsMax, bytesMax }: QueueBounds,
    shards: readonly number[] | null,
  ): QueuePage<OwedRecord> {
    const rows: OwedRecord[] = [];
    let bytes = 0;
    let { dueAt, id } = after ?? { dueAt: -1, id: '' };
    for (;;) {
      const limit = Math.min(queueRowsAtOnce, rowsMax - rows.length);
      const read = queue.all(webhookId, dueAt, id, limit);
      for (const one of read) {
        const record = owedOf(one, (one as DeliveryRow)[1]);
        const [[, deliveryId, , trackingId]] = record;
        dueAt = record[0][12] ?? 0;
        id = deliveryId;
        if (shards !== null && !shards.includes(shardOfDelivery({ webhookId, trackingId }))) continue;
        rows.push(record);
        bytes += record[2].length;
        if (rows.length === rowsMax || bytes >= bytesMax) return { rows, more: true };
      }
      if (read.length < limit) return { rows, more: false };
    }
  }

  return {
    parkedSome,
    async webhooksWithWork(shards) {
      const ids = (withWork.all() as [webhookId: Delivery['webhookId']][]).map(([webhookId]) => webhookId);
      if (shards === null) return ids;
      const first = { rowsMax: 1, bytesMax: 1 };
      return ids.filter((webhookId) => queueOf(webhookId, null, first, shards).rows.length > 0);
    },
    async queue(webhookId, after, bounds, shards) {
      return queueOf(webhookId, after, bounds, shards);
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
      return attempts.all(accountId, deliveryId) as AttemptRow[];
    },
    async missing(accountId, webhookId, eventIds) {
      return eventIds.filter((id) => {
        const row = event.get(accountId, id) as [document: string] | undefined;
        if (row === undefined) return false;
        const known = decodeEvent({ accountId, id: id as AnyEvent['id'] }, row[0]);
        if (isOperational(known) || live.get(accountId, known.trackingId) === undefined) return false;
        return !known.deliveryIds.some((one) => isOf(accountId, one, webhookId));
      });
    },
    async recoverable(webhookId, step) {
      const { parked, next } = parkedSome(webhookId, step);
      return { count: parked.length, next };
    },
  };
}

/** How `next` names a row of no parcel, and the beginning of the parcels. */
const looseMark = 'loose';
const parcelsBegin = '-0';

/** The last row of a stretch of what is of no parcel, as `next` names it; null where the parcels have begun. */
function loosePositionOf(next: string | null): [accountId: string, id: string] | null {
  if (next === null) return ['', ''];
  const [mark, account = '', delivery = ''] = next.split('-');
  return mark === looseMark ? [`acc_${account}`, `dlv_${delivery}`] : null;
}

/** The last row of a stretch, as `next` names it. */
function positionOf(next: string): [trackingId: string, revision: number] {
  const [bare = '', revision = ''] = next.split('-');
  return [`trk_${bare}`, Number(revision)];
}

/**
 * A row of the fourteen values of a delivery, its event's document and the body in its version.
 * @throws Error when the event or its body is missing: what is owed is never pruned, so that is damage
 */
export function owedOf(row: unknown, deliveryId: string): OwedRecord {
  const values = row as [...DeliveryRow, document: string, data: string | null] | undefined;
  const data = values?.[15] ?? null;
  if (values === undefined || data === null) {
    throw new Error(`The body of delivery ${deliveryId} is missing from the store.`);
  }
  return [values.slice(0, 14) as unknown as DeliveryRow, values[14], data];
}

function isAsked(delivery: Delivery, { state, webhookId, createdFrom, createdTo }: DeliveryFilter): boolean {
  return (
    (state === null || delivery.state === state) &&
    (webhookId === null || delivery.webhookId === webhookId) &&
    (createdFrom === null || delivery.createdAt >= createdFrom) &&
    (createdTo === null || delivery.createdAt <= createdTo)
  );
}
