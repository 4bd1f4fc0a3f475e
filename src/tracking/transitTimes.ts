/**
 * How long couriers took from one country to another, by the account's own trackings: the newest of each courier, as many as
 * are read for one answer. Where a parcel came from and where it went is what the merchant said, else where its first scan was
 * made and the one that delivered it, else the courier's own country for where it came from. Others are no samples.
 */
import { courierOf } from '../couriers/catalogue.ts';
import { limits } from '../domain/limits.ts';
import type { Tracking } from '../domain/tracking.ts';
import { countryOfPlace } from '../normalise/place.ts';
import { type AccountId, anyTracking } from '../store/store.ts';
import { transitDays } from '../wire/rendering.ts';
import type { Trackings } from './trackings.ts';

/** Countries in two letters. */
export interface Route {
  readonly courierCode: string;
  readonly origin: string;
  readonly destination: string;
}

export interface TransitTimes {
  /** Parcels that were scanned, delivered or not. */
  readonly total: number;
  /** Of each that was delivered, the days it took, the first and the last included. */
  readonly deliveredDays: readonly number[];
}

/** Between two pages others have their turn. */
const pageSize = 100;

/** One for each route, in their order. */
export async function transitTimesOf(
  trackings: Pick<Trackings, 'list'>,
  accountId: AccountId,
  routes: readonly Route[],
): Promise<readonly TransitTimes[]> {
  const couriers = new Set(routes.map(({ courierCode }) => courierCode));
  const limit = Math.floor(limits.trackingsPerTransitTimesMax / couriers.size);
  const times = new Map<string, { total: number; deliveredDays: number[] }>();
  for (const courierCode of couriers) {
    for await (const tracking of newestOf(trackings, { accountId, courierCode, limit })) {
      const sample = sampleOf(tracking);
      if (sample === null) continue;
      const key = keyOf({ courierCode, ...sample });
      const time = times.get(key) ?? { total: 0, deliveredDays: [] };
      times.set(key, time);
      time.total++;
      if (sample.days !== null) time.deliveredDays.push(sample.days);
    }
  }
  return routes.map((route) => times.get(keyOf(route)) ?? { total: 0, deliveredDays: [] });
}

async function* newestOf(
  trackings: Pick<Trackings, 'list'>,
  { accountId, courierCode, limit }: { accountId: AccountId; courierCode: string; limit: number },
): AsyncIterable<Tracking> {
  let left = limit;
  let after: string | null = null;
  do {
    const request = { after, limit: Math.min(left, pageSize) };
    const page = await trackings.list(accountId, { ...anyTracking, courierCode }, request);
    yield* page.items;
    left -= page.items.length;
    after = page.next;
  } while (after !== null && left > 0);
}

/** Null: nothing is known of its way. */
function sampleOf(tracking: Tracking): (Omit<Route, 'courierCode'> & { days: number | null }) | null {
  const { fields, reported, courierCode } = tracking;
  const all = tracking.checkpoints.filter(({ replacedIn, ahead }) => replacedIn === null && !ahead);
  // By a courier, not by hand: a status that is set says nothing of when.
  const at = reported.status === 'delivered' ? all.findIndex(({ status }) => status === 'delivered') : -1;
  const isDelivered = at !== -1;
  const scans = isDelivered ? all.slice(at) : all;
  const [last] = scans;
  const first = scans.at(-1);
  if (last === undefined || first === undefined) return null;
  const home = courierCode === null ? null : (courierOf(courierCode)?.country ?? null);
  const origin = fields.originCountry ?? countryOfPlace(first.location) ?? home;
  const destination = fields.destinationCountry ?? (isDelivered ? countryOfPlace(last.location) : null);
  if (origin === null || destination === null) return null;
  return { origin, destination, days: isDelivered ? transitDays(scans) : null };
}

function keyOf({ courierCode, origin, destination }: Route): string {
  return `${courierCode} ${origin} ${destination}`;
}
