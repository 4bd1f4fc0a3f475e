/**
 * What a body is rendered from: a tracking as of one revision, with its couriers looked up. A pure value, so that the
 * same rendering gives the same bytes at any time and in any process.
 */
import { dayMs } from '../base/durations.ts';
import type { Checkpoint, Side } from '../domain/checkpoint.ts';
import type { Courier } from '../domain/courier.ts';
import { limits } from '../domain/limits.ts';
import type { State, Status, Substatus } from '../domain/status.ts';
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
  /** Newest first, as they stood at the revision. */
  readonly checkpoints: readonly Checkpoint[];
  /** The one that decided the status; null while there is none. */
  readonly deciding: Checkpoint | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** IANA name of the account's zone. */
  readonly timeZone: string;
}

/** Of one side: null where it is not known, or is known by its code alone. */
export function courierOn(
  rendering: Rendering,
  side: Side,
): { readonly courier: Courier | null; readonly code: string | null } {
  return side === 'origin'
    ? { courier: rendering.origin, code: rendering.courierCode }
    : { courier: rendering.destination, code: rendering.destinationCourierCode };
}

/** The checkpoints of one side, newest first, of those that go into a body. */
export function onSide(rendering: Rendering, side: Side): readonly Checkpoint[] {
  const { checkpoints } = rendering;
  const rendered =
    checkpoints.length > limits.checkpointsRenderedMax
      ? checkpoints.slice(0, limits.checkpointsRenderedMax)
      : checkpoints;
  return rendered.filter((checkpoint) => checkpoint.side === side);
}

/** The reported time of the oldest checkpoint of a side with this status or sub-status; null if there is none. */
export function firstWall(rendering: Rendering, side: Side, meaning: Status | Substatus): string | null {
  const first = rendering.checkpoints.findLast(
    (checkpoint) =>
      checkpoint.side === side &&
      !checkpoint.ahead &&
      (checkpoint.status === meaning || checkpoint.substatus === meaning),
  );
  return first?.wall ?? null;
}

/**
 * Inclusive calendar days from the first to the last checkpoint, by their reported dates; 0 without checkpoints. Those
 * dated far ahead are mistakes and do not count.
 */
export function transitDays(checkpoints: readonly Checkpoint[]): number {
  const last = checkpoints.find(counts);
  const first = checkpoints.findLast(counts);
  if (last === undefined || first === undefined) return 0;
  return Math.max(1, Math.round((dayOf(last) - dayOf(first)) / dayMs) + 1);
}

/** Whole days that the last event lay back when the revision was made; 0 without one. */
export function stayDays({ deciding, updatedAt }: Rendering): number {
  return deciding === null ? 0 : Math.max(0, Math.floor((updatedAt - deciding.at) / dayMs));
}

/** Whether more news of the parcel is to be expected. */
export function isUpdating({ status, substatus }: State): boolean {
  return status !== 'delivered' && status !== 'expired' && substatus !== 'exception010';
}

/**
 * `text,place,time` as TrackingMore joins them; parts that are absent are left out.
 * @param formatWall how the version writes a reported time; as reported unless given
 */
export function lastEvent(
  deciding: Checkpoint | null,
  separator: string,
  formatWall: (wall: string) => string = (wall) => wall,
): string | null {
  if (deciding === null) return null;
  const { description, location, wall } = deciding;
  return [description, location, formatWall(wall)].filter((part) => part).join(separator);
}

function counts(checkpoint: Checkpoint): boolean {
  return !checkpoint.ahead;
}

function dayOf(checkpoint: Checkpoint): number {
  return Date.parse(`${checkpoint.wall.slice(0, 10)}T00:00:00Z`);
}
