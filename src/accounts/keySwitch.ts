/**
 * What a change of an account's key leads to. A signature of V2, V3 or V4 is made with one key, so a receiver that is to be
 * told of the next one beforehand needs a time at which it switches: until then the one that signs now goes on.
 */
import { keyAt, type SigningKey } from '../domain/account.ts';

export interface KeyChange {
  readonly next: string;
  /** How long the key that signs now goes on; null: not said. */
  readonly overlapSeconds: number | null;
  readonly now: number;
}

/**
 * The key after the change. One that was to follow and never signed is forgotten. The current one said again, as by a
 * program that writes what it has read, changes nothing unless it says when to switch.
 */
export function switchKey(key: SigningKey, { next, overlapSeconds, now }: KeyChange): SigningKey {
  if (next === key.current && overlapSeconds === null) return key;
  const signing = keyAt(key, now);
  const overlap = overlapSeconds ?? 0;
  return overlap === 0 || next === signing
    ? { current: next, previous: null, until: null }
    : { current: next, previous: signing, until: now + overlap * 1000 };
}
