/**
 * Group commit: callers hand in items one by one, a flush takes all that wait and answers each. While flushes run, the
 * next group gathers, so the group grows with the load by itself. A group is flushed at the latest `delayMs` after its
 * first item, at once when it holds `weightMax`.
 *
 * Several flushes may run at a time where the items say by `keysOf` what they touch: items that share a key are never in
 * two flushes at once, and are flushed in the order they came.
 *
 * Who hands in much does not hold up others where items say by `turnOf` whose they are: a group is filled by taking one
 * item of each in turn, and who was served goes behind those that were not. Items of different ones share no key.
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
  /** Whose turn it is when the item is taken; all are of one where not given. */
  turnOf?(item: Item): string;
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
  /** What waits, in the order it came, of each who takes turns; who is next comes first, and nobody has nothing. */
  const waiting = new Map<string, Waiting<Item, Result>[]>();
  let weight = 0;
  let flushing = 0;
  let timer: NodeJS.Timeout | null = null;
  let immediate = false;
  let idlers: (() => void)[] = [];

  function schedule(): void {
    if (flushing >= flushesMax || waiting.size === 0) return;
    if (delayMs === 0 || weight >= weightMax) {
      if (immediate) return;
      immediate = true;
      setImmediate(() => {
        immediate = false;
        void run();
      });
    } else timer ??= setTimeout(() => void run(), flushing > 0 ? busyDelayMs : delayMs);
  }

  /**
   * The next group: one item of each in turn, and so on until it is full. Of one's items those that share a key with a
   * running flush or an item passed over are passed over; nothing overtakes an item that is too heavy for the rest of the
   * group, since it would never be its turn.
   */
  function take(): Waiting<Item, Result>[] {
    const group: Waiting<Item, Result>[] = [];
    const passedOver = new Set<string>();
    let taken = 0;
    const lines = [...waiting].map(([turn, entries]) => ({ turn, ...makeLine(entries, isBusy) }));

    function isBusy(entry: Waiting<Item, Result>): boolean {
      const busy = entry.keys.some((key) => touched.has(key) || passedOver.has(key));
      if (busy) for (const key of entry.keys) passedOver.add(key);
      return busy;
    }

    for (let open = lines; open.length > 0; ) {
      const served: typeof lines = [];
      for (const line of open) {
        const entry = line.first();
        if (entry === null || (group.length > 0 && taken + entry.weight > weightMax)) continue;
        line.advance();
        group.push(entry);
        taken += entry.weight;
        served.push(line);
        waiting.delete(line.turn);
      }
      open = served;
    }
    for (const line of lines) {
      const rest = line.rest();
      if (rest.length > 0) waiting.set(line.turn, rest);
    }
    weight -= taken;
    return group;
  }

  async function run(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (flushing >= flushesMax || waiting.size === 0) return;
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
    if (waiting.size > 0) schedule();
    else if (flushing === 0) {
      for (const idler of idlers) idler();
      idlers = [];
    }
  }

  return {
    submit(item, itemWeight = 1) {
      return new Promise((resolve, reject) => {
        const keys = flushesMax > 1 ? [...(options.keysOf?.(item) ?? [])] : [];
        const turn = options.turnOf?.(item) ?? '';
        const entry = { item, weight: itemWeight, keys, resolve, reject };
        const line = waiting.get(turn);
        if (line === undefined) waiting.set(turn, [entry]);
        else line.push(entry);
        weight += itemWeight;
        schedule();
      });
    },
    idle() {
      if (flushing === 0 && waiting.size === 0) return Promise.resolve();
      return new Promise((resolve) => idlers.push(resolve));
    },
  };
}

/** One's items on the way into a group. */
function makeLine<Entry>(entries: readonly Entry[], isBusy: (entry: Entry) => boolean) {
  const passed: Entry[] = [];
  let next = 0;
  return {
    /** The first that is not busy; those before it are passed over. */
    first(): Entry | null {
      for (; next < entries.length; next++) {
        const entry = entries[next] as Entry;
        if (!isBusy(entry)) return entry;
        passed.push(entry);
      }
      return null;
    },
    advance(): void {
      next++;
    },
    rest: (): Entry[] => [...passed, ...entries.slice(next)],
  };
}
