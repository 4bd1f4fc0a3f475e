/**
 * What crosses between the program's thread and the store's on the hot path: rows as tuples with documents as ready text.
 * Objects are taken apart and put together on one side only, and no names of members are copied with every one. The
 * record store is the port in these words; `overRecords` is the port itself over it.
 */
import { dayMs } from '../base/durations.ts';
import { shardOf } from '../base/id.ts';
import type { Attempt, Verdict } from '../domain/attempt.ts';
import type { Delivery, DeliveryState } from '../domain/delivery.ts';
import type { AnyEvent } from '../domain/event.ts';
import type { Page } from '../domain/page.ts';
import { rankOf, type Status, type Substatus, type WebhookVersion } from '../domain/status.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Webhook } from '../domain/webhook.ts';
import { decodeAttempt, encodeAttempt } from './attemptDocument.ts';
import { decodeEvent, encodeEvent } from './eventDocument.ts';
import type {
  AccountId,
  Answer,
  CommitResult,
  Notice,
  NumberKey,
  OwedDelivery,
  PageRequest,
  QueueBounds,
  QueuePage,
  QueuePosition,
  Rest,
  Settled,
  Settlement,
  Shards,
  Store,
  TrackingCommit,
  TrackingFilter,
} from './store.ts';
import { decodeTracking, encodeTracking } from './trackingDocument.ts';

/** A row of `tracking`: the values of its columns in their order. */
export type TrackingRow = readonly [
  accountId: string,
  id: string,
  number: string,
  courierCode: string | null,
  generation: number,
  shard: number,
  revision: number,
  status: string,
  substatus: string,
  archived: number,
  createdAt: number,
  updatedAt: number,
  deletedAt: number | null,
  expireDay: number | null,
  pollAt: number | null,
  lastEventId: string | null,
  document: string,
  writes: number,
];

/** A row of `event`, likewise. */
export type EventRow = readonly [
  accountId: string,
  id: string,
  document: string,
  v2: string | null,
  v3: string | null,
  v4: string | null,
  standard: string | null,
];

/** A row of `attempt`, likewise. */
export type AttemptRow = readonly [
  accountId: string,
  deliveryId: string,
  id: string,
  webhookId: string,
  startedAt: number,
  verdict: string,
  document: string,
];

/** A row of `delivery`, likewise, and the time of its settlement, which only its history has. */
export type DeliveryRow = readonly [
  accountId: string,
  id: string,
  webhookId: string,
  trackingId: string | null,
  eventId: string,
  number: string | null,
  revision: number | null,
  version: string,
  callback: number,
  ordered: number,
  state: string,
  attempts: number,
  createdAt: number,
  dueAt: number | null,
  settledAt: number | null,
];

/** A `TrackingCommit`. */
export type ChangeRecord = readonly [
  tracking: TrackingRow,
  expectedWrites: number,
  events: readonly EventRow[],
  deliveries: readonly DeliveryRow[],
];

/** What became of it: the states of its deliveries where it was committed. */
export type ChangeResult = readonly DeliveryState[] | 'conflict' | 'outdated' | { readonly failed: string };

/** A `Settlement`: the attempt, of which delivery, and what that becomes, if anything. */
export type SettlementRecord = readonly [
  attempt: AttemptRow,
  trackingId: string | null,
  ordered: boolean,
  next:
    | readonly [state: DeliveryState, attempts: number, dueAt: number | null, settledAt: number | null]
    | null,
  epoch: number | null,
];

/** A delivery with its event's document and the body in its version. */
export type OwedRecord = readonly [delivery: DeliveryRow, document: string, data: string];

export type SettledRecord =
  | readonly [applied: boolean, released: OwedRecord | null, told?: readonly OwedRecord[]]
  | 'stale';

/** The notice of one of the settlements in a call: most have none. */
export type SettlementNotice = readonly [index: number, notice: Notice];

/** A `Replay`. */
export type ReplayRecord = readonly [delivery: DeliveryRow, data: string];

