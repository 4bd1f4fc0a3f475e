/**
 * Group commit: callers hand in items one by one, a flush takes all that wait and answers each. While flushes run, the
 * next group gathers, so the group grows with the load by itself. A group is flushed at the latest `delayMs` after its
 * first item, at once when it holds `weightMax`.
 *
 * Several flushes may run at a time where the items say by `keysOf` what they touch: items that share a key are never in
 * two flushes at once, and are flushed in the order they came.
 *
 * The invariant: an item's promise settles only after the flush that holds it has returned, and every item of a
 * flush is answered, be it by its result or by the flush's error.
 */
export interface GroupCommit<Item, Result> {
  submit(item: Item, weight?: number): Promise<Result>;
  /** Resolves when everything submitted so far has been answered. */
  idle(): Promise<void>;
}

export interface GroupCommitOptions<Item, Result> {
  /** Answers every item, in the order given. */
  flush(items: Item[]): Promise<Result[]>;
  /** Milliseconds that a first item waits for company; 0 waits only for the end of the event loop's turn. */
  delayMs: number;
  /** The same while a flush is running, when company is sure to come; `delayMs` where not given. */
  busyDelayMs?: number;
  /** The weight at which a group is full; a heavier single item makes a group of its own. */
  weightMax: number;
  /** Flushes that may run at a time; 1 where not given. */
  flushesMax?: number;
  /** What an item touches; needed for more than one flush at a time. */
  keysOf?(item: Item): Iterable<string>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  readonly keys: readonly string[];
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export function makeGroupCommit<Item, Result>(
  options: GroupCommitOptions<Item, Result>,
): GroupCommit<Item, Result> {
  const { delayMs, busyDelayMs = delayMs, weightMax, flushesMax = 1 } = options;
  const touched = new Set<string>();
  let waiting: Waiting<Item, Result>[] = [];
  let weight = 0;
  let flushing = 0;
  let timer: NodeJS.Timeout | null = null;
  let immediate = false;
  let idlers: (() => void)[] = [];

  function schedule(): void {
    if (flushing >= flushesMax || waiting.length === 0) return;
    if (delayMs === 0 || weight >= weightMax) {
      if (immediate) return;
      immediate = true;
      setImmediate(() => {
        immediate = false;
        void run();
      });
    } else timer ??= setTimeout(() => void run(), flushing > 0 ? busyDelayMs : delayMs);
  }

  /** The next group: what waits longest, but for items that share a key with a running flush or an item passed over. */
  function take(): Waiting<Item, Result>[] {
    const group: Waiting<Item, Result>[] = [];
    const rest: Waiting<Item, Result>[] = [];
    const passedOver = new Set<string>();
    let taken = 0;
    for (const entry of waiting) {
      const fits = group.length === 0 || taken + entry.weight <= weightMax;
      const free = entry.keys.every((key) => !touched.has(key) && !passedOver.has(key));
      if (fits && free) {
        group.push(entry);
        taken += entry.weight;
      } else {
        rest.push(entry);
        for (const key of entry.keys) passedOver.add(key);
        // Without keys order is all there is: nothing overtakes.
        if (!fits && entry.keys.length === 0) taken = Number.POSITIVE_INFINITY;
      }
    }
    waiting = rest;
    weight -= group.reduce((sum, entry) => sum + entry.weight, 0);
    return group;
  }

  async function run(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (flushing >= flushesMax || waiting.length === 0) return;
    const group = take();
    if (group.length === 0) return;
    flushing++;
    for (const entry of group) for (const key of entry.keys) touched.add(key);
    schedule();
    try {
      const results = await options.flush(group.map((entry) => entry.item));
      for (const [index, entry] of group.entries()) entry.resolve(results[index] as Result);
    } catch (error) {
      for (const entry of group) entry.reject(error);
    }
    for (const entry of group) for (const key of entry.keys) touched.delete(key);
    flushing--;
    if (waiting.length > 0) schedule();
    else if (flushing === 0) {
      for (const idler of idlers) idler();
      idlers = [];
    }
  }

  return {
    submit(item, itemWeight = 1) {
      return new Promise((resolve, reject) => {
        const keys = flushesMax > 1 ? [...(options.keysOf?.(item) ?? [])] : [];
        waiting.push({ item, weight: itemWeight, keys, resolve, reject });
        weight += itemWeight;
        schedule();
      });
    },
    idle() {
      if (flushing === 0 && waiting.length === 0) return Promise.resolve();
      return new Promise((resolve) => idlers.push(resolve));
    },
  };
}
