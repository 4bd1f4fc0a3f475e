/** A parcel's fields as v4 spells them. */
import type { FieldsByName } from '../fieldNames.ts';

/** By v4's name, ours. */
export const v4Fields: FieldsByName = {
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
