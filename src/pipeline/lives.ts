/**
 * The lives of a number: couriers recycle numbers, so scans more than 90 days after a final status belong to another
 * parcel, a further generation. Couriers go on telling the earlier life with the later one, so every scan is given to the
 * life it belongs to, whichever was asked for.
 *
 * Scans are given out one by one in the order in which they happened, each after what those before it made of its life.
 * So a history that comes at once makes the same parcels as one that came scan by scan as it happened, cut anywhere.
 */
import { dayMs } from '../base/durations.ts';
import type { Scan } from '../domain/checkpoint.ts';
import { pendingState, rankOf } from '../domain/status.ts';
import { isHandedOver, type Tracking } from '../domain/tracking.ts';
import type { Update } from '../domain/update.ts';
import { compareNewestFirst, isAhead, type Merging, makeMerging, type Step } from './merge.ts';
import { decideAfter } from './state.ts';

const recycledMsMin = 90 * dayMs;

/** A life, and which of an update's scans are its own. */
export interface Share {
  /** Null: it is yet to be made. */
  readonly tracking: Tracking | null;
  readonly scans: readonly Scan[];
}

/**
 * The lives that the update is told to, oldest first, and those that it opens. Null where it would open more than there is
 * room for.
 *
 * @param found the life that was asked for; null: one that is to be made after all of `lives`
 * @param scans the update's, on the sides that they belong to
 * @param room how many lives may be opened
 * @param courierCode the courier that the one asked for has afterwards, and those that are opened
 */
export function shareOut(
  lives: readonly Tracking[],
  found: Tracking | null,
  {
    scans,
    update,
    courierCode,
    room,
  }: {
    readonly scans: readonly Scan[];
    readonly update: Update;
    readonly courierCode: string | null;
    readonly room: number;
  },
): readonly Share[] | null {
  if (found === null && room < 1) return null;
  const only = lives.length === 0 ? null : lives.length === 1 && lives[0] === found ? found : undefined;
  if (only !== undefined && isOneLife(only, scans)) return [{ tracking: only, scans }];

  const { receivedAt, destinationCourierCode: said } = update;
  const asked = { courierCode, destination: said, receivedAt };
  const shares = lives.map((life) =>
    life === found
      ? holding(life, asked)
      : holding(life, { courierCode: life.courierCode, destination: undefined, receivedAt }),
  );
  if (found === null) shares.push(holding(null, asked));
  for (const scan of scans.toSorted((a, b) => compareNewestFirst(b, a))) {
    let owner = ownerOf(scan, shares, receivedAt);
    if (owner === null) {
      if (shares.length >= lives.length + room) return null;
      owner = holding(null, asked);
      shares.push(owner);
    }
    give(owner, scan, receivedAt);
  }
  return shares;
}

/** The lives of the number that may own scans of this one, oldest first, itself and tombstones included. */
export function livesOf(known: readonly Tracking[], found: Tracking): readonly Tracking[] {
  return withoutRemade(
    known.filter((other) => other === found || isLaterLife(found, other) || isLaterLife(other, found)),
    found,
  );
}

/** The lives before one that is to be made. */
export function livesBefore(
  known: readonly Tracking[],
  made: Pick<Tracking, 'courierCode' | 'generation'>,
): readonly Tracking[] {
  return withoutRemade(
    known.filter((other) => isLaterLife(made, other)),
    null,
  );
}

export function newestGenerations(trackings: readonly Tracking[]): readonly Tracking[] {
  return trackings.filter((tracking) => !trackings.some((other) => isLaterLife(other, tracking)));
}

export function nextGeneration(known: readonly Tracking[], courierCode: string | null): number {
  return known.reduce(
    (next, tracking) =>
      tracking.courierCode === courierCode ? Math.max(next, tracking.generation + 1) : next,
    1,
  );
}

/** A parcel that was deleted and then made again is still the same one: its history belongs to the living. */
function withoutRemade(lives: readonly Tracking[], found: Tracking | null): readonly Tracking[] {
  const sorted = lives.toSorted((a, b) => a.generation - b.generation);
  return sorted.filter((life, index) => {
    const next = sorted[index + 1];
    if (life === found || life.deletedAt === null) return true;
    if (next === undefined) return found !== null;
    // Deleted after the next one began, it was another parcel: but only a final status ends one and begins another.
    return life.finalAt !== null && life.deletedAt > next.createdAt;
  });
}