/** The port in records; what has no document is as in the port. */
export interface RecordStore
  extends Omit<
    Store,
    | 'load'
    | 'commit'
    | 'tracking'
    | 'trackings'
    | 'duePolls'
    | 'dueExpiries'
    | 'events'
    | 'event'
    | 'settle'
    | 'replay'
    | 'queue'
    | 'heads'
    | 'attempts'
    | 'updateWebhook'
  > {
  load(keys: readonly NumberKey[]): Promise<(readonly TrackingRow[])[]>;
  commit(
    changes: readonly ChangeRecord[],
    answers: readonly Answer[],
    heard: number,
  ): Promise<ChangeResult[]>;
  tracking(accountId: AccountId, id: string, options?: { withDeleted: boolean }): Promise<TrackingRow | null>;
  trackings(accountId: AccountId, filter: TrackingFilter, page: PageRequest): Promise<Page<TrackingRow>>;
  duePolls(before: number, limit: number, shards: Shards): Promise<readonly TrackingRow[]>;
  dueExpiries(newsBefore: number, page: PageRequest): Promise<Page<TrackingRow>>;
  events(
    accountId: AccountId,
    page: PageRequest,
  ): Promise<readonly (readonly [id: string, document: string])[]>;
  event(accountId: AccountId, id: string): Promise<string | null>;
  settle(
    settlements: readonly SettlementRecord[],
    notices: readonly SettlementNotice[],
  ): Promise<(SettledRecord | { readonly failed: string })[]>;
  replay(replays: readonly ReplayRecord[], rest?: Rest): Promise<number>;
  queue(
    webhookId: string,
    after: QueuePosition | null,
    bounds: QueueBounds,
    shards: Shards,
  ): Promise<QueuePage<OwedRecord>>;
  heads(deliveries: readonly Pick<Delivery, 'accountId' | 'id'>[]): Promise<readonly OwedRecord[]>;
  attempts(accountId: AccountId, deliveryId: string): Promise<readonly AttemptRow[]>;
  updateWebhook(webhook: Webhook, notice: Notice | null, heard: number): Promise<readonly OwedRecord[]>;
}

const nobodyTold: readonly OwedDelivery[] = [];

/** The port over a record store, wherever that runs. */
export function overRecords(records: RecordStore): Store {
  return {
    ...records,
    async load(keys) {
      return (await records.load(keys)).map((rows) => rows.map(trackingOf));
    },
    async commit({ trackings, answers, heard }) {
      const results = await records.commit(trackings.map(recordOfChange), answers, heard);
      return results.map((result, index) => resultOf(trackings[index] as TrackingCommit, result));
    },
    async tracking(accountId, id, options) {
      const record = await records.tracking(accountId, id, options);
      return record && trackingOf(record);
    },
    async trackings(accountId, filter, page) {
      const { items, next } = await records.trackings(accountId, filter, page);
      return { items: items.map(trackingOf), next };
    },
    async duePolls(before, limit, shards) {
      return (await records.duePolls(before, limit, shards)).map(trackingOf);
    },
    async dueExpiries(newsBefore, page) {
      const { items, next } = await records.dueExpiries(newsBefore, page);
      return { items: items.map(trackingOf), next };
    },
    async events(accountId, page) {
      const rows = await records.events(accountId, page);
      return rows.map(([id, document]) => decodeEvent({ accountId, id: id as AnyEvent['id'] }, document));
    },
    async event(accountId, id) {
      const document = await records.event(accountId, id);
      return document === null ? null : decodeEvent({ accountId, id: id as AnyEvent['id'] }, document);
    },
    async settle(settlements) {
      const settled = await records.settle(settlements.map(recordOfSettlement), noticesOf(settlements));
      return settled.map((one) => (typeof one !== 'string' && 'failed' in one ? one : settledOf(one)));
    },
    replay(replays, rest) {
      return records.replay(
        replays.map(({ delivery, data }) => [rowOfDelivery(delivery), data]),
        rest,
      );
    },
    async queue(webhookId, after, bounds, shards) {
      const { rows, more } = await records.queue(webhookId, after, bounds, shards);
      return { rows: rows.map(owedOf), more };
    },
    async heads(deliveries) {
      return (await records.heads(deliveries)).map(owedOf);
    },
    async attempts(accountId, deliveryId) {
      return (await records.attempts(accountId, deliveryId)).map(attemptOf);
    },
    async updateWebhook(webhook, notice, heard) {
      return (await records.updateWebhook(webhook, notice, heard)).map(owedOf);
    },
  };
}

function recordOfChange({
  tracking,
  expectedWrites,
  events,
  bodies,
  deliveries,
}: TrackingCommit): ChangeRecord {
  // Nearly always there is one; a thousand updates may be of one parcel though.
  const bodiesOf = events.length > 1 ? Map.groupBy(bodies, ({ eventId }) => eventId) : null;
  const rows = events.map((event): EventRow => {
    const own = bodiesOf === null ? bodies : (bodiesOf.get(event.id) ?? []);
    const data = (version: WebhookVersion) => own.find((body) => body.version === version)?.data ?? null;
    const { accountId, id } = event;
    return [accountId, id, encodeEvent(event), data('v2'), data('v3'), data('v4'), data('standard')];
  });
  return [rowOfTracking(tracking), expectedWrites, rows, deliveries.map(rowOfDelivery)];
}

function resultOf({ deliveries }: TrackingCommit, result: ChangeResult): CommitResult {
  if (result === 'conflict' || result === 'outdated') return { kind: result };
  if ('failed' in result) return { kind: 'failed', message: result.failed };
  return {
    kind: 'committed',
    deliveries: deliveries.map((delivery, index) => placed(delivery, result[index] as DeliveryState)),
  };
}

