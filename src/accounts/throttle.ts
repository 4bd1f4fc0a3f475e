/**
 * Slows down who guesses: after some wrong passwords for an email, or from an address, the next try has to wait, each time
 * longer. A try counts as wrong from its beginning, so that many at once are no way round; a right one takes that back. It is held
 * in memory, in each process by itself and for emails that nobody has as well. The longest wait is short: who knows an email
 * must not be able to keep its owner out for long.
 */
import type { Clock } from '../base/clock.ts';
import { AppError, problem } from '../domain/error.ts';

export interface Throttle {
  /** Counts a try. @throws AppError `rate_limited`, without counting it */
  begin(email: string, address: string): Try;
}

export interface Try {
  /** It was right: the wrong ones of the email are forgotten. */
  succeeded(): void;
  /** It was not decided, nothing being compared, or says nothing of the wrong ones: only itself is forgotten. */
  withdrawn(): void;
}

/** So many are free. An address is a whole office, perhaps. */
const freeTries = { email: 5, address: 20 };
const waitSecondsMax = 60;
/** Since the last wrong one. */
const forgottenAfterMs = 3_600_000;
const rememberedMax = 10_000;

interface Wrong {
  readonly count: number;
  readonly lastAt: number;
  /** The next try is taken from then on. */
  readonly until: number;
}

export function makeThrottle(clock: Pick<Clock, 'monotonic'>): Throttle {
  const emails = new Map<string, Wrong>();
  const addresses = new Map<string, Wrong>();

  function knownOf(all: ReadonlyMap<string, Wrong>, key: string): Wrong | null {
    const known = all.get(key);
    return known === undefined || clock.monotonic() - known.lastAt > forgottenAfterMs ? null : known;
  }

  function count(all: Map<string, Wrong>, key: string, free: number): void {
    const wrong = (knownOf(all, key)?.count ?? 0) + 1;
    const now = clock.monotonic();
    const waitSeconds = wrong < free ? 0 : Math.min(waitSecondsMax, 2 ** Math.min(wrong - free, 10));
    // At the end, where the newest are: the oldest go first.
    all.delete(key);
    if (all.size >= rememberedMax) all.delete(all.keys().next().value as string);
    all.set(key, { count: wrong, lastAt: now, until: now + waitSeconds * 1000 });
  }

  function takeBack(all: Map<string, Wrong>, key: string): void {
    const known = all.get(key);
    if (known === undefined) return;
    if (known.count === 1) all.delete(key);
    else all.set(key, { ...known, count: known.count - 1, until: clock.monotonic() });
  }

  return {
    begin(email, address) {
      const from = networkOf(address);
      const waitMs =
        Math.max(knownOf(emails, email)?.until ?? 0, knownOf(addresses, from)?.until ?? 0) -
        clock.monotonic();
      if (waitMs > 0) throw tooMany(Math.ceil(waitMs / 1000));
      count(emails, email, freeTries.email);
      count(addresses, from, freeTries.address);
      return {
        succeeded() {
          emails.delete(email);
          takeBack(addresses, from);
        },
        withdrawn() {
          takeBack(emails, email);
          takeBack(addresses, from);
        },
      };
    },
  };
}

function tooMany(waitSeconds: number): AppError {
  return new AppError(
    problem(
      'rate_limited',
      `Too many wrong passwords came for this email or from this address. Try again in ${waitSeconds} s.`,
    ),
    { retry_after_seconds: waitSeconds },
  );
}

/** Of an IPv6 address the first 64 bits: who has one has all of those. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [front = '', back] = address.split('::');
  const groups = front === '' ? [] : front.split(':');
  const behind = back === undefined || back === '' ? [] : back.split(':');
  const zeros = back === undefined ? 0 : Math.max(0, 8 - groups.length - behind.length);
  return [...groups, ...Array<string>(zeros).fill('0'), ...behind]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}
