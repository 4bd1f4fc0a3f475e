/**
 * A delivery: one event owed to one webhook until settled.
 *
 * ```text
 *            ┌──────────── ready ◄────────────┐   head of its parcel's queue, due now
 *  commit ──►│               │ attempt failed │
 *            │               ▼                │ due
 *            │           scheduled ───────────┘   head, waits for its next attempt
 *            └──────────► blocked                 a predecessor of the same parcel is not settled
 *  attempts exhausted, 410, webhook disabled ──► parked      keeps its place, may be recovered
 *  accepted / webhook deleted ──► accepted / cancelled       history
 * ```
 *
 * `ready`, `scheduled` and `blocked` are one thing to users: `waiting`, or `sending` while a request is under way.
 */
import type { Id } from '../base/id.ts';
import type { WebhookVersion } from './status.ts';

export const DELIVERY_STATES = ['ready', 'scheduled', 'blocked', 'parked', 'accepted', 'cancelled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The words of the API. */
export const PUBLIC_DELIVERY_STATES = ['waiting', 'sending', 'accepted', 'parked', 'cancelled'] as const;
export type PublicDeliveryState = (typeof PUBLIC_DELIVERY_STATES)[number];

export interface Delivery {
  readonly id: Id<'dlv'>;
  readonly accountId: Id<'acc'>;
  readonly webhookId: Id<'wh'>;
  readonly eventId: Id<'evt'>;
  /** Of the parcel and its change that the event tells; all three null where it is an operational event. */
  readonly trackingId: Id<'trk'> | null;
  readonly number: string | null;
  readonly revision: number | null;
  /** Both as the webhook had them when the event became owed: a later edit of it is for later events. */
  readonly version: WebhookVersion;
  readonly callback: boolean;
  /** Waits for earlier ones of the same parcel and webhook. */
  readonly ordered: boolean;
  readonly state: DeliveryState;
  /** Attempts spent. */
  readonly attempts: number;
  /** Epoch milliseconds of the next attempt; null unless scheduled. */
  readonly dueAt: number | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
}

/** Which parcel a delivery is of, to tell parcels at one webhook apart; one of no parcel stands for itself. */
export function parcelOf(delivery: Pick<Delivery, 'id' | 'trackingId'>): string {
  return delivery.trackingId ?? delivery.id;
}

/** How a response is judged: see the outcome table in `pipeline/outcome.ts`. */
export type Acceptance = 'only_200' | 'any_2xx' | 'any_response';

export function acceptanceOf({ version, callback }: Pick<Delivery, 'version' | 'callback'>): Acceptance {
  if (!callback) return 'any_response';
  return version === 'v2' || version === 'v3' ? 'only_200' : 'any_2xx';
}
