/** Removing what was kept for long enough. What is still owed is never removed. */
import type { AccountId } from '../../domain/account.ts';

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
    step: PruneStep,
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
    step: PruneStep,
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

export interface PruneStep {
  /** Epoch milliseconds. */
  readonly before: number;
  readonly after: string | null;
  readonly limit: number;
}
