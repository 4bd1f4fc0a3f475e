/** Trackings, as they are committed and read. What is owed of a change is part of its commit. */
import type { Id } from '../../base/id.ts';
import type { AccountId } from '../../domain/account.ts';
import type { Attention } from '../../domain/attention.ts';
import type { Delivery } from '../../domain/delivery.ts';
import type { TrackingEvent } from '../../domain/event.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Search } from '../../domain/search.ts';
import type { ShardNumbers } from '../../domain/shard.ts';
import type { Status, WebhookVersion } from '../../domain/status.ts';
import type { Tracking } from '../../domain/tracking.ts';
import type { Answer } from './answers.ts';

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
  /** @throws AnswerTaken */
  commit(commit: Commit): Promise<CommitResult[]>;
  /** Null too for tombstones unless asked for. */
  tracking(accountId: AccountId, id: string, options?: { withDeleted: boolean }): Promise<Tracking | null>;
  /** Newest first, without tombstones. */
  trackings(accountId: AccountId, filter: TrackingFilter, page: PageRequest): Promise<Page<Tracking>>;
  /** Passes over the next `limit` of the same list without reading them. */
  skipTrackings(accountId: AccountId, filter: TrackingFilter, page: PageRequest): Promise<Skipped>;
  /** Kept as trackings are written, so that asking costs the same however many there are. Without those that are none. */
  trackingCounts(accountId: AccountId): Promise<readonly TrackingCount[]>;
  /** How many are found to need attention, of each kind counted up to `countMax`. */
  attentionCounts(accountId: AccountId, countMax: number): Promise<AttentionCounts>;
  /** Of all accounts, by account and id, tombstones too. */
  everyTracking(page: PageRequest): Promise<Page<Tracking>>;
  /**
   * Writes by what these are found at that time, and nothing else of them: it is no writing of a tracking. Those that were
   * written since they were read are left, which has done so, too. How many differed.
   */
  setTerms(trackings: readonly Tracking[], now: number): Promise<number>;
  /**
   * Trackings of these shards whose courier is to be asked at or before `before`, soonest first; fewer where they are large, yet
   * at least one.
   */
  duePolls(before: number, limit: number, shards: ShardNumbers): Promise<readonly Tracking[]>;
  /** The soonest `pollAt` there is in these shards, null if none. */
  nextPollAt(shards: ShardNumbers): Promise<number | null>;
  /**
   * Trackings that may expire and had no news since `newsBefore`, give or take the rest of that day (UTC): the days of the
   * oldest news first, in any order within a day. What expires between two pages neither moves nor hides the others.
   * @param newsFrom where older days are not meant
   */
  dueExpiries(newsBefore: number, page: PageRequest, newsFrom?: number): Promise<Page<Tracking>>;
}

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
  /** When it is written: how long a parcel has been silent counts to then. Left out: to each tracking's newest revision. */
  readonly now?: number;
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
  readonly search: Search | null;
  /**
   * One of these, as it was when the tracking was written, or a chore saw that time had made it so. No index has a combination:
   * those that are found by it, or by a search that finds few, are looked at for all else.
   */
  readonly attention: readonly Attention[] | null;
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
  search: null,
  attention: null,
  createdFrom: null,
  createdTo: null,
  updatedFrom: null,
  updatedTo: null,
};

/** How many trackings of an account are like this; deleted ones do not count. */
export interface TrackingCount {
  readonly status: Status;
  readonly archived: boolean;
  readonly count: number;
}

export type AttentionCounts = Readonly<Record<Attention, number>>;

/** How far passing over rows got. */
export interface Skipped {
  readonly count: number;
  /** Where the list goes on, as a page's `next`; null: at its end. */
  readonly next: string | null;
}
