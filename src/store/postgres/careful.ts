/** Running a part of a job so that its fault is named and undone alone, and the rest of the job is kept. */
import type { Failed } from '../records.ts';
import { StoreUnavailable } from '../store.ts';
import type { Database, Session } from './database.ts';

/**
 * The parts' results, in their order: run together and, where that fails, in ever smaller groups. Savepoints cost, so this is
 * for the job that is run again after it failed without. @throws StoreUnavailable where it is not the data's fault, and the
 * whole job is undone
 */
export async function runParts<Part, Result>(
  database: Database,
  session: Session,
  {
    parts,
    run,
    failed,
  }: {
    parts: readonly Part[];
    run(parts: readonly Part[]): Promise<readonly Result[]>;
    failed(error: Error): Result;
  },
): Promise<readonly Result[]> {
  try {
    return await database.savepoint(session, () => run(parts));
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    if (parts.length === 1) return [failed(error as Error)];
    const half = parts.length >> 1;
    return [
      ...(await runParts(database, session, { parts: parts.slice(0, half), run, failed })),
      ...(await runParts(database, session, { parts: parts.slice(half), run, failed })),
    ];
  }
}

export function failedBy({ message }: Error): Failed {
  return { failed: message };
}