/** A delivery as the store has placed it; one whose webhook is gone was cancelled as soon as it was made. */
function placed(delivery: Delivery, state: DeliveryState): Delivery {
  if (state === delivery.state) return delivery;
  return { ...delivery, state, settledAt: state === 'cancelled' ? delivery.createdAt : null };
}

function rowOfTracking(tracking: Tracking): TrackingRow {
  return [
    tracking.accountId,
    tracking.id,
    tracking.number,
    tracking.courierCode,
    tracking.generation,
    shardOf(tracking.id),
    tracking.revision,
    tracking.state.status,
    tracking.state.substatus,
    Number(tracking.archived),
    tracking.createdAt,
    tracking.updatedAt,
    tracking.deletedAt,
    expireDay(tracking),
    tracking.pollAt,
    tracking.lastEventId,
    encodeTracking(tracking),
    tracking.writes,
  ];
}

function trackingOf(row: TrackingRow): Tracking {
  const [accountId, id, number, courierCode, generation, , revision, status, substatus, archived] = row;
  const [, , , , , , , , , , createdAt, updatedAt, deletedAt, , pollAt, lastEventId, document, writes] = row;
  return decodeTracking(
    {
      id: id as Tracking['id'],
      accountId: accountId as Tracking['accountId'],
      number,
      courierCode,
      generation,
      revision,
      writes,
      state: { status: status as Status, substatus: substatus as Substatus },
      archived: archived === 1,
      deletedAt,
      pollAt,
      lastEventId: lastEventId as Tracking['lastEventId'],
      createdAt,
      updatedAt,
    },
    document,
  );
}

/**
 * The day of the last news, for trackings that may yet expire: a whole day, so that the index changes at most once a
 * day and parcel.
 */
function expireDay(tracking: Tracking): number | null {
  const over = rankOf(tracking.state) > 0 || tracking.expiredAt !== null || tracking.manual !== null;
  return over || tracking.deletedAt !== null || tracking.stopped ? null : Math.floor(tracking.newsAt / dayMs);
}

const staleSettled: Settled = { applied: false, stale: true, released: null, told: nobodyTold };

function settledOf(record: SettledRecord): Settled {
  if (record === 'stale') return staleSettled;
  const [applied, released, told] = record;
  return {
    applied,
    stale: false,
    released: released && owedOf(released),
    told: told?.map(owedOf) ?? nobodyTold,
  };
}

function recordOfSettlement({ attempt, delivery, next, epoch }: Settlement): SettlementRecord {
  const { accountId, deliveryId, id, webhookId, startedAt, verdict } = attempt;
  return [
    [accountId, deliveryId, id, webhookId, startedAt, verdict, encodeAttempt(attempt)],
    delivery.trackingId,
    delivery.ordered,
    next && [next.state, next.attempts, next.dueAt, next.settledAt],
    epoch,
  ];
}

function noticesOf(settlements: readonly Settlement[]): SettlementNotice[] {
  return settlements.flatMap(({ notice }, index) => (notice === null ? [] : [[index, notice] as const]));
}

function attemptOf([
  accountId,
  deliveryId,
  id,
  webhookId,
  startedAt,
  verdict,
  document,
]: AttemptRow): Attempt {
  const ids = { id, accountId, deliveryId, webhookId } as Pick<
    Attempt,
    'id' | 'accountId' | 'deliveryId' | 'webhookId'
  >;
  return decodeAttempt({ ...ids, startedAt, verdict: verdict as Verdict }, document);
}

export function rowOfDelivery(delivery: Delivery): DeliveryRow {
  return [
    delivery.accountId,
    delivery.id,
    delivery.webhookId,
    delivery.trackingId,
    delivery.eventId,
    delivery.number,
    delivery.revision,
    delivery.version,
    Number(delivery.callback),
    Number(delivery.ordered),
    delivery.state,
    delivery.attempts,
    delivery.createdAt,
    delivery.dueAt,
    delivery.settledAt,
  ];
}

/** One that is ready stands in the table as due at 0. */
export function deliveryOf(row: DeliveryRow): Delivery {
  const [accountId, id, webhookId, trackingId, eventId, number, revision, version, callback, ordered] = row;
  const [, , , , , , , , , , state, attempts, createdAt, dueAt, settledAt] = row;
  return {
    id: id as Delivery['id'],
    accountId: accountId as Delivery['accountId'],
    webhookId: webhookId as Delivery['webhookId'],
    eventId: eventId as Delivery['eventId'],
    trackingId: trackingId as Delivery['trackingId'],
    number,
    revision,
    version: version as WebhookVersion,
    callback: callback === 1,
    ordered: ordered === 1,
    state: state as DeliveryState,
    attempts,
    dueAt: state === 'scheduled' ? dueAt : null,
    createdAt,
    settledAt,
  };
}

function owedOf([row, document, data]: OwedRecord): OwedDelivery {
  const delivery = deliveryOf(row);
  const { accountId, eventId: id } = delivery;
  return { delivery, event: decodeEvent({ accountId, id }, document), data };
}
