/**
 * An event: a change of a tracking recorded as something that happened. Immutable and replayable: it carries what
 * the tracking's history does not (the fields as they were), so that any version of the webhook can be rendered from
 * the event and the checkpoints of its revision. The log also holds operational events (`operationalEvent.ts`); their
 * `kind` tells them apart.
 */
import type { Id } from '../base/id.ts';
import type { OperationalEvent } from './operationalEvent.ts';
import type { State } from './status.ts';
import type { TrackingFields } from './tracking.ts';

/** The greatest thing that changed: the status, else the sub-status, else a checkpoint came, else details only. */
export const EVENT_KINDS = ['status', 'substatus', 'checkpoint', 'details'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface TrackingEvent {
  readonly id: Id<'evt'>;
  readonly accountId: Id<'acc'>;
  readonly trackingId: Id<'trk'>;
  readonly number: string;
  readonly revision: number;
  readonly kind: EventKind;
  readonly from: State;
  readonly to: State;
  /** Checkpoints added by this revision, and how many of them were late (older than what was known). */
  readonly added: number;
  readonly late: number;
  readonly courierCode: string | null;
  readonly destinationCourierCode: string | null;
  readonly fields: TrackingFields;
  /** The tracking's event before this one; null for its first. */
  readonly previousId: Id<'evt'> | null;
  /** The deliveries that it was planned to owe. */
  readonly deliveryIds: readonly Id<'dlv'>[];
  readonly createdAt: number;
}

/** Whatever stands in the log. */
export type AnyEvent = TrackingEvent | OperationalEvent;

export function isOperational(event: AnyEvent): event is OperationalEvent {
  return 'webhook' in event;
}
