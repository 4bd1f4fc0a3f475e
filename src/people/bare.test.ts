import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCheckpoint, aTracking } from '../../test/support/build.ts';
import { noFields } from '../domain/tracking.ts';
import { compareNewestFirst, merge } from '../pipeline/merge.ts';
import { bareTracking } from './bare.ts';

const checkpoints = [
  aCheckpoint({ at: 9, description: 'Delivered, signed by A. ÅS', location: 'Lund' }),
  aCheckpoint({ at: 5, description: 'Zoll', code: 'Z' }),
  aCheckpoint({ at: 5, description: 'At the depot', code: 'A' }),
].toSorted(compareNewestFirst);
const fields = { ...noFields, orderId: '17', customerName: 'Anna Ås' };
const tracking = aTracking({ fields, checkpoints, pollAt: 7, stopped: false });

test("couriers' texts stay unless they are meant, and so does the asking", () => {
  const bare = bareTracking(tracking, { orders: false, checkpoints: false });
  assert.deepEqual(bare, { ...tracking, fields: { ...noFields, orderId: '17' } });
  assert.equal(bareTracking(bare, { orders: false, checkpoints: false }), bare, 'there is nothing left');
});

test('with them gone too, all else of a checkpoint stays, newest first, and the courier is not asked again', () => {
  const bare = bareTracking(tracking, { orders: true, checkpoints: true });
  assert.deepEqual(bare.fields, noFields);
  assert.deepEqual(
    bare.checkpoints.map(({ at, code }) => [at, code]).toSorted(),
    checkpoints.map(({ at, code }) => [at, code]).toSorted(),
  );
  assert.ok(bare.checkpoints.every(({ description, location }) => description === '' && location === null));
  assert.deepEqual(bare.checkpoints, bare.checkpoints.toSorted(compareNewestFirst));
  assert.deepEqual(
    [bare.stopped, bare.pollAt, bare.revision, bare.state],
    [true, null, tracking.revision, tracking.state],
  );
  assert.equal(bareTracking(bare, { orders: true, checkpoints: true }), bare, 'there is nothing left');
});

test('a scan that comes later finds its place among bare ones', () => {
  const bare = bareTracking(tracking, { orders: false, checkpoints: true });
  const later = aCheckpoint({ at: 7, description: 'Out for delivery' });
  const merged = merge(bare.checkpoints, [later], { revision: 9, receivedAt: 10 });
  assert.deepEqual(
    merged.checkpoints.map(({ at }) => at),
    [9, 7, 5, 5],
  );
});
