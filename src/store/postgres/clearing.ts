/**
 * What waits for a webhook that is disabled is parked, and all it is owed is cancelled where it is deleted. Where that is much, the
 * transaction of the change leaves a row in `clearing` and ends: while that stands nothing of the webhook is read to be sent, and
 * the table is cleared in stretches, each of which holds the row and moves it on. So nobody waits long for a latch, no
 * statement runs into its time-out, and whoever dies over it leaves the rest to others.
 */
import type { Webhook } from '../../domain/webhook.ts';
import { sharedColumns } from '../deliveryRow.ts';
import type { WebhookStore } from '../store.ts';
import { parcelsStart, type StretchRow } from '../stretch.ts';
import { texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { lockParcels, shareWebhooks } from './locks.ts';
import { lead } from './recovering.ts';
import { readStretch } from './stretches.ts';

/** So many are cleared in the transaction of the change itself: a second or so. */
const atOnceMax = 10_000;

/** Rows are looked at under the latch, so there is a bound to that: beyond it it is not said how many wait. */
const countedMax = 200_000;

const lookAt = `
  select count(*) filter (where state <> 'parked'), count(*)
  from (select state from delivery where webhook_id = $1 limit $2) as seen`;

const parkAll =
  "update delivery set state = 'parked', due_at = null where webhook_id = $1 and state <> 'parked'";

const parkEach = `
  update delivery d set state = 'parked', due_at = null
  from unnest($1::text[], $2::text[]) as u (account_id, id)
  where d.account_id = u.account_id and d.id = u.id and d.state <> 'parked'`;

const cancelled = (deleted: string, settledAt: string) => `
  with cancelled as (${deleted} returning delivery.*)
  insert into delivery_history (${sharedColumns}, settled_at)
  select account_id, id, webhook_id, tracking_id, event_id, number, revision, version, callback, ordered, 'cancelled',
    attempts, created_at, ${settledAt} from cancelled`;

const cancelAll = cancelled('delete from delivery where webhook_id = $1', '$2');

const cancelEach = cancelled(
  `delete from delivery using unnest($1::text[], $2::text[]) as u (account_id, id)
  where delivery.account_id = u.account_id and delivery.id = u.id`,
  '$3',
);

const upsertOne = `
  insert into clearing (account_id, webhook_id, settled_at, after) values ($1, $2, $3, null)
  on conflict (account_id, webhook_id) do update set settled_at = excluded.settled_at, after = null`;

const deleteOne = 'delete from clearing where webhook_id = $1 returning after';

const selectAll = 'select webhook_id from clearing order by webhook_id';

/** Another process that holds it is at it already. */
const holdOne = 'select settled_at, after from clearing where webhook_id = $1 for update skip locked';

const moveOn = 'update clearing set after = $2 where webhook_id = $1';

type Owner = Pick<Webhook, 'accountId' | 'id'>;

export interface Clearing extends Pick<WebhookStore, 'clearings' | 'clear'> {
  /**
   * Within a job that holds the webhook alone: parks all that waits for it, by and by if its table is large. Gives how many those
   * are, of the first 200 000 rows at least.
   */
  park(session: Session, webhook: Owner): Promise<number>;
  /** Likewise: cancels all that it is owed. */
  cancel(session: Session, webhook: Owner, settledAt: number): Promise<void>;
  /** Likewise: it is sent to again, so what is not parked by now stays as it is. */
  giveUp(session: Session, webhook: Owner): Promise<void>;
}

export function makeClearing(database: Database): Clearing {
  /** Of the first so many rows: those that wait, and all. */
  async function seen(
    session: Session,
    { id }: Owner,
    max: number,
  ): Promise<readonly [waiting: number, all: number]> {
    const [counts = [0, 0]] = await session.rows<[waiting: number, all: number]>(lookAt, [id, max]);
    return counts;
  }

  /** @returns whether there is more */
  async function clear(session: Session, webhookId: string): Promise<boolean> {
    await shareWebhooks(session, [webhookId]);
    type Row = [settledAt: number | null, after: string | null];
    const [held] = await session.rows<Row>(holdOne, [webhookId]);
    if (held === undefined) return false;
    const [settledAt, after] = held;
    const { rows, next } = await readStretch(session, webhookId, { trackingId: null, after });
    await lockParcels(
      session,
      rows.map(([accountId, , trackingId]) => [accountId, trackingId]),
    );
    const sorted = rows.toSorted(byKey);
    const keys = [texts(sorted.map(([accountId]) => accountId)), texts(sorted.map(([, id]) => id))];
    if (settledAt === null) await session.run(parkEach, keys);
    else await session.run(cancelEach, [...keys, settledAt]);
    if (next === null) await session.run(deleteOne, [webhookId]);
    else await session.run(moveOn, [webhookId, next]);
    return next !== null;
  }

  return {
    async park(session, webhook) {
      const [, all] = await seen(session, webhook, atOnceMax + 1);
      if (all <= atOnceMax) return session.run(parkAll, [webhook.id]);
      const [waiting] = await seen(session, webhook, countedMax);
      await session.run(upsertOne, [webhook.accountId, webhook.id, null]);
      return waiting;
    },
    async cancel(session, webhook, settledAt) {
      await session.run(deleteOne, [webhook.id]);
      const [, all] = await seen(session, webhook, atOnceMax + 1);
      if (all > atOnceMax) await session.run(upsertOne, [webhook.accountId, webhook.id, settledAt]);
      else await session.run(cancelAll, [webhook.id, settledAt]);
    },
    async giveUp(session, { id }) {
      const [left] = await session.rows<[after: string | null]>(deleteOne, [id]);
      const [after = null] = left ?? [];
      if (after === null) return;
      // The parcel that it has come to may be parked in its first part alone.
      const [trackingId] = parcelsStart({ trackingId: null, after });
      await lead(session, [[id, trackingId]]);
    },
    async clearings() {
      const rows = await database.rows<[webhookId: Webhook['id']]>(selectAll);
      return rows.map(([webhookId]) => webhookId);
    },
    clear: (webhookId) => database.write((session) => clear(session, webhookId)),
  };
}

/** Those of no parcel are locked as they are written, in the order given. */
function byKey([account, id]: StretchRow, [otherAccount, otherId]: StretchRow): number {
  return account < otherAccount || (account === otherAccount && id < otherId) ? -1 : 1;
}
