/**
 * Merges reported scans into a parcel's checkpoints. The result is a set: it does not depend on the order, the
 * repetition or the grouping of the reports (but for `addedIn`, `replacedIn` and who reported it first).
 *
 * Two scans are the same when their side and the source's own id agree or, where the source has none, when side,
 * minute, text and place agree. Of several reports of one scan the winner is chosen by content, never by arrival:
 * higher version, then a stated status over an assumed one, then the further status, then the text.
 */
import type { Checkpoint, Scan } from '../domain/checkpoint.ts';
import { rankOf, STATUSES } from '../domain/status.ts';
import { normaliseText } from '../normalise/text.ts';

/** Scans dated further ahead of their arrival than this are kept but never decide. */
const aheadMsMax = 48 * 3_600_000;

export interface Merged {
  /** Newest first, replaced ones included. The array given, when nothing changed. */
  readonly checkpoints: readonly Checkpoint[];
  readonly added: readonly Checkpoint[];
  /** Those of the scans that did not come to hold: another report of the same scan did before them. */
  readonly outvoted: readonly Scan[];
}

export function merge(
  known: readonly Checkpoint[],
  scans: readonly Scan[],
  arrival: { readonly revision: number; readonly receivedAt: number },
): Merged {
  let checkpoints: Checkpoint[] | null = null;
  const added: Checkpoint[] = [];
  const outvoted: Scan[] = [];
  for (const scan of scans) {
    const current: readonly Checkpoint[] = checkpoints ?? known;
    const holderIndex = current.findIndex((other) => other.replacedIn === null && sameScan(other, scan));
    const holder = current[holderIndex];
    if (holder !== undefined && sameContent(holder, scan)) {
      // Reported again when its time has come, or when a clock that was behind is right: now it decides.
      if (holder.ahead && !isAhead(scan, arrival.receivedAt)) {
        const due = { ...holder, ahead: false };
        checkpoints = current.with(holderIndex, due);
        added.push(due);
      }
      continue;
    }
    const wins = holder === undefined || outranks(scan, holder);
    if (!wins) outvoted.push(scan);
    if (holder !== undefined && isKnownVersion(current, scan)) continue;
    // A loser is of no use, unless it said that the parcel is delivered or returned: that holds in any order.
    if (!wins && rankOf(scan) === 0) continue;
    const checkpoint: Checkpoint = {
      ...scan,
      ahead: isAhead(scan, arrival.receivedAt),
      addedIn: arrival.revision,
      replacedIn: wins ? null : arrival.revision,
    };
    checkpoints ??= [...known];
    if (holder !== undefined && wins) checkpoints[holderIndex] = { ...holder, replacedIn: arrival.revision };
    insertSorted(checkpoints, checkpoint);
    added.push(checkpoint);
  }
  return { checkpoints: checkpoints ?? known, added, outvoted };
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

/** Characters of `2016-11-15 08:23`. */
const minuteChars = 16;

/** Whether two wall times are of one minute; a date alone is its own minute. */
function sameMinute(a: string, b: string): boolean {
  if (a.length < minuteChars || b.length < minuteChars) return a === b;
  // The last digit tells most apart; this runs for every known scan of every update.
  const last = minuteChars - 1;
  return a.charCodeAt(last) === b.charCodeAt(last) && a.slice(0, last) === b.slice(0, last);
}

/** Whether two reports are of one scan. */
export function sameScan(a: Scan, b: Scan): boolean {
  if (a.side !== b.side) return false;
  if (a.sourceId !== null || b.sourceId !== null) return a.sourceId === b.sourceId;
  if (!sameMinute(a.wall, b.wall)) return false;
  return (a.description === b.description && a.location === b.location) || identityOf(a) === identityOf(b);
}

/** Scans never change, and each is compared with every other of its minute: its normal form is made once. */
const identities = new WeakMap<Scan, string>();

function identityOf(scan: Scan): string {
  let identity = identities.get(scan);
  if (identity === undefined) {
    identity = `${normaliseText(scan.description)}\n${normaliseText(scan.location ?? '')}`;
    identities.set(scan, identity);
  }
  return identity;
}

function sameContent(a: Scan, b: Scan): boolean {
  return a.at === b.at && compareContent(a, b) === 0;
}

/** Whether this very version was seen and replaced before. */
function isKnownVersion(checkpoints: readonly Checkpoint[], scan: Scan): boolean {
  return checkpoints.some(
    (other) => other.replacedIn !== null && sameScan(other, scan) && sameContent(other, scan),
  );
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

function insertSorted(checkpoints: Checkpoint[], checkpoint: Checkpoint): void {
  let low = 0;
  let high = checkpoints.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNewestFirst(checkpoints[middle] as Checkpoint, checkpoint) <= 0) low = middle + 1;
    else high = middle;
  }
  checkpoints.splice(low, 0, checkpoint);
}
