/** `transittime`: how long a courier took from one country to another, by the account's own parcels. */
import { courierOf } from '../../../couriers/catalogue.ts';
import type { Account } from '../../../domain/account.ts';
import { AppError } from '../../../domain/error.ts';
import { type Route, type TransitTimes, transitTimesOf } from '../../../tracking/transitTimes.ts';
import { doneTogether } from '../done.ts';
import { countryOf, type Members } from '../said.ts';
import { Refusal } from '../skin.ts';
import { averageDays, transitShares } from '../transitShares.ts';
import { type Action, ask, onlyIn } from './action.ts';
import { firstIn } from './fields.ts';
import { itemsIn, itemsOf } from './items.ts';
import type { TrackingsV3Services } from './trackings.ts';

const ranges = ['range_1_7', 'range_8_15', 'range_16_30', 'range_31_60', 'range_60_up'] as const;

export function transitActions({ trackings }: Pick<TrackingsV3Services, 'trackings'>): readonly Action[] {
  async function timeOf(account: Account, said: Members) {
    const [times] = await transitTimesOf(trackings, account.id, [routeIn(said)]);
    return transitV3(times as TransitTimes);
  }

  /** All are looked for together: what is read for one answer is bounded. */
  async function timesOf(account: Account, items: readonly Members[]) {
    const times = await doneTogether(items, {
      read: routeIn,
      all: (routes) => transitTimesOf(trackings, account.id, routes),
      tell: transitV3,
    });
    return itemsOf(times);
  }

  return [
    ask(['transittime', 'transitTime'], ({ account, body }) =>
      Array.isArray(body) ? timesOf(account, itemsIn(body)) : timeOf(account, onlyIn(body)),
    ),
  ];
}

/** @throws Refusal 411, 417, AppError `courier_unknown`, `body_invalid` */
function routeIn(said: Members): Route {
  const [courierCode, origin, destination] = [
    ['courier_code', 'carrier_code'],
    ['original_code', 'original'],
    ['destination_code', 'destination'],
  ].map((names) => {
    const text = firstIn(said, names);
    if (text === null) throw new Refusal(417);
    return text;
  }) as [string, string, string];
  if (courierOf(courierCode) === null) throw new AppError('courier_unknown');
  return {
    courierCode,
    origin: countryOf(origin, 'original_code'),
    destination: countryOf(destination, 'destination_code'),
  };
}

/** @throws Refusal 204 where there is no such parcel */
function transitV3({ courierCode, origin, destination, total, deliveredDays }: TransitTimes) {
  if (total === 0) throw new Refusal(204);
  const delivered = deliveredDays.length;
  return {
    courier_code: courierCode,
    original_code: origin,
    destination_code: destination,
    // TrackingMore's documents call so those that are not delivered yet.
    total: total - delivered,
    delivered,
    ...transitShares(deliveredDays, ranges),
    average_delivery_time: averageDays(deliveredDays),
  };
}
