/**
 * The store port. Async and batch-shaped, plain cloneable values in and out; no rule of the domain lives behind it,
 * only these three invariants:
 *
 * - a promise of a write resolves after the write is durable (synced), and a batch is written wholly or its bad items
 *   are named and the rest is written;
 * - a tracking is written only as it was read: one that was written since is a conflict;
 * - of the unsettled deliveries of one parcel at one ordered webhook at most the earliest is `ready` or `scheduled`, the
 *   rest are `blocked`; settling one makes its successor ready in the same transaction.
 *
 * Consumers name the part they need (`TrackingStore`, `DeliveryStore`, …). `test/conformance/` is the suite that every
 * driver passes.
 */
import type { Id } from '../base/id.ts';
import type { Account, ApiKey } from '../domain/account.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Delivery, DeliveryState, PublicDeliveryState } from '../domain/delivery.ts';
import type { AnyEvent, TrackingEvent } from '../domain/event.ts';
import type { InboxMessage } from '../domain/inbox.ts';
import type { OperationalEvent } from '../domain/operationalEvent.ts';
import type { Page } from '../domain/page.ts';
import type { Duty, HeldShard } from '../domain/shard.ts';
import type { Status, WebhookVersion } from '../domain/status.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Webhook } from '../domain/webhook.ts';

export type AccountId = Id<'acc'>;

export interface Store
  extends TrackingStore,
    EventStore,
    DeliveryStore,
    WebhookStore,
    AccountStore,
    AnswerStore,
    InboxStore,
    RetentionStore,
    ShardStore,
    NewsStore,
    SignalStore,
    BackupStore {
  /** How many commits pay at a time. */
  readonly commitsAtOnce: number;
  /** Bytes on disk; cheap to ask. */
  size(): Promise<StoreSize>;
  /** One step of counting all rows, so that nobody waits for a whole count. */
  countSome(after: string | null): Promise<RowCount>;
  /** Whether a write would succeed just now: what `/readyz` asks. */
  ready(): Promise<boolean>;
  /** Writes what waits and lets go of the file. */
  close(): Promise<void>;
}

/** The store cannot be written or read just now (disk full, read-only, connection lost). */
export class StoreUnavailable extends Error {
  /** Whether what was to be written may have been, for all that is known. */
  readonly isUncertain: boolean = false;

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
}

/**
 * What is to be written rests on accounts, keys or webhooks as they were before another process changed them. Nothing was
 * taken: read the news, and decide again.
 */
export class Outdated extends Error {
  constructor() {
    super('Accounts or webhooks were changed by another process.');
    this.name = 'Outdated';
  }
}

/** Another process has remembered an answer under this key meanwhile: nothing was written, and that answer is the one. */
export class AnswerTaken extends Error {
  constructor() {
    super('Another request with this key was answered meanwhile.');
    this.name = 'AnswerTaken';
  }
}

// ── trackings ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface NumberKey {
  readonly accountId: AccountId;
  /** Normalised. */
  readonly number: string;
}

export interface Body {
  readonly eventId: Id<'evt'>;
  readonly version: WebhookVersion;
  readonly data: string;
}

/** All that a flush changes about one tracking: its last state, and the events, bodies and deliveries on the way. */
export interface TrackingCommit {
  readonly tracking: Tracking;
  /** How often it had been written when it was read; 0: it is new. */
  readonly expectedWrites: number;
  readonly events: readonly TrackingEvent[];
  readonly bodies: readonly Body[];
  /**
   * In revision order; `state` is `ready` (the store blocks those with an unsettled predecessor) or `parked`. Those of
   * a webhook that was disabled meanwhile are parked, those of one that is gone are cancelled.
   */
  readonly deliveries: readonly Delivery[];
}

export interface Commit {
  readonly trackings: readonly TrackingCommit[];
  /** Answers to remember; written only if every tracking of the commit is. */
  readonly answers: readonly Answer[];
  /** Of the news, what was known when it was decided what this owes (see `NewsStore`). */
  readonly heard: number;
}

