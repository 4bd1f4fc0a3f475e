/** The log of changes, of parcels and of the sending itself. It is only read here: events are written with what they tell of. */
import type { AccountId } from '../../domain/account.ts';
import type { DeliveryVersion } from '../../domain/delivery.ts';
import type { AnyEvent } from '../../domain/event.ts';
import type { PageRequest } from '../../domain/page.ts';

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
  /** Stored `data` of an event for a version (see `dataVersion`); null if it was never rendered. */
  body(accountId: AccountId, eventId: string, version: DeliveryVersion): Promise<string | null>;
}
