import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCheckpoint, aState, aTracking } from '../../test/support/build.ts';
import { limits } from '../domain/limits.ts';
import { noFields, type Tracking } from '../domain/tracking.ts';
import type { PageRequest, TrackingFilter } from '../store/store.ts';
import { transitTimesOf } from './transitTimes.ts';

const usToSweden = { courierCode: 'usps', origin: 'US', destination: 'SE' };
const accountId = aTracking().accountId;

test('the days of parcels that were delivered are told, of those that were not only that there are some', async () => {
  const [time] = await timesOf([delivered('2024-03-05'), delivered('2024-03-01'), underWay()], [usToSweden]);
  assert.deepEqual(time, { total: 3, deliveredDays: [5, 1] });
});

test('a parcel without a scan, and one whose scans are dated far ahead, are no samples', async () => {
  const none = { ...delivered('2024-03-05'), checkpoints: [] };
  const ahead = { ...none, checkpoints: [aCheckpoint({ wall: '2061-03-05 10:00', ahead: true })] };
  const [time] = await timesOf([none, ahead], [usToSweden]);
  assert.deepEqual(time, { total: 0, deliveredDays: [] });
});

test('a scan that was corrected does not count', async () => {
  const parcel = delivered('2024-03-05');
  const wrong = aCheckpoint({ wall: '2024-02-01 10:00', at: 0, replacedIn: 2 });
  const [time] = await timesOf([{ ...parcel, checkpoints: [...parcel.checkpoints, wrong] }], [usToSweden]);
  assert.deepEqual(time?.deliveredDays, [5]);
});

test('a status that was set by hand says nothing of the days, and a scan after the delivery adds none', async () => {
  const byHand = { ...underWay(), state: aState('delivered001') };
  const parcel = delivered('2024-03-05');
  const later = aCheckpoint({ wall: '2024-03-20 10:00', location: 'Oslo, Norway' });
  const scannedLater = { ...parcel, checkpoints: [later, ...parcel.checkpoints] };
  const [time] = await timesOf([byHand, scannedLater], [usToSweden]);
  assert.deepEqual(time, { total: 2, deliveredDays: [5] });
});

test('where it came from and went is what the merchant said, else where it was scanned, else where the courier is at home', async () => {
  const said = delivered('2024-03-05', { originCountry: 'CN', destinationCountry: 'DE' });
  const scanned = delivered('2024-03-05', {}, ['Toronto, Canada', 'Oslo, Norway']);
  const atHome = delivered('2024-03-05', { destinationCountry: 'FR' }, [null, null]);
  const nowhere = delivered('2024-03-05', {}, [null, null]);
  const routes = [
    { courierCode: 'usps', origin: 'CN', destination: 'DE' },
    { courierCode: 'usps', origin: 'CA', destination: 'NO' },
    { courierCode: 'usps', origin: 'US', destination: 'FR' },
  ];
  const times = await timesOf([said, scanned, atHome, nowhere], routes);
  assert.deepEqual(
    times.map(({ total }) => total),
    [1, 1, 1],
  );
});

test('a parcel under way went nowhere yet, where nobody said where it goes', async () => {
  const parcel = { ...underWay(), fields: { ...noFields, originCountry: 'US' } };
  const [time] = await timesOf([parcel], [usToSweden]);
  assert.equal(time?.total, 0);
});

test('the newest are read page by page, so many of all couriers together', async () => {
  const asked: (readonly [TrackingFilter['courierCode'], PageRequest])[] = [];
  const list = async (_account: string, { courierCode }: TrackingFilter, request: PageRequest) => {
    asked.push([courierCode, request]);
    const items = Array.from({ length: request.limit }, () => delivered('2024-03-05'));
    return { items, next: `${courierCode} ${asked.length}` };
  };
  const routes = [usToSweden, { ...usToSweden, origin: 'CA' }, { ...usToSweden, courierCode: 'dhl' }];
  const times = await transitTimesOf({ list }, accountId, routes);
  const half = limits.trackingsPerTransitTimesMax / 2;
  assert.equal(times[0]?.total, half);
  assert.equal(
    asked.reduce((sum, [, { limit }]) => sum + limit, 0),
    2 * half,
  );
  assert.deepEqual(asked.slice(0, 2), [
    ['usps', { after: null, limit: 100 }],
    ['usps', { after: 'usps 1', limit: 100 }],
  ]);
});

function timesOf(trackings: readonly Tracking[], routes: Parameters<typeof transitTimesOf>[2]) {
  return transitTimesOf({ list: async () => ({ items: trackings, next: null }) }, accountId, routes);
}

/** Since the first of March. */
function delivered(
  on: string,
  fields: Partial<Tracking['fields']> = { originCountry: 'US', destinationCountry: 'SE' },
  [from, to]: readonly [string | null, string | null] = ['Austin, US', 'Kiruna, Sweden'],
): Tracking {
  return aTracking({
    courierCode: 'usps',
    fields: { ...noFields, ...fields },
    state: aState('delivered001'),
    reported: aState('delivered001'),
    checkpoints: [
      aCheckpoint({ wall: `${on} 12:00`, location: to, ...aState('delivered001') }),
      aCheckpoint({ wall: '2024-03-01 09:00', location: from }),
    ],
  });
}

function underWay(): Tracking {
  const { checkpoints, ...parcel } = delivered('2024-03-05');
  return {
    ...parcel,
    state: aState('transit001'),
    reported: aState('transit001'),
    checkpoints: checkpoints.slice(1),
  };
}
