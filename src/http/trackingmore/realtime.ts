/** A parcel as new as its courier can make it, made where there is none: what TrackingMore calls realtime. */
import { AppError } from '../../domain/error.ts';
import type { Tracking } from '../../domain/tracking.ts';
import type { Made, TrackingDraft, Trackings } from '../../tracking/trackings.ts';

export async function asNewAsCanBe(
  trackings: Pick<Trackings, 'createNew' | 'refresh'>,
  accountId: Tracking['accountId'],
  draft: TrackingDraft,
): Promise<Tracking> {
  const made = await createOne(trackings, accountId, draft);
  if (made.ok || made.existing === null) return trackingOf(made);
  try {
    return await trackings.refresh(accountId, made.existing.id);
  } catch (error) {
    // Its courier cannot be asked: what is known of it is the answer.
    if (error instanceof AppError && error.problem.code === 'refresh_unavailable') return made.existing;
    throw error;
  }
}

export async function createOne(
  trackings: Pick<Trackings, 'createNew'>,
  accountId: Tracking['accountId'],
  draft: TrackingDraft,
): Promise<Made> {
  const [made] = (await trackings.createNew(accountId, [draft])) as readonly [Made];
  return made;
}

/** @throws AppError where it was not made */
export function trackingOf(made: Made): Tracking {
  if (!made.ok) throw new AppError(made.problem);
  return made.tracking;
}
