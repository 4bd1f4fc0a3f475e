/**
 * The bodies that all lanes together hold in memory. Up to half of the bound whoever comes takes what its own bound allows; of the other
 * half each webhook that holds something has an equal share, so that the backlogs of dead receivers leave room for the rest.
 */
export interface Room {
  /** Bytes that a lane may hold just now, what it holds already included. */
  readonly allowance: number;
  /** Bytes that all lanes hold. */
  readonly bytes: number;
  /** A lane takes a body, its first or one more. */
  take(bytes: number, isFirst: boolean): void;
  /** A lane lets go of a body, its last or one of several. */
  leave(bytes: number, isLast: boolean): void;
}

export function makeRoom(bytesMax: number): Room {
  let held = 0;
  let lanes = 0;
  return {
    get allowance() {
      if (held >= bytesMax) return 0;
      return held < bytesMax / 2 ? Number.POSITIVE_INFINITY : bytesMax / 2 / lanes;
    },
    get bytes() {
      return held;
    },
    take(bytes, isFirst) {
      held += bytes;
      if (isFirst) lanes++;
    },
    leave(bytes, isLast) {
      held -= bytes;
      if (isLast) lanes--;
    },
  };
}
