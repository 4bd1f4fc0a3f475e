/** A webhook's table of deliveries, stretch by stretch: so much of it as one transaction may hold. */

import type { RecoverStep } from '../store.ts';
import {
  behindLoose,
  behindParcels,
  looseStart,
  parcelsBegin,
  parcelsStart,
  type StretchRow,
} from '../stretch.ts';
import type { Session } from './database.ts';

const selectStretch = `
  select account_id, id, tracking_id, revision, ordered, state, created_at from delivery
  where webhook_id = $1 and (tracking_id, revision) > ($2, $3) order by tracking_id, revision limit $4`;

/** The same of what belongs to no parcel, which that comparison never finds. */
const selectLooseStretch = `
  select account_id, id, null, null, ordered, state, created_at from delivery
  where webhook_id = $1 and tracking_id is null and (account_id, id) > ($2, $3) order by account_id, id limit $4`;

/** Parked or not: bounds the time for which a stretch holds its parcels. */
const stretchRows = 1000;

/** The next stretch of a webhook's table and where the one behind it begins: first what is of no parcel, then by parcel. */
export async function readStretch(
  session: Session,
  webhookId: string,
  from: Pick<RecoverStep, 'trackingId' | 'after'>,
): Promise<{ readonly rows: readonly StretchRow[]; readonly next: string | null }> {
  const loose = looseStart(from);
  if (loose !== null) {
    const rows = await session.rows<StretchRow>(selectLooseStretch, [webhookId, ...loose, stretchRows]);
    if (rows.length > 0) return { rows, next: behindLoose(rows, stretchRows) };
    return readStretch(session, webhookId, { ...from, after: parcelsBegin });
  }
  const values = [webhookId, ...parcelsStart(from), stretchRows];
  const rows = await session.rows<StretchRow>(selectStretch, values);
  return { rows, next: behindParcels(rows, from.trackingId, stretchRows) };
}
