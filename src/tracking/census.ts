/**
 * Counts what the store holds, a stretch at a time with pauses between, so that nobody waits for it. Whoever asks in
 * between is told the last whole count.
 */
import { waitFor } from '../base/clock.ts';
import type { RowCount, Store } from '../store/store.ts';

export interface Census {
  /** Counts anew. */
  take(): Promise<void>;
  /** Rows by what they are; empty until they were counted once. */
  readonly rows: ReadonlyMap<string, number>;
}

export interface CensusOptions {
  readonly store: Pick<Store, 'countSome'>;
  /** Ends a count after the step that is under way; what was counted so far is forgotten. */
  readonly signal: AbortSignal;
}

const pauseMs = 10;

export function makeCensus({ store, signal }: CensusOptions): Census {
  let rows: ReadonlyMap<string, number> = new Map();
  return {
    get rows() {
      return rows;
    },
    async take() {
      const counted = new Map<string, number>();
      let after: string | null = null;
      do {
        const step: RowCount = await store.countSome(after);
        counted.set(step.of, (counted.get(step.of) ?? 0) + step.rows);
        after = step.next;
        if (after !== null) await waitFor(pauseMs, signal);
        if (signal.aborted) return;
      } while (after !== null);
      rows = counted;
    },
  };
}
