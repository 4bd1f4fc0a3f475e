/** Deliveries: the small table of what is owed, the history of what is settled, and the log of attempts. */
import type { Attempt } from '../../domain/attempt.ts';
import type { Delivery, DeliveryState } from '../../domain/delivery.ts';
import type { WebhookVersion } from '../../domain/status.ts';
import type { DeliveryStore, OwedDelivery, QueuePosition, Settled, Settlement } from '../store.ts';
import type { Database } from './database.ts';
import { idFloor, pageOf } from './page.ts';

export interface DeliveryTable extends DeliveryStore {
  /** Within a job: inserts an owed delivery, blocked if an earlier one of its parcel is not settled. */
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

const selectPredecessor = `
  select 1 from delivery
  where webhook_id = ? and tracking_id = ? and revision < ? and state <> 'parked' and ordered = 1 limit 1`;

const rescheduleOne = `
  update delivery set state = ?, attempts = ?, due_at = ? where account_id = ? and id = ?`;

const deleteOne = 'delete from delivery where account_id = ? and id = ?';

const insertHistory = `
  insert into delivery_history (${shared}, settled_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The head of a parcel's queue: its earliest delivery that is not parked. */
const selectHead = `
  select ${shared}, due_at, null as settled_at from delivery
  where webhook_id = ? and tracking_id = ? and state <> 'parked' order by revision limit 1`;

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

const selectOne = `
  select ${shared}, due_at, null as settled_at from delivery where account_id = ? and id = ?`;

const selectSettled = `
  select ${shared}, null as due_at, settled_at from delivery_history where account_id = ? and id = ?`;

const filters = `account_id = :account and id < :after and id >= :from and id < :to
    and (:webhook is null or webhook_id = :webhook)
    and (:tracking is null or tracking_id = :tracking)`;

const selectPage = `
  select * from (
    select ${shared}, due_at, null as settled_at from delivery
    where ${filters} and (:state is null or (:state = 'parked') = (state = 'parked')) and :state is not 'accepted' and :state is not 'cancelled'
    order by id desc limit :limit)
  union all
  select * from (
    select ${shared}, null as due_at, settled_at from delivery_history
    where ${filters} and (:state is null or state = :state)
    order by id desc limit :limit)
  order by id desc limit :limit`;

const parkEach = "update delivery set state = 'parked', due_at = null where webhook_id = ? and state <> 'parked'";

const cancelEach = `
  insert into delivery_history (${shared}, settled_at)
  select account_id, id, webhook_id, tracking_id, event_id, number, revision, version, ordered, 'cancelled', attempts,
    created_at, ? from delivery where webhook_id = ?`;

const deleteEach = 'delete from delivery where webhook_id = ?';

const countParked = "select count(*) as count from delivery where webhook_id = ? and state = 'parked' and id >= ?";

/** Parcels with something to recover: their whole queue is put back in revision order. */
const selectParked = `
  select ${shared}, due_at, null as settled_at from delivery
  where webhook_id = ? and state = 'parked' and id >= ? order by tracking_id, revision`;

const recoverOne = "update delivery set state = ?, attempts = 0, due_at = ? where account_id = ? and id = ?";

/** Those that wait behind a recovered one step back: the earliest of a parcel leads. */
const blockLater = `
  update delivery set state = 'blocked', due_at = null
  where webhook_id = ? and tracking_id = ? and revision > ? and state in ('ready', 'scheduled') and ordered = 1`;

export function makeDeliveryTable(database: Database): DeliveryTable {
  const insert = database.prepare(insertOne);
  const predecessor = database.prepare(selectPredecessor);
  const reschedule = database.prepare(rescheduleOne);
  const remove = database.prepare(deleteOne);
  const history = database.prepare(insertHistory);
  const head = database.prepare(selectHead);
  const release = database.prepare(releaseOne);
  const attempt = database.prepare(insertAttempt);
  const attempts = database.prepare(selectAttempts);
  const withWork = database.prepare(selectWithWork);
  const queue = database.prepare(selectQueue);
  const owed = database.prepare(selectOwed);
  const one = database.prepare(selectOne);
  const settledOne = database.prepare(selectSettled);
  const page = database.prepare(selectPage);
  const parkWebhook = database.prepare(parkEach);
  const cancelWebhook = database.prepare(cancelEach);
  const deleteWebhook = database.prepare(deleteEach);
  const parkedCount = database.prepare(countParked);
  const parked = database.prepare(selectParked);
  const recover = database.prepare(recoverOne);
  const block = database.prepare(blockLater);

  function owe(delivery: Delivery): OwedDelivery {
    return withBody(delivery, owed.get(delivery.accountId, delivery.eventId) as unknown as BodyRow);
  }

  function settleOne({ attempt: made, delivery, next }: Settlement): Settled {
    attempt.run(
      made.accountId,
      made.deliveryId,
      made.id,
      made.webhookId,
      made.startedAt,
      made.verdict,
      JSON.stringify(made),
    );
    if (next === null) return { applied: true, released: null };
    if (next.state === 'accepted') {
      if (remove.run(delivery.accountId, delivery.id).changes === 0) return { applied: false, released: null };
      insertSettled({ ...delivery, ...next });
    } else {
      const { changes } = reschedule.run(next.state, next.attempts, next.dueAt, delivery.accountId, delivery.id);
      if (changes === 0) return { applied: false, released: null };
    }
    const settles = next.state === 'accepted' || next.state === 'parked';
    return { applied: true, released: settles && delivery.ordered ? releaseSuccessor(delivery) : null };
  }

  function releaseSuccessor(delivery: Delivery): OwedDelivery | null {
    const row = head.get(delivery.webhookId, delivery.trackingId) as unknown as Row | undefined;
    if (row?.state !== 'blocked') return null;
    release.run(row.account_id, row.id);
    return owe(fromRow({ ...row, state: 'ready', due_at: null }));
  }

  function insertSettled(delivery: Delivery): void {
    history.run(
      delivery.accountId,
      delivery.id,
      delivery.webhookId,
      delivery.trackingId,
      delivery.eventId,
      delivery.number,
      delivery.revision,
      delivery.version,
      Number(delivery.ordered),
      delivery.state,
      delivery.attempts,
      delivery.createdAt,
      delivery.settledAt,
    );
  }

  return {
    place(delivery) {
      const blocked =
        delivery.state === 'ready' &&
        delivery.ordered &&
        predecessor.get(delivery.webhookId, delivery.trackingId, delivery.revision) !== undefined;
      const state: DeliveryState = blocked ? 'blocked' : delivery.state;
      insert.run(
        delivery.accountId,
        delivery.id,
        delivery.webhookId,
        delivery.trackingId,
        delivery.eventId,
        delivery.number,
        delivery.revision,
        delivery.version,
        Number(delivery.ordered),
        state,
        delivery.attempts,
        delivery.createdAt,
        state === 'ready' ? 0 : null,
      );
      return blocked ? { ...delivery, state } : delivery;
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
      const rows = withWork.all() as unknown as { webhook_id: string }[];
      return rows.map((row) => row.webhook_id as Delivery['webhookId']);
    },
    async queue(webhookId: string, after: QueuePosition | null, limit: number) {
      const rows = queue.all(webhookId, after?.dueAt ?? -1, after?.id ?? '', limit) as unknown as (Row & BodyRow)[];
      return rows.map((row) => withBody(fromRow(row), row));
    },
    async delivery(accountId, id) {
      const row = (one.get(accountId, id) ?? settledOne.get(accountId, id)) as unknown as Row | undefined;
      return row === undefined ? null : fromRow(row);
    },
    async deliveries(accountId, filter, request) {
      const rows = page.all({
        account: accountId,
        after: request.after ?? '~',
        from: idFloor('dlv', filter.createdFrom ?? 0),
        to: filter.createdTo === null ? '~' : idFloor('dlv', filter.createdTo + 1),
        webhook: filter.webhookId,
        tracking: filter.trackingId,
        state: filter.state === 'sending' ? 'waiting' : filter.state,
        limit: request.limit + 1,
      }) as unknown as Row[];
      return pageOf(rows.map(fromRow), request.limit);
    },
    async attempts(accountId, deliveryId) {
      return (attempts.all(accountId, deliveryId) as unknown as { document: string }[]).map(
        (row): Attempt => JSON.parse(row.document),
      );
    },
    recover(webhookId, since) {
      return database.write(() => {
        const rows = parked.all(webhookId, idFloor('dlv', since)) as unknown as Row[];
        let parcel = '';
        for (const row of rows) {
          const leads = row.tracking_id !== parcel || row.ordered === 0;
          const waits = row.ordered === 1 && predecessor.get(webhookId, row.tracking_id, row.revision) !== undefined;
          const state = leads && !waits ? 'ready' : 'blocked';
          recover.run(state, state === 'ready' ? 0 : null, row.account_id, row.id);
          if (row.tracking_id !== parcel && state === 'ready') block.run(webhookId, row.tracking_id, row.revision);
          parcel = row.tracking_id;
        }
        return rows.length;
      });
    },
    async parkedCount(webhookId, since) {
      return (parkedCount.get(webhookId, idFloor('dlv', since)) as { count: number }).count;
    },
  };
}

/** @throws Error when the event or its body is missing: what is owed is never pruned, so that is damage. */
function withBody(delivery: Delivery, row: BodyRow | undefined): OwedDelivery {
  const data = row?.[delivery.version];
  if (row === undefined || data === null || data === undefined) {
    throw new Error(`The body of delivery ${delivery.id} is missing from the store.`);
  }
  return { delivery, event: JSON.parse(row.document), data };
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
