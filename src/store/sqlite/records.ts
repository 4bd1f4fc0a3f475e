/**
 * What crosses between the program's thread and the store's: flat records with documents as ready text, so that objects
 * are taken apart and put together on one side only. The record store is the port in these words; `overRecords` is the
 * port itself over it.
 */
import { shardOf } from '../../base/id.ts';
import type { Attempt } from '../../domain/attempt.ts';
import type { Delivery } from '../../domain/delivery.ts';
import type { TrackingEvent } from '../../domain/event.ts';
import type { Page } from '../../domain/page.ts';
import { rankOf, type Status, type Substatus, type WebhookVersion } from '../../domain/status.ts';
import type { Tracking } from '../../domain/tracking.ts';
import type {
  AccountId,
  Answer,
  CommitResult,
  NumberKey,
  OwedDelivery,
  PageRequest,
  QueueBounds,
  QueuePage,
  QueuePosition,
  Settlement,
  Store,
  TrackingCommit,
  TrackingFilter,
} from '../store.ts';
import { decodeTracking, encodeTracking } from '../trackingDocument.ts';

/** A row of `tracking`, in the words of its columns. */
export interface TrackingRecord {
  readonly account_id: string;
  readonly id: string;
  readonly number: string;
  readonly courier_code: string | null;
  readonly generation: number;
  readonly shard: number;
  readonly revision: number;
  readonly status: string;
  readonly substatus: string;
  readonly archived: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly deleted_at: number | null;
  readonly expire_day: number | null;
  readonly poll_at: number | null;
  readonly last_event_id: string | null;
  readonly document: string;
}

/** A row of `event`. */
export interface EventRecord extends Readonly<Record<WebhookVersion, string | null>> {
  readonly account_id: string;
  readonly id: string;
  readonly document: string;
}

/** A row of `attempt`. */
export interface AttemptRecord {
  readonly account_id: string;
  readonly delivery_id: string;
  readonly id: string;
  readonly webhook_id: string;
  readonly started_at: number;
  readonly verdict: string;
  readonly document: string;
}

export interface CommitRecord {
  readonly trackings: readonly {
    readonly tracking: TrackingRecord;
    readonly expectedRevision: number;
    readonly events: readonly EventRecord[];
    readonly deliveries: readonly Delivery[];
  }[];
  readonly answers: readonly Answer[];
}

export interface SettlementRecord extends Pick<Settlement, 'delivery' | 'next'> {
  readonly attempt: AttemptRecord;
}

/** A delivery with its event's document and the body in its version. */
export interface OwedRecord {
  readonly delivery: Delivery;
  readonly document: string;
  readonly data: string;
}

export interface SettledRecord {
  readonly applied: boolean;
  readonly released: OwedRecord | null;
}

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
    | 'queue'
    | 'attempts'
  > {
  load(keys: readonly NumberKey[]): Promise<(readonly TrackingRecord[])[]>;
  commit(commit: CommitRecord): Promise<CommitResult[]>;
  tracking(
    accountId: AccountId,
    id: string,
    options?: { withDeleted: boolean },
  ): Promise<TrackingRecord | null>;
  trackings(accountId: AccountId, filter: TrackingFilter, page: PageRequest): Promise<Page<TrackingRecord>>;
  duePolls(before: number, limit: number): Promise<readonly TrackingRecord[]>;
  dueExpiries(newsBefore: number, limit: number): Promise<readonly TrackingRecord[]>;
  events(accountId: AccountId, page: PageRequest): Promise<readonly string[]>;
  event(accountId: AccountId, id: string): Promise<string | null>;
  settle(settlements: readonly SettlementRecord[]): Promise<SettledRecord[]>;
  queue(webhookId: string, after: QueuePosition | null, bounds: QueueBounds): Promise<QueuePage<OwedRecord>>;
  attempts(accountId: AccountId, deliveryId: string): Promise<readonly string[]>;
}

