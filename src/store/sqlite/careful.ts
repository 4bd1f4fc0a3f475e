/** Running a part of a job so that its fault is named and undone alone, and the rest of the job is kept. */
import type { Failed } from '../records.ts';
import { StoreUnavailable } from '../store.ts';
import type { Database } from './database.ts';

/**
 * The parts' results, in their order. Savepoints cost, so they are made only where the job runs `careful`: alone, after
 * a shared transaction with it failed. @throws StoreUnavailable where it is not the data's fault, and the whole job is undone
 */
export function runParts<Part, Result>(
  database: Database,
  { parts, careful, run }: { parts: readonly Part[]; careful: boolean; run(part: Part): Result },
): (Result | Failed)[] {
  if (!careful) return parts.map(run);
  return parts.map((part) => {
    try {
      return database.savepoint(() => run(part));
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      return { failed: (error as Error).message };
    }
  });
}
