/**
 * Group commit: callers hand in items one by one, a flush takes all that wait and answers each. One flush runs at
 * a time; while it runs, the next group gathers, so the group grows with the load by itself. A group is flushed at
 * the latest `delayMs` after its first item, at once when it holds `weightMax`.
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
  /** The weight at which a group is full; a heavier single item makes a group of its own. */
  weightMax: number;
}

interface Waiting<Item, Result> {
  item: Item;
  weight: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export function makeGroupCommit<Item, Result>(
  options: GroupCommitOptions<Item, Result>,
): GroupCommit<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let weight = 0;
  let flushing = false;
  let timer: NodeJS.Timeout | null = null;
  let immediate = false;
  let idlers: (() => void)[] = [];

  function schedule(): void {
    if (flushing || waiting.length === 0) return;
    if (options.delayMs === 0 || weight >= options.weightMax) {
      if (immediate) return;
      immediate = true;
      setImmediate(() => {
        immediate = false;
        void run();
      });
    } else if (timer === null) {
      timer = setTimeout(() => void run(), options.delayMs);
    }
  }

  function take(): Waiting<Item, Result>[] {
    let taken = 0;
    let count = 0;
    while (count < waiting.length) {
      const next = (waiting[count] as Waiting<Item, Result>).weight;
      if (count > 0 && taken + next > options.weightMax) break;
      taken += next;
      count++;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    weight -= taken;
    return group;
  }

  async function run(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (flushing || waiting.length === 0) return;
    flushing = true;
    const group = take();
    try {
      const results = await options.flush(group.map((entry) => entry.item));
      for (const [index, entry] of group.entries()) entry.resolve(results[index] as Result);
    } catch (error) {
      for (const entry of group) entry.reject(error);
    }
    flushing = false;
    if (waiting.length > 0) schedule();
    else {
      for (const idler of idlers) idler();
      idlers = [];
    }
  }

  return {
    submit(item, itemWeight = 1) {
      return new Promise((resolve, reject) => {
        waiting.push({ item, weight: itemWeight, resolve, reject });
        weight += itemWeight;
        schedule();
      });
    },
    idle() {
      if (!flushing && waiting.length === 0) return Promise.resolve();
      return new Promise((resolve) => idlers.push(resolve));
    },
  };
}