export type CommitResult =
  | { readonly kind: 'committed'; readonly deliveries: readonly Delivery[] }
  /** Somebody else wrote the tracking meanwhile, or made one of its identity: load and apply again. */
  | { readonly kind: 'conflict' }
  /** There is news of its account that was not heard: what it owes was decided on what is out of date. */
  | { readonly kind: 'outdated' }
  /** The data of this one cannot be stored; its neighbours were. */
  | { readonly kind: 'failed'; readonly message: string };

/** What of it is not null must hold. */
export interface TrackingFilter {
  /** One of these. */
  readonly statuses: readonly Status[] | null;
  readonly courierCode: string | null;
  /** One of these few, normalised. */
  readonly numbers: readonly string[] | null;
  /** One of these few, as the merchant gave them. No index has them: every tracking that is otherwise meant is looked at. */
  readonly orderIds: readonly string[] | null;
  /** Likewise. */
  readonly orderNumbers: readonly string[] | null;
  readonly archived: boolean | null;
  /** Epoch milliseconds, inclusive; null: no bound. */
  readonly createdFrom: number | null;
  readonly createdTo: number | null;
  /** Of the newest revision. */
  readonly updatedFrom: number | null;
  readonly updatedTo: number | null;
}

export const anyTracking: TrackingFilter = {
  statuses: null,
  courierCode: null,
  numbers: null,
  orderIds: null,
  orderNumbers: null,
  archived: null,
  createdFrom: null,
  createdTo: null,
  updatedFrom: null,
  updatedTo: null,
};

export interface PageRequest {
  readonly after: string | null;
  readonly limit: number;
}

/*
 * Pages are bounded by `limit`, and by what they cost everybody else: a page may end early, short or even empty, with a
 * `next` that lies further on. Lists without a `next` may be short too, but for an empty one there is nothing left.
 */

/** How many trackings of an account are like this; deleted ones do not count. */
export interface TrackingCount {
  readonly status: Status;
  readonly archived: boolean;
  readonly count: number;
}

/** How far passing over rows got. */
export interface Skipped {
  readonly count: number;
  /** Where the list goes on, as a page's `next`; null: at its end. */
  readonly next: string | null;
}

export interface TrackingStore {
  /**
   * Every tracking of each number: all couriers, all generations, tombstones too, in the order of their ids. One array
   * per key, in the order of the keys.
   */
  load(keys: readonly NumberKey[]): Promise<(readonly Tracking[])[]>;
  /**
   * What is held of numbers, by id: how often each of their trackings was written, tombstones too, one map per key in their
   * order. Null: no other process writes any, so that what this one holds is right.
   */
  writesOf(keys: readonly NumberKey[]): Promise<ReadonlyMap<string, number>[] | null>;
  commit(commit: Commit): Promise<CommitResult[]>;
  /** Null too for tombstones unless asked for. */
  tracking(accountId: AccountId, id: string, options?: { withDeleted: boolean }): Promise<Tracking | null>;
  /** Newest first, without tombstones. */
  trackings(accountId: AccountId, filter: TrackingFilter, page: PageRequest): Promise<Page<Tracking>>;
  /** Passes over the next `limit` of the same list without reading them. */
  skipTrackings(accountId: AccountId, filter: TrackingFilter, page: PageRequest): Promise<Skipped>;
  /** Kept as trackings are written, so that asking costs the same however many there are. Without those that are none. */
  trackingCounts(accountId: AccountId): Promise<readonly TrackingCount[]>;
  /**
   * Trackings of these shards whose courier is to be asked at or before `before`, soonest first; fewer where they are large, yet
   * at least one.
   */
  duePolls(before: number, limit: number, shards: Shards): Promise<readonly Tracking[]>;
  /** The soonest `pollAt` there is in these shards, null if none. */
  nextPollAt(shards: Shards): Promise<number | null>;
  /**
   * Trackings that may expire and had no news since `newsBefore`, give or take the rest of that day (UTC): the days of the
   * oldest news first, in any order within a day. What expires between two pages neither moves nor hides the others.
   */
  dueExpiries(newsBefore: number, page: PageRequest): Promise<Page<Tracking>>;
}

