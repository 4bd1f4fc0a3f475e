/**
 * Looks names up for many, so that one whose name servers hang keeps the others from nothing. The system's look-up holds
 * one of a few threads until it ends, and nothing can end it sooner; so each party (an account) may hold a quarter of them at a
 * time, and what is free goes to the parties in turn. Its other look-ups wait, as its own connections do, for
 * `connect.ts` to give up on them.
 */
import type { LookupAddress } from 'node:dns';

export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface Lookups {
  /** @param signal whoever asks has given up: a look-up that has not begun is left out, and rejected with ABORTED */
  lookup(party: string, hostname: string, signal?: AbortSignal): Promise<readonly LookupAddress[]>;
}

/** Of all slots, what one party may hold. */
const partyShare = 1 / 4;

interface Waiting {
  readonly hostname: string;
  resolve(addresses: Promise<readonly LookupAddress[]>): void;
}

interface Party {
  running: number;
  readonly waiting: Set<Waiting>;
}

/** @param slots look-ups under way at a time */
export function makeLookups(lookup: Lookup, slots: number): Lookups {
  const perParty = Math.max(1, Math.floor(slots * partyShare));
  /** Those that have any under way or waiting; whoever was given a slot goes to the end. */
  const parties = new Map<string, Party>();
  let running = 0;

  function partyOf(name: string): Party {
    let party = parties.get(name);
    if (party === undefined) {
      party = { running: 0, waiting: new Set() };
      parties.set(name, party);
    }
    return party;
  }

  function fill(): void {
    for (let next = findNext(); next !== null && running < slots; next = findNext()) begin(...next);
  }

  function findNext(): [name: string, party: Party] | null {
    for (const entry of parties) {
      const { running: own, waiting } = entry[1];
      if (own < perParty && waiting.size > 0) return entry;
    }
    return null;
  }

  function begin(name: string, party: Party): void {
    const first = party.waiting.values().next().value as Waiting;
    party.waiting.delete(first);
    parties.delete(name);
    parties.set(name, party);
    party.running++;
    running++;
    const found = Promise.resolve(first.hostname).then(lookup);
    first.resolve(found);
    const end = (): void => {
      party.running--;
      running--;
      forgetIdle(name, party);
      fill();
    };
    found.then(end, end);
  }

  function forgetIdle(name: string, { running: own, waiting }: Party): void {
    if (own === 0 && waiting.size === 0) parties.delete(name);
  }

  return {
    lookup(name, hostname, signal) {
      return new Promise((resolve, reject) => {
        const party = partyOf(name);
        const asked: Waiting = { hostname, resolve };
        party.waiting.add(asked);
        signal?.addEventListener('abort', () => {
          if (!party.waiting.delete(asked)) return;
          forgetIdle(name, party);
          reject(Object.assign(new Error('The look-up was given up.'), { code: 'ABORTED' }));
        });
        fill();
      });
    },
  };
}
