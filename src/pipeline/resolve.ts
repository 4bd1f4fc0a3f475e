/**
 * Which tracking an update means. Given every tracking of its number (all couriers, all generations, tombstones too):
 *
 * - an id names exactly one;
 * - a courier picks its own, the tracking it is the destination courier of, or the one whose courier is still unknown,
 *   which it then upgrades in place;
 * - without a courier, the only one there is; several are ambiguous; none is made with the one confident candidate
 *   for its number, or as unknown.
 *
 * Scans more than 90 days after a final status belong to another parcel: couriers recycle numbers. They open a new
 * generation. Couriers go on telling the earlier life with the later one, so every scan is sent to the life it belongs
 * to, whichever was asked for. A tombstone keeps couriers' reports from bringing a deleted tracking back; the merchant
 * may.
 */
import type { Scan } from '../domain/checkpoint.ts';
import { type Problem, problem } from '../domain/error.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Update } from '../domain/update.ts';
import { isAhead, sameScan } from './merge.ts';

const recycledMsMin = 90 * 86_400_000;

/** A tracking to apply scans to, or what a new one is to be made with. */
export type Target =
  | {
      readonly kind: 'existing';
      readonly tracking: Tracking;
      readonly scans: readonly Scan[];
      /** Another life than the one that the update is about: what else the update says is not said of it. */
      readonly scansOnly: boolean;
    }
  | {
      readonly kind: 'new';
      readonly courierCode: string | null;
      readonly generation: number;
      readonly scans: readonly Scan[];
    };

export type Resolution =
  | { readonly ok: true; readonly targets: readonly [Target, ...Target[]] }
  | { readonly ok: false; readonly problem: Problem };

export type CandidateOf = (number: string) => string | null;

/**
 * Of several targets the last is the one that the update is about.
 *
 * @param candidateOf the one confident courier for a number, null where there is none
 */
export function resolve(known: readonly Tracking[], update: Update, candidateOf: CandidateOf): Resolution {
  const found = find(known, update);
  if (!found.ok) return found;
  if (found.tracking === null) return make(known, update, candidateOf);
  return { ok: true, targets: splitByGeneration(known, found.tracking, update) };
}

type Found =
  | { readonly ok: true; readonly tracking: Tracking | null }
  | { readonly ok: false; readonly problem: Problem };

function find(known: readonly Tracking[], update: Update): Found {
  if (update.trackingId !== null) {
    const tracking = known.find((other) => other.id === update.trackingId);
    if (tracking === undefined) return refuse('tracking_not_found');
    if (tracking.deletedAt !== null && !isByMerchant(update)) return refuse('tracking_deleted');
    return { ok: true, tracking };
  }
  const living = newestGenerations(known).filter((tracking) => tracking.deletedAt === null);
  const { courierCode } = update;
  if (courierCode !== null) {
    const tracking =
      living.find((other) => other.courierCode === courierCode) ??
      living.find((other) => other.destinationCourierCode === courierCode) ??
      // Upgrading is for a courier that is new to the number; a deleted parcel of its own keeps that identity.
      (known.some((other) => other.courierCode === courierCode)
        ? undefined
        : living.find((other) => other.courierCode === null)) ??
      null;
    return { ok: true, tracking };
  }
  if (living.length > 1) {
    const couriers = living.map((tracking) => tracking.courierCode ?? 'unknown').join(', ');
    return {
      ok: false,
      problem: problem(
        'courier_ambiguous',
        `Several parcels have this number: ${couriers}. Say which by \`courier_code\`.`,
      ),
    };
  }
  return { ok: true, tracking: living[0] ?? null };
}

/** What the destination courier itself reports is on the destination's side. */
function sided(update: Update, tracking: Tracking): readonly Scan[] {
  const { courierCode, scans } = update;
  if (courierCode === null || courierCode === tracking.courierCode) return scans;
  if (courierCode !== tracking.destinationCourierCode) return scans;
  return scans.map((scan) => ({ ...scan, side: 'destination' }));
}

function make(known: readonly Tracking[], update: Update, candidateOf: CandidateOf): Resolution {
  if (!update.create) return refuse('tracking_not_found');
  const courierCode = update.courierCode ?? candidateOf(update.number);
  const buried = known.some(
    (tracking) =>
      tracking.deletedAt !== null &&
      (update.courierCode === null ||
        tracking.courierCode === courierCode ||
        tracking.destinationCourierCode === courierCode ||
        tracking.courierCode === null),
  );
  if (buried && !isByMerchant(update)) return refuse('tracking_deleted');
  const generation = nextGeneration(known, courierCode);
  return { ok: true, targets: [{ kind: 'new', courierCode, generation, scans: update.scans }] };
}

