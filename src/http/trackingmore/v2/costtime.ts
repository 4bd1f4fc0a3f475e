/** `costtime`: how long a courier took from one country to another, by the account's own parcels. */
import type { Trackings } from '../../../tracking/trackings.ts';
import { type Route, type TransitTimes, transitTimesOf } from '../../../tracking/transitTimes.ts';
import { countryOf, type Members, malformed, membersOf, textIn } from '../said.ts';
import type { Endpoint } from '../skin.ts';
import { ask } from './endpoint.ts';
import { carrierIn } from './fields.ts';
import { few } from './filter.ts';

/** Days, both included, by v2's names. It has no `range2`. */
const ranges = {
  range1: [0, 7],
  range3: [8, 15],
  range4: [16, 30],
  range5: [31, 60],
  range6: [61, Number.POSITIVE_INFINITY],
} as const;

export function costtimeEndpoints({
  trackings,
}: {
  trackings: Pick<Trackings, 'list'>;
}): readonly Endpoint[] {
  return [
    ask('/trackings/costtime', async ({ account, body }) => {
      const asked: readonly unknown[] = few(Array.isArray(body) ? body : [body]);
      if (asked.length === 0) throw malformed('carrier_code');
      const routes = asked.map((one) => routeIn(membersOf(one)));
      const times = await transitTimesOf(trackings, account.id, routes);
      return times.map((one, place) => costtimeV2(routes[place] as Route, one));
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

function costtimeV2({ courierCode, origin, destination }: Route, { total, deliveredDays }: TransitTimes) {
  const delivered = deliveredDays.length;
  const shareOf = ([from, to]: readonly [number, number]) =>
    delivered === 0
      ? 0
      : rounded(deliveredDays.filter((days) => days >= from && days <= to).length / delivered);
  const shares = Object.entries(ranges).map(([name, range]) => [name, shareOf(range)]);
  const sum = deliveredDays.reduce((before, days) => before + days, 0);
  return {
    carrier_code: courierCode,
    original: origin,
    destination,
    total,
    delivered,
    ...Object.fromEntries(shares),
    average: delivered === 0 ? null : rounded(sum / delivered),
  };
}

function rounded(number: number): number {
  return Math.round(number * 10_000) / 10_000;
}
