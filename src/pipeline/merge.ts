/**
 * Merges reported scans into a parcel's checkpoints. The result is a set: it does not depend on the order, the
 * repetition or the grouping of the reports (but for `addedIn`, `replacedIn` and who reported it first).
 *
 * Which reports are of one scan is said in `holders.ts`. Of several the winner is chosen by content, never by arrival:
 * higher version, then a stated status over an assumed one, then the further status, then the text.
 */
import type { Checkpoint, Scan } from '../domain/checkpoint.ts';
import { limits } from '../domain/limits.ts';
import { rankOf, STATUSES } from '../domain/status.ts';
import { makeHolders } from './holders.ts';

/** Scans dated further ahead of their arrival than this are kept but never decide. */
const aheadMsMax = 48 * 3_600_000;

export interface Arrival {
  readonly revision: number;
  readonly receivedAt: number;
}

export interface Merged {
  /** Newest first, replaced ones included. The array given, when nothing changed. */
  readonly checkpoints: readonly Checkpoint[];
  readonly added: readonly Checkpoint[];
  /** Those of the scans that did not come to hold: another report of the same scan did before them. */
  readonly outvoted: readonly Scan[];
}

/** Where a tracking would hold too many checkpoints it ends with the first too many: such a result is of no use. */
export function merge(known: readonly Checkpoint[], scans: readonly Scan[], arrival: Arrival): Merged {
  const merging = makeMerging(known, arrival);
  const added: Checkpoint[] = [];
  const outvoted: Scan[] = [];
  for (const scan of scans) {
    const step = merging.add(scan);
    if (step.outvoted) outvoted.push(scan);
    if (step.added === null) continue;
    added.push(step.added);
    if (merging.checkpoints().length > limits.checkpointsPerTrackingMax) break;
  }
  return { checkpoints: merging.checkpoints(), added, outvoted };
}

/** A merge scan by scan. */
export interface Merging {
  /** As `Merged` has them. They change with what is added further. */
  checkpoints(): readonly Checkpoint[];
  /** Whether a scan is one of those that are known. */
  knows(scan: Scan): boolean;
  add(scan: Scan): Step;
}

/** What became of a scan. */
export interface Step {
  /** Null where it says nothing new. */
  readonly added: Checkpoint | null;
  /** The checkpoint that held until then and does no longer. */
  readonly replaced: Checkpoint | null;
  /** Whether it does not come to hold: another report of the same scan did before it. */
  readonly outvoted: boolean;
}

const nothingNew: Step = { added: null, replaced: null, outvoted: false };
const onlyOutvoted: Step = { added: null, replaced: null, outvoted: true };

/** @param indexed whether the checkpoints will be asked for scans again and again */
export function makeMerging(
  known: readonly Checkpoint[],
  { revision, receivedAt }: Arrival,
  { indexed } = { indexed: false },
): Merging {
  let checkpoints: Checkpoint[] | null = null;
  const holders = makeHolders(known, { indexed });

  /** Reported again when its time has come, or when a clock that was behind is right: now it decides. */
  function fallDue(holder: Checkpoint, scan: Scan): Step {
    if (!holder.ahead || isAhead(scan, receivedAt)) return nothingNew;
    const due = { ...holder, ahead: false };
    checkpoints ??= [...known];
    checkpoints[checkpoints.indexOf(holder)] = due;
    holders.put(due);
    return { added: due, replaced: holder, outvoted: false };
  }

  return {
    checkpoints: () => checkpoints ?? known,
    knows: (scan) => holders.of(scan) !== undefined,
    add(scan) {
      const current: readonly Checkpoint[] = checkpoints ?? known;
      const place = placeOf(scan, current);
      const before = current[place - 1];
      const same = before !== undefined && sameContent(before, scan) ? before : null;
      // This very version was seen and replaced before, by one that outranks it.
      if (same !== null && same.replacedIn !== null) return onlyOutvoted;
      const holder = same ?? holders.of(scan) ?? null;
      if (holder !== null && sameContent(holder, scan)) return fallDue(holder, scan);
      const wins = holder === null || outranks(scan, holder);
      // A loser is of no use, unless it said that the parcel is delivered or returned: that holds in any order.
      if (!wins && rankOf(scan) === 0) return onlyOutvoted;
      const added: Checkpoint = {
        ...scan,
        ahead: isAhead(scan, receivedAt),
        addedIn: revision,
        replacedIn: wins ? null : revision,
      };
      checkpoints ??= [...known];
      const replaced = wins ? holder : null;
      if (replaced !== null)
        checkpoints[checkpoints.indexOf(replaced)] = { ...replaced, replacedIn: revision };
      checkpoints.splice(place, 0, added);
      if (wins) holders.put(added);
      return { added, replaced, outvoted: !wins };
    },
  };
}

/** Newest first, and a total order by content, so that equal instants sort alike whatever arrived first. */
export function compareNewestFirst(a: Scan, b: Scan): number {
  return b.at - a.at || compareContent(b, a);
}

/** Whether a scan is dated too far ahead of its arrival to decide anything. */
export function isAhead(scan: Scan, receivedAt: number): boolean {
  return scan.at > receivedAt + aheadMsMax;
}

/** The checkpoints as they stood at a revision, newest first, replaced ones left out. */
export function checkpointsAt(checkpoints: readonly Checkpoint[], revision: number): readonly Checkpoint[] {
  return checkpoints.filter(
    (checkpoint) =>
      checkpoint.addedIn <= revision && (checkpoint.replacedIn === null || checkpoint.replacedIn > revision),
  );
}

function sameContent(a: Scan, b: Scan): boolean {
  return a.at === b.at && compareContent(a, b) === 0;
}

function outranks(challenger: Scan, holder: Scan): boolean {
  if (challenger.version !== holder.version) return challenger.version > holder.version;
  if (challenger.stated !== holder.stated) return challenger.stated;
  return (
    compareContent(challenger, holder) > 0 ||
    (compareContent(challenger, holder) === 0 && challenger.at > holder.at)
  );
}

const progress: Readonly<Record<string, number>> = Object.fromEntries(
  STATUSES.map((status, index) => [status, index]),
);

function compareContent(a: Scan, b: Scan): number {
  return (
    (progress[a.status] as number) - (progress[b.status] as number) ||
    compareText(a.substatus, b.substatus) ||
    compareText(a.side, b.side) ||
    compareText(a.description, b.description) ||
    compareNullable(a.location, b.location) ||
    compareNullable(a.sourceId, b.sourceId) ||
    a.version - b.version ||
    compareText(a.wall, b.wall) ||
    compareNullable(a.offsetMinutes, b.offsetMinutes) ||
    compareNullable(a.code, b.code) ||
    Number(a.stated) - Number(b.stated)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What is absent goes before everything that is there, an empty text included. */
function compareNullable<T extends string | number>(a: T | null, b: T | null): number {
  if (a === b) return 0;
  return a === null || (b !== null && a < b) ? -1 : 1;
}

/** Where a scan stands among checkpoints that are newest first: after those that are newer, and after one of its content. */
function placeOf(scan: Scan, checkpoints: readonly Checkpoint[]): number {
  let low = 0;
  let high = checkpoints.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNewestFirst(checkpoints[middle] as Checkpoint, scan) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
