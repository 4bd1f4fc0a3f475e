/**
 * Sums that are kept in memory and written every few seconds: what is counted costs whoever counts it no more than an
 * addition. A sum that could not be written is added to what came since and written with it, for as long as the store is away;
 * what a crash takes with it is the sums of the last few seconds. How many there are at a time is bounded: where none
 * is written for very long, what would be one more is not counted.
 */
import type { Log } from './log.ts';

export interface Tallies<Sum> {
  /** The sum under a key, to be added to at once; made where there is none. Null: there are too many. */
  of(key: string, make: () => Sum): Sum | null;
  start(): void;
  /** Writes what there is. It does not fail: what is not written is written later. */
  write(): Promise<void>;
  /** Writes once more. */
  stop(): Promise<void>;
}

export interface TalliesOptions<Sum> {
  /** For the log: "of attempts". */
  readonly what: string;
  keyOf(sum: Sum): string;
  add(into: Sum, one: Sum): void;
  /** Adds some of them to what is in the store. */
  write(sums: readonly Sum[]): Promise<void>;
  /** Whether what failed was surely not written, and may be another time. */
  isWrittenLater(error: unknown): boolean;
  readonly log: Log;
}

const writtenEveryMs = 3000;
const sumsMax = 10_000;
/** In one transaction: a few milliseconds of the store's time. */
const writtenAtOnce = 500;

export function makeTallies<Sum>(options: TalliesOptions<Sum>): Tallies<Sum> {
  const { what, keyOf, add, isWrittenLater, log } = options;
  let sums = new Map<string, Sum>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> | null = null;

  function of(key: string, make: () => Sum): Sum | null {
    const known = sums.get(key);
    if (known !== undefined) return known;
    if (sums.size >= sumsMax) return null;
    const made = make();
    sums.set(key, made);
    return made;
  }

  function keep(left: readonly Sum[]): void {
    for (const sum of left) {
      const since = of(keyOf(sum), () => sum);
      if (since !== null && since !== sum) add(since, sum);
    }
  }

  async function writeAll(): Promise<void> {
    const taken = [...sums.values()];
    sums = new Map();
    for (let from = 0; from < taken.length; from += writtenAtOnce) {
      const some = taken.slice(from, from + writtenAtOnce);
      try {
        await options.write(some);
      } catch (error) {
        if (isWrittenLater(error)) {
          log.warn({ err: error }, `figures ${what} wait for the store`);
          return keep(taken.slice(from));
        }
        log.error({ err: error, sums: some.length }, `figures ${what} are lost, or were written after all`);
      }
    }
  }

  function write(): Promise<void> {
    writing ??= writeAll().finally(() => {
      writing = null;
    });
    return writing;
  }

  return {
    of,
    write,
    start() {
      timer = setInterval(() => void write(), writtenEveryMs);
      timer.unref();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      await writing;
      await write();
      if (sums.size > 0) log.warn({ sums: sums.size }, `figures ${what} are lost: the store is away`);
    },
  };
}
