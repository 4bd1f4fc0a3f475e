/**
 * Which state a set of checkpoints means, and which of them decides it.
 *
 * 1. Rank first: if any scan says returned, the newest such scan decides; else if any says delivered, the newest of
 *    those. So a final status never regresses, whatever comes late. A correction cannot take it back either: replaced
 *    versions count here, which makes the result independent of the order in which versions arrive.
 * 2. Else the newest scan of each side is looked at: an exception beats a failed attempt whatever the time; otherwise
 *    the later of the two decides.
 *
 * "Delivered" by the origin courier means handed over to its partner while there is another destination courier: transit.
 * Scans dated far ahead never decide.
 */
import type { Checkpoint, Scan } from '../domain/checkpoint.ts';
import { pendingState, rankOf, type State } from '../domain/status.ts';
import { isHandedOver, type Tracking } from '../domain/tracking.ts';

export interface Decision {
  readonly state: State;
  /** Null while nothing decides. */
  readonly checkpoint: Checkpoint | null;
}

const handedOver: State = { status: 'transit', substatus: 'transit001' };

/** @param checkpoints newest first */
export function decide(checkpoints: readonly Checkpoint[], hasDestinationCourier: boolean): Decision {
  let final: Checkpoint | null = null;
  let finalRank = 0;
  let origin: Checkpoint | null = null;
  let destination: Checkpoint | null = null;
  for (const checkpoint of checkpoints) {
    if (checkpoint.ahead) continue;
    const rank = rankOf(stateIn(checkpoint, hasDestinationCourier));
    if (rank > finalRank || (rank > 0 && rank === finalRank && supersedes(checkpoint, final))) {
      final = checkpoint;
      finalRank = rank;
    }
    if (checkpoint.replacedIn !== null) continue;
    if (checkpoint.side === 'origin') origin ??= checkpoint;
    else destination ??= checkpoint;
  }
  const decisive = final ?? laterOrWorse(origin, destination);
  if (decisive === null) return { state: pendingState, checkpoint: null };
  const { status, substatus } = stateIn(decisive, hasDestinationCourier);
  return { state: { status, substatus }, checkpoint: decisive };
}

/**
 * The same for a parcel of which this was reported before: its rank does not fall. When a destination courier becomes
 * known only after the origin courier's "delivered", the parcel stays delivered, by the scan that said so.
 */
export function decideAfter(
  before: State,
  checkpoints: readonly Checkpoint[],
  hasDestinationCourier: boolean,
): Decision {
  const decision = decide(checkpoints, hasDestinationCourier);
  return rankOf(decision.state) < rankOf(before) ? decide(checkpoints, false) : decision;
}

/** The checkpoint that a body tells as the last event. */
export function decidingCheckpoint(
  tracking: Pick<Tracking, 'checkpoints' | 'courierCode' | 'destinationCourierCode' | 'reported'>,
): Checkpoint | null {
  return decideAfter(tracking.reported, tracking.checkpoints, isHandedOver(tracking)).checkpoint;
}

/** The newest scan that counts, of either side; null if there is none. */
export function newestOf(checkpoints: readonly Checkpoint[]): Checkpoint | null {
  return checkpoints.find((other) => !other.ahead && other.replacedIn === null) ?? null;
}

function stateIn(scan: Scan, hasDestinationCourier: boolean): State {
  return scan.side === 'origin' && hasDestinationCourier && scan.status === 'delivered' ? handedOver : scan;
}

/** Among scans of one rank, one that holds goes before a replaced version. */
function supersedes(checkpoint: Checkpoint, holder: Checkpoint | null): boolean {
  return holder !== null && holder.replacedIn !== null && checkpoint.replacedIn === null;
}

function laterOrWorse(origin: Checkpoint | null, destination: Checkpoint | null): Checkpoint | null {
  if (origin === null || destination === null) return origin ?? destination;
  if (origin.status === 'exception' && destination.status === 'undelivered') return origin;
  if (destination.status === 'exception' && origin.status === 'undelivered') return destination;
  return origin.at > destination.at ? origin : destination;
}
