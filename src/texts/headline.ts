/** How a parcel stands, in the fewest words: the name of a text below `status.title`. */
import type { State, Status } from '../domain/status.ts';

export type Headline = Status | 'ready' | 'returning' | 'returned';

/** The status, but for those sub-statuses that mean something else to who waits for the parcel. */
export function headlineOf({ status, substatus }: State): Headline {
  if (substatus === 'pickup002') return 'ready';
  if (substatus === 'exception010') return 'returned';
  if (substatus === 'exception011') return 'returning';
  return status;
}
