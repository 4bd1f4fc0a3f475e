/**
 * Which checkpoint holds for a scan: the one of the same scan that nothing has replaced; there is at most one.
 *
 * Two scans are the same when their side and the source's own id agree or, where the source has none, when side,
 * minute, text and place agree. Comparing a scan with every checkpoint is the quickest for the usual parcel: one new scan,
 * ten known, the last digit of the minute tells nearly all apart. Its cost is the product of both numbers though, and who
 * reports chooses both. So once comparing has cost as much as an index would, the index is made: the work never exceeds a
 * small multiple of the scans and checkpoints there are.
 */
import type { Checkpoint, Scan } from '../domain/checkpoint.ts';
import { normaliseText } from '../normalise/text.ts';

export interface Holders {
  of(scan: Scan): Checkpoint | undefined;
  /** From now on this one holds, whichever did before it. */
  put(checkpoint: Checkpoint): void;
}

/**
 * A comparison takes 8 ns, 50 where all are of one minute; an entry of an index 1 µs, most of it for the text. So few that
 * short histories never get one, and a long one after it was gone through so many times.
 */
const comparedMin = 4096;
const comparedPerEntry = 8;

/** @param indexed from the start: where the same checkpoints are asked again and again, since their index is kept */
export function makeHolders(
  known: readonly Checkpoint[],
  { indexed }: { readonly indexed: boolean },
): Holders {
  let index = indexed ? indexOf(known) : (indices.get(known) ?? null);
  /** Put since, kept apart: the index of what was known is shared. */
  const fresh: Checkpoint[] = [];
  let freshIndex: Map<string, Checkpoint> | null = null;
  let compared = 0;

  function isTooMuch(): boolean {
    return compared > comparedMin + comparedPerEntry * (known.length + fresh.length);
  }

  return {
    of(scan) {
      if (compared > comparedMin && isTooMuch()) {
        index = indexOf(known);
        freshIndex = made(fresh);
        compared = 0;
      }
      compared += (index === null ? known.length : 0) + (freshIndex === null ? fresh.length : 0);
      const put = freshIndex === null ? holding(fresh, scan) : freshIndex.get(identityOf(scan));
      return put ?? (index === null ? holding(known, scan) : index.get(identityOf(scan)));
    },
    put(checkpoint) {
      fresh.push(checkpoint);
      freshIndex?.set(identityOf(checkpoint), checkpoint);
    },
  };
}

/** Histories never change: a further one is a new array. So each needs one index, as long as it is held. */
const indices = new WeakMap<readonly Checkpoint[], ReadonlyMap<string, Checkpoint>>();

function indexOf(known: readonly Checkpoint[]): ReadonlyMap<string, Checkpoint> {
  let index = indices.get(known);
  if (index === undefined) {
    index = made(known);
    indices.set(known, index);
  }
  return index;
}

function made(checkpoints: readonly Checkpoint[]): Map<string, Checkpoint> {
  const index = new Map<string, Checkpoint>();
  for (const checkpoint of checkpoints) {
    if (checkpoint.replacedIn === null) index.set(identityOf(checkpoint), checkpoint);
  }
  return index;
}

/** The last one: what was put later holds. */
function holding(checkpoints: readonly Checkpoint[], scan: Scan): Checkpoint | undefined {
  for (let at = checkpoints.length - 1; at >= 0; at--) {
    const checkpoint = checkpoints[at] as Checkpoint;
    if (checkpoint.replacedIn === null && sameScan(checkpoint, scan)) return checkpoint;
  }
  return undefined;
}

/** The same as agreeing in `identityOf`, without making it where a look tells them apart. */
function sameScan(a: Scan, b: Scan): boolean {
  if (a.side !== b.side) return false;
  if (a.sourceId !== null || b.sourceId !== null) return a.sourceId === b.sourceId;
  if (!sameMinute(a.wall, b.wall)) return false;
  return (a.description === b.description && a.location === b.location) || identityOf(a) === identityOf(b);
}

/** Characters of `2016-11-15 08:23`. */
const minuteChars = 16;

/** Whether two wall times are of one minute; a date alone is its own minute. */
function sameMinute(a: string, b: string): boolean {
  if (a.length < minuteChars || b.length < minuteChars) return a === b;
  const last = minuteChars - 1;
  return a.charCodeAt(last) === b.charCodeAt(last) && a.slice(0, last) === b.slice(0, last);
}

/** Scans never change, and each is compared with every other of its minute: its identity is made once. */
const identities = new WeakMap<Scan, string>();

/** What two reports of one scan have in common, and no others. */
function identityOf(scan: Scan): string {
  let identity = identities.get(scan);
  if (identity === undefined) {
    const { side, sourceId, wall, description, location } = scan;
    identity =
      sourceId === null
        ? `${side} at ${wall.slice(0, minuteChars)}\n${normaliseText(description)}\n${normaliseText(location ?? '')}`
        : `${side} id ${sourceId}`;
    identities.set(scan, identity);
  }
  return identity;
}
