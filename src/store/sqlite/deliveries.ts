/** Deliveries: the small table of what is owed, the history of what is settled, and the log of attempts. */
import type { Delivery, DeliveryState } from '../../domain/delivery.ts';
import type { TrackingEvent } from '../../domain/event.ts';
import type { WebhookVersion } from '../../domain/status.ts';
import type {
  AccountId,
  DeliveryFilter,
  DeliveryStore,
  PageRequest,
  QueueBounds,
  QueuePosition,
} from '../store.ts';
import type { Database, Value } from './database.ts';
import { createdBetween, idFloor, idRange, pageOf, prepareList } from './page.ts';
import type { OwedRecord, RecordStore, SettledRecord, SettlementRecord } from './records.ts';

export interface DeliveryTable extends Pick<RecordStore, keyof DeliveryStore> {
  /**
   * Within a job: inserts an owed delivery, blocked if an earlier one of its parcel is not settled. What befell its
   * webhook since the commit was planned befalls it too: parked where that is disabled, cancelled where it is gone.
   */
  place(delivery: Delivery): Delivery;
  /** Within a job: parks or cancels all that waits for a webhook. */
  parkAll(webhookId: string): void;
  cancelAll(webhookId: string, settledAt: number): void;
}

interface Row {
  account_id: string;
  id: string;
  webhook_id: string;
  tracking_id: string;
  event_id: string;
  number: string;
  revision: number;
  version: string;
  ordered: number;
  state: string;
  attempts: number;
  due_at: number | null;
  created_at: number;
  settled_at: number | null;
}

type BodyRow = Record<WebhookVersion, string | null> & { document: string };

const shared =
  'account_id, id, webhook_id, tracking_id, event_id, number, revision, version, ordered, state, attempts, created_at';

