/** Deliveries: what is owed and was sent. Answers may have more members than are named here. */
import type { Attempt } from './attempts.ts';
import { type Calls, one, type WriteOptions } from './calls.ts';
import type { Query } from './pages.ts';

/** The calls of `/api/v1/deliveries`. */
export function makeDeliveries({ get, post, list }: Calls) {
  return {
    /** Newest first. */
    list: (query?: DeliveryQuery) => list<Delivery>('/api/v1/deliveries', query),
    /** With every attempt. */
    get: (id: string) => get<DeliveryDetails>(one('deliveries', id)),
    /** Sends now, whatever its state and out of order; answers with the attempt. */
    redeliver: (id: string, write?: WriteOptions) =>
      post<Attempt>(one('deliveries', id, 'redeliver'), undefined, write),
    /** Sends those that fit again now, oldest first, a page at a time: go on with `cursor` until `next_cursor` is null. */
    redeliverMany: (filter: RedeliverFilter) => post<RedeliveredPage>('/api/v1/deliveries/redeliver', filter),
  };
}

export type DeliveryState = 'waiting' | 'sending' | 'accepted' | 'parked' | 'cancelled';

export interface DeliveryQuery extends Query {
  state?: string | undefined;
  webhook_id?: string | undefined;
  tracking_id?: string | undefined;
  created_from?: string | undefined;
  created_to?: string | undefined;
}

export interface Delivery {
  id: string;
  state: DeliveryState;
  webhook_id: string;
  event_id: string;
  /** Null, with the number and the revision, for an operational event. */
  tracking_id: string | null;
  tracking_number: string | null;
  revision: number | null;
  /** Which way it goes: notices by mail are owed and tried like webhooks. */
  channel: 'webhook' | 'mail';
  version: string;
  /** Attempts spent. */
  attempt_count: number;
  /**
   * At the soonest: its own time, or that of the webhook's next request (a probe, while the receiver is away) where that is
   * later. Null: now, under way, never, or when the earlier ones of its parcel are settled.
   */
  next_attempt_at: string | null;
  created_at: string;
  settled_at: string | null;
}

export interface DeliveryDetails extends Delivery {
  /** The `data` of the body, the same bytes in every attempt; null once it is older than the retention. */
  data: string | null;
  /** Oldest first. */
  attempts: Attempt[];
}

export interface RedeliverFilter {
  webhook_id: string;
  state?: DeliveryState;
  tracking_id?: string;
  created_from?: string;
  created_to?: string;
  /** Only counts them. */
  dry_run?: boolean;
  cursor?: string;
}

export interface RedeliveredPage {
  /** Those that fit. */
  count: number;
  sent: number;
  accepted: number;
  /** Under way, the webhook is disabled, or the body is not kept any more. */
  skipped: number;
  next_cursor: string | null;
}