/** The numbers of some shards; null: all of them. */
export type Shards = readonly number[] | null;

// ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface EventStore {
  /**
   * In commit order, after the event with the id `after` (null: from the oldest kept), and never past one that may yet be
   * committed before it; fewer where they are large, and none only at the end. Where several processes make ids, that is not
   * the order of ids: only who read up to `after` has read what is before it. An id that is not in the log stands for its
   * time, and so does the beginning of one: reading begins there, or a little earlier.
   */
  events(accountId: AccountId, page: PageRequest): Promise<readonly AnyEvent[]>;
  event(accountId: AccountId, id: string): Promise<AnyEvent | null>;
  /** The greatest event id of all accounts: ids made after a restart sort after it. */
  newestEventId(): Promise<string | null>;
  /** Stored `data` of an event in a version; null if it was never rendered. */
  body(accountId: AccountId, eventId: string, version: WebhookVersion): Promise<string | null>;
}

// ── deliveries ────────────────────────────────────────────────────────────────────────────────────────────────────

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
    readonly state: Extract<DeliveryState, 'accepted' | 'parked' | 'scheduled'>;
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

/** An event to be owed to one more webhook, and its body in that webhook's version. */
export interface Replay {
  readonly delivery: Delivery;
  readonly data: string;
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

/** That no process begins an attempt of the webhook: told to the others, who rest for so long from when they hear of it. */
export interface Rest {
  /** Of the news that told it. */
  readonly number: number;
  readonly lastsMs: number;
}

export interface Recovered {
  readonly count: number;
  /** Lower-case letters, digits and `-`; null: at the end. */
  readonly next: string | null;
}

export interface DeliveryFilter {
  readonly state: PublicDeliveryState | null;
  readonly webhookId: string | null;
  readonly trackingId: string | null;
  readonly createdFrom: number | null;
  readonly createdTo: number | null;
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

export interface DeliveryStore {
  /** In the order given; one that cannot be written is named, and its neighbours are written. */
  settle(settlements: readonly Settlement[]): Promise<(Settled | Unsettled)[]>;
  /** Webhooks that are owed a delivery of these shards which is ready, or scheduled by `dueBy` (null: for whenever). */
  webhooksWithWork(shards: Shards, dueBy: number | null): Promise<readonly Id<'wh'>[]>;
  /** Heads of parcels (ready and scheduled) of a webhook in these shards, by (due, id), after a position. */
  queue(
    webhookId: string,
    after: QueuePosition | null,
    bounds: QueueBounds,
    shards: Shards,
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
   * Those of no parcel come first. Nothing is put back while the webhook is disabled.
   * @throws StoreUnavailable when the rest is over
   */
  recover(webhookId: string, step: RecoverStep, rest?: Rest): Promise<Recovered>;
  /** What such a step would put back. */
  recoverable(webhookId: string, step: RecoverStep): Promise<Recovered>;
  /** Those of the events that were never owed to the webhook and are of a tracking that is not deleted, in the order given. */
  missing(accountId: AccountId, webhookId: string, eventIds: readonly string[]): Promise<readonly string[]>;
  /**
   * Owes events to webhooks that they were not owed to; those that are by now are left out. Within a parcel they take their
   * place by revision, and whoever was at its head steps back behind an earlier one. Returns how many were added.
   * @throws StoreUnavailable when the rest is over
   */
  replay(replays: readonly Replay[], rest?: Rest): Promise<number>;
}

// ── webhooks ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface WebhookStore {
  webhooks(accountId: AccountId): Promise<readonly Webhook[]>;
  /** @throws AnswerTaken, Outdated */
  insertWebhook(webhook: Webhook, answer: Answer | null, heard: number): Promise<void>;
  /**
   * Disabling parks what waits, in the same transaction, which also writes the notice of the change; gives what that owes.
   * @throws Outdated
   */
  updateWebhook(webhook: Webhook, notice: Notice | null, heard: number): Promise<readonly OwedDelivery[]>;
  /** Cancels what waits or is parked, in the same transaction. */
  deleteWebhook(webhook: Webhook, settledAt: number): Promise<void>;
}

// ── accounts ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface AccountStore {
  accounts(): Promise<readonly Account[]>;
  account(id: AccountId): Promise<Account | null>;
  insertAccount(account: Account, key: ApiKey): Promise<void>;
  /** The same where there is no account yet; whether there was none. */
  insertFirstAccount(account: Account, key: ApiKey): Promise<boolean>;
  /** @throws Outdated */
  updateAccount(account: Account, heard: number): Promise<void>;
  keyByHash(hash: string): Promise<ApiKey | null>;
  keys(accountId: AccountId): Promise<readonly ApiKey[]>;
  /** @throws Outdated */
  insertKey(key: ApiKey, heard: number): Promise<void>;
  deleteKey(accountId: AccountId, id: string): Promise<boolean>;
  /** Small facts about the store itself: the inbox token, what samples were made. */
  note(name: string): Promise<string | null>;
  setNote(name: string, value: string | null): Promise<void>;
  /** The note's value, which is the one given if there was none: of several that come at once, the first one's. */
  claimNote(name: string, value: string): Promise<string>;
}

// ── idempotency ───────────────────────────────────────────────────────────────────────────────────────────────────

/** A remembered answer to a request with an `Idempotency-Key`. */
export interface Answer {
  readonly accountId: AccountId;
  readonly key: string;
  /** SHA-256 of method, path and body. */
  readonly requestHash: string;
  readonly status: number;
  readonly body: string;
  readonly createdAt: number;
}

export interface AnswerStore {
  answer(accountId: AccountId, key: string, since: number): Promise<Answer | null>;
  rememberAnswer(answer: Answer): Promise<void>;
  forgetAnswers(before: number): Promise<void>;
}

// ── inbox ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface InboxStore {
  /** Keeps the newest within the bounds. */
  insertInboxMessage(message: InboxMessage, bounds: { messages: number; bytes: number }): Promise<void>;
  inboxMessages(accountId: AccountId, page: PageRequest): Promise<Page<InboxMessage>>;
}

