/** `courier` and `detect`; `remote` and `aircargo`, of which nothing is known here and that is what they say. */
import { COURIERS, courierOf } from '../../../couriers/catalogue.ts';
import { detect } from '../../../couriers/numbers/detect.ts';
import type { Courier } from '../../../domain/courier.ts';
import { limits } from '../../../domain/limits.ts';
import { type Members, malformed, textIn } from '../said.ts';
import { Refusal } from '../skin.ts';
import { type Action, ask, onlyIn, read } from './action.ts';
import { firstIn, numberIn } from './fields.ts';
import { dealWith, itemsIn } from './items.ts';

const waybillForm = /^\d{3}[ -]?\d{7,8}$/;

export const courierActions: readonly Action[] = [
  { ...read(['courier', 'carriers'], () => COURIERS.map(courierV3)), refusedData: [] },
  {
    ...ask(['detect'], ({ body }) => {
      const { number } = numberIn(onlyIn(body));
      const candidates = detect(number).flatMap(({ courierCode }) => courierOf(courierCode) ?? []);
      if (candidates.length === 0) throw new Refusal(204);
      return candidates.map(courierV3);
    }),
    refusedData: [],
  },
  ask(['remote'], ({ body }) =>
    Array.isArray(body) ? dealWith(itemsIn(body), remoteArea) : remoteArea(onlyIn(body)),
  ),
  ask(['aircargo'], ({ body }) => {
    const { track_number: numbers } = onlyIn(body);
    if (!Array.isArray(numbers)) return waybillOf(numbers);
    if (numbers.length > limits.trackingsPerCallMax) throw new Refusal(413);
    if (numbers.length === 0) throw new Refusal(417);
    return numbers.map(waybillOf);
  }),
];

function courierV3({ code, name, kind, country, homepage, phone }: Courier) {
  return {
    courier_name: name,
    courier_code: code,
    country_code: country,
    courier_url: homepage,
    courier_phone: phone,
    courier_type: kind === 'post' ? 'globalpost' : 'express',
    courier_logo: null,
  };
}

/** Which areas couriers call remote is not known here, and "not remote" would be a claim. @throws Refusal 204, 417 */
function remoteArea(said: Members): never {
  if (firstIn(said, ['postal_code', 'postcode', 'country']) === null) throw new Refusal(417);
  throw new Refusal(204, { data: null });
}

/** @throws Refusal 417, AppError `body_invalid` */
function waybillOf(value: unknown) {
  const name = 'track_number';
  const number = textIn({ [name]: value }, name);
  if (number === null) throw new Refusal(417);
  if (!waybillForm.test(number)) throw malformed(name);
  return {
    track_number: number,
    weight: null,
    piece: null,
    origin: null,
    destination: null,
    status_number: 0,
    last_event: 'Air waybills are not tracked by this server.',
    track_info: [],
    flight_info: {},
  };
}
