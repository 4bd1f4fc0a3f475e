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
import { WEBHOOK_VERSIONS, type WebhookVersion } from './status.ts';
import type { Webhook } from './webhook.ts';

export type DeliveryState = 'ready' | 'scheduled' | 'blocked' | 'parked' | 'accepted' | 'cancelled';

/** The words of the API. */
export const PUBLIC_DELIVERY_STATES = ['waiting', 'sending', 'accepted', 'parked', 'cancelled'] as const;
export type PublicDeliveryState = (typeof PUBLIC_DELIVERY_STATES)[number];

/** The forms in which something is owed: those of a webhook's body, and a letter. */
export const DELIVERY_VERSIONS = [...WEBHOOK_VERSIONS, 'mail'] as const;
export type DeliveryVersion = (typeof DELIVERY_VERSIONS)[number];

/** What a webhook is owed. */
export function owedVersion({ version, mail }: Pick<Webhook, 'version' | 'mail'>): DeliveryVersion {
  return mail === null ? version : 'mail';
}

/** The version of the `data` that it is sent from: a letter is written from the standard one. */
export function dataVersion(version: DeliveryVersion): WebhookVersion {
  return version === 'mail' ? 'standard' : version;
}

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
  readonly version: DeliveryVersion;
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

type Owed = Pick<
  Delivery,
  'id' | 'accountId' | 'eventId' | 'trackingId' | 'number' | 'revision' | 'createdAt'
>;

/** What an event that has just happened, or is told again, owes to a webhook. What is of no parcel has no order. */
export function newDelivery(webhook: Webhook, owed: Owed): Delivery {
  const { id, accountId, eventId, trackingId, number, revision, createdAt } = owed;
  return {
    id,
    accountId,
    webhookId: webhook.id,
    eventId,
    trackingId,
    number,
    revision,
    version: owedVersion(webhook),
    callback: webhook.callback,
    ordered: webhook.ordered && trackingId !== null,
    state: webhook.enabled ? 'ready' : 'parked',
    attempts: 0,
    dueAt: null,
    createdAt,
    settledAt: null,
  };
}

/** Which parcel a delivery is of, to tell parcels at one webhook apart; one of no parcel stands for itself. */
export function parcelOf(delivery: Pick<Delivery, 'id' | 'trackingId'>): string {
  return delivery.trackingId ?? delivery.id;
}

/** How a response is judged: see the outcome table in `pipeline/outcome.ts`. */
export type Acceptance = 'only_200' | 'any_2xx' | 'any_response' | 'smtp';

export function acceptanceOf({ version, callback }: Pick<Delivery, 'version' | 'callback'>): Acceptance {
  if (version === 'mail') return 'smtp';
  if (!callback) return 'any_response';
  return version === 'v2' || version === 'v3' ? 'only_200' : 'any_2xx';
}
