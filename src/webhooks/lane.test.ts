import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aDelivery, anEvent } from '../../test/support/build.ts';
import { limits } from '../domain/limits.ts';
import type { OwedDelivery } from '../store/store.ts';
import { type Lane, makeLane } from './lane.ts';
import { makeRoom } from './room.ts';

const bytesMax = 100_000;
const bodyBytes = 1000;
const mebibyte = 1024 * 1024;
const mebibytesMax = limits.deliveryBytesInMemoryPerWebhook / mebibyte;

let last = 0;

function owed(bytes = bodyBytes): OwedDelivery {
  const id = `dlv_${String(++last).padStart(32, '0')}` as const;
  return { delivery: aDelivery({ id }), event: anEvent(), data: 'x'.repeat(bytes) };
}

/** A lane that has nothing but its own bound. */
function alone(): Lane {
  return makeLane('wh_1', makeRoom(Number.POSITIVE_INFINITY));
}

/** Lanes that share a room, each offered more than all may hold. */
function flooded(count: number, room = makeRoom(bytesMax), at = 0): Lane[] {
  const lanes = Array.from({ length: count }, (_, index) => makeLane(`wh_${index}`, room));
  for (let round = 0; round < 200; round++) for (const lane of lanes) lane.offer(owed(), at);
  return lanes;
}

const sum = (lanes: readonly Lane[]) => lanes.reduce((bytes, lane) => bytes + lane.bytes, 0);

test('all lanes together hold no more than the bound, and the rest of each is left to the table', () => {
  const room = makeRoom(bytesMax);
  const lanes = flooded(30, room);
  assert.ok(room.bytes <= bytesMax, `${room.bytes}`);
  assert.equal(room.bytes, sum(lanes));
  for (const lane of lanes) assert.ok(lane.misses > 0);
  for (const lane of lanes) lane.clear();
  assert.equal(room.bytes, 0);
});

test('a backlog of others leaves a webhook its share', () => {
  const room = makeRoom(bytesMax);
  flooded(1, room);
  const [lane] = flooded(1, room) as [Lane];
  assert.ok(lane.bytes >= bytesMax / 4, `${lane.bytes}`);
});

test('one head is always taken, so that a webhook goes on by itself without any room', () => {
  const lane = makeLane('wh_1', makeRoom(0));
  lane.offer(owed(), 0);
  lane.offer(owed(), 0);
  assert.equal(lane.size, 1);
  assert.equal(lane.wantsFetch(0), false);
  const sent = lane.take(0);
  assert.equal(lane.wantsFetch(0), false);
  lane.forget(sent?.delivery.id ?? '');
  assert.equal(lane.wantsFetch(0), true);
});

test('a lane holds no more bytes than its own bound, and reads the table again only once there is room', () => {
  const lane = alone();
  for (let count = 0; count < mebibytesMax; count++) lane.offer(owed(mebibyte), 0);
  assert.deepEqual([lane.bytes, lane.misses], [limits.deliveryBytesInMemoryPerWebhook, 0]);

  // However small.
  lane.offer(owed(2), 0);
  assert.deepEqual([lane.size, lane.misses], [mebibytesMax, 1]);
  assert.equal(lane.wantsFetch(0), false, 'what is read would find no room');
  for (let count = 0; count < mebibytesMax; count++) lane.forget(lane.take(0)?.delivery.id ?? '');
  assert.equal(lane.bytes, 0);
  assert.equal(lane.wantsFetch(0), true, 'there is more, and room for it');
});

test('retries that wait take half of the bytes at most, and first attempts find room beside them', () => {
  const lane = alone();
  for (let count = 0; count < mebibytesMax; count++) lane.offer(owed(mebibyte), 1000);
  assert.deepEqual([lane.size, lane.misses], [mebibytesMax / 2, mebibytesMax / 2]);
  assert.equal(lane.wantsFetch(0), false, 'none is due');
  assert.equal(lane.wantsFetch(1000), true, 'the others are read when they are due');
  for (let count = 0; count < mebibytesMax / 2; count++) lane.offer(owed(mebibyte), 0);
  assert.equal(lane.size, mebibytesMax, 'all found room');
  // Taken up, a retry makes room for another.
  for (let count = 0; count < mebibytesMax / 2; count++) lane.forget(lane.take(1000)?.delivery.id ?? '');
  lane.forget(lane.take(1000)?.delivery.id ?? '');
  lane.offer(owed(mebibyte), 2000);
  assert.equal(lane.misses, mebibytesMax / 2);
});

