/**
 * What crosses between the program's thread and the store's on the hot path: rows as tuples with documents as ready text.
 * Objects are taken apart and put together on one side only, and no names of members are copied with every one. The
 * record store is the port in these words; `overRecords.ts` makes the port itself of it.
 */
import type { Delivery, DeliveryState } from '../domain/delivery.ts';
import type { Page } from '../domain/page.ts';
import type { Webhook } from '../domain/webhook.ts';
import type {
  AccountId,
  Answer,
  Notice,
  NumberKey,
  PageRequest,
  QueueBounds,
  QueuePage,
  QueuePosition,
  ShardNumbers,
  Store,
  TrackingFilter,
} from './store.ts';

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
    | 'everyTracking'
    | 'setTerms'
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
  duePolls(before: number, limit: number, shards: ShardNumbers): Promise<readonly TrackingRow[]>;
  dueExpiries(newsBefore: number, page: PageRequest, newsFrom?: number): Promise<Page<TrackingRow>>;
  everyTracking(page: PageRequest): Promise<Page<TrackingRow>>;
  setTerms(rows: readonly TermsRow[]): Promise<number>;
  events(
    accountId: AccountId,
    page: PageRequest,
  ): Promise<readonly (readonly [id: string, document: string])[]>;
  event(accountId: AccountId, id: string): Promise<string | null>;
  settle(
    settlements: readonly SettlementRecord[],
    notices: readonly SettlementNotice[],
  ): Promise<(SettledRecord | Failed)[]>;
  replay(replays: readonly ReplayRecord[], rest: number | null): Promise<number>;
  queue(
    webhookId: string,
    after: QueuePosition | null,
    bounds: QueueBounds,
    shards: ShardNumbers,
  ): Promise<QueuePage<OwedRecord>>;
  heads(deliveries: readonly Pick<Delivery, 'accountId' | 'id'>[]): Promise<readonly OwedRecord[]>;
  attempts(accountId: AccountId, deliveryId: string): Promise<readonly AttemptRow[]>;
  updateWebhook(webhook: Webhook, notice: Notice | null, heard: number): Promise<readonly OwedRecord[]>;
}

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
  terms: string | null,
];

/** By what a tracking is found from now on, where it was written so often: see `setTerms`. */
export type TermsRow = readonly [accountId: string, id: string, writes: number, terms: string | null];

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
export type ChangeResult = readonly DeliveryState[] | 'conflict' | 'outdated' | Failed;

/** This one was not written, and its neighbours were. */
export interface Failed {
  /** What is wrong with its data, in the database's words. */
  readonly failed: string;
}

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
