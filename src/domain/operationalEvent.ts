/**
 * An operational event: something that happened to the sending itself, told to whoever looks after it. It stands in the
 * same log as the events of trackings and is delivered as they are, but belongs to no parcel: its deliveries have no
 * tracking and no revision, and wait for no other. It carries all that its body says, so it can be rendered at any time.
 *
 * A webhook is never told of itself, and the parking of a delivery that carries an operational event makes no further one:
 * one receiver in trouble cannot set off an avalanche.
 */
import type { Id } from '../base/id.ts';
import type { OperationalEventType, Webhook } from './webhook.ts';

export type OperationalEvent = WebhookFailing | WebhookRecovered | WebhookDisabled | DeliveryParked;

interface Told<Kind extends OperationalEventType> {
  readonly id: Id<'evt'>;
  readonly accountId: Id<'acc'>;
  readonly kind: Kind;
  /** The webhook that it is about, as it was then. */
  readonly webhook: WebhookSeen;
  /** The deliveries that it was planned to owe. */
  readonly deliveryIds: readonly Id<'dlv'>[];
  readonly createdAt: number;
}

export interface WebhookSeen {
  readonly id: Id<'wh'>;
  /** Without userinfo and query: either may hold a credential, and others read this. */
  readonly url: string;
  readonly description: string;
}

export interface WebhookFailing extends Told<'webhook.failing'> {
  readonly failingSince: number;
  /** Of the attempt that tipped it, one sentence. */
  readonly reason: string;
}

export interface WebhookRecovered extends Told<'webhook.recovered'> {
  /** Since when it had been failing. */
  readonly failingSince: number;
}

/** Its receiver answered 410; nothing was accepted for as many days as it may; or somebody asked for it. */
export type DisabledBy = 'receiver' | 'failures' | 'request';

export interface WebhookDisabled extends Told<'webhook.disabled'> {
  readonly disabledBy: DisabledBy;
  readonly reason: string;
  /** Null: it was well. */
  readonly failingSince: number | null;
  /** How many deliveries were parked by it: they have no event each. */
  readonly parked: number;
}

export interface DeliveryParked extends Told<'delivery.parked'> {
  readonly delivery: {
    readonly id: Id<'dlv'>;
    readonly eventId: Id<'evt'>;
    readonly trackingId: Id<'trk'>;
    readonly number: string;
    readonly revision: number;
    /** Attempts spent. */
    readonly attempts: number;
    /** Of the last answer; null: there was none. */
    readonly status: number | null;
    /** Of the last attempt, one sentence. */
    readonly reason: string;
  };
}

type News<Event> = Event extends OperationalEvent
  ? Omit<Event, 'id' | 'accountId' | 'webhook' | 'deliveryIds' | 'createdAt'>
  : never;

/** What happened, before it is an event: what differs between one of its kind and another. */
export type OperationalNews = News<OperationalEvent>;

export function seenOf({ id, url, description, mail }: Webhook): WebhookSeen {
  if (mail !== null) return { id, url, description };
  const { origin, pathname } = new URL(url);
  return { id, url: `${origin}${pathname}`, description };
}
