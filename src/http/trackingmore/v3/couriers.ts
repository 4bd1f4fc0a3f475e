/** `courier` and `detect`. */
import { COURIERS } from '../../../couriers/catalogue.ts';
import type { Courier } from '../../../domain/courier.ts';
import { couriersOfNumber, courierType } from '../couriers.ts';
import { Refusal } from '../skin.ts';
import { type Action, ask, onlyIn, read } from './action.ts';
import { numberIn } from './fields.ts';

export const courierActions: readonly Action[] = [
  { ...read(['courier', 'carriers'], () => COURIERS.map(courierV3)), refusedData: [] },
  {
    ...ask(['detect'], ({ body }) => {
      const { number } = numberIn(onlyIn(body));
      const candidates = couriersOfNumber(number);
      if (candidates.length === 0) throw new Refusal(204);
      return candidates.map(courierV3);
    }),
    refusedData: [],
  },
];

function courierV3(courier: Courier) {
  const { code, name, country, homepage, phone } = courier;
  return {
    courier_name: name,
    courier_code: code,
    country_code: country,
    courier_url: homepage,
    courier_phone: phone,
    courier_type: courierType(courier),
    courier_logo: null,
  };
}
