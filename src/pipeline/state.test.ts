import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCheckpoint, aState, testNow } from '../../test/support/build.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import { pendingState, type Substatus } from '../domain/status.ts';
import { compareNewestFirst } from './merge.ts';
import { decide, decidingCheckpoint, newestOf } from './state.ts';

test('a parcel without checkpoints is pending and nothing decides', () => {
  assert.deepEqual(decide([], false), { state: pendingState, checkpoint: null });
});

test('the newest checkpoint of the only side decides', () => {
  assertDecides({
    substatus: 'pickup001',
    of: [origin(10, 'transit001'), origin(12, 'pickup001'), origin(11, 'transit002')],
  });
});

test('of two sides the later newest checkpoint decides', () => {
  assertDecides({ substatus: 'pickup001', of: [origin(11, 'transit001'), destination(12, 'pickup001')] });
  assertDecides({ substatus: 'transit001', of: [origin(12, 'transit001'), destination(11, 'pickup001')] });
});

test('of two sides at one instant the destination decides', () => {
  assertDecides({ substatus: 'transit004', of: [origin(12, 'pickup001'), destination(12, 'transit004')] });
});

test('an exception beats a failed attempt whatever the time', () => {
  for (const [exceptionDay, attemptDay] of [
    [10, 12],
    [12, 10],
  ] as const) {
    assertDecides({
      substatus: 'exception005',
      of: [origin(exceptionDay, 'exception005'), destination(attemptDay, 'undelivered002')],
    });
    assertDecides({
      substatus: 'exception006',
      of: [origin(attemptDay, 'undelivered002'), destination(exceptionDay, 'exception006')],
    });
  }
});

test('an exception does not beat a later scan that is no failed attempt', () => {
  assertDecides({ substatus: 'pickup001', of: [origin(10, 'exception005'), destination(12, 'pickup001')] });
});

test('an exception that is not the newest of its side decides nothing', () => {
  assertDecides({
    substatus: 'undelivered002',
    of: [origin(9, 'exception005'), origin(10, 'transit001'), destination(12, 'undelivered002')],
  });
});

test('the published sample is an exception told by the origin courier, though the failed attempt is later', () => {
  const told = aCheckpoint({
    wall: '2016-11-15 08:23',
    description: '未妥投',
    location: '瑞典',
    ...aState('exception005'),
  });
  const attempt = aCheckpoint({
    side: 'destination',
    wall: '2016-11-15 15:04',
    description: 'Posten has not been able to reach the recipient for delivery before 10.00.',
    location: '535031, Sweden',
    ...aState('undelivered003'),
  });
  const { state, checkpoint } = decide(sorted([told, attempt]), true);
  assert.equal(state.status, 'exception');
  assert.equal(checkpoint, told);
});

test('delivered holds against anything later', () => {
  for (const later of ['transit001', 'undelivered004', 'exception005', 'pickup002', 'expired001'] as const) {
    assertDecides({ substatus: 'delivered003', of: [origin(10, 'delivered003'), origin(12, later)] });
    assertDecides({ substatus: 'delivered003', of: [destination(10, 'delivered003'), origin(12, later)] });
  }
});

test('returned holds against delivered, earlier or later', () => {
  for (const returned of ['exception010', 'exception011'] as const) {
    assertDecides({ substatus: returned, of: [origin(10, returned), origin(12, 'delivered001')] });
    assertDecides({ substatus: returned, of: [origin(12, returned), destination(10, 'delivered001')] });
  }
});

test('of several deliveries, and of several returns, the newest decides', () => {
  assertDecides({
    substatus: 'delivered003',
    of: [origin(10, 'delivered001'), destination(11, 'delivered003')],
  });
  assertDecides({ substatus: 'exception010', of: [origin(10, 'exception011'), origin(11, 'exception010')] });
});

test('delivered by the origin courier is a hand-over while there is a destination courier', () => {
  const checkpoints = [origin(10, 'delivered001')];
  assert.deepEqual(decide(checkpoints, false).state, aState('delivered001'));
  const { state, checkpoint } = decide(checkpoints, true);
  assert.deepEqual(state, aState('transit001'));
  assert.equal(checkpoint, checkpoints[0]);
});

test('after a hand-over the destination courier decides by time', () => {
  assertDecides({
    substatus: 'pickup001',
    of: [origin(10, 'delivered001'), destination(11, 'pickup001')],
    hasDestinationCourier: true,
  });
  assertDecides({
    substatus: 'transit001',
    of: [origin(12, 'delivered001'), destination(11, 'pickup001')],
    hasDestinationCourier: true,
  });
});

