/**
 * What couriers must be told beside the number before they tell anything: the entries of TrackingMore's
 * `tracking_required_fields` that are documented, for the couriers that are known here.
 */
import type { TrackingFields } from '../domain/tracking.ts';

const asks: Readonly<Record<string, readonly (keyof TrackingFields)[]>> = {
  'deutsche-post': ['shipDate'],
  'postnl-3s': ['lookupPostcode', 'lookupDestinationCountry'],
};

export function asksOf(courierCode: string): readonly (keyof TrackingFields)[] {
  return Object.hasOwn(asks, courierCode) ? (asks[courierCode] as readonly (keyof TrackingFields)[]) : [];
}
