/** A tracking as of an event's revision, ready for any version of the wire. */
import type { Courier } from '../domain/courier.ts';
import type { TrackingEvent } from '../domain/event.ts';
import type { Tracking } from '../domain/tracking.ts';
import { checkpointsAt } from '../pipeline/merge.ts';
import { decidingCheckpoint } from '../pipeline/state.ts';
import type { Rendering } from '../wire/rendering.ts';

export interface RenderingSource {
  /** At the event's revision or any later one. */
  readonly tracking: Tracking;
  readonly event: TrackingEvent;
  readonly timeZone: string;
  courierOf(code: string): Courier | null;
}

export function renderingOf({ tracking, event, timeZone, courierOf }: RenderingSource): Rendering {
  const { courierCode, destinationCourierCode } = event;
  const checkpoints =
    tracking.revision === event.revision
      ? tracking.checkpoints.filter((checkpoint) => checkpoint.replacedIn === null)
      : checkpointsAt(tracking.checkpoints, event.revision);
  return {
    trackingId: tracking.id,
    number: tracking.rawNumber,
    courierCode,
    destinationCourierCode,
    origin: courierCode === null ? null : courierOf(courierCode),
    destination: destinationCourierCode === null ? null : courierOf(destinationCourierCode),
    state: event.to,
    fields: event.fields,
    revision: event.revision,
    statusChanged: event.kind === 'status',
    checkpoints,
    deciding: decidingCheckpoint({
      checkpoints: tracking.revision === event.revision ? tracking.checkpoints : checkpoints,
      destinationCourierCode,
      reported: tracking.revision === event.revision ? tracking.reported : event.to,
    }),
    createdAt: tracking.createdAt,
    updatedAt: event.createdAt,
    timeZone,
  };
}
