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
 * Its parts stand in `port/`, and are handed on from here; consumers name the part they need (`TrackingStore`,
 * `DeliveryStore`, …). `test/conformance/` is the suite that every driver passes.
 */
import type { AccountStore } from './port/accounts.ts';
import type { AnswerStore } from './port/answers.ts';
import type { BackupStore } from './port/backup.ts';
import type { CredentialStore } from './port/credentials.ts';
import type { DeliveryStore } from './port/deliveries.ts';
import type { EventStore } from './port/events.ts';
import type { FigureStore } from './port/figures.ts';
import type { InboxStore } from './port/inbox.ts';
import type { MailStore } from './port/mail.ts';
import type { MemberStore } from './port/members.ts';
import type { NewsStore } from './port/news.ts';
import type { PeopleStore } from './port/people.ts';
import type { RetentionStore } from './port/retention.ts';
import type { ShardStore } from './port/shards.ts';
import type { SignalStore } from './port/signals.ts';
import type { TrackingStore } from './port/trackings.ts';
import type { ViewStore } from './port/views.ts';
import type { WebhookStore } from './port/webhooks.ts';

export type { AccountId } from '../domain/account.ts';
export type { PageRequest } from '../domain/page.ts';
export type { ShardNumbers } from '../domain/shard.ts';
export type * from './port/accounts.ts';
export * from './port/answers.ts';
export type * from './port/backup.ts';
export type * from './port/credentials.ts';
export type * from './port/deliveries.ts';
export type * from './port/events.ts';
export type * from './port/figures.ts';
export type * from './port/inbox.ts';
export type * from './port/mail.ts';
export type * from './port/members.ts';
export * from './port/news.ts';
export type * from './port/people.ts';
export type * from './port/retention.ts';
export type * from './port/shards.ts';
export type * from './port/signals.ts';
export * from './port/trackings.ts';
export type * from './port/views.ts';
export type * from './port/webhooks.ts';

export interface Store
  extends TrackingStore,
    EventStore,
    DeliveryStore,
    WebhookStore,
    AccountStore,
    MemberStore,
    CredentialStore,
    MailStore,
    AnswerStore,
    InboxStore,
    PeopleStore,
    ViewStore,
    RetentionStore,
    FigureStore,
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

/**
 * The store cannot be written or read just now (disk full, read-only, connection lost), or not that: what it takes of other
 * processes on it is not to be had.
 */
export class StoreUnavailable extends Error {
  /** Whether what was to be written may have been, for all that is known. */
  readonly isUncertain: boolean = false;

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
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
