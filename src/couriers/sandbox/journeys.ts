/**
 * The journeys that the sandbox courier plays. Each is over within a minute, with a first scan after one second and the
 * next ones 5 to 15 seconds apart, so that a receiver can be tried while one watches; the scans themselves are dated
 * over the days before, as a real parcel's would be. Places are real, parcels are not.
 *
 * `docs/reference/sandbox.md` tells the same, step by step; a test holds the two together.
 */
import { type Journey, stepsOf } from './journey.ts';

const hour = 60;
const day = 24 * hour;

export const JOURNEYS: readonly Journey[] = [
  {
    name: 'DELIVERED',
    plays: 'An ordinary parcel, from the announcement to the door.',
    steps: stepsOf('origin', [
      [1, 2 * day, 'inforeceived001', 'The sender has announced the parcel.', 'Lisbon, Portugal'],
      [10, 40 * hour, 'transit001', 'Picked up from the sender.', 'Lisbon, Portugal'],
      [20, 20 * hour, 'transit002', 'Sorted at the parcel centre.', 'Coimbra, Portugal'],
      [32, 5 * hour, 'transit003', 'Arrived at the delivery depot.', 'Porto, Portugal'],
      [45, 2 * hour, 'pickup001', 'Out for delivery.', 'Porto, Portugal'],
      [58, 0, 'delivered001', 'Delivered to the recipient.', 'Porto, Portugal'],
    ]),
  },
  {
    name: 'EXCEPTION',
    plays: 'A parcel that gets stuck on the way and stays so.',
    steps: stepsOf('origin', [
      [1, 2 * day, 'inforeceived001', 'The sender has announced the parcel.', 'Oslo, Norway'],
      [13, 30 * hour, 'transit001', 'Picked up from the sender.', 'Oslo, Norway'],
      [27, 20 * hour, 'transit002', 'Sorted at the terminal.', 'Drammen, Norway'],
      [42, 8 * hour, 'transit006', 'Dispatched across the mountains.', 'Geilo, Norway'],
      [57, 0, 'exception005', 'The road is closed by snow; the parcel waits.', 'Voss, Norway'],
    ]),
  },
  {
    name: 'RETURNED',
    plays: 'The recipient refuses the parcel and it goes back to the sender.',
    steps: stepsOf('origin', [
      [1, 6 * day, 'inforeceived001', 'The sender has announced the parcel.', 'Prague, Czech Republic'],
      [10, 5 * day, 'transit001', 'Picked up from the sender.', 'Prague, Czech Republic'],
      [19, 4 * day, 'transit003', 'Arrived at the delivery depot.', 'Brno, Czech Republic'],
      [28, 94 * hour, 'pickup001', 'Out for delivery.', 'Brno, Czech Republic'],
      [37, 92 * hour, 'exception009', 'The recipient refused the parcel.', 'Brno, Czech Republic'],
      [47, 2 * day, 'exception011', 'On its way back to the sender.', 'Jihlava, Czech Republic'],
      [58, 0, 'exception010', 'Returned to the sender.', 'Prague, Czech Republic'],
    ]),
  },
  {
    name: 'LOST',
    plays: 'A parcel that does not arrive, is searched for and given up.',
    steps: stepsOf('origin', [
      [1, 9 * day, 'inforeceived001', 'The sender has announced the parcel.', 'Toronto, Canada'],
      [12, 8 * day, 'transit001', 'Picked up from the sender.', 'Toronto, Canada'],
      [23, 7 * day, 'transit006', 'Dispatched from the sorting centre.', 'Montreal, Canada'],
      [34, 5 * day, 'exception005', 'Expected and not arrived; a search has begun.', 'Moncton, Canada'],
      [46, 2 * day, 'exception005', 'The search goes on.', 'Moncton, Canada'],
      [58, 0, 'exception007', 'The search has ended; the parcel counts as lost.', 'Halifax, Canada'],
    ]),
  },
  { name: 'NOINFO', plays: 'The courier never says anything; the tracking stays pending.', steps: [] },
  {
    name: 'FAILEDATTEMPT',
    plays: 'Nobody is at home, and the second attempt succeeds.',
    steps: stepsOf('origin', [
      [1, 3 * day, 'inforeceived001', 'The sender has announced the parcel.', 'Munich, Germany'],
      [10, 2 * day, 'transit001', 'Picked up from the sender.', 'Munich, Germany'],
      [19, 30 * hour, 'transit003', 'Arrived at the delivery depot.', 'Hamburg, Germany'],
      [29, 27 * hour, 'pickup001', 'Out for delivery.', 'Hamburg, Germany'],
      [39, 24 * hour, 'undelivered002', 'Nobody was at home; a new attempt follows.', 'Hamburg, Germany'],
      [49, 3 * hour, 'pickup001', 'Out for delivery, second attempt.', 'Hamburg, Germany'],
      [59, 0, 'delivered001', 'Delivered to the recipient.', 'Hamburg, Germany'],
    ]),
  },
  {
    name: 'CUSTOMS',
    plays: 'Customs hold the parcel, clear it, and it is delivered.',
    steps: stepsOf('origin', [
      [1, 8 * day, 'inforeceived001', 'The sender has announced the parcel.', 'Kyoto, Japan'],
      [8, 7 * day, 'transit001', 'Picked up from the sender.', 'Kyoto, Japan'],
      [16, 6 * day, 'transit007', 'Left the airport.', 'Osaka, Japan'],
      [24, 5 * day, 'transit004', 'Arrived in the destination country.', 'Los Angeles, United States'],
      [33, 4 * day, 'exception006', 'Held by customs: an invoice is missing.', 'Los Angeles, United States'],
      [44, 1 * day, 'transit005', 'Cleared by customs.', 'Los Angeles, United States'],
      [52, 4 * hour, 'pickup001', 'Out for delivery.', 'Sacramento, United States'],
      [60, 0, 'delivered001', 'Delivered to the recipient.', 'Sacramento, United States'],
    ]),
  },
  {
    name: 'OUTOFORDER',
    plays: 'The older "out for delivery" is reported after "delivered", and the parcel stays delivered.',
    steps: stepsOf('origin', [
      [1, 2 * day, 'inforeceived001', 'The sender has announced the parcel.', 'Melbourne, Australia'],
      [14, 30 * hour, 'transit001', 'Picked up from the sender.', 'Melbourne, Australia'],
      [28, 6 * hour, 'transit003', 'Arrived at the delivery depot.', 'Sydney, Australia'],
      [43, 1 * hour, 'delivered004', 'Left at the door.', 'Sydney, Australia'],
      [57, 4 * hour, 'pickup001', 'Out for delivery.', 'Sydney, Australia'],
    ]),
  },
  {
    name: 'INTERNATIONAL',
    plays: 'The origin courier hands over to a destination courier, `sandbox-destination`, which delivers.',
    steps: [
      ...stepsOf('origin', [
        [1, 10 * day, 'inforeceived001', 'The sender has announced the parcel.', 'Busan, South Korea'],
        [9, 9 * day, 'transit001', 'Accepted at the post office.', 'Busan, South Korea'],
        [18, 8 * day, 'transit002', 'Arrived at the export sorting centre.', 'Incheon, South Korea'],
        [26, 7 * day, 'transit007', 'Left the airport.', 'Incheon, South Korea'],
      ]),
      ...stepsOf('destination', [
        [35, 3 * day, 'transit004', 'Arrived in the destination country.', 'Amsterdam, Netherlands'],
        [43, 2 * day, 'transit005', 'Cleared by customs.', 'Amsterdam, Netherlands'],
        [51, 3 * hour, 'pickup001', 'Out for delivery.', 'Utrecht, Netherlands'],
        [60, 0, 'delivered003', 'Received and signed for.', 'Utrecht, Netherlands'],
      ]),
    ],
  },
];

/**
 * The journey that a number names: `SANDBOXDELIVERED1234` is DELIVERED; the digits only tell parcels apart. A number
 * that names none is null, and no more is ever heard of it than of NOINFO.
 */
export function journeyOf(number: string): Journey | null {
  const name = pattern.exec(number)?.[1];
  return name === undefined ? null : (journeysByName.get(name) ?? null);
}

const pattern = /^SANDBOX([A-Z]+)\d*$/;

const journeysByName: ReadonlyMap<string, Journey> = new Map(
  JOURNEYS.map((journey) => [journey.name, journey]),
);