/** The courier of an earlier life may have stayed unknown. */
function isLaterLife(
  later: Pick<Tracking, 'courierCode' | 'generation'>,
  earlier: Pick<Tracking, 'courierCode' | 'generation'>,
): boolean {
  if (earlier.courierCode !== null && earlier.courierCode !== later.courierCode) return false;
  return later.generation > earlier.generation;
}

/**
 * Whether all of the scans are surely of the one life there is, which is told without giving them out: nearly always. A scan
 * that says the parcel is final may be corrected by another of the same update, so any of them may turn out to end it.
 */
function isOneLife(life: Tracking | null, scans: readonly Scan[]): boolean {
  let border = Math.min(life === null ? Number.POSITIVE_INFINITY : borderOf(life), earliestBorder(scans));
  if (life !== null) border = Math.min(border, earliestBorder(life.checkpoints));
  return scans.every(({ at }) => at <= border);
}

function earliestBorder(scans: readonly Scan[]): number {
  let border = Number.POSITIVE_INFINITY;
  for (const scan of scans) if (rankOf(scan) > 0) border = Math.min(border, scan.at + recycledMsMin);
  return border;
}

/** A share in the making, with what decides when its life ends. */
interface Holding extends Share {
  readonly scans: Scan[];
  readonly hasDestinationCourier: boolean;
  readonly merging: Merging;
  /** Null until one of the scans was given to it. */
  reported: Tracking['reported'] | null;
  finalAt: number | null;
}

function holding(
  tracking: Tracking | null,
  {
    courierCode,
    destination,
    receivedAt,
  }: {
    readonly courierCode: string | null;
    /** Undefined: it stays as it is. */
    readonly destination: string | null | undefined;
    readonly receivedAt: number;
  },
): Holding {
  const destinationCourierCode =
    destination === undefined ? (tracking?.destinationCourierCode ?? null) : destination;
  return {
    tracking,
    scans: [],
    hasDestinationCourier: isHandedOver({ courierCode, destinationCourierCode }),
    // Every life is asked for every scan, by update after update of a number that has several.
    merging: makeMerging(tracking?.checkpoints ?? [], { revision: 0, receivedAt }, { indexed: true }),
    reported: null,
    finalAt: tracking?.finalAt ?? null,
  };
}

/** Whose scan it is; null: that of a life yet to be opened. */
function ownerOf(scan: Scan, lives: readonly Holding[], receivedAt: number): Holding | null {
  const newest = lives.at(-1) as Holding;
  return (
    lives.find((life) => life.merging.knows(scan)) ??
    lives.find(
      (life) =>
        scan.at <= (life === newest || life.finalAt !== null ? borderOf(life) : Number.NEGATIVE_INFINITY),
    ) ??
    (isAhead(scan, receivedAt) || (newest.tracking?.deletedAt ?? null) !== null ? newest : null)
  );
}

/** What `apply` will make of it, as far as the end of this life goes. */
function give(life: Holding, scan: Scan, receivedAt: number): void {
  life.scans.push(scan);
  const step = life.merging.add(scan);
  // Whether and when a life has ended is said by its final scans alone: as long as those are the same, so is the end.
  if (life.reported !== null && !isOfFinal(step)) return;
  const before = life.reported ?? life.tracking?.reported ?? pendingState;
  const decision = decideAfter(before, life.merging.checkpoints(), life.hasDestinationCourier);
  life.reported = decision.state;
  // Where a hand set the status, that says when the life ended, and no scan does.
  if ((life.tracking?.manual ?? null) !== null || rankOf(decision.state) === 0) return;
  life.finalAt = decision.checkpoint?.at ?? receivedAt;
}

function isOfFinal({ added, replaced }: Step): boolean {
  return (added !== null && rankOf(added) > 0) || (replaced !== null && rankOf(replaced) > 0);
}

/** The last instant whose scans can still be this parcel's. */
function borderOf({ finalAt }: Pick<Tracking, 'finalAt'>): number {
  return finalAt === null ? Number.POSITIVE_INFINITY : finalAt + recycledMsMin;
}
