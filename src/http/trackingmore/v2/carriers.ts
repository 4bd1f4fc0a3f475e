/** `carriers` and `carriers/detect`. */
import { COURIERS } from '../../../couriers/catalogue.ts';
import { couriersOfNumber, courierType } from '../couriers.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { read, saidIn } from './endpoint.ts';
import { numberIn } from './fields.ts';

export const carrierEndpoints: readonly Endpoint[] = [
  read('/carriers', () =>
    COURIERS.map((courier) => {
      const { code, name, phone, homepage } = courier;
      return { name, code, phone, homepage, type: courierType(courier), picture: null };
    }),
  ),
  read('/carriers/detect', (asked) => {
    const { number } = numberIn(saidIn(asked));
    const candidates = couriersOfNumber(number);
    if (candidates.length === 0) throw new Refusal(4032);
    return candidates.map(({ name, code }) => ({ name, code }));
  }),
];
