/**
 * Finding and erasing what is kept of a person. No index has people, so their parcels are found by looking at all, a stretch at a
 * time. What is erased is written over what stands there, and only over that: everything else of an event or an attempt stays.
 */
import type { AccountId } from '../../domain/account.ts';
import type { TrackingEvent } from '../../domain/event.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { TrackingFields } from '../../domain/tracking.ts';
import type { Body } from './trackings.ts';

export interface PeopleStore {
  /** The fields of an account's trackings, deleted ones too, in the order of their ids. */
  fieldsOfTrackings(accountId: AccountId, page: PageRequest): Promise<readonly FieldsOf[]>;
  /** Likewise of its events of trackings; those of the sending are passed over, so there may be none before the end. */
  fieldsOfEvents(accountId: AccountId, page: PageRequest): Promise<EventFields>;
  /** Which events of a tracking are owed to which webhooks, or parked there. */
  owedOf(accountId: AccountId, trackingId: string): Promise<readonly OwedEvent[]>;
  /** An event of a tracking with the bodies that were rendered of it. */
  storedEvent(accountId: AccountId, id: string): Promise<StoredEvent | null>;
  /** Puts an event and its bodies in the place of what was read; whether it still was that. */
  rewriteEvent(before: StoredEvent, after: Pick<StoredEvent, 'event' | 'bodies'>): Promise<boolean>;
  /** Takes away what receivers answered to these deliveries, headers and bodies; in how many attempts there was something. */
  eraseResponses(accountId: AccountId, deliveryIds: readonly string[]): Promise<number>;
}

export interface FieldsOf {
  readonly id: string;
  /** What is not null. */
  readonly fields: Partial<TrackingFields>;
}

export interface EventFields {
  readonly events: readonly FieldsOf[];
  /** Where to go on; null: at the end. */
  readonly next: string | null;
}

export interface OwedEvent {
  readonly eventId: string;
  readonly webhookId: string;
  readonly parked: boolean;
}

export interface StoredEvent {
  /** As it stands in the store: for the store to know it again. */
  readonly document: string;
  readonly event: TrackingEvent;
  readonly bodies: readonly Pick<Body, 'version' | 'data'>[];
}