function splitByGeneration(
  known: readonly Tracking[],
  found: Tracking,
  update: Update,
): [Target, ...Target[]] {
  const scans = sided(update, found);
  const lives = livesOf(known, found);
  if (lives.length === 1 && scans.every((scan) => scan.at <= borderOf(found))) {
    return [existing(found, scans, false)];
  }
  const shares = new Map<Tracking | null, Scan[]>();
  for (const scan of scans) {
    const owner = ownerOf(scan, lives, update.receivedAt);
    const share = shares.get(owner);
    if (share === undefined) shares.set(owner, [scan]);
    else share.push(scan);
  }
  const own = shares.get(found) ?? [];
  const later = shares.get(null) ?? [];
  // An id means that one tracking; a number means its newest life, also where that is only being opened.
  const about = later.length === 0 || update.trackingId !== null;
  const targets: Target[] = lives
    .filter((life) => life !== found && life.deletedAt === null && shares.has(life))
    .map((life) => existing(life, shares.get(life) as Scan[], true));
  if (!about && own.length > 0) targets.push(existing(found, own, true));
  if (later.length > 0) {
    const { courierCode } = found;
    targets.push({ kind: 'new', courierCode, generation: nextGeneration(known, courierCode), scans: later });
  }
  if (about) targets.push(existing(found, own, false));
  return targets as [Target, ...Target[]];
}

function existing(tracking: Tracking, scans: readonly Scan[], scansOnly: boolean): Target {
  return { kind: 'existing', tracking, scans, scansOnly };
}

/** The lives of the number at this courier that may own scans, oldest first, tombstones included. */
function livesOf(known: readonly Tracking[], found: Tracking): readonly Tracking[] {
  const lives = known
    .filter((other) => other === found || isLaterLife(found, other) || isLaterLife(other, found))
    .toSorted((a, b) => a.generation - b.generation);
  // A parcel that was deleted and then made again is still the same one: its history belongs to the living.
  return lives.filter((life, index) => {
    const next = lives[index + 1];
    return life === found || next === undefined || life.deletedAt === null || life.deletedAt > next.createdAt;
  });
}

/** Whose scan it is; null: that of a life yet to be opened. */
function ownerOf(scan: Scan, lives: readonly Tracking[], receivedAt: number): Tracking | null {
  const newest = lives.at(-1) as Tracking;
  return (
    lives.find((life) => life.checkpoints.some((checkpoint) => sameScan(checkpoint, scan))) ??
    lives.find(
      (life) =>
        scan.at <= (life === newest || life.finalAt !== null ? borderOf(life) : Number.NEGATIVE_INFINITY),
    ) ??
    (isAhead(scan, receivedAt) || newest.deletedAt !== null ? newest : null)
  );
}

/** The last instant whose scans can still be this parcel's. */
function borderOf(tracking: Tracking): number {
  return tracking.finalAt === null ? Number.POSITIVE_INFINITY : tracking.finalAt + recycledMsMin;
}

function newestGenerations(trackings: readonly Tracking[]): readonly Tracking[] {
  return trackings.filter((tracking) => !trackings.some((other) => isLaterLife(other, tracking)));
}

/** The courier of an earlier life may have stayed unknown. */
function isLaterLife(later: Tracking, earlier: Tracking): boolean {
  if (earlier.courierCode !== null && earlier.courierCode !== later.courierCode) return false;
  return later.generation > earlier.generation;
}

function nextGeneration(known: readonly Tracking[], courierCode: string | null): number {
  return known.reduce(
    (next, tracking) =>
      tracking.courierCode === courierCode ? Math.max(next, tracking.generation + 1) : next,
    1,
  );
}

/** Couriers report what they know of; a merchant says what is wanted. */
function isByMerchant(update: Update): boolean {
  return update.source === 'api' || update.source === 'import';
}

function refuse(code: 'tracking_not_found' | 'tracking_deleted'): {
  readonly ok: false;
  readonly problem: Problem;
} {
  return { ok: false, problem: problem(code) };
}
