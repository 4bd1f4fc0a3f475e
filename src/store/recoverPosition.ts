/**
 * Where a step of recovering parked deliveries goes on, as the port's `next` names it: first come those of no parcel, by
 * account and id, then the parcels' by tracking and revision. Both stores give and read the same.
 */

/** How `next` names a row of no parcel, and the beginning of the parcels. */
export const looseMark = 'loose';
export const parcelsBegin = '-0';

/** The last row of a stretch of what is of no parcel, as `next` names it; null where the parcels have begun. */
export function loosePositionOf(next: string | null): [accountId: string, id: string] | null {
  if (next === null) return ['', ''];
  const [mark, account = '', delivery = ''] = next.split('-');
  return mark === looseMark ? [`acc_${account}`, `dlv_${delivery}`] : null;
}

/** The last row of a stretch, as `next` names it. */
export function positionOf(next: string): [trackingId: string, revision: number] {
  const [bare = '', revision = ''] = next.split('-');
  return [`trk_${bare}`, Number(revision)];
}