// ── retention ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface RetentionStore {
  /**
   * Lets go of whole days that ended before that time, of all accounts and at once, where the store keeps days apart; what
   * of them is still needed stays. Gives the time before which single events are left to `prune`.
   */
  pruneDays(before: number): Promise<number>;
  /**
   * One step: looks at up to `limit` events of an account made before `before`, from behind `after` on (null: the oldest), and
   * removes those whose deliveries were all settled before it, with these and their attempts; it ends sooner where that
   * were more than `limit` rows, but not before the first event. `next` is where to go on; null: at the end.
   */
  prune(
    accountId: AccountId,
    step: { readonly before: number; readonly after: string | null; readonly limit: number },
  ): Promise<{
    /** Events. */
    readonly removed: number;
    /** Of all tables. */
    readonly rows: number;
    readonly next: string | null;
  }>;
  /**
   * One step: looks at up to `limit` trackings of an account made before `before`, from behind `after` on (null: the oldest),
   * and removes those that are over (`isOver`), have not changed since `before` and owe nothing, with their events, settled
   * deliveries and attempts. It ends sooner where that were more than `limit` rows, be it amid a tracking: its oldest
   * events go first and it goes last. `next` is where to go on; null: at the end.
   */
  pruneTrackings(
    accountId: AccountId,
    step: { readonly before: number; readonly after: string | null; readonly limit: number },
  ): Promise<{
    /** The numbers of those removed, normalised. */
    readonly numbers: readonly string[];
    /** Of all tables. */
    readonly rows: number;
    readonly next: string | null;
  }>;
  /** The newest event that was ever removed: whoever read less far has missed some. Null: none was. */
  prunedTo(accountId: AccountId): Promise<string | null>;
}

export interface StoreSize {
  /** That the store takes. */
  readonly bytes: number;
  /** Of these, what retention has freed and new rows will take. */
  readonly freeBytes: number;
}

export interface RowCount {
  /** What is counted, in the plural: `events`. */
  readonly of: string;
  readonly rows: number;
  /** Where to go on; null: at the end. */
  readonly next: string | null;
}

