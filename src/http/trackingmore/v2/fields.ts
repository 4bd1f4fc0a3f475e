/** What v2 says of a parcel: its fields as v2 spells them, and what an update may say beside them. */
import { courierOf } from '../../../couriers/catalogue.ts';
import type { FieldName } from '../../../tracking/readUpdate.ts';
import type { TrackingChanges } from '../../../tracking/trackings.ts';
import { type FieldsByName, fieldsIn } from '../fieldNames.ts';
import { archivedIn, type Members, numberOf, textIn } from '../said.ts';
import { Refusal } from '../skin.ts';

/** By v2's name, ours. */
export const v2Fields = {
  destination_code: 'destination_country',
  title: 'title',
  logistics_channel: 'logistics_channel',
  customer_name: 'customer_name',
  customer_email: 'customer_email',
  customer_phone: 'customer_phone',
  order_id: 'order_id',
  order_create_time: 'order_date',
  tracking_ship_date: 'ship_date',
  tracking_postal_code: 'lookup_postcode',
  tracking_account_number: 'lookup_account',
  tracking_destination_country: 'lookup_destination_country',
  lang: 'language',
  comment: 'note',
} as const satisfies Readonly<Record<string, FieldName>>;

/** `realtime` calls two of them otherwise. */
export const otherNames = {
  order: 'order_id',
  specialNumberDestination: 'lookup_destination_country',
} as const;

export const allNames: FieldsByName = { ...v2Fields, ...otherNames };

/** Normalised, and as it was said. @throws Refusal 4013, AppError `number_invalid` */
export function numberIn(said: Members): { readonly number: string; readonly raw: string } {
  const raw = textIn(said, 'tracking_number');
  if (raw === null) throw new Refusal(4013);
  return { number: numberOf(raw), raw };
}

/** @throws Refusal 4015 where it is none, or none is said */
export function carrierIn(said: Members, name = 'carrier_code'): string {
  const code = textIn(said, name);
  if (code === null || courierOf(code) === null) throw new Refusal(4015);
  return code;
}

/** @throws Refusal 4033, AppError */
export function changesIn(said: Members): TrackingChanges {
  return {
    fields: fieldsIn(said, allNames),
    status: statusIn(said),
    archived: archivedIn(said, 'archived') ?? undefined,
  };
}

/** A state by hand; null takes it back. */
const statusNumbers: ReadonlyMap<string, string | null> = new Map([
  ['4', 'delivered'],
  ['7', 'exception'],
  ['8', null],
]);

/** Undefined: not said. @throws Refusal 4033 */
function statusIn(said: Members): string | null | undefined {
  const number = textIn(said, 'status');
  if (number === null) return undefined;
  if (!statusNumbers.has(number)) throw new Refusal(4033);
  return statusNumbers.get(number);
}
