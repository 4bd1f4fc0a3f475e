/**
 * Which parcel an item means, and its fields, as v3 spells them. Samples that TrackingMore published for v3 use names of
 * other versions here and there; those are read as well.
 */
import { courierOf } from '../../../couriers/catalogue.ts';
import { AppError } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import type { ReportedFields } from '../../../tracking/readUpdate.ts';
import { type FieldsByName, fieldsIn } from '../fieldNames.ts';
import { archivedIn, type Members, malformed, numberOf, textIn } from '../said.ts';
import { Refusal } from '../skin.ts';

const numberNames = ['tracking_number', 'num'] as const;
const courierNames = ['courier_code', 'carrier_code', 'express', 'courier'] as const;
const newCourierNames = ['new_courier_code', 'new_carrier_code', 'new_express'] as const;

/** By v3's name, ours. Of two that are one here the first that is said counts. */
export const v3Fields: FieldsByName = {
  order_number: 'order_number',
  order_id: 'order_id',
  title: 'title',
  destination_code: 'destination_country',
  logistics_channel: 'logistics_channel',
  note: 'note',
  customer_name: 'customer_name',
  customer_email: 'customer_email',
  customer_phone: 'customer_phone',
  shipping_date: 'ship_date',
  tracking_shipping_date: 'ship_date',
  tracking_postal_code: 'lookup_postcode',
  tracking_destination_code: 'lookup_destination_country',
  tracking_courier_account: 'lookup_account',
  lang: 'language',
};

/** Normalised, and as said. @throws Refusal 411, 417, AppError `number_invalid` */
export function numberIn(said: Members): { readonly number: string; readonly raw: string } {
  const raw = firstIn(said, numberNames, limits.trackingNumberCharsMax);
  if (raw === null) throw new Refusal(417);
  return { number: numberOf(raw), raw };
}

/** Null: not said. @throws AppError `courier_unknown` */
export function courierIn(said: Members): string | null {
  return knownCourier(firstIn(said, courierNames));
}

/** @throws Refusal 417, AppError `courier_unknown` */
export function newCourierIn(said: Members): string {
  const code = knownCourier(firstIn(said, newCourierNames));
  if (code === null) throw new Refusal(417);
  return code;
}

/** What was said. @throws Refusal 411, AppError */
export function ownFieldsIn(said: Members): ReportedFields {
  return fieldsIn(said, v3Fields, (members, name) => firstIn(members, [name]));
}

const statusWords: Readonly<Record<string, string | null>> = { 4: 'delivered', 7: 'exception', 8: null };

/**
 * A status set by hand: 4 is delivered, 7 exception, and 8 takes it back (null). Undefined: not said.
 * @throws AppError `body_invalid`
 */
export function statusIn(said: Members): string | null | undefined {
  const name = ['delivery_status', 'status'].find((one) => textIn(said, one) !== null);
  if (name === undefined) return undefined;
  const word = textIn(said, name) as string;
  if (!Object.hasOwn(statusWords, word)) throw malformed(name);
  return statusWords[word] as string | null;
}

/** Null: not said. @throws AppError `body_invalid` */
export function isArchivedIn(said: Members): boolean | null {
  return archivedIn({ archived_status: said.archived_status ?? said.archived }, 'archived_status');
}

/** What is said under the first of the names that says something. @throws Refusal 411, AppError `body_invalid` */
export function firstIn(
  said: Members,
  names: readonly string[],
  charsMax: number = limits.fieldCharsMax,
): string | null {
  for (const name of names) {
    const text = textIn(said, name);
    if (text === null) continue;
    if (text.length > charsMax) throw new Refusal(411, { about: name });
    return text;
  }
  return null;
}

function knownCourier(code: string | null): string | null {
  if (code !== null && courierOf(code) === null) throw new AppError('courier_unknown');
  return code;
}
