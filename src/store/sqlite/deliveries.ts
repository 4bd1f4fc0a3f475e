/**
 * Deliveries as they are written: the small table of what is owed, the history of what is settled, and the log of
 * attempts. How they are read and listed stands in `deliveryLists.ts`.
 */
import type { DeliveryState } from '../../domain/delivery.ts';
import { sharedColumns } from '../deliveryRow.ts';
import { deliveryIdsOf, withDelivery } from '../eventDocument.ts';
import { owedRecordColumns, owedRecordOf } from '../owedRow.ts';
import type {
  DeliveryRow,
  OwedRecord,
  RecordStore,
  ReplayRecord,
  SettledRecord,
  SettlementRecord,
} from '../records.ts';
import type { DeliveryStore, Notice } from '../store.ts';
import type { Parked } from '../stretch.ts';
import { runParts } from './careful.ts';
import type { Database } from './database.ts';
import { type DeliveryLists, makeDeliveryLists } from './deliveryLists.ts';
import type { EventTable } from './events.ts';
import { makeWriteNotice, type WriteNotice } from './notices.ts';

export interface DeliveryTable extends Pick<RecordStore, keyof DeliveryStore> {
  /**
   * For one job: what inserts an owed delivery, blocked if an earlier one of its parcel is not settled, and gives its
   * state. What befell its webhook since the commit was planned befalls it too: parked where that is disabled,
   * cancelled where it is gone.
   */
  placing(): (delivery: DeliveryRow) => DeliveryState;
  readonly writeNotice: WriteNotice;
  /** Within a job: parks all that waits for a webhook, and gives how many those were; or cancels it. */
  parkAll(webhookId: string): number;
  cancelAll(webhookId: string, settledAt: number): void;
}