test('bytes are held until a delivery is settled, and then there is room for others', () => {
  const lane = alone();
  for (let count = 0; count < mebibytesMax; count++) lane.offer(owed(mebibyte), 0);
  const taken = lane.take(0);
  const other = owed(mebibyte);
  lane.offer(other, 0);
  assert.equal(lane.misses, 1, 'what is under way is held too');
  lane.forget(taken?.delivery.id ?? '');
  lane.offer(other, 0);
  assert.deepEqual([lane.misses, lane.bytes], [1, limits.deliveryBytesInMemoryPerWebhook]);
  lane.clear();
  assert.deepEqual([lane.bytes, lane.size], [0, 0]);
});

test('retries of large bodies keep no first attempt from being sent', () => {
  for (const room of [makeRoom(bytesMax), makeRoom(Number.POSITIVE_INFINITY)]) {
    const lane = makeLane('wh_1', room);
    const large = limits.deliveryBytesInMemoryPerWebhook / 8;
    for (let count = 0; count < 20; count++) lane.offer(owed(large), 60_000);
    const first = owed();
    lane.offer(first, 0);
    assert.equal(lane.take(0), first);
    assert.ok(lane.bytes <= limits.deliveryBytesInMemoryPerWebhook);
  }
});

test('a retry that is due counts among what is sent', () => {
  const lane = makeLane('wh_1', makeRoom(0));
  const first = owed();
  lane.offer(first, 0);
  lane.forget(first.delivery.id);
  assert.equal(lane.size, 0);
  const room = makeRoom(bytesMax);
  const other = makeLane('wh_2', room);
  const retry = owed();
  other.offer(retry, 500);
  assert.equal(other.take(0), null);
  assert.equal(other.take(500), retry);
  assert.equal(room.bytes, bodyBytes);
  other.forget(retry.delivery.id);
  assert.equal(room.bytes, 0);
});

test('the lane of a webhook that was deleted lets go of all, and takes nothing more', () => {
  const room = makeRoom(bytesMax);
  const [lane] = flooded(1, room) as [Lane];
  const sent = lane.take(0);
  lane.close();
  lane.forget(sent?.delivery.id ?? '');
  lane.offer(owed(), 500);
  lane.spill(0);
  assert.equal(lane.wantsFetch(0), false);
  assert.equal(room.bytes, 0);
});

test('a reading brings nothing that was let go of since it began, though the table still had it', () => {
  const lane = alone();
  const [first, second] = [owed(), owed()];
  lane.offer(first, 0);
  assert.equal(lane.take(0), first);
  const reading = lane.read();
  // Its end was written in the meantime.
  lane.forget(first.delivery.id);
  reading.offer(first, 0);
  reading.offer(second, 0);
  assert.equal(lane.take(0), second);
  assert.equal(lane.take(0), null);
  reading.end();
  // A later one may bring it again: it was put back by hand.
  const later = lane.read();
  later.offer(first, 0);
  assert.equal(lane.take(0), first);
  later.end();
});

test('a reading that began before the lane was emptied brings nothing: the order may be another', () => {
  const lane = alone();
  const reading = lane.read();
  assert.equal(reading.isValid, true);
  lane.clear();
  reading.offer(owed(), 0);
  assert.deepEqual([lane.size, reading.isValid], [0, false]);
  reading.end();
});

test('what is to be read anew is read from the beginning, also if it was being read when that was said', () => {
  const lane = alone();
  lane.position = { dueAt: 0, id: 'dlv_1' };
  const { misses } = lane;
  lane.expectAll();
  lane.reread();
  assert.deepEqual([lane.position, lane.wantsFetch(0)], [null, true]);
  // Whoever was reading sees by the misses that its last row is no place to go on from.
  assert.notEqual(lane.misses, misses);
});