/** The port over a record store, wherever that runs. */
export function overRecords(records: RecordStore): Store {
  return {
    ...records,
    async load(keys) {
      return (await records.load(keys)).map((rows) => rows.map(trackingOf));
    },
    commit: (commit) =>
      records.commit({ trackings: commit.trackings.map(recordOfCommit), answers: commit.answers }),
    async tracking(accountId, id, options) {
      const record = await records.tracking(accountId, id, options);
      return record && trackingOf(record);
    },
    async trackings(accountId, filter, page) {
      const { items, next } = await records.trackings(accountId, filter, page);
      return { items: items.map(trackingOf), next };
    },
    async duePolls(before, limit) {
      return (await records.duePolls(before, limit)).map(trackingOf);
    },
    async dueExpiries(newsBefore, limit) {
      return (await records.dueExpiries(newsBefore, limit)).map(trackingOf);
    },
    async events(accountId, page) {
      return (await records.events(accountId, page)).map(eventOf);
    },
    async event(accountId, id) {
      const document = await records.event(accountId, id);
      return document === null ? null : eventOf(document);
    },
    async settle(settlements) {
      const settled = await records.settle(settlements.map(recordOfSettlement));
      return settled.map(({ applied, released }) => ({ applied, released: released && owedOf(released) }));
    },
    async queue(webhookId, after, bounds) {
      const { rows, more } = await records.queue(webhookId, after, bounds);
      return { rows: rows.map(owedOf), more };
    },
    async attempts(accountId, deliveryId) {
      return (await records.attempts(accountId, deliveryId)).map((document): Attempt => JSON.parse(document));
    },
  };
}

function recordOfCommit(commit: TrackingCommit): CommitRecord['trackings'][number] {
  const { tracking, expectedRevision, events, bodies, deliveries } = commit;
  return {
    tracking: recordOfTracking(tracking),
    expectedRevision,
    events: events.map((event) => {
      const record = {
        account_id: event.accountId,
        id: event.id,
        document: JSON.stringify(event),
        ...noBodies,
      };
      for (const body of bodies) if (body.eventId === event.id) record[body.version] = body.data;
      return record;
    }),
    deliveries,
  };
}

const noBodies: Record<WebhookVersion, string | null> = { v2: null, v3: null, v4: null, standard: null };

function recordOfTracking(tracking: Tracking): TrackingRecord {
  return {
    account_id: tracking.accountId,
    id: tracking.id,
    number: tracking.number,
    courier_code: tracking.courierCode,
    generation: tracking.generation,
    shard: shardOf(tracking.id),
    revision: tracking.revision,
    status: tracking.state.status,
    substatus: tracking.state.substatus,
    archived: Number(tracking.archived),
    created_at: tracking.createdAt,
    updated_at: tracking.updatedAt,
    deleted_at: tracking.deletedAt,
    expire_day: expireDay(tracking),
    poll_at: tracking.pollAt,
    last_event_id: tracking.lastEventId,
    document: encodeTracking(tracking),
  };
}

function trackingOf(record: TrackingRecord): Tracking {
  return decodeTracking(
    {
      id: record.id as Tracking['id'],
      accountId: record.account_id as Tracking['accountId'],
      number: record.number,
      courierCode: record.courier_code,
      generation: record.generation,
      revision: record.revision,
      state: { status: record.status as Status, substatus: record.substatus as Substatus },
      archived: record.archived === 1,
      deletedAt: record.deleted_at,
      pollAt: record.poll_at,
      lastEventId: record.last_event_id as Tracking['lastEventId'],
      createdAt: record.created_at,
      updatedAt: record.updated_at,
    },
    record.document,
  );
}

export const dayMs = 86_400_000;

/**
 * The day of the last news, for trackings that may yet expire: a whole day, so that the index changes at most once a
 * day and parcel.
 */
function expireDay(tracking: Tracking): number | null {
  const over = rankOf(tracking.state) > 0 || tracking.expiredAt !== null || tracking.manual !== null;
  return over || tracking.deletedAt !== null || tracking.stopped ? null : Math.floor(tracking.newsAt / dayMs);
}

function recordOfSettlement({ attempt, delivery, next }: Settlement): SettlementRecord {
  return {
    attempt: {
      account_id: attempt.accountId,
      delivery_id: attempt.deliveryId,
      id: attempt.id,
      webhook_id: attempt.webhookId,
      started_at: attempt.startedAt,
      verdict: attempt.verdict,
      document: JSON.stringify(attempt),
    },
    delivery,
    next,
  };
}

function eventOf(document: string): TrackingEvent {
  return JSON.parse(document);
}

function owedOf({ delivery, document, data }: OwedRecord): OwedDelivery {
  return { delivery, event: eventOf(document), data };
}
