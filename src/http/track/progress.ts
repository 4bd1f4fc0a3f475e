/**
 * How far a parcel is, as a line of a few steps: announced, on its way, out for delivery, delivered; where something is in
 * the way, or the parcel goes back, that takes the place of what would have come.
 */
import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { State } from '../../domain/status.ts';
import { type Headline, headlineOf } from '../../texts/headline.ts';

export interface Step {
  readonly name: StepName;
  /** Behind it, there, or still to come. */
  readonly at: 'done' | 'now' | 'open';
  readonly isProblem: boolean;
}

const usual = ['inforeceived', 'transit', 'pickup', 'delivered'] as const;
export type StepName =
  | (typeof usual)[number]
  | 'ready'
  | 'undelivered'
  | 'exception'
  | 'returning'
  | 'returned';

/** @param checkpoints those that hold, in any order */
export function progressOf(
  state: State,
  checkpoints: readonly Pick<Checkpoint, 'status' | 'ahead'>[],
): readonly Step[] {
  const headline = headlineOf(state);
  const furthest = Math.max(
    -1,
    ...checkpoints.filter(({ ahead }) => !ahead).map(({ status }) => reachedBy(status)),
  );
  if (headline === 'delivered') return line(usual, 3, usual.length);
  switch (headline) {
    case 'pending':
    case 'notfound':
      return line(usual, -1, -1);
    case 'inforeceived':
      return line(usual, 0, 0);
    case 'transit':
      return line(usual, 1, 1);
    case 'pickup':
      return line(usual, 2, 2);
    case 'ready':
      return line(['inforeceived', 'transit', 'ready', 'delivered'], 2, 2);
    case 'expired':
      return line(usual, Math.min(furthest, 2), -1);
    case 'undelivered':
    case 'exception': {
      const behind = usual.slice(0, Math.max(0, Math.min(furthest, 1)) + 1);
      return line([...behind, headline, 'delivered'], behind.length, behind.length);
    }
    case 'returning': {
      const behind = usual.slice(0, Math.max(0, Math.min(furthest, 1)) + 1);
      return line([...behind, 'returning', 'returned'], behind.length, behind.length);
    }
    case 'returned':
      return line(['inforeceived', 'transit', 'returned'], 2, 3);
  }
}

const reached: Partial<Record<Headline, number>> = {
  inforeceived: 0,
  transit: 1,
  pickup: 2,
  undelivered: 1,
  delivered: 2,
  exception: 1,
};

function reachedBy(status: Checkpoint['status']): number {
  return reached[status] ?? -1;
}

const problems: readonly StepName[] = ['undelivered', 'exception', 'returning', 'returned'];

/**
 * @param until the last step that is reached; -1: none
 * @param now where the parcel is; beyond the line: all is done; -1: nobody knows
 */
function line(names: readonly StepName[], until: number, now: number): readonly Step[] {
  return names.map((name, index) => ({
    name,
    at: index === now ? 'now' : index <= until ? 'done' : 'open',
    isProblem: index <= until && problems.includes(name),
  }));
}
