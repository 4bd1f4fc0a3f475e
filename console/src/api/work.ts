/**
 * Work that takes many calls. Each step is one call, and knows where the one before ended: between two steps one may stop, and
 * after one that failed go on with the same.
 */
export interface Work<Done> {
  /** What has been done by now, all steps together. */
  step(): Promise<{ readonly done: Done; readonly isEnd: boolean }>;
}

export interface Counted {
  readonly count: number;
}

interface Portion extends Counted {
  readonly next_cursor: string | null;
}

/** @param ask one call, from where the one before ended @param add what a call has done on top of those before */
export function inPortions<Answer extends Portion, Done>(
  ask: (cursor: string | undefined) => Promise<Answer>,
  none: Done,
  add: (done: Done, answer: Answer) => Done,
): Work<Done> {
  let cursor: string | undefined;
  let done = none;
  return {
    async step() {
      const answer = await ask(cursor);
      done = add(done, answer);
      cursor = answer.next_cursor ?? undefined;
      return { done, isEnd: answer.next_cursor === null };
    },
  };
}

/** A call for each of them, in their order. */
export function oneByOne<Item, Done>(
  items: readonly Item[],
  run: (item: Item) => Promise<(done: Done) => Done>,
  none: Done,
): Work<Done> {
  let at = 0;
  let done = none;
  return {
    async step() {
      const item = items[at];
      if (item !== undefined) {
        done = (await run(item))(done);
        at++;
      }
      return { done, isEnd: at >= items.length };
    },
  };
}

/** One work after the other. */
export function inTurn<Done>(
  works: readonly Work<Done>[],
  none: Done,
  add: (one: Done, other: Done) => Done,
): Work<Done> {
  let at = 0;
  let before = none;
  return {
    async step() {
      const work = works[at];
      if (work === undefined) return { done: before, isEnd: true };
      const { done, isEnd } = await work.step();
      const sum = add(before, done);
      if (isEnd) {
        before = sum;
        at++;
      }
      return { done: sum, isEnd: at >= works.length };
    },
  };
}

export interface Count extends Counted {
  /** There are more than were counted. */
  readonly isMore: boolean;
}

/** Steps of counting until it is done or `max` is reached. */
export async function countUpTo(max: number, work: Work<Counted>): Promise<Count> {
  for (;;) {
    const { done, isEnd } = await work.step();
    if (isEnd || done.count >= max) return { count: done.count, isMore: !isEnd };
  }
}
