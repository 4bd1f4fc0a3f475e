/** A tracking without the person whose parcel it is. Its number, its status, its revision and the order of all stay. */
import type { Checkpoint } from '../domain/checkpoint.ts';
import { withoutPerson } from '../domain/person.ts';
import type { Tracking } from '../domain/tracking.ts';
import { compareNewestFirst } from '../pipeline/merge.ts';

export interface Erased {
  /** What the merchant knows the order by. */
  readonly orders: boolean;
  /** What couriers wrote: texts, which may name who signed, and places. Such a courier is not asked again, or it would all come back. */
  readonly checkpoints: boolean;
}

/** The tracking given, where there is nothing to erase. */
export function bareTracking(tracking: Tracking, meant: Erased): Tracking {
  const fields = withoutPerson(tracking.fields, meant);
  const isTold = meant.checkpoints && tracking.checkpoints.some(tellsSomething);
  if (!isTold) return fields === tracking.fields ? tracking : { ...tracking, fields };
  const checkpoints = tracking.checkpoints
    .map((checkpoint) => (tellsSomething(checkpoint) ? bareCheckpoint(checkpoint) : checkpoint))
    .sort(compareNewestFirst);
  return { ...tracking, fields, checkpoints, stopped: true, pollAt: null };
}

function tellsSomething({ description, location }: Checkpoint): boolean {
  return description !== '' || location !== null;
}

function bareCheckpoint(checkpoint: Checkpoint): Checkpoint {
  return { ...checkpoint, description: '', location: null };
}
