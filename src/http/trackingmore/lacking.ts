/**
 * What some couriers must be told beside the number, and were not. It is asked of a parcel that is made, and of one that is given
 * such a courier; one that is there already is only named, and is told as being there.
 */
import { asksOf } from '../../couriers/asks.ts';
import type { Tracking } from '../../domain/tracking.ts';
import { type FieldName, fieldNames, fieldsJson, type ReportedFields } from '../../tracking/readUpdate.ts';
import type { TrackingDraft, Trackings } from '../../tracking/trackings.ts';
import { numberOf } from './said.ts';

/** Null: nothing, or the parcel is there. */
export async function lackingToMake(
  trackings: Pick<Trackings, 'find'>,
  accountId: Tracking['accountId'],
  { number, courierCode, fields }: TrackingDraft & { readonly courierCode: string },
): Promise<FieldName | null> {
  const name = lacking(courierCode, fields);
  if (name === null) return null;
  return (await trackings.find(accountId, numberOf(number), courierCode)) === null ? name : null;
}

/** Null: nothing, with what is known of the parcel and what is said now. */
export function lackingToChange(
  { courierCode: before, fields }: Tracking,
  courierCode: string,
  said: ReportedFields = {},
): FieldName | null {
  return courierCode === before ? null : lacking(courierCode, { ...fieldsJson(fields), ...said });
}

function lacking(courierCode: string, fields: ReportedFields): FieldName | null {
  const names = asksOf(courierCode).map((field) => fieldNames[field]);
  return names.find((name) => (fields[name] ?? null) === null) ?? null;
}
