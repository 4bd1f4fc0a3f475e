/**
 * A stretch of a webhook's table, as a step of recovering parked deliveries reads it, or of clearing all, and where the next one
 * goes on, as the port's `next` names it: first come those of no parcel, by account and id, then the parcels' by tracking and revision.
 * Both stores give and read the same.
 */
import { bareId } from '../base/id.ts';
import type { RecoverStep } from './store.ts';

export type StretchRow = [
  accountId: string,
  id: string,
  trackingId: string | null,
  revision: number | null,
  ordered: number,
  state: string,
  createdAt: number,
];

export interface Parked {
  readonly accountId: string;
  readonly id: string;
  readonly trackingId: string | null;
  readonly isOrdered: boolean;
}

/** Those of a stretch that are parked and meant. */
export function parkedIn(
  rows: readonly StretchRow[],
  { since, until, trackingId }: RecoverStep,
): readonly Parked[] {
  const parked: Parked[] = [];
  for (const [accountId, id, parcel, , ordered, state, createdAt] of rows) {
    const isMeant =
      state === 'parked' &&
      (trackingId === null || parcel === trackingId) &&
      createdAt >= (since ?? 0) &&
      createdAt <= (until ?? Number.POSITIVE_INFINITY);
    if (isMeant) parked.push({ accountId, id, trackingId: parcel, isOrdered: ordered === 1 });
  }
  return parked;
}

/** How `next` names a row of no parcel, and the beginning of the parcels. */
const looseMark = 'loose';
export const parcelsBegin = '-0';

type From = Pick<RecoverStep, 'trackingId' | 'after'>;

/** Behind which row the stretch of what is of no parcel begins; null where that is passed, or not meant. */
export function looseStart({ trackingId, after }: From): [accountId: string, id: string] | null {
  if (trackingId !== null) return null;
  if (after === null) return ['', ''];
  const [mark, account = '', delivery = ''] = after.split('-');
  return mark === looseMark ? [`acc_${account}`, `dlv_${delivery}`] : null;
}

/** Where to go on behind a stretch of what is of no parcel. */
export function behindLoose(rows: readonly StretchRow[], rowsMax: number): string {
  const last = rows.length < rowsMax ? undefined : rows.at(-1);
  return last === undefined ? parcelsBegin : `${looseMark}-${bareId(last[0])}-${bareId(last[1])}`;
}

/** Behind which row the stretch of the parcels begins. */
export function parcelsStart({ trackingId, after }: From): [trackingId: string, revision: number] {
  if (after === null) return [trackingId ?? '', -1];
  const [bare = '', revision = ''] = after.split('-');
  return [`trk_${bare}`, Number(revision)];
}

/** Where to go on behind a stretch of the parcels; null: at the end. */
export function behindParcels(
  rows: readonly StretchRow[],
  trackingId: string | null,
  rowsMax: number,
): string | null {
  const [, , parcel = null, revision = null] = rows.at(-1) ?? [];
  const atEnd = parcel === null || rows.length < rowsMax || (trackingId !== null && parcel !== trackingId);
  return atEnd ? null : `${bareId(parcel)}-${revision}`;
}
