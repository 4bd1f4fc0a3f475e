import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFields } from './readUpdate.ts';

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
