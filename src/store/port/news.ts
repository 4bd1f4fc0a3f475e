/** What several processes on one store tell each other of what they hold in memory. */
import type { Id } from '../../base/id.ts';
import type { AccountId } from '../../domain/account.ts';

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
  /** A rest lasts some seconds from when it is told, from here, and from each step of what it is for. @throws StoreUnavailable when it is over */
  keepRest(rest: number): Promise<void>;
  /** Ends the rests that nobody keeps any more, as who told them does at their end. */
  endLeftRests(): Promise<void>;
}

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
  /** Some is not kept any more: all that is held is to be read anew. The news are then what rests just now, as at the start. */
  readonly isTorn: boolean;
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

/**
 * Runs a decision and its write, which is told how far the news were heard before, until it rests on nothing that another
 * process has changed.
 */
export type Freshly = <T>(decide: (heard: number) => Promise<T>) => Promise<T>;
