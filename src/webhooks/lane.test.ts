import assert from 'node:assert/strict';
import test from 'node:test';
import { aDelivery, anEvent, anId } from '../../test/support/build.ts';
import { limits } from '../domain/limits.ts';
import type { OwedDelivery } from '../store/store.ts';
import { makeLane } from './lane.ts';

/** One text for all, so that the test itself takes no memory. */
const mebibyte = 'x'.repeat(1024 * 1024);
const mebibytesMax = limits.deliveryBytesInMemoryPerWebhook / mebibyte.length;

function owed(ordinal: number, data = mebibyte): OwedDelivery {
  const event = anEvent({ id: anId('evt', ordinal) });
  const delivery = aDelivery({
    ...{ id: anId('dlv', ordinal), trackingId: anId('trk', ordinal), eventId: event.id },
  });
  return { delivery, event, data };
}

test('a lane holds no more bytes than its bound, and reads the table again only once there is room', () => {
  const lane = makeLane('wh_1');
  for (let ordinal = 1; ordinal <= mebibytesMax; ordinal++) lane.offer(owed(ordinal), 0);
  assert.deepEqual([lane.bytes, lane.misses], [limits.deliveryBytesInMemoryPerWebhook, 0]);

  // However small.
  lane.offer(owed(1000, '{}'), 0);
  assert.deepEqual([lane.size, lane.misses], [mebibytesMax, 1]);
  assert.equal(lane.wantsFetch(0), false, 'what is read would find no room');
  for (let count = 0; count < mebibytesMax; count++) lane.forget(lane.take(0)?.delivery.id ?? '');
  assert.equal(lane.bytes, 0);
  assert.equal(lane.wantsFetch(0), true, 'there is more, and room for it');
});

test('retries that wait take half of the bytes at most, and first attempts find room beside them', () => {
  const lane = makeLane('wh_1');
  for (let ordinal = 1; ordinal <= mebibytesMax; ordinal++) lane.offer(owed(ordinal), 1000);
  assert.deepEqual([lane.size, lane.misses], [mebibytesMax / 2, mebibytesMax / 2]);
  assert.equal(lane.wantsFetch(0), false, 'none is due');
  assert.equal(lane.wantsFetch(1000), true, 'the others are read when they are due');
  for (let ordinal = 101; ordinal <= 100 + mebibytesMax / 2; ordinal++) lane.offer(owed(ordinal), 0);
  assert.equal(lane.size, mebibytesMax, 'all found room');
  // Taken up, a retry makes room for another.
  for (let count = 0; count < mebibytesMax / 2; count++) lane.forget(lane.take(1000)?.delivery.id ?? '');
  lane.forget(lane.take(1000)?.delivery.id ?? '');
  lane.offer(owed(1000), 2000);
  assert.equal(lane.misses, mebibytesMax / 2);
});

test('bytes are held until a delivery is settled, and then there is room for others', () => {
  const lane = makeLane('wh_1');
  for (let ordinal = 1; ordinal <= mebibytesMax; ordinal++) lane.offer(owed(ordinal), 0);
  const taken = lane.take(0);
  lane.offer(owed(1000), 0);
  assert.equal(lane.misses, 1, 'what is under way is held too');
  lane.forget(taken?.delivery.id ?? '');
  lane.offer(owed(1000), 0);
  assert.deepEqual([lane.misses, lane.bytes], [1, limits.deliveryBytesInMemoryPerWebhook]);
  lane.clear();
  assert.deepEqual([lane.bytes, lane.size], [0, 0]);
});
