/** `costtime`: how long a courier took from one country to another, by the account's own parcels. */

import { type Route, type TransitTimes, transitTimesOf } from '../../../tracking/transitTimes.ts';
import { countryOf, type Members, malformed, membersOf, textIn } from '../said.ts';
import type { TrackingmoreServices } from '../services.ts';
import type { Endpoint } from '../skin.ts';
import { averageDays, transitShares } from '../transitShares.ts';
import { ask } from './endpoint.ts';
import { carrierIn } from './fields.ts';
import { few } from './filter.ts';

/** There is no `range2`. */
const ranges = ['range1', 'range3', 'range4', 'range5', 'range6'] as const;

export function costtimeEndpoints({ trackings }: TrackingmoreServices): readonly Endpoint[] {
  return [
    ask('/trackings/costtime', async ({ account, body }) => {
      const asked: readonly unknown[] = few(Array.isArray(body) ? body : [body]);
      if (asked.length === 0) throw malformed('carrier_code');
      const routes = asked.map((one) => routeIn(membersOf(one)));
      return (await transitTimesOf(trackings, account.id, routes)).map(costtimeV2);
    }),
  ];
}

function routeIn(said: Members): Route {
  return {
    courierCode: carrierIn(said),
    origin: countryOf(textIn(said, 'original'), 'original'),
    destination: countryOf(textIn(said, 'destination'), 'destination'),
  };
}

function costtimeV2({ courierCode, origin, destination, total, deliveredDays }: TransitTimes) {
  return {
    carrier_code: courierCode,
    original: origin,
    destination,
    total,
    delivered: deliveredDays.length,
    ...transitShares(deliveredDays, ranges),
    average: deliveredDays.length === 0 ? null : averageDays(deliveredDays),
  };
}
