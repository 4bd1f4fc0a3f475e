/** A parcel's fields as v4 spells them. */
import { asksOf } from '../../../couriers/asks.ts';
import { type FieldName, fieldNames, type ReportedFields } from '../../../tracking/readUpdate.ts';
import { type Members, textIn } from '../said.ts';
import { Refusal } from '../skin.ts';

/** By v4's name, ours. */
export const v4Fields: Readonly<Record<string, FieldName>> = {
  order_number: 'order_number',
  order_id: 'order_id',
  order_date: 'order_date',
  title: 'title',
  origin_country_iso2: 'origin_country',
  destination_country_iso2: 'destination_country',
  customer_name: 'customer_name',
  customer_email: 'customer_email',
  customer_sms: 'customer_phone',
  recipient_postcode: 'recipient_postcode',
  logistics_channel: 'logistics_channel',
  tracking_courier_account: 'lookup_account',
  tracking_postal_code: 'lookup_postcode',
  tracking_origin_country: 'lookup_origin_country',
  tracking_destination_country: 'lookup_destination_country',
  tracking_ship_date: 'ship_date',
  tracking_key: 'lookup_key',
  language: 'language',
  note: 'note',
  label: 'label',
};

/** What was said; clients that are typed send an empty text or null for all that they do not say. */
export function fieldsIn(said: Members): ReportedFields {
  const fields: Partial<Record<FieldName, string>> = {};
  for (const [wireName, name] of Object.entries(v4Fields)) {
    const text = textIn(said, wireName);
    if (text !== null) fields[name] = text;
  }
  return fields;
}

/** Some couriers must be told more than the number. @throws Refusal 4122 */
export function checkAsked(courierCode: string, fields: ReportedFields): void {
  if (asksOf(courierCode).some((field) => fields[fieldNames[field]] === undefined)) throw new Refusal(4122);
}

/** Of one of our fields, or of what both call the same. */
export function wireNameOf(name: string): string {
  return Object.keys(v4Fields).find((wireName) => v4Fields[wireName] === name) ?? name;
}
