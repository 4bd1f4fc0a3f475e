/**
 * Ids: a prefix that says what the thing is, and a UUIDv7 (RFC 9562) as 32 lower-case hex digits, so that keys
 * arrive in order at the store. Within one process they only ever grow, even when the clock is set back: the
 * embedded store reads the event log in id order and relies on it. `startAfter` carries that over a restart.
 */
import { randomFillSync } from 'node:crypto';
import type { Clock } from './clock.ts';

export type Prefix =
  | 'acc'
  | 'key'
  | 'mem'
  | 'ses'
  | 'aud'
  | 'trk'
  | 'wh'
  | 'evt'
  | 'dlv'
  | 'att'
  | 'inb'
  | 'view';
export type Id<P extends Prefix> = `${P}_${string}`;

export interface Ids {
  next<P extends Prefix>(prefix: P): Id<P>;
  /** No id made from now on sorts before this one, whatever the clock says. */
  startAfter(id: string): void;
}

const sequenceMax = 0xfff;
const randomPoolBytes = 4096;

export function makeIds(clock: Pick<Clock, 'now'>): Ids {
  const pool = Buffer.alloc(randomPoolBytes);
  let used = randomPoolBytes;
  let lastMs = 0;
  let lastMsHex = '000000000000';
  let sequence = 0;

  function randomHex(): string {
    if (used + 8 > randomPoolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    // The variant bits 10 of RFC 9562 take the place of the first two random bits.
    pool[used] = ((pool[used] as number) & 0x3f) | 0x80;
    const hex = pool.toString('hex', used, used + 8);
    used += 8;
    return hex;
  }

  function tick(): void {
    const now = clock.now();
    if (now > lastMs) {
      lastMs = now;
      sequence = 0;
    } else if (sequence < sequenceMax) {
      sequence++;
      return;
    } else {
      lastMs++;
      sequence = 0;
    }
    lastMsHex = lastMs.toString(16).padStart(12, '0');
  }

  return {
    next(prefix) {
      tick();
      return `${prefix}_${lastMsHex}7${sequence.toString(16).padStart(3, '0')}${randomHex()}`;
    },
    startAfter(id) {
      const ms = timeOfId(id);
      if (ms >= lastMs) {
        lastMs = ms + 1;
        lastMsHex = lastMs.toString(16).padStart(12, '0');
        sequence = 0;
      }
    },
  };
}

/** The 32 hex digits without the prefix: how ids look towards TrackingMore's clients. */
export function bareId(id: string): string {
  return id.slice(id.indexOf('_') + 1);
}

/** When it was made, epoch milliseconds. */
export function timeOfId(id: string): number {
  return Number.parseInt(bareId(id).slice(0, 12), 16);
}

/** The smallest id that a thing made at that time can have: ids begin with their millisecond. */
export function idFloor(prefix: Prefix, at: number): string {
  return `${prefix}_${Math.max(0, Math.floor(at)).toString(16).padStart(12, '0')}`;
}

/** Whether `text` is an id of that kind as Waybell writes them. */
export function isId<P extends Prefix>(prefix: P, text: string): text is Id<P> {
  return (
    text.length === prefix.length + 33 && text.startsWith(`${prefix}_`) && /^[0-9a-f]{32}$/.test(bareId(text))
  );
}

export const shardsTotal = 64;

export const allShards: readonly number[] = Array.from({ length: shardsTotal }, (_, shard) => shard);

/** The shard of a tracking, 0 to 63, from the last six of its id's random bits. */
export function shardOf(id: string): number {
  return Number.parseInt(id.slice(-2), 16) % shardsTotal;
}
