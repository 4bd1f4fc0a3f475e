import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFields, readUpdate } from './readUpdate.ts';

test('a country given in small letters is kept in capitals, and no other field is changed', () => {
  const reading = readFields({
    origin_country: 'cn',
    destination_country: 'Se',
    title: 'lamp',
    order_id: null,
  });
  assert.ok(reading.ok);
  assert.deepEqual(reading.fields, {
    originCountry: 'CN',
    destinationCountry: 'SE',
    title: 'lamp',
    orderId: null,
  });
});

test('a country that is taken back is known to be absent', () => {
  const reading = readFields({ origin_country: null });
  assert.ok(reading.ok);
  assert.deepEqual(reading.fields, { originCountry: null });
});

test('a scan without an offset, at a place that nobody knows, is told in the zone of the courier of its side', () => {
  const scan = { time: '2026-03-02T10:00:00', description: 'Scanned', location: 'Depot 7' };
  const reading = readUpdate(
    {
      number: 'WB-ZONES-1',
      courierCode: 'china-post',
      fields: { destination_courier_code: 'sweden-posten' },
      scans: [
        { ...scan, side: 'origin' },
        { ...scan, side: 'destination' },
      ],
      create: true,
    },
    { accountId: 'acc_1', receivedAt: 0, source: 'api' },
  );
  assert.ok(reading.ok);
  assert.deepEqual(
    reading.update.scans.map(({ at }) => new Date(at).toISOString()),
    ['2026-03-02T02:00:00.000Z', '2026-03-02T09:00:00.000Z'],
  );
});
