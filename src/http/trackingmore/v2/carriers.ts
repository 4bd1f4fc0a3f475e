/** `carriers` and `carriers/detect`. */
import { COURIERS, courierOf } from '../../../couriers/catalogue.ts';
import { detect } from '../../../couriers/numbers/detect.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { read, saidIn } from './endpoint.ts';
import { numberIn } from './fields.ts';

export const carrierEndpoints: readonly Endpoint[] = [
  read('/carriers', () =>
    COURIERS.map(({ code, name, phone, homepage, kind }) => ({
      name,
      code,
      phone,
      homepage,
      type: kind === 'post' ? 'globalpost' : 'express',
      picture: null,
    })),
  ),
  read('/carriers/detect', (asked) => {
    const { number } = numberIn(saidIn(asked));
    const candidates = detect(number).flatMap(({ courierCode }) => courierOf(courierCode) ?? []);
    if (candidates.length === 0) throw new Refusal(4032);
    return candidates.map(({ name, code }) => ({ name, code }));
  }),
];