const insertOwed = `
  insert into delivery (${sharedColumns}, due_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const insertSettled = `
  insert into delivery_history (${sharedColumns}, settled_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const selectEnabled = "select document ->> 'enabled' as enabled from webhook where account_id = ? and id = ?";

/** Only a head: one that was parked or put behind another while its request was under way stays where it is. */
const rescheduleOne = `
  update delivery set state = 'scheduled', attempts = ?, due_at = ?
  where account_id = ? and id = ? and state in ('ready', 'scheduled')`;

const parkOne = `
  update delivery set state = 'parked', attempts = ?, due_at = null where account_id = ? and id = ?`;

const selectState = 'select state from delivery where account_id = ? and id = ?';

const copyToHistory = `
  insert into delivery_history (${sharedColumns}, settled_at)
  select account_id, id, webhook_id, tracking_id, event_id, number, revision, version, callback, ordered, ?, ?,
    created_at, ? from delivery where account_id = ? and id = ?`;

const deleteOne = 'delete from delivery where account_id = ? and id = ?';

/** The head of a parcel's queue: its earliest delivery that is not parked. Those out of order are not in the queue. */
const selectHead = `
  select account_id, id, event_id, version, revision, state from delivery
  where webhook_id = ? and tracking_id = ? and state <> 'parked' and ordered = 1 order by revision limit 1`;

type Head = [
  accountId: string,
  id: string,
  eventId: string,
  version: string,
  revision: number,
  state: string,
];

const releaseOne = "update delivery set state = 'ready', due_at = 0 where account_id = ? and id = ?";

const selectReleased = `
  select ${owedRecordColumns}
  from delivery d join event e on e.account_id = d.account_id and e.id = d.event_id
  where d.account_id = ? and d.id = ?`;

const insertAttempt = `
  insert into attempt (account_id, delivery_id, id, webhook_id, started_at, verdict, document) values (?, ?, ?, ?, ?, ?, ?)`;

const parkEach =
  "update delivery set state = 'parked', due_at = null where webhook_id = ? and state <> 'parked'";

const cancelEach = `
  insert into delivery_history (${sharedColumns}, settled_at)
  select account_id, id, webhook_id, tracking_id, event_id, number, revision, version, callback, ordered, 'cancelled',
    attempts, created_at, ? from delivery where webhook_id = ?`;

const deleteEach = 'delete from delivery where webhook_id = ?';

const recoverOne = 'update delivery set state = ?, attempts = 0, due_at = ? where account_id = ? and id = ?';

/** Whoever was at the head of a parcel's queue steps back behind an earlier one. */
const blockLater = `
  update delivery set state = 'blocked', due_at = null
  where webhook_id = ? and tracking_id = ? and revision > ? and state in ('ready', 'scheduled') and ordered = 1`;

const selectEvent = 'select document from event where account_id = ? and id = ?';

const selectWebhookOf = `
  select webhook_id from delivery where account_id = :account and id = :id
  union all select webhook_id from delivery_history where account_id = :account and id = :id`;

const updateEvent = `
  update event set document = :document, v2 = coalesce(v2, :v2), v3 = coalesce(v3, :v3), v4 = coalesce(v4, :v4),
    standard = coalesce(standard, :standard)
  where account_id = :account and id = :id`;

export function makeDeliveryTable(database: Database, events: EventTable): DeliveryTable {
  const { parkedSome, ...lists }: DeliveryLists = makeDeliveryLists(database);
  const owe = database.prepare(insertOwed);
  const settle = database.prepare(insertSettled);
  const enabled = database.prepareRows(selectEnabled);
  const reschedule = database.prepare(rescheduleOne);
  const park = database.prepare(parkOne);
  const stateOf = database.prepareRows(selectState);
  const copy = database.prepare(copyToHistory);
  const remove = database.prepare(deleteOne);
  const head = database.prepareRows(selectHead);
  const release = database.prepare(releaseOne);
  const released = database.prepareRows(selectReleased);
  const attempt = database.prepare(insertAttempt);
  const parkWebhook = database.prepare(parkEach);
  const cancelWebhook = database.prepare(cancelEach);
  const deleteWebhook = database.prepare(deleteEach);
  const recover = database.prepare(recoverOne);
  const block = database.prepare(blockLater);
  const event = database.prepareRows(selectEvent);
  const webhookOf = database.prepareRows(selectWebhookOf);
  const putEvent = database.prepare(updateEvent);

  function headOf(webhookId: string, trackingId: string | null): Head | undefined {
    return head.get(webhookId, trackingId) as Head | undefined;
  }

  function settleOne(
    [made, trackingId, ordered, next]: SettlementRecord,
    notice: Notice | null,
  ): SettledRecord {
    attempt.run(...made);
    if (next === null) return [true, null];
    const [accountId, id, , webhookId] = made;
    const [state, attempts, dueAt, settledAt] = next;
    if (state === 'scheduled') return [reschedule.run(attempts, dueAt, accountId, id).changes === 1, null];
    if (state === 'parked') {
      const told = notice !== null && isWaiting(accountId, id) ? notice : null;
      if (park.run(attempts, accountId, id).changes === 0) return [false, null];
      const released = ordered ? releaseSuccessor(webhookId, trackingId) : null;
      return told === null ? [true, released] : [true, released, writeNotice(told)];
    }
    if (copy.run(state, attempts, settledAt, accountId, id).changes === 0) return [false, null];
    remove.run(accountId, id);
    return [true, ordered ? releaseSuccessor(webhookId, trackingId) : null];
  }

  /** One that its webhook's being disabled has parked meanwhile was told by that. */
  function isWaiting(accountId: string, id: string): boolean {
    const [state = 'parked'] = (stateOf.get(accountId, id) ?? []) as [state?: string];
    return state !== 'parked';
  }

  function releaseSuccessor(webhookId: string, trackingId: string | null): OwedRecord | null {
    const first = headOf(webhookId, trackingId);
    if (first === undefined) return null;
    const [accountId, id, , , , state] = first;
    if (state !== 'blocked') return null;
    release.run(accountId, id);
    return owedRecordOf(released.get(accountId, id), id);
  }

  /** Whether deliveries to a webhook are sent just now; null: it is gone. */
  function isEnabled(accountId: string, webhookId: string): boolean | null {
    const row = enabled.get(accountId, webhookId) as [enabled: number] | undefined;
    return row === undefined ? null : row[0] === 1;
  }

  function putBack(webhookId: string, parked: readonly Parked[]): void {
    for (const { accountId, id, isOrdered } of parked)
      recover.run(isOrdered ? 'blocked' : 'ready', isOrdered ? null : 0, accountId, id);
    for (const parcel of new Set(parked.map(({ trackingId }) => trackingId)))
      if (parcel !== null) lead(webhookId, parcel);
  }

  /** Makes the earliest delivery of a parcel the head of its queue, and no other. */
  function lead(webhookId: string, trackingId: string): void {
    const first = headOf(webhookId, trackingId);
    if (first === undefined) return;
    const [accountId, id, , , revision, state] = first;
    if (state === 'blocked') release.run(accountId, id);
    block.run(webhookId, trackingId, revision);
  }

  /** Owes one event to a webhook that it was not owed to; false where it is by now, or the event or webhook is gone. */
  function replayOne([row, data]: ReplayRecord): boolean {
    const [account, id, webhookId, trackingId, eventId, number, revision, version, callback, ordered] = row;
    const [, , , , , , , , , , , attempts, createdAt] = row;
    const [document = null] = (event.get(account, eventId) ?? []) as [document?: string];
    const isOn = isEnabled(account, webhookId);
    if (document === null || isOn === null) return false;
    const isOwed = deliveryIdsOf(document).some((one) => {
      const [of] = (webhookOf.get({ account, id: one }) ?? []) as [webhookId?: string];
      return of === webhookId;
    });
    if (isOwed) return false;
    const bodies = { v2: null, v3: null, v4: null, standard: null, [version]: data };
    putEvent.run({ document: withDelivery(document, id), ...bodies, account, id: eventId });
    const state = !isOn ? 'parked' : ordered === 1 ? 'blocked' : 'ready';
    const values = [account, id, webhookId, trackingId, eventId, number, revision, version] as const;
    owe.run(...values, callback, ordered, state, attempts, createdAt, state === 'ready' ? 0 : null);
    return true;
  }

  function placing(): ReturnType<DeliveryTable['placing']> {
    // No webhook changes within a job, so one look at each is enough.
    const known = new Map<string, boolean | null>();
    return (delivery) => {
      const [accountId, id, webhookId, trackingId, eventId, number, revision, version, callback] = delivery;
      const [, , , , , , , , , ordered, planned, attempts, createdAt] = delivery;
      let isOn = known.get(webhookId);
      if (isOn === undefined) {
        isOn = isEnabled(accountId, webhookId);
        known.set(webhookId, isOn);
      }
      const first = ordered === 1 ? headOf(webhookId, trackingId) : undefined;
      const state = standing(isOn, planned, first, revision);
      const values = [accountId, id, webhookId, trackingId, eventId, number, revision, version] as const;
      const rest = [callback, ordered, state, attempts, createdAt] as const;
      if (state === 'cancelled') settle.run(...values, ...rest, createdAt);
      else owe.run(...values, ...rest, state === 'ready' ? 0 : null);
      if (state === 'ready' && first !== undefined) block.run(webhookId, trackingId, revision);
      return state;
    };
  }

  const writeNotice = makeWriteNotice(events, placing);

  return {
    ...lists,
    replay(replays) {
      return database.write(() => {
        const count = replays.filter(replayOne).length;
        const parcels = new Map(
          replays.map(([[, , webhookId, trackingId]]) => [
            `${webhookId} ${trackingId}`,
            [webhookId, trackingId] as const,
          ]),
        );
        for (const [webhookId, trackingId] of parcels.values())
          if (trackingId !== null) lead(webhookId, trackingId);
        return count;
      });
    },
    placing,
    writeNotice,
    parkAll(webhookId) {
      return parkWebhook.run(webhookId).changes;
    },
    cancelAll(webhookId, settledAt) {
      cancelWebhook.run(settledAt, webhookId);
      deleteWebhook.run(webhookId);
    },
    settle(settlements, notices) {
      const noticeOf = new Map(notices);
      const parts = settlements.map((settlement, index) => ({
        settlement,
        notice: noticeOf.get(index) ?? null,
      }));
      return database.write(
        (careful) =>
          runParts(database, {
            parts,
            careful,
            run: ({ settlement, notice }) => settleOne(settlement, notice),
          }),
        'soon',
      );
    },
    recover(webhookId, step) {
      return database.write(() => {
        const { parked, next } = parkedSome(webhookId, step);
        const [first] = parked;
        if (first === undefined) return { count: 0, next };
        if (isEnabled(first.accountId, webhookId) !== true) return { count: 0, next: null };
        putBack(webhookId, parked);
        return { count: parked.length, next };
      });
    },
  };
}

/** What a new delivery begins as, given its webhook and the head of its parcel's queue. */
function standing(
  isEnabled: boolean | null,
  planned: string,
  first: Head | undefined,
  revision: number | null,
): DeliveryState {
  if (isEnabled === null) return 'cancelled';
  if (!isEnabled || planned === 'parked') return 'parked';
  return first !== undefined && revision !== null && first[4] <= revision ? 'blocked' : 'ready';
}
