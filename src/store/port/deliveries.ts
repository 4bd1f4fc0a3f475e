/** What is owed to webhooks: read by the queue, settled attempt by attempt, listed, put back and owed anew. */
import type { Id } from '../../base/id.ts';
import type { AccountId } from '../../domain/account.ts';
import type { Attempt } from '../../domain/attempt.ts';
import type { Delivery, DeliveryState, PublicDeliveryState } from '../../domain/delivery.ts';
import type { AnyEvent } from '../../domain/event.ts';
import type { OperationalEvent } from '../../domain/operationalEvent.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { ShardNumbers } from '../../domain/shard.ts';

export interface DeliveryStore {
  /** In the order given; one that cannot be written is named, and its neighbours are written. */
  settle(settlements: readonly Settlement[]): Promise<(Settled | Unsettled)[]>;
  /** Webhooks that are owed a delivery of these shards which is ready, or scheduled by `dueBy` (null: for whenever). */
  webhooksWithWork(shards: ShardNumbers, dueBy: number | null): Promise<readonly Id<'wh'>[]>;
  /** Heads of parcels (ready and scheduled) of a webhook in these shards, by (due, id), after a position. */
  queue(
    webhookId: string,
    after: QueuePosition | null,
    bounds: QueueBounds,
    shards: ShardNumbers,
  ): Promise<QueuePage<OwedDelivery>>;
  /** Those of the deliveries that are heads just now, in any order. */
  heads(deliveries: readonly Pick<Delivery, 'accountId' | 'id'>[]): Promise<readonly OwedDelivery[]>;
  delivery(accountId: AccountId, id: string): Promise<Delivery | null>;
  /** Newest first, waiting and settled ones alike. */
  deliveries(accountId: AccountId, filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>>;
  /** The same, oldest first; `after` is the newest that is left out. */
  deliveriesFrom(accountId: AccountId, filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>>;
  /** Oldest first; where they are very many, the newest of them. */
  attempts(accountId: AccountId, deliveryId: string): Promise<readonly Attempt[]>;
  /**
   * One step of putting a webhook's parked deliveries back: parcel by parcel, oldest revision first, so that each is in
   * order after any number of steps. Whoever was at the head of a parcel's queue steps back behind an earlier one.
   * Those of no parcel come first. Nothing is put back while the webhook is disabled. `rest` is the number of the news by which
   * all processes rest; null: nobody sends.
   * @throws StoreUnavailable when the rest is over
   */
  recover(webhookId: string, step: RecoverStep, rest: number | null): Promise<Recovered>;
  /** What such a step would put back. */
  recoverable(webhookId: string, step: RecoverStep): Promise<Recovered>;
  /** Those of the events that were never owed to the webhook and are of a tracking that is not deleted, in the order given. */
  missing(accountId: AccountId, webhookId: string, eventIds: readonly string[]): Promise<readonly string[]>;
  /**
   * Owes events to webhooks that they were not owed to; those that are by now are left out. Within a parcel they take their
   * place by revision, and whoever was at its head steps back behind an earlier one. Returns how many were added. The rest is
   * as for `recover`.
   * @throws StoreUnavailable when the rest is over
   */
  replay(replays: readonly Replay[], rest: number | null): Promise<number>;
}

/** A delivery with what its attempt needs. */
export interface OwedDelivery {
  readonly delivery: Delivery;
  readonly event: AnyEvent;
  readonly data: string;
}

/**
 * An operational event and what it owes, written in the transaction of what it tells. Its id is made right before that
 * write, with no waiting in between: the log is read in the order of ids.
 */
export interface Notice {
  /** How many deliveries a `webhook.disabled` parked is known in the transaction alone: the store puts it in. */
  readonly event: OperationalEvent;
  /** In the standard version; `ready` or `parked`, and placed like those of a commit. */
  readonly deliveries: readonly Delivery[];
}

/** One attempt's end, as it is written. */
export interface Settlement {
  readonly attempt: Attempt;
  readonly delivery: Delivery;
  /** What becomes of the delivery; null leaves it as it is (a redelivery of a settled one). */
  readonly next: {
    readonly state: Extract<DeliveryState, 'accepted' | 'parked' | 'cancelled' | 'scheduled'>;
    readonly attempts: number;
    readonly dueAt: number | null;
    readonly settledAt: number | null;
  } | null;
  /** Tells that the delivery was parked; written only if this settlement is what parked it. */
  readonly notice: Notice | null;
  /** Under which the delivery's shard was held when it was sent (see `shardOfDelivery`); null: no lease was needed. */
  readonly epoch: number | null;
}

export interface Settled {
  /**
   * False when the delivery was no longer there as it was: cancelled meanwhile, or, for one that is to be tried again,
   * parked or put behind another. The attempt is kept all the same, unless it is stale.
   */
  readonly applied: boolean;
  /** Another process has the shard by now: nothing was written, not even the attempt. */
  readonly stale: boolean;
  /** The successor that became ready by it. */
  readonly released: OwedDelivery | null;
  /** What its notice owes, as placed. */
  readonly told: readonly OwedDelivery[];
}

/** The data of this settlement cannot be stored: nothing of it was written, and the delivery is as it was. */
export interface Unsettled {
  readonly failed: string;
}

/** Where reading a webhook's queue goes on: by (due, id). */
export interface QueuePosition {
  /** 0 for one that is ready. */
  readonly dueAt: number;
  readonly id: string;
}

/** How much of a queue is read at a time; at least one row is, however large. */
export interface QueueBounds {
  readonly rowsMax: number;
  /** Of bodies. */
  readonly bytesMax: number;
}

export interface QueuePage<T> {
  readonly rows: readonly T[];
  /** Whether there may be more behind the last row. */
  readonly more: boolean;
}

export interface DeliveryFilter {
  readonly state: PublicDeliveryState | null;
  readonly webhookId: string | null;
  readonly trackingId: string | null;
  readonly createdFrom: number | null;
  readonly createdTo: number | null;
}

/** Which parked deliveries are meant, and where a step begins. */
export interface RecoverStep {
  /** When they were made, epoch milliseconds, inclusive; null: no bound. */
  readonly since: number | null;
  readonly until: number | null;
  readonly trackingId: string | null;
  /** Where to go on, as the step before said; null: at the beginning. */
  readonly after: string | null;
}

export interface Recovered {
  readonly count: number;
  /** Lower-case letters, digits and `-`; null: at the end. */
  readonly next: string | null;
}

/** An event to be owed to one more webhook, and its body in that webhook's version. */
export interface Replay {
  readonly delivery: Delivery;
  readonly data: string;
}
