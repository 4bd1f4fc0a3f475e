import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aTracking } from '../../test/support/build.ts';
import { noFields } from '../domain/tracking.ts';
import { decodeTracking, encodeTracking } from './trackingDocument.ts';

test('fields that are absent take no room, but for those that the release before must find', () => {
  const fields = { ...noFields, title: 'A lamp', orderNumber: 'A-1001', note: '' };
  const [, , , kept] = JSON.parse(encodeTracking(aTracking({ fields })));
  assert.deepEqual(kept, {
    ...{ title: 'A lamp', orderId: null, customerName: null, customerEmail: null },
    ...{ originCountry: null, destinationCountry: null, orderNumber: 'A-1001', note: '' },
  });
});

test('a document of the first form is read, what it did not have being absent', () => {
  const tracking = aTracking({ fields: { ...noFields, title: 'A lamp' } });
  const parts = JSON.parse(encodeTracking(tracking));
  const { orderNumber: _, ...first } = parts[3];
  assert.deepEqual(
    decodeTracking(tracking, JSON.stringify([1, parts[1], parts[2], first, ...parts.slice(4)])),
    tracking,
  );
});
