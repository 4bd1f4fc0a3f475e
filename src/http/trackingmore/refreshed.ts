/** A tracking as new as its courier can make it: what TrackingMore calls realtime. */
import { AppError } from '../../domain/error.ts';
import type { Tracking } from '../../domain/tracking.ts';
import type { Trackings } from '../../tracking/trackings.ts';

export async function refreshed(
  trackings: Pick<Trackings, 'refresh'>,
  tracking: Tracking,
): Promise<Tracking> {
  try {
    return await trackings.refresh(tracking.accountId, tracking.id);
  } catch (error) {
    // Its courier cannot be asked: what is known of it is the answer.
    if (error instanceof AppError && error.problem.code === 'refresh_unavailable') return tracking;
    throw error;
  }
}
