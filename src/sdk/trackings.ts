/** Trackings: the parcels. Answers may have more members than are named here. */
import { type Calls, one, type WriteOptions } from './calls.ts';
import type { Query } from './pages.ts';
import type { Status } from './status.ts';

/** The calls of `/api/v1/trackings`. */
export function makeTrackings({ get, post, patch, remove, list }: Calls) {
  return {
    create: (draft: TrackingDraft, write?: WriteOptions) => post<Tracking>('/api/v1/trackings', draft, write),
    /** Newest first, without their checkpoints. */
    list: (query?: TrackingQuery) => list<Tracking>('/api/v1/trackings', query),
    counts: () => get<TrackingCounts>('/api/v1/trackings/counts'),
    get: (id: string) => get<Tracking>(one('trackings', id)),
    update: (id: string, changes: TrackingChanges) => patch<Tracking>(one('trackings', id), changes),
    remove: (id: string) => remove(one('trackings', id)),
    /** Asks the courier for news now. */
    refresh: (id: string) => post<Tracking>(one('trackings', id, 'refresh')),
    archive: (id: string) => post<Tracking>(one('trackings', id, 'archive')),
    unarchive: (id: string) => post<Tracking>(one('trackings', id, 'unarchive')),
    /** Asks the courier no more; reports are still taken. */
    stop: (id: string) => post<Tracking>(one('trackings', id, 'stop')),
    resume: (id: string) => post<Tracking>(one('trackings', id, 'resume')),
  };
}

export interface TrackingFields {
  title?: string | null;
  order_id?: string | null;
  customer_name?: string | null;
  customer_email?: string | null;
  /** ISO 3166 alpha-2. */
  origin_country?: string | null;
  destination_country?: string | null;
  order_number?: string | null;
  /** As it is written, in any form; so is `ship_date`. */
  order_date?: string | null;
  customer_phone?: string | null;
  recipient_postcode?: string | null;
  logistics_channel?: string | null;
  note?: string | null;
  label?: string | null;
  language?: string | null;
  ship_date?: string | null;
  /** What some couriers want to be told beside the number. */
  lookup_account?: string | null;
  lookup_postcode?: string | null;
  lookup_key?: string | null;
  lookup_origin_country?: string | null;
  lookup_destination_country?: string | null;
  destination_courier_code?: string | null;
}

export interface TrackingDraft extends TrackingFields {
  tracking_number: string;
  courier_code?: string | null;
}

export interface TrackingChanges extends TrackingFields {
  courier_code?: string | null;
  /** Set by hand, above all reports; null takes it back. */
  status?: string | null;
  archived?: boolean;
}

export interface TrackingQuery extends Query {
  /** What a number, an order, or a customer's email or name begins with. */
  search?: string | undefined;
  /** One, or several with commas; so is `attention`, which may be `any`. */
  status?: string | undefined;
  attention?: string | undefined;
  courier_code?: string | undefined;
  tracking_number?: string | undefined;
  archived?: boolean | undefined;
  /** ISO 8601, inclusive. */
  created_from?: string | undefined;
  created_to?: string | undefined;
  /** Of the newest revision. */
  updated_from?: string | undefined;
  updated_to?: string | undefined;
}

/** What somebody should look at. */
export type Attention = 'exception' | 'failed_attempt' | 'returned' | 'stalled' | 'expired';

export interface TrackingCounts {
  /** Of those that are not archived. */
  by_status: Record<Status, number>;
  /** Each up to `counted_to`. */
  attention: Record<Attention, number>;
  archived: number;
  counted_to: number;
}

export interface Checkpoint {
  /** As reported, never converted. */
  time: string;
  description: string;
  location: string | null;
  status: Status;
  substatus: string;
  side: 'origin' | 'destination';
  code: string | null;
  id: string | null;
  version: number;
  source: string;
  ahead: boolean;
  revision: number;
}

export interface Tracking extends Required<TrackingFields> {
  id: string;
  tracking_number: string;
  courier_code: string | null;
  status: Status;
  substatus: string;
  manual: boolean;
  revision: number;
  generation: number;
  attention: Attention | null;
  /** The page that the customer may be given, which needs no key; null while such pages are switched off. */
  track_url: string | null;
  archived: boolean;
  stopped: boolean;
  created_at: string;
  updated_at: string;
  final_at: string | null;
  latest_checkpoint: Checkpoint | null;
  /** Newest first; left out in lists. */
  checkpoints?: Checkpoint[];
}
