/** A tracking as of an event's revision, ready for any version of the wire. */
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Courier } from '../domain/courier.ts';
import type { TrackingEvent } from '../domain/event.ts';
import type { Tracking } from '../domain/tracking.ts';
import { checkpointsAt } from '../pipeline/merge.ts';
import { decidingCheckpoint } from '../pipeline/state.ts';
import type { Rendering } from '../wire/rendering.ts';

/** An event as far as a body tells it. */
export type ToldEvent = Omit<TrackingEvent, 'id' | 'previousId' | 'deliveryIds'>;

export interface RenderingSource {
  /** At the event's revision or any later one. */
  readonly tracking: Tracking;
  readonly event: ToldEvent;
  readonly timeZone: string;
  courierOf(code: string): Courier | null;
}

export function renderingOf({ tracking, event, timeZone, courierOf }: RenderingSource): Rendering {
  const { courierCode, destinationCourierCode } = event;
  const isLatest = tracking.revision === event.revision;
  const checkpoints = isLatest
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
    checkpoints,
    deciding: decidingCheckpoint({
      checkpoints: isLatest ? tracking.checkpoints : knownAt(tracking.checkpoints, event.revision),
      courierCode,
      destinationCourierCode,
      reported: isLatest ? tracking.reported : event.to,
    }),
    createdAt: tracking.createdAt,
    updatedAt: event.createdAt,
    timeZone,
  };
}

/** A tracking as it is now. */
export function currentRenderingOf(source: Omit<RenderingSource, 'event'>): Rendering {
  const { tracking } = source;
  const { state } = tracking;
  return renderingOf({
    ...source,
    event: {
      ...{ accountId: tracking.accountId, trackingId: tracking.id, number: tracking.rawNumber },
      ...{ revision: tracking.revision, kind: 'status', from: state, to: state, added: 0, late: 0 },
      ...{ courierCode: tracking.courierCode, destinationCourierCode: tracking.destinationCourierCode },
      ...{ fields: tracking.fields, createdAt: tracking.updatedAt },
    },
  });
}

/** What decided at a revision: replaced versions count, and one that was replaced only later held then. */
function knownAt(checkpoints: readonly Checkpoint[], revision: number): readonly Checkpoint[] {
  return checkpoints
    .filter(({ addedIn }) => addedIn <= revision)
    .map((checkpoint) =>
      checkpoint.replacedIn === null || checkpoint.replacedIn <= revision
        ? checkpoint
        : { ...checkpoint, replacedIn: null },
    );
}
