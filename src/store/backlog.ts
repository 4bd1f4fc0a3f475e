/**
 * What is owed to a webhook, from what either store counts of it, each up to a bound: all of it (up to twice the bound), what is
 * parked, and the heads of parcels. What waits is the rest of all; where more is parked than is counted, it is the heads.
 */
import { timeOfId } from '../base/id.ts';
import type { Backlog } from './store.ts';

export interface Counted {
  readonly webhookId: Backlog['webhookId'];
  readonly parked: number;
  readonly owed: number;
  readonly heads: number;
  /** The smallest id of the heads: ids begin with the time they were made at. */
  readonly oldestId: string | null;
  readonly nextAttemptAt: number | null;
}

export function backlogOf(counted: Counted, countedTo: number): Backlog {
  const { webhookId, parked, owed, heads, oldestId, nextAttemptAt } = counted;
  const waiting = parked < countedTo ? Math.min(owed - parked, countedTo) : heads;
  return {
    ...{ webhookId, waiting, parked, nextAttemptAt },
    oldestWaitingAt: oldestId === null ? null : timeOfId(oldestId),
  };
}
