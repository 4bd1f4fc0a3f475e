/**
 * Which shards this process works on. Each is held by one process at a time, by a lease on the store's clock that is renewed
 * long before it ends. Here a lease is counted from before the store was asked for it, on a clock that nobody sets, so it
 * ends here sooner than there: a process that was stopped for a while, or cut off from its store, begins nothing more by the
 * time another takes over.
 *
 * A shard of this process is in one of two modes. *Held*: work on it may begin. *Leaving*: it is more than this process's
 * share since others have come; no work begins, and it is given back as soon as what was begun has ended. Either ends when
 * the lease does, or when the store says that another holds it.
 */
import type { Clock } from '../base/clock.ts';
import { shardsTotal } from '../base/id.ts';
import type { Log } from '../base/log.ts';
import type { Duty, HeldShard } from '../domain/shard.ts';
import type { ShardStore } from '../store/store.ts';

export interface Shards {
  /** Resolves after the first round: what is free is held by then. */
  start(): Promise<void>;
  /** The epoch under which work of so many milliseconds may begin on a shard; null: it may not. */
  epoch(duty: Duty, shard: number, forMs: number): number | null;
  holds(duty: Duty, shard: number): boolean;
  /** Those on which work may begin; null: all there are. */
  held(duty: Duty): readonly number[] | null;
  /** Whether no other process can take any; known after the start. */
  readonly isAlone: boolean;
  /** Gives all shards back: for when all work that was begun has ended, or is given up. */
  stop(): Promise<void>;
}

export interface ShardsOptions {
  readonly store: ShardStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Different for every start of every process. */
  readonly processId: string;
  readonly duties: readonly Duty[];
  /** The news of other processes: how far they were heard, and hearing what there is. */
  readonly news: { heard(): number; catchUp(): Promise<void> };
  /** Whether work that was begun on a shard goes on. */
  isBusy(duty: Duty, shard: number): boolean;
  /** Shards on which work may begin from now on, and those on which it may no more. */
  onChange(
    duty: Duty,
    change: { readonly gained: readonly number[]; readonly lost: readonly number[] },
  ): void;
  readonly leaseMs: number;
  /** How often they are renewed, several times in a lease. */
  readonly roundMs?: number;
}

interface Lease {
  readonly shard: HeldShard;
  /** Monotonic milliseconds; and on the wall, since a machine that sleeps may stop the other. */
  readonly until: number;
  readonly wallUntil: number;
  readonly leaving: boolean;
}

export function makeShards(options: ShardsOptions): Shards {
  const { store, clock, log, processId, duties, leaseMs, roundMs = leaseMs / 10 } = options;
  let leases = new Map<string, Lease>();
  /** Whether the others know of this process, as far as it knows. */
  let isKnown = false;
  let stopping = false;
  /** Nobody can take anything: once is enough. */
  let isAlone = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    const askedAt = clock.monotonic();
    const wallAskedAt = clock.now();
    loseEnded();
    const release = [...leases.values()].filter(isLeft).map(({ shard }) => shard);
    const { held, shares, lastsMs } = await store.holdShards({
      ...{ processId, duties, leaseMs, release },
      heard: options.news.heard(),
    });
    const released = new Set(release.map(keyOf));
    const until = askedAt + lastsMs;
    const wallUntil = wallAskedAt + lastsMs;
    // While they did not know of it, the others did not wait for it to hear what they told.
    if (!isKnown) await options.news.catchUp();
    isKnown = true;
    isAlone = lastsMs === Number.POSITIVE_INFINITY;
    const next = new Map<string, Lease>();
    const counts = new Map<Duty, number>();
    for (const shard of held.toSorted(leavingLast)) {
      const key = keyOf(shard);
      if (released.has(key)) continue;
      const before = leases.get(key);
      // What is begun under an epoch ends under it: one that came back under another was lost in between.
      const wasLeaving = before?.leaving === true && before.shard.epoch === shard.epoch;
      const count = (counts.get(shard.duty) ?? 0) + 1;
      counts.set(shard.duty, count);
      const isSurplus = count > (shares[shard.duty] ?? 0);
      next.set(key, { shard, until, wallUntil, leaving: wasLeaving || isSurplus });
    }
    change(next);
  }

  /** They are the surplus already: else others would be given up in their place. */
  function leavingLast(a: HeldShard, b: HeldShard): number {
    const rank = (one: HeldShard) => Number(leases.get(keyOf(one))?.leaving === true);
    return rank(a) - rank(b) || a.shard - b.shard;
  }

  function lastsFor({ until, wallUntil }: Lease, ms: number): boolean {
    return until >= clock.monotonic() + ms && wallUntil >= clock.now() + ms;
  }

  /**
   * Leases that have ended are lost, whether the store can be asked or not. Who holds none, or did not for a moment, may not
   * have been waited for by those who told something.
   */
  function loseEnded(): void {
    const lasting = new Map([...leases].filter(([, lease]) => lastsFor(lease, 0)));
    if (lasting.size === 0 || lasting.size < leases.size) isKnown = false;
    if (lasting.size < leases.size) change(lasting);
  }

  function change(next: Map<string, Lease>): void {
    const before = leases;
    leases = next;
    for (const duty of duties) {
      const gained = [...next.values()].filter((lease) => isNewlyOwn(lease, duty, before));
      const lost = [...before.values()].filter((lease) => isNewlyOwn(lease, duty, next));
      if (gained.length + lost.length === 0) continue;
      options.onChange(duty, { gained: gained.map(numberOf), lost: lost.map(numberOf) });
    }
  }

  /** A shard on which nothing that was begun goes on, and nothing may begin. */
  function isLeft({ shard, leaving }: Lease): boolean {
    return leaving && !options.isBusy(shard.duty, shard.shard);
  }

  function tick(): void {
    running = round()
      .catch((error) => {
        log.warn({ err: error }, 'the leases of this process could not be renewed and are tried again');
        loseEnded();
      })
      .then(() => {
        if (stopping || isAlone) return;
        timer = setTimeout(tick, roundMs);
        timer.unref();
      });
  }

  return {
    async start() {
      tick();
      await running;
    },
    epoch(duty, shard, forMs) {
      const lease = leases.get(`${duty} ${shard}`);
      if (lease === undefined || lease.leaving || !lastsFor(lease, forMs)) return null;
      return lease.shard.epoch;
    },
    holds(duty, shard) {
      return leases.get(`${duty} ${shard}`)?.leaving === false;
    },
    held(duty) {
      const own = [...leases.values()].filter(({ shard, leaving }) => shard.duty === duty && !leaving);
      return own.length === shardsTotal ? null : own.map(numberOf);
    },
    get isAlone() {
      return isAlone;
    },
    async stop() {
      stopping = true;
      if (timer !== null) clearTimeout(timer);
      await running;
      change(new Map());
      await store.leaveShards(processId).catch((error) => {
        log.warn({ err: error }, 'the shards of this process are free only when their leases end');
      });
    },
  };
}

/** Whether work may begin on it here, of this duty, and not there. */
function isNewlyOwn({ shard, leaving }: Lease, duty: Duty, there: ReadonlyMap<string, Lease>): boolean {
  if (shard.duty !== duty || leaving) return false;
  const other = there.get(keyOf(shard));
  return other === undefined || other.leaving || other.shard.epoch !== shard.epoch;
}

function numberOf({ shard }: Lease): number {
  return shard.shard;
}

function keyOf({ duty, shard }: HeldShard): string {
  return `${duty} ${shard}`;
}
