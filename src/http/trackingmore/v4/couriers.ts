/** `couriers/all` and `couriers/detect`. */
import { asksOf } from '../../../couriers/asks.ts';
import { COURIERS } from '../../../couriers/catalogue.ts';
import type { Courier } from '../../../domain/courier.ts';
import { fieldNames } from '../../../tracking/readUpdate.ts';
import { couriersOfNumber, courierType } from '../couriers.ts';
import { wireNameOf } from '../fieldNames.ts';
import { membersOf, numberOf, textIn } from '../said.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { ask, read } from './endpoint.ts';
import { v4Fields } from './fields.ts';

export const courierEndpoints: readonly Endpoint[] = [
  read('/couriers/all', () => COURIERS.map(courierV4)),
  ask('/couriers/detect', ({ body }) => {
    const candidates = couriersOfNumber(numberIn(body));
    if (candidates.length === 0) throw new Refusal(4121);
    return candidates.map(courierV4);
  }),
];

/** Normalised. @throws Refusal 4111, AppError `number_invalid` */
function numberIn(body: unknown): string {
  const text = textIn(membersOf(body), 'tracking_number');
  if (text === null) throw new Refusal(4111);
  return numberOf(text);
}

function courierV4(courier: Courier) {
  const { code, name, country, homepage, phone } = courier;
  const asked = asksOf(code).map((field) => wireNameOf(v4Fields, fieldNames[field]));
  return {
    courier_name: name,
    courier_code: code,
    courier_country_iso2: country,
    courier_url: homepage,
    courier_phone: phone,
    courier_type: courierType(courier),
    tracking_required_fields: asked.length === 0 ? null : asked,
    optional_fields: null,
    default_language: 'en',
    support_language: ['en'],
    courier_logo: null,
  };
}
