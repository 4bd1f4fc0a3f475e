/** Events: the log of what changed. Answers may have more members than are named here. */
import type { Calls } from './calls.ts';
import type { Query } from './pages.ts';
import type { Status } from './status.ts';
import type { TrackingFields } from './trackings.ts';
import type { OperationalEventType } from './webhooks.ts';

/** The log of events, oldest first; `next_cursor` is where to go on, now or later. */
export function makeEvents({ list }: Calls) {
  return { list: (query?: Query) => list<TrackingEvent | OperationalEvent>('/api/v1/events', query) };
}

export interface TrackingEvent extends Required<TrackingFields> {
  id: string;
  /** The greatest thing that changed. */
  kind: 'status' | 'substatus' | 'checkpoint' | 'details';
  tracking_id: string;
  tracking_number: string;
  revision: number;
  from: { status: Status; substatus: string };
  to: { status: Status; substatus: string };
  checkpoints_added: number;
  /** Of those added, how many were no news. */
  checkpoints_late: number;
  courier_code: string | null;
  created_at: string;
}

/** Of the sending: `kind` tells it from an event of a tracking. */
export interface OperationalEvent {
  id: string;
  kind: OperationalEventType;
  /** As in the webhook's body. */
  data: Record<string, string | number | null>;
  created_at: string;
}