test('delivered by the destination courier is delivery, and so is returned by the origin courier', () => {
  assertDecides({
    substatus: 'delivered001',
    of: [origin(12, 'delivered002'), destination(11, 'delivered001')],
    hasDestinationCourier: true,
  });
  assertDecides({
    substatus: 'exception011',
    of: [origin(10, 'exception011'), destination(12, 'transit001')],
    hasDestinationCourier: true,
  });
});

test('a scan dated far ahead never decides, be it delivered', () => {
  const ahead = { ...origin(28, 'delivered001'), ahead: true };
  assertDecides({ substatus: 'transit001', of: [origin(10, 'transit001'), ahead] });
  assert.deepEqual(decide([ahead], false), { state: pendingState, checkpoint: null });
});

test('a replaced version does not decide', () => {
  const replaced = { ...origin(12, 'exception005'), replacedIn: 2 };
  assertDecides({ substatus: 'transit001', of: [origin(10, 'transit001'), replaced] });
});

test('a correction does not take delivered back', () => {
  const replaced = { ...origin(10, 'delivered001'), replacedIn: 2 };
  assertDecides({ substatus: 'delivered001', of: [origin(12, 'transit001'), replaced] });
});

test('a delivery that holds goes before a newer one that was replaced', () => {
  const replaced = { ...origin(12, 'delivered001'), replacedIn: 2 };
  assertDecides({ substatus: 'delivered003', of: [origin(10, 'delivered003'), replaced] });
});

test('the decided state is the status and sub-status and nothing else of the checkpoint', () => {
  assert.deepEqual(Object.keys(decide([origin(10, 'delivered001')], false).state), ['status', 'substatus']);
});

test('the deciding checkpoint of a parcel that stays delivered is the scan that said so', () => {
  const checkpoints = sorted([origin(10, 'delivered001'), destination(12, 'transit001')]);
  const parcel = { checkpoints, courierCode: 'china-ems', destinationCourierCode: 'sweden-posten' };
  assert.equal(decidingCheckpoint({ ...parcel, reported: aState('delivered001') }), checkpoints[1]);
  assert.equal(decidingCheckpoint({ ...parcel, reported: aState('transit001') }), checkpoints[0]);
});

test('the deciding checkpoint of a parcel with one courier at both ends is its delivery', () => {
  const checkpoints = sorted([origin(10, 'delivered001'), destination(12, 'transit001')]);
  const parcel = { checkpoints, courierCode: 'dhl', destinationCourierCode: 'dhl' };
  assert.equal(decidingCheckpoint({ ...parcel, reported: aState('transit001') }), checkpoints[1]);
});

test('the newest is neither replaced nor dated far ahead, and of whichever side', () => {
  const checkpoints = sorted([
    origin(10, 'transit001'),
    { ...origin(13, 'transit001'), ahead: true },
    { ...origin(12, 'transit002'), replacedIn: 3 },
    destination(11, 'transit003'),
  ]);
  assert.equal(newestOf(checkpoints)?.wall, '2024-03-11 10:00');
  assert.equal(newestOf(checkpoints.filter(({ side }) => side === 'origin'))?.wall, '2024-03-10 10:00');
  assert.equal(newestOf([]), null);
});

interface Case {
  readonly substatus: Substatus;
  readonly of: readonly Checkpoint[];
  readonly hasDestinationCourier?: boolean;
}

function assertDecides({ substatus, of, hasDestinationCourier = false }: Case): void {
  const { state, checkpoint } = decide(sorted(of), hasDestinationCourier);
  assert.deepEqual(state, aState(substatus));
  assert.ok(checkpoint !== null && !checkpoint.ahead && checkpoint.at <= testNow);
}

function origin(day: number, substatus: Substatus): Checkpoint {
  return aCheckpoint({
    side: 'origin',
    wall: `2024-03-${String(day).padStart(2, '0')} 10:00`,
    ...aState(substatus),
  });
}

function destination(day: number, substatus: Substatus): Checkpoint {
  return { ...origin(day, substatus), side: 'destination' };
}

function sorted(checkpoints: readonly Checkpoint[]): readonly Checkpoint[] {
  return checkpoints.toSorted(compareNewestFirst);
}
