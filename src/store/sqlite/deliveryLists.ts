/** Deliveries and their attempts as they are read: a webhook's queue, one of them, and the lists of the API. */
import { idFloor } from '../../base/id.ts';
import type { Delivery } from '../../domain/delivery.ts';
import type { TrackingEvent } from '../../domain/event.ts';
import { decodeEvent, deliveryIdsOf } from '../eventDocument.ts';
import type {
  AccountId,
  DeliveryFilter,
  DeliveryStore,
  PageRequest,
  QueueBounds,
  QueuePosition,
} from '../store.ts';
import type { Database } from './database.ts';
import { createdBetween, idRange, pageOf, prepareList } from './page.ts';
import {
  type AttemptRow,
  type DeliveryRow,
  deliveryOf,
  type OwedRecord,
  type RecordStore,
} from './records.ts';

export type DeliveryLists = Pick<RecordStore, Exclude<keyof DeliveryStore, 'settle' | 'recover' | 'replay'>>;

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

const countParked =
  "select count(*) as count from delivery where webhook_id = ? and state = 'parked' and id >= ?";

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
  const parkedCount = database.prepare(countParked);

  /** Settled deliveries, newest first, one more than a page has. */
  function settledBy(
    accountId: AccountId,
    filter: DeliveryFilter,
    { after, limit }: PageRequest,
  ): Delivery[] {
    const { state, webhookId: webhook, trackingId } = filter;
    if (trackingId !== null) return settledOf(accountId, trackingId, filter, { after, limit });
    const range = idRange('dlv', filter);
    const rows = settled({ account: accountId, after, ...range, webhook, state, limit: limit + 1 });
    return (rows as DeliveryRow[]).map(deliveryOf);
  }

  /** Those of one tracking, along the chain of its events: the history has no index by tracking. */
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
      const { previousId, deliveryIds } = decodeEvent(
        { accountId, id: eventId as TrackingEvent['id'] },
        row[0],
      );
      for (const id of deliveryIds.toReversed()) {
        const settledRow = settledOne.get(accountId, id) as DeliveryRow | undefined;
        if (settledRow === undefined || (after !== null && id >= after)) continue;
        const delivery = deliveryOf(settledRow);
        if (isAsked(delivery, filter)) found.push(delivery);
      }
      eventId = previousId;
    }
    return found.slice(0, limit + 1);
  }

  function isOf(accountId: string, deliveryId: string, webhookId: string): boolean {
    const row = (owedOne.get(accountId, deliveryId) ?? settledOne.get(accountId, deliveryId)) as
      | DeliveryRow
      | undefined;
    return row?.[2] === webhookId;
  }

  return {
    async webhooksWithWork() {
      return (withWork.all() as [webhookId: Delivery['webhookId']][]).map(([webhookId]) => webhookId);
    },
    async queue(webhookId: string, after: QueuePosition | null, { rowsMax, bytesMax }: QueueBounds) {
      const rows: OwedRecord[] = [];
      let bytes = 0;
      let { dueAt, id } = after ?? { dueAt: -1, id: '' };
      for (;;) {
        const limit = Math.min(queueRowsAtOnce, rowsMax - rows.length);
        const read = queue.all(webhookId, dueAt, id, limit);
        for (const one of read) {
          const record = owedOf(one, (one as DeliveryRow)[1]);
          rows.push(record);
          bytes += record[2].length;
          dueAt = record[0][12] ?? 0;
          id = record[0][1];
          if (rows.length === rowsMax || bytes >= bytesMax) return { rows, more: true };
        }
        if (read.length < limit) return { rows, more: false };
      }
    },
    async delivery(accountId, id) {
      const row = (owedOne.get(accountId, id) ?? settledOne.get(accountId, id)) as DeliveryRow | undefined;
      return row === undefined ? null : deliveryOf(row);
    },
    async deliveries(accountId, filter, request) {
      const { state } = filter;
      const asked = {
        account: accountId,
        after: request.after,
        ...idRange('dlv', filter),
        webhook: filter.webhookId,
        tracking: filter.trackingId,
        limit: request.limit + 1,
      };
      const waiting = state === 'waiting' || state === 'sending';
      const ended = state === 'accepted' || state === 'cancelled';
      const rows = ended ? [] : owed({ ...asked, waiting: waiting || null, state: waiting ? null : state });
      const found = [
        ...(rows as DeliveryRow[]).map(deliveryOf),
        ...(waiting || state === 'parked' ? [] : settledBy(accountId, filter, request)),
      ];
      found.sort((a, b) => (a.id < b.id ? 1 : -1));
      return pageOf(found, request.limit, ({ id }) => id);
    },
    async attempts(accountId, deliveryId) {
      return attempts.all(accountId, deliveryId) as AttemptRow[];
    },
    async missing(accountId, webhookId, eventIds) {
      return eventIds.filter((id) => {
        const row = event.get(accountId, id) as [document: string] | undefined;
        return row !== undefined && !deliveryIdsOf(row[0]).some((one) => isOf(accountId, one, webhookId));
      });
    },
    async parkedCount(webhookId, since) {
      return (parkedCount.get(webhookId, idFloor('dlv', since)) as { count: number }).count;
    },
  };
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