// ── shards ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ShardStore {
  /**
   * One round of a process: it says that it lives, gives back what it names, keeps what it holds, and takes what nobody
   * holds until it has its share. Gives what it holds then. One that nobody took when its lease had ended goes on under the same epoch.
   */
  holdShards(round: ShardRound): Promise<ShardHolding>;
  /** The process ends: what it holds is free. */
  leaveShards(processId: string): Promise<void>;
}

export interface ShardRound {
  readonly processId: string;
  readonly duties: readonly Duty[];
  readonly leaseMs: number;
  readonly release: readonly HeldShard[];
  /** How far the process has heard the news. */
  readonly heard: number;
}

export interface ShardHolding {
  readonly held: readonly HeldShard[];
  /** The most that the process should hold of each of its duties: all shards by the processes that live, rounded up. */
  readonly shares: Readonly<Partial<Record<Duty, number>>>;
  /** For how long after the call began, milliseconds; infinity: no other process can take them. */
  readonly lastsMs: number;
}

// ── what other processes do ──────────────────────────────────────────────────────────────────────────────────────────

export type News =
  /** What is held of the webhook is out of date; of the account and its keys, where none is named. */
  | { readonly kind: 'changed'; readonly accountId: AccountId; readonly webhookId: Id<'wh'> | null }
  /** No attempt of the webhook is to begin until this very rest, by its number, has ended. */
  | { readonly kind: 'rests'; readonly accountId: AccountId; readonly webhookId: Id<'wh'> }
  | {
      readonly kind: 'goes_on';
      readonly accountId: AccountId;
      readonly webhookId: Id<'wh'>;
      readonly rest: number;
    };

export type NumberedNews = News & { readonly number: number };

export interface NewsPage {
  /** In the order of their commits. */
  readonly news: readonly NumberedNews[];
  /** How far that reaches: where to go on, and what has been heard by then. */
  readonly upTo: number;
  /** Some of it is not kept any more: all that is held is to be read anew. */
  readonly isTorn: boolean;
}

/**
 * Processes hold accounts, keys and webhooks in memory. Whatever is changed of them stands in the news, numbered in the order of
 * commits, in the transaction of the change; who writes on the strength of what is held says how far it had heard.
 */
export interface NewsStore {
  /**
   * What came after `after`; null: how far it reaches, and what rests just now. Gives null where no other process can tell
   * any.
   */
  news(after: number | null): Promise<NewsPage | null>;
  /** Puts in the news what is no change of settings, as that a webhook's queue is in another order. Gives its number. */
  tell(news: News): Promise<number>;
  /** Says how far a process has heard, before its next round of leases does. */
  sayHeard(processId: string, upTo: number): Promise<void>;
  /** Whether all that live and send have heard the news up to that number. */
  isHeard(number: number): Promise<boolean>;
}

export interface SignalStore {
  /** Sends the other processes some text, at once. It may be lost. */
  signal(text: string): Promise<void>;
  /** Calls back with what others signal, and with null whenever something may have been missed. */
  onSignal(listener: (text: string | null) => void): void;
  /** Whether signals come through, as far as is known. */
  hearsSignals(): boolean;
}

// ── backups ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface BackupStore {
  /** What a backup would be; null: those of this store are made with its server's own tools, see `waybell backup`. */
  backupPlan(): Promise<BackupPlan | null>;
  /**
   * Writes all that the store holds at one moment after the call into one file, which has its name (an absolute path) only
   * once it is whole and synced. Writes go on meanwhile. One at a time. Gives the bytes of the file.
   * @throws StoreUnavailable where there is no room or the file cannot be written; nothing is left behind then
   */
  backup(file: string): Promise<number>;
  /** How much of the one under way is copied, 0 to 1; null: none is. */
  backupProgress(): Promise<number | null>;
}

export interface BackupPlan {
  /** That it will take, nearly. */
  readonly bytes: number;
  readonly schemaVersion: number;
  /** Of the key that opens the secrets in it. */
  readonly keyId: string;
  /** Where that key lies, an absolute path; null: it came from elsewhere. */
  readonly keyFile: string | null;
}