const insertOne = `
  insert into delivery (${shared}, due_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const selectWebhook = "select document ->> 'enabled' as enabled from webhook where account_id = ? and id = ?";

/** Only a head: one that was parked or put behind another while its request was under way stays where it is. */
const rescheduleOne = `
  update delivery set state = 'scheduled', attempts = ?, due_at = ?
  where account_id = ? and id = ? and state in ('ready', 'scheduled')`;

const parkOne = `
  update delivery set state = 'parked', attempts = ?, due_at = null where account_id = ? and id = ?`;

const deleteOne = 'delete from delivery where account_id = ? and id = ?';

const insertHistory = `
  insert into delivery_history (${shared}, settled_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The head of a parcel's queue: its earliest delivery that is not parked. Those out of order are not in the queue. */
const selectHead = `
  select ${shared}, due_at, null as settled_at from delivery
  where webhook_id = ? and tracking_id = ? and state <> 'parked' and ordered = 1 order by revision limit 1`;

const releaseOne = "update delivery set state = 'ready', due_at = 0 where account_id = ? and id = ?";

const insertAttempt = `
  insert into attempt (account_id, delivery_id, id, webhook_id, started_at, verdict, document) values (?, ?, ?, ?, ?, ?, ?)`;

const selectAttempts = 'select document from attempt where account_id = ? and delivery_id = ? order by id';

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
    d.attempts, d.created_at, d.due_at, null as settled_at, e.document, e.v2, e.v3, e.v4, e.standard
  from delivery d join event e on e.account_id = d.account_id and e.id = d.event_id
  where d.webhook_id = ? and d.state in ('ready', 'scheduled') and (d.due_at, d.id) > (?, ?)
  order by d.due_at, d.id limit ?`;

const selectOwed = `
  select document, v2, v3, v4, standard from event where account_id = ? and id = ?`;

const selectLastEvent = 'select last_event_id as id from tracking where account_id = ? and id = ?';

const selectOne = `
  select ${shared}, due_at, null as settled_at from delivery where account_id = ? and id = ?`;

const selectSettled = `
  select ${shared}, null as due_at, settled_at from delivery_history where account_id = ? and id = ?`;

const listLive = `select ${shared}, due_at, null as settled_at from delivery`;

const listSettled = `select ${shared}, null as due_at, settled_at from delivery_history`;

const conditions = {
  account: 'account_id = :account',
  after: 'id < :after',
  ...createdBetween,
  webhook: 'webhook_id = :webhook',
  state: 'state = :state',
};

const liveConditions = {
  ...conditions,
  waiting: "state <> 'parked'",
  // The index begins with the webhook; an account has few.
  tracking: 'tracking_id = :tracking and webhook_id in (select id from webhook where account_id = :account)',
};

const parkEach =
  "update delivery set state = 'parked', due_at = null where webhook_id = ? and state <> 'parked'";

const cancelEach = `
  insert into delivery_history (${shared}, settled_at)
  select account_id, id, webhook_id, tracking_id, event_id, number, revision, version, ordered, 'cancelled', attempts,
    created_at, ? from delivery where webhook_id = ?`;

const deleteEach = 'delete from delivery where webhook_id = ?';

const countParked =
  "select count(*) as count from delivery where webhook_id = ? and state = 'parked' and id >= ?";

/** From a parcel on; within it the earliest first, so that after any number of them each parcel is in order. */
const selectParked = `
  select ${shared}, due_at, null as settled_at from delivery
  where webhook_id = ? and tracking_id >= ? and state = 'parked' and id >= ? order by tracking_id, revision limit ?`;

const recoverOne = 'update delivery set state = ?, attempts = 0, due_at = ? where account_id = ? and id = ?';

/** Whoever was at the head of a parcel's queue steps back behind an earlier one. */
const blockLater = `
  update delivery set state = 'blocked', due_at = null
  where webhook_id = ? and tracking_id = ? and revision > ? and state in ('ready', 'scheduled') and ordered = 1`;

/** Bodies can be large: a queue is read in small portions until it is enough. */
const queueRowsAtOnce = 50;

/** Bounds the time that a recovery holds the thread, and with it all other writes, at a stretch. */
const recoveredAtOnceMax = 1000;

export function makeDeliveryTable(database: Database): DeliveryTable {
  const insert = database.prepare(insertOne);
  const webhook = database.prepare(selectWebhook);
  const reschedule = database.prepare(rescheduleOne);
  const park = database.prepare(parkOne);
  const remove = database.prepare(deleteOne);
  const history = database.prepare(insertHistory);
  const head = database.prepare(selectHead);
  const release = database.prepare(releaseOne);
  const attempt = database.prepare(insertAttempt);
  const attempts = database.prepare(selectAttempts);
  const withWork = database.prepare(selectWithWork);
  const queue = database.prepare(selectQueue);
  const owed = database.prepare(selectOwed);
  const lastEvent = database.prepare(selectLastEvent);
  const one = database.prepare(selectOne);
  const settledOne = database.prepare(selectSettled);
  const live = prepareList(database, listLive, liveConditions);
  const settled = prepareList(database, listSettled, conditions);
  const parkWebhook = database.prepare(parkEach);
  const cancelWebhook = database.prepare(cancelEach);
  const deleteWebhook = database.prepare(deleteEach);
  const parkedCount = database.prepare(countParked);
  const parked = database.prepare(selectParked);
  const recover = database.prepare(recoverOne);
  const block = database.prepare(blockLater);

  function owe(delivery: Delivery): OwedRecord {
    return withBody(delivery, owed.get(delivery.accountId, delivery.eventId) as BodyRow);
  }

  function settleOne({ attempt: made, delivery, next }: SettlementRecord): SettledRecord {
    attempt.run(
      ...[made.account_id, made.delivery_id, made.id, made.webhook_id],
      ...[made.started_at, made.verdict, made.document],
    );
    if (next === null) return { applied: true, released: null };
    if (!write({ ...delivery, ...next })) return { applied: false, released: null };
    const released = next.state === 'scheduled' || !delivery.ordered ? null : releaseSuccessor(delivery);
    return { applied: true, released };
  }

  /** False when it is no longer there to be written. */
  function write(delivery: Delivery): boolean {
    const { accountId, id, attempts: spent } = delivery;
    if (delivery.state === 'scheduled') {
      return reschedule.run(spent, delivery.dueAt, accountId, id).changes === 1;
    }
    if (delivery.state === 'parked') return park.run(spent, accountId, id).changes === 1;
    if (remove.run(accountId, id).changes === 0) return false;
    insertSettled(delivery);
    return true;
  }

  function headOf(webhookId: string, trackingId: string): Row | undefined {
    return head.get(webhookId, trackingId) as Row | undefined;
  }

  function releaseSuccessor(delivery: Delivery): OwedRecord | null {
    const row = headOf(delivery.webhookId, delivery.trackingId);
    if (row?.state !== 'blocked') return null;
    release.run(row.account_id, row.id);
    return owe(fromRow({ ...row, state: 'ready' }));
  }

  function insertLive(delivery: Delivery): void {
    insert.run(...sharedOf(delivery), delivery.state === 'ready' ? 0 : null);
  }

  function insertSettled(delivery: Delivery): void {
    history.run(...sharedOf(delivery), delivery.settledAt);
  }

  /** Settled deliveries, newest first, one more than a page has. */
  function settledBy(accountId: AccountId, filter: DeliveryFilter, { after, limit }: PageRequest): Row[] {
    const { state, webhookId: webhook, trackingId } = filter;
    const range = idRange('dlv', filter);
    if (trackingId === null) {
      return settled({ account: accountId, after, ...range, webhook, state, limit: limit + 1 }) as Row[];
    }
    const found: Row[] = [];
    let eventId = (lastEvent.get(accountId, trackingId) as { id: string | null } | undefined)?.id ?? null;
    while (eventId !== null && found.length <= limit) {
      const event = owed.get(accountId, eventId) as BodyRow | undefined;
      if (event === undefined) break;
      const { previousId, deliveryIds } = JSON.parse(event.document) as TrackingEvent;
      for (const id of deliveryIds.toReversed()) {
        const row = settledOne.get(accountId, id) as Row | undefined;
        if (row !== undefined && (after === null || id < after) && isAsked(row, filter)) found.push(row);
      }
      eventId = previousId;
    }
    return found.slice(0, limit + 1);
  }

  /** What a new delivery begins as, given the head of its parcel's queue. */
  function standingOf(
    { accountId, webhookId, revision, state, createdAt }: Delivery,
    first: Row | undefined,
  ) {
    const known = webhook.get(accountId, webhookId) as { enabled: number } | undefined;
    if (known === undefined) return { state: 'cancelled', settledAt: createdAt } as const;
    if (known.enabled === 0 || state === 'parked') return { state: 'parked' } as const;
    return { state: first !== undefined && first.revision <= revision ? 'blocked' : 'ready' } as const;
  }

  /** Puts back the next parked deliveries, from a parcel on. */
  function recoverSome(webhookId: string, trackingId: string, idMin: string): readonly Row[] {
    const rows = parked.all(webhookId, trackingId, idMin, recoveredAtOnceMax) as Row[];
    for (const row of rows) {
      const waits = row.ordered === 1;
      recover.run(waits ? 'blocked' : 'ready', waits ? null : 0, row.account_id, row.id);
    }
    for (const parcel of new Set(rows.map((row) => row.tracking_id))) lead(webhookId, parcel);
    return rows;
  }

  /** Makes the earliest delivery of a parcel the head of its queue, and no other. */
  function lead(webhookId: string, trackingId: string): void {
    const first = headOf(webhookId, trackingId);
    if (first === undefined) return;
    if (first.state === 'blocked') release.run(first.account_id, first.id);
    block.run(webhookId, trackingId, first.revision);
  }

  return {
    place(delivery) {
      const first = delivery.ordered ? headOf(delivery.webhookId, delivery.trackingId) : undefined;
      const placed: Delivery = { ...delivery, ...standingOf(delivery, first) };
      if (placed.state === 'cancelled') insertSettled(placed);
      else insertLive(placed);
      if (placed.state === 'ready' && first !== undefined) {
        block.run(placed.webhookId, placed.trackingId, placed.revision);
      }
      return placed;
    },
    parkAll(webhookId) {
      parkWebhook.run(webhookId);
    },
    cancelAll(webhookId, settledAt) {
      cancelWebhook.run(settledAt, webhookId);
      deleteWebhook.run(webhookId);
    },
    settle(settlements) {
      return database.write(() => settlements.map(settleOne), 'soon');
    },
    async webhooksWithWork() {
      const rows = withWork.all() as { webhook_id: string }[];
      return rows.map((row) => row.webhook_id as Delivery['webhookId']);
    },
    async queue(webhookId: string, after: QueuePosition | null, { rowsMax, bytesMax }: QueueBounds) {
      const rows: OwedRecord[] = [];
      let bytes = 0;
      let { dueAt, id } = after ?? { dueAt: -1, id: '' };
      for (;;) {
        const limit = Math.min(queueRowsAtOnce, rowsMax - rows.length);
        const read = queue.all(webhookId, dueAt, id, limit) as (Row & BodyRow)[];
        for (const row of read) {
          const owed = withBody(fromRow(row), row);
          rows.push(owed);
          bytes += owed.data.length;
          dueAt = row.due_at ?? 0;
          id = row.id;
          if (rows.length === rowsMax || bytes >= bytesMax) return { rows, more: true };
        }
        if (read.length < limit) return { rows, more: false };
      }
    },
    async delivery(accountId, id) {
      const row = (one.get(accountId, id) ?? settledOne.get(accountId, id)) as Row | undefined;
      return row === undefined ? null : fromRow(row);
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
      const rows = [
        ...(ended ? [] : live({ ...asked, waiting: waiting || null, state: waiting ? null : state })),
        ...(waiting || state === 'parked' ? [] : settledBy(accountId, filter, request)),
      ] as Row[];
      rows.sort((a, b) => (a.id < b.id ? 1 : -1));
      return pageOf(rows.map(fromRow), request.limit);
    },
    async attempts(accountId, deliveryId) {
      return (attempts.all(accountId, deliveryId) as { document: string }[]).map((row) => row.document);
    },
    async recover(webhookId, since) {
      const idMin = idFloor('dlv', since);
      let count = 0;
      let rows: readonly Row[];
      let trackingId = '';
      do {
        rows = await database.write(() => recoverSome(webhookId, trackingId, idMin));
        count += rows.length;
        trackingId = rows.at(-1)?.tracking_id ?? '';
      } while (rows.length === recoveredAtOnceMax);
      return count;
    },
    async parkedCount(webhookId, since) {
      return (parkedCount.get(webhookId, idFloor('dlv', since)) as { count: number }).count;
    },
  };
}

/** @throws Error when the event or its body is missing: what is owed is never pruned, so that is damage. */
function withBody(delivery: Delivery, row: BodyRow | undefined): OwedRecord {
  const data = row?.[delivery.version];
  if (row === undefined || data === null || data === undefined) {
    throw new Error(`The body of delivery ${delivery.id} is missing from the store.`);
  }
  return { delivery, document: row.document, data };
}

/** The values of the `shared` columns. */
function sharedOf(delivery: Delivery): Value[] {
  const { accountId, id, webhookId, trackingId, eventId, number, revision, version } = delivery;
  return [
    ...[accountId, id, webhookId, trackingId, eventId, number, revision, version],
    ...[Number(delivery.ordered), delivery.state, delivery.attempts, delivery.createdAt],
  ];
}

function fromRow(row: Row): Delivery {
  return {
    id: row.id as Delivery['id'],
    accountId: row.account_id as Delivery['accountId'],
    webhookId: row.webhook_id as Delivery['webhookId'],
    eventId: row.event_id as Delivery['eventId'],
    trackingId: row.tracking_id as Delivery['trackingId'],
    number: row.number,
    revision: row.revision,
    version: row.version as WebhookVersion,
    ordered: row.ordered === 1,
    state: row.state as DeliveryState,
    attempts: row.attempts,
    dueAt: row.state === 'scheduled' ? row.due_at : null,
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}

function isAsked(row: Row, { state, webhookId, createdFrom, createdTo }: DeliveryFilter): boolean {
  return (
    (state === null || row.state === state) &&
    (webhookId === null || row.webhook_id === webhookId) &&
    (createdFrom === null || row.created_at >= createdFrom) &&
    (createdTo === null || row.created_at <= createdTo)
  );
}
