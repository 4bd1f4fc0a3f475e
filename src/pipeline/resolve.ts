/**
 * Which tracking an update means. Given every tracking of its number (all couriers, all generations, tombstones too):
 *
 * - an id names exactly one;
 * - a courier picks its own, the tracking it is the destination courier of, or the one whose courier is still unknown,
 *   which it then upgrades in place;
 * - without a courier, the only one there is; several are ambiguous; none is made with the one confident candidate
 *   for its number, or as unknown.
 *
 * Each scan is then sent to the life of the number that it belongs to (`lives.ts`). A tombstone keeps couriers' reports
 * from bringing a deleted tracking back; the merchant may.
 */
import type { Scan } from '../domain/checkpoint.ts';
import { problem, type Refused, refuse } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Update } from '../domain/update.ts';
import { livesBefore, livesOf, newestGenerations, nextGeneration, type Share, shareOut } from './lives.ts';

/** A tracking to apply scans to, or what a new one is to be made with. */
export type Target =
  | {
      readonly kind: 'existing';
      readonly tracking: Tracking;
      /** Afterwards: with a courier that becomes known it may be another than before. */
      readonly generation: number;
      readonly scans: readonly Scan[];
      readonly takes: Takes;
    }
  | {
      readonly kind: 'new';
      readonly courierCode: string | null;
      readonly generation: number;
      readonly scans: readonly Scan[];
      readonly takes: Takes;
    };

/**
 * What of an update is said of a tracking: of the one that it is about, everything; of others that were or became the
 * newest life on the way, the scans and who carries the parcel; of lives before those, their scans.
 */
export type Takes = 'everything' | 'couriers' | 'scans';

export type Resolution = { readonly ok: true; readonly targets: readonly [Target, ...Target[]] } | Refused;

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
  // One whose courier is still unknown is not the same parcel already: it becomes it.
  if (update.onlyNew && isOf(found.tracking, update.courierCode)) return refuse('tracking_exists');
  return meet(known, found.tracking, update);
}

/** The courier that a tracking has after an update of it: once known it stays, unless another is named on purpose. */
export function courierAfter(
  tracking: Pick<Tracking, 'courierCode' | 'destinationCourierCode'>,
  {
    courierCode,
    newCourierCode,
    destinationCourierCode: said,
  }: Pick<Update, 'courierCode' | 'newCourierCode' | 'destinationCourierCode'>,
): string | null {
  if (newCourierCode !== null) return newCourierCode;
  const before = tracking.destinationCourierCode;
  if (tracking.courierCode !== null || courierCode === null) return tracking.courierCode;
  // What the destination courier reports does not make it the origin courier; being told to be at both ends does.
  return courierCode === before && (said === undefined || said === before) ? null : courierCode;
}

function isOf(tracking: Tracking, courierCode: string | null): boolean {
  const { courierCode: own, destinationCourierCode } = tracking;
  return courierCode === null || own === courierCode || destinationCourierCode === courierCode;
}

type Found = { readonly ok: true; readonly tracking: Tracking | null } | Refused;

function find(known: readonly Tracking[], update: Update): Found {
  if (update.trackingId !== null) {
    const tracking = known.find((other) => other.id === update.trackingId);
    if (tracking === undefined) return refuse('tracking_not_found');
    if (tracking.deletedAt !== null && !isByMerchant(update)) return refuse('tracking_deleted');
    const courier = courierAfter(tracking, update);
    if (
      courier !== tracking.courierCode &&
      known.some((other) => isLiving(other) && other.courierCode === courier)
    ) {
      return refuse(problem('tracking_exists', undefined, '/courier_code'));
    }
    return { ok: true, tracking };
  }
  const living = newestGenerations(known).filter(isLiving);
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
    return refuse(
      problem(
        'courier_ambiguous',
        `Several parcels have this number: ${couriers}. Say which by \`courier_code\`.`,
      ),
    );
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
  const made = { courierCode, generation: nextGeneration(known, courierCode) };
  const room = limits.livesPerNumberMax - known.length;
  const { scans } = update;
  const shares = shareOut(livesBefore(known, made), null, { scans, update, courierCode, room });
  if (shares === null) return refuse('lives_too_many');
  return { ok: true, targets: targetsOf(shares, { found: null, about: shares.at(-1) as Share, made }) };
}

/** The tracking that was found, and the other lives of its number that are told of. */
function meet(known: readonly Tracking[], found: Tracking, update: Update): Resolution {
  const courierCode = courierAfter(found, update);
  const room = limits.livesPerNumberMax - known.length;
  const scans = sided(update, found);
  const shares = shareOut(livesOf(known, found), found, { scans, update, courierCode, room });
  if (shares === null) return refuse('lives_too_many');
  // An id means that one tracking; a number means its newest life, also where that is only being opened.
  const newest = shares.at(-1) as Share;
  const about =
    update.trackingId === null && newest.tracking === null
      ? newest
      : (shares.find(({ tracking }) => tracking === found) as Share);
  // A deleted parcel of the courier keeps its identity, so the one that becomes known is a further generation.
  const generation =
    courierCode === found.courierCode
      ? found.generation
      : Math.max(found.generation, nextGeneration(known, courierCode));
  const made = { courierCode, generation: Math.max(generation + 1, nextGeneration(known, courierCode)) };
  return { ok: true, targets: targetsOf(shares, { found: { tracking: found, generation }, about, made }) };
}

type Targets = readonly [Target, ...Target[]];

/** A target for every share that has any use, the one that the update is about last. */
function targetsOf(
  shares: readonly Share[],
  {
    found,
    about,
    made,
  }: {
    readonly found: { readonly tracking: Tracking; readonly generation: number } | null;
    readonly about: Share;
    /** The first that is to be made. */
    readonly made: { readonly courierCode: string | null; readonly generation: number };
  },
): Targets {
  let { generation } = made;
  const target = (share: Share): Target => {
    const { tracking, scans } = share;
    if (tracking === null) {
      const takes = share === about ? 'everything' : 'couriers';
      return { kind: 'new', courierCode: made.courierCode, generation: generation++, scans, takes };
    }
    if (tracking !== found?.tracking) {
      return { kind: 'existing', tracking, generation: tracking.generation, scans, takes: 'scans' };
    }
    const takes = share === about ? 'everything' : 'couriers';
    return { kind: 'existing', tracking, generation: found.generation, scans, takes };
  };
  const others = shares
    .filter(({ tracking, scans }) => scans.length > 0 && (tracking?.deletedAt ?? null) === null)
    .filter((share) => share !== about);
  return [...others.map(target), target(about)] as readonly Target[] as Targets;
}

function isLiving(tracking: Tracking): boolean {
  return tracking.deletedAt === null;
}

/** Couriers report what they know of; a merchant says what is wanted. */
function isByMerchant(update: Update): boolean {
  return update.source === 'api' || update.source === 'import';
}
