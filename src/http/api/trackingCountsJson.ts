/** How many trackings of an account there are, as its answers tell it: by status those that are not archived. */
import { STATUSES } from '../../domain/status.ts';
import type { TrackingCount } from '../../store/store.ts';

export function trackingCountsJson(counts: readonly TrackingCount[]) {
  const byStatus = Object.fromEntries(STATUSES.map((status) => [status, 0]));
  let total = 0;
  let archived = 0;
  for (const { status, archived: isArchived, count } of counts) {
    if (isArchived) archived += count;
    else {
      total += count;
      byStatus[status] = (byStatus[status] ?? 0) + count;
    }
  }
  return { total, by_status: byStatus, archived };
}
