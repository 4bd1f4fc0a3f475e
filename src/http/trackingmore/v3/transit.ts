/** `transittime`: how long a courier took from one country to another, by the account's own newest parcels of that courier. */
import { courierOf } from '../../../couriers/catalogue.ts';
import type { Account } from '../../../domain/account.ts';
import { countryName } from '../../../domain/countries.ts';
import { AppError, problem } from '../../../domain/error.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import { anyTracking } from '../../../store/store.ts';
import { transitDays } from '../../../wire/rendering.ts';
import type { Members } from '../said.ts';
import { Refusal } from '../skin.ts';
import { type Action, onlyIn } from './action.ts';
import { firstIn } from './fields.ts';
import { dealWith, itemsIn } from './items.ts';
import type { TrackingsV3Services } from './trackings.ts';

/** Those are read whole: it costs what a page of `get` does. */
const parcelsMax = 500;

/** By v3's name, the longest transit in days that is counted there. */
const ranges = [
  ['range_1_7', 7],
  ['range_8_15', 15],
  ['range_16_30', 30],
  ['range_31_60', 60],
  ['range_60_up', Number.POSITIVE_INFINITY],
] as const;

interface Way {
  readonly courierCode: string;
  readonly origin: string;
  readonly destination: string;
}

export function transitActions({
  trackingPages,
}: Pick<TrackingsV3Services, 'trackingPages'>): readonly Action[] {
  async function timeOf(account: Account, said: Members) {
    const way = wayIn(said);
    const filter = { ...anyTracking, courierCode: way.courierCode };
    const newest = await trackingPages.read(account.id, filter, { number: 1, size: parcelsMax });
    return transitV3(way, newest);
  }

  return [
    {
      ...{ methods: ['POST'], names: ['transittime', 'transitTime'], access: 'read', refusedData: null },
      answer: ({ account, body }) =>
        Array.isArray(body)
          ? dealWith(itemsIn(body), (item) => timeOf(account, item))
          : timeOf(account, onlyIn(body)),
    },
  ];
}

/** @throws Refusal 417, AppError `courier_unknown`, `country_invalid` */
function wayIn(said: Members): Way {
  const texts = [
    ['courier_code', 'carrier_code'],
    ['original_code', 'original'],
    ['destination_code', 'destination'],
  ].map((names) => firstIn(said, names)?.trim() ?? null);
  if (texts.includes(null)) throw new Refusal(417);
  const [courierCode, origin, destination] = texts as [string, string, string];
  if (courierOf(courierCode) === null) throw new AppError('courier_unknown');
  for (const [code, name] of [
    [origin, 'original_code'],
    [destination, 'destination_code'],
  ] as const)
    if (countryName(code) === null) throw new AppError(problem('country_invalid', undefined, name));
  return { courierCode, origin: origin.toUpperCase(), destination: destination.toUpperCase() };
}

/** @throws Refusal 204 where there is no such parcel */
function transitV3({ courierCode, origin, destination }: Way, trackings: readonly Tracking[]) {
  const onTheWay = trackings.filter(
    ({ fields }) => fields.originCountry === origin && fields.destinationCountry === destination,
  );
  if (onTheWay.length === 0) throw new Refusal(204);
  const days = onTheWay
    .filter(({ state }) => state.status === 'delivered')
    .map(({ checkpoints }) => transitDays(checkpoints.filter(({ replacedIn }) => replacedIn === null)));
  const shares = ranges.map(([name, most], place) => {
    const least = ranges[place - 1]?.[1] ?? Number.NEGATIVE_INFINITY;
    return [name, share(days.filter((day) => day > least && day <= most).length, days.length)];
  });
  return {
    courier_code: courierCode,
    original_code: origin,
    destination_code: destination,
    // TrackingMore's documents call so those that are not delivered yet.
    total: onTheWay.length - days.length,
    delivered: days.length,
    ...(Object.fromEntries(shares) as Record<(typeof ranges)[number][0], number>),
    average_delivery_time: share(
      days.reduce((sum, day) => sum + day, 0),
      days.length,
    ),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}
