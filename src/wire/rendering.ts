/**
 * What a body is rendered from: a tracking as of one revision, with its couriers looked up. A pure value, so that the
 * same rendering gives the same bytes at any time and in any process.
 */
import type { Checkpoint, Side } from '../domain/checkpoint.ts';
import type { Courier } from '../domain/courier.ts';
import type { State } from '../domain/status.ts';
import type { TrackingFields } from '../domain/tracking.ts';

export interface Rendering {
  readonly trackingId: string;
  readonly number: string;
  readonly courierCode: string | null;
  readonly destinationCourierCode: string | null;
  readonly origin: Courier | null;
  readonly destination: Courier | null;
  readonly state: State;
  readonly fields: TrackingFields;
  readonly revision: number;
  /** What the revision was: for versions whose body names the kind of event. */
  readonly statusChanged: boolean;
  /** Newest first, as they stood at the revision. */
  readonly checkpoints: readonly Checkpoint[];
  /** The one that decided the status; null while there is none. */
  readonly deciding: Checkpoint | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** IANA name of the account's zone. */
  readonly timeZone: string;
}

/** The checkpoints of one side, newest first. */
export function onSide(rendering: Rendering, side: Side): readonly Checkpoint[] {
  return rendering.checkpoints.filter((checkpoint) => checkpoint.side === side);
}

/** Inclusive calendar days from the first to the last checkpoint, by their reported dates; 0 without checkpoints. */
export function transitDays(checkpoints: readonly Checkpoint[]): number {
  const last = checkpoints[0];
  const first = checkpoints.at(-1);
  if (last === undefined || first === undefined) return 0;
  return Math.max(1, Math.round((dayOf(last) - dayOf(first)) / 86_400_000) + 1);
}

/** `text,place,time` as TrackingMore joins them; parts that are absent are left out. */
export function lastEvent(deciding: Checkpoint | null, separator: string): string | null {
  if (deciding === null) return null;
  return [deciding.description, deciding.location, deciding.wall].filter((part) => part).join(separator);
}

function dayOf(checkpoint: Checkpoint): number {
  return Date.parse(`${checkpoint.wall.slice(0, 10)}T00:00:00Z`);
}
