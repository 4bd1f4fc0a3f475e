import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aScan, aState, counted, testNow } from '../../test/support/build.ts';
import type { Checkpoint, Scan } from '../domain/checkpoint.ts';
import { limits } from '../domain/limits.ts';
import { checkpointsAt, compareNewestFirst, type Merged, merge } from './merge.ts';

const hourMs = 3_600_000;

test('the first scans of a parcel become its checkpoints, newest first', () => {
  const { checkpoints, added } = mergeAt(3, [], [day(10), day(12), day(11)]);
  assert.deepEqual(walls(checkpoints), ['2024-03-12 10:00', '2024-03-11 10:00', '2024-03-10 10:00']);
  assert.equal(added.length, 3);
  for (const checkpoint of checkpoints) {
    assert.equal(checkpoint.addedIn, 3);
    assert.equal(checkpoint.replacedIn, null);
    assert.equal(checkpoint.ahead, false);
  }
});

test('a scan reported again adds nothing and gives the same array back', () => {
  const known = mergeAt(1, [], [day(10), day(11)]).checkpoints;
  const { checkpoints, added } = mergeAt(2, known, [day(11), day(10)]);
  assert.equal(checkpoints, known);
  assert.deepEqual(added, []);
});

test('the array given is not changed', () => {
  const known = mergeAt(1, [], [day(10)]).checkpoints;
  const copy = structuredClone(known);
  mergeAt(2, known, [day(11), aScan({ ...day(10), substatus: 'transit002' })]);
  assert.deepEqual(known, copy);
});

test('absence from a later report deletes nothing', () => {
  const known = mergeAt(1, [], [day(10), day(11)]).checkpoints;
  assert.equal(mergeAt(2, known, [day(12)]).checkpoints.length, 3);
  assert.equal(mergeAt(2, known, []).checkpoints, known);
});

test('scans of one minute that differ in case, spacing and punctuation only are one', () => {
  const one = aScan({ wall: '2024-03-10 10:00', description: 'Arrived at hub.', location: 'Chicago, IL' });
  const other = aScan({ wall: '2024-03-10 10:00', description: 'ARRIVED  AT HUB', location: 'CHICAGO IL' });
  assert.equal(visible(mergeAt(1, [], [one, other])).length, 1);
});

test('seconds of the wall time do not make another scan', () => {
  const scans = ['2024-03-10 10:00', '2024-03-10 10:00:10', '2024-03-10 10:00:59'].map((wall) =>
    aScan({ wall }),
  );
  assert.equal(visible(mergeAt(1, [], scans)).length, 1);
});

test('another minute, day, text, place or side makes another scan', () => {
  const scans = [
    aScan(),
    aScan({ wall: '2024-03-10 10:01' }),
    aScan({ wall: '2024-03-10' }),
    aScan({ description: 'In transit to hub' }),
    aScan({ location: 'Stockholm' }),
    aScan({ side: 'destination' }),
  ];
  assert.equal(visible(mergeAt(1, [], scans)).length, scans.length);
});

test('a place that is absent and a place that is empty are one place', () => {
  assert.equal(visible(mergeAt(1, [], [aScan({ location: null }), aScan({ location: '' })])).length, 1);
});

test('the same minute said with and without its offset is one scan', () => {
  const scans = [aScan({ offsetMinutes: 480 }), aScan()];
  assert.equal(visible(mergeAt(1, [], scans)).length, 1);
});

test('the id of the source makes scans of different texts and times one', () => {
  const scans = [
    aScan({ sourceId: 's1', version: 1 }),
    aScan({ sourceId: 's1', version: 2, wall: '2024-03-12 18:30', description: 'Corrected' }),
  ];
  assert.deepEqual(
    visible(mergeAt(1, [], scans)).map((checkpoint) => checkpoint.description),
    ['Corrected'],
  );
});

test('scans with different ids of the source stay apart, though all else agrees', () => {
  const scans = [aScan({ sourceId: 's1' }), aScan({ sourceId: 's2' }), aScan()];
  assert.equal(visible(mergeAt(1, [], scans)).length, 3);
});

test('one id of the source on both sides is two scans', () => {
  const scans = [aScan({ sourceId: 's1' }), aScan({ sourceId: 's1', side: 'destination' })];
  assert.equal(visible(mergeAt(1, [], scans)).length, 2);
});

test('a higher version takes the place of a lower one, which is kept as replaced', () => {
  const known = mergeAt(1, [], [versioned(1)]).checkpoints;
  const { checkpoints, added } = mergeAt(2, known, [versioned(2)]);
  assert.deepEqual(
    checkpoints.map(({ version, addedIn, replacedIn }) => ({ version, addedIn, replacedIn })),
    [
      { version: 2, addedIn: 2, replacedIn: null },
      { version: 1, addedIn: 1, replacedIn: 2 },
    ],
  );
  assert.deepEqual(
    added.map((checkpoint) => checkpoint.version),
    [2],
  );
});

test('a lower version that comes later replaces nothing', () => {
  const known = mergeAt(1, [], [versioned(2)]).checkpoints;
  assert.equal(mergeAt(2, known, [versioned(1)]).checkpoints, known);
});

test('a replaced version reported again does not come back', () => {
  const first = mergeAt(1, [], [versioned(1)]).checkpoints;
  const second = mergeAt(2, first, [versioned(2)]).checkpoints;
  assert.equal(mergeAt(3, second, [versioned(1)]).checkpoints, second);
});

test('a report that does not come to hold is named, one that holds or comes to is not', () => {
  const weak = aScan({ sourceId: 's1', description: 'Arrived' });
  const strong = aScan({ sourceId: 's1', description: 'Left' });
  const higher = { ...weak, version: 1 };
  const outvoted = (known: readonly Scan[], ...scans: Scan[]) =>
    mergeAt(2, mergeAt(1, [], known).checkpoints, scans).outvoted;
  assert.deepEqual(outvoted([weak], strong), []);
  assert.deepEqual(outvoted([strong], strong, weak), [weak]);
  assert.deepEqual(outvoted([weak, strong], weak), [weak]);
  assert.deepEqual(outvoted([strong], higher, higher), []);
  assert.deepEqual(outvoted([strong, higher], weak, strong), [weak, strong]);
});

test('a lower version that said delivered is kept as replaced, whichever came first', () => {
  const delivered = aScan({ ...versioned(1), ...aState('delivered001') });
  for (const reports of [
    [delivered, versioned(2)],
    [versioned(2), delivered],
  ]) {
    const { checkpoints } = reports.reduce<Merged>(
      (merged, scan, index) => mergeAt(index + 1, merged.checkpoints, [scan]),
      { checkpoints: [], added: [], outvoted: [] },
    );
    assert.deepEqual(
      new Map(checkpoints.map(({ status, replacedIn }) => [status, replacedIn])),
      new Map([
        ['transit', null],
        ['delivered', 2],
      ]),
    );
  }
});

test('of equal versions the status that was stated goes before the one that was assumed', () => {
  const assumed = aScan({ stated: false, ...aState('pickup001') });
  const stated = aScan({ stated: true, ...aState('transit002') });
  for (const scans of [
    [assumed, stated],
    [stated, assumed],
  ]) {
    assert.deepEqual(substatuses(mergeAt(1, [], scans)), ['transit002']);
  }
});

test('of two stated statuses of one scan the further one holds, whichever came first', () => {
  const near = aScan(aState('transit001'));
  const far = aScan(aState('pickup001'));
  for (const scans of [
    [near, far],
    [far, near],
  ]) {
    assert.deepEqual(substatuses(mergeAt(1, [], scans)), ['pickup001']);
  }
});

test('a scan dated more than 48 hours after its arrival is kept as ahead', () => {
  const at = testNow + 48 * hourMs;
  const { checkpoints } = mergeAt(
    1,
    [],
    [aScan({ sourceId: 'on', at }), aScan({ sourceId: 'past', at: at + 1 })],
  );
  assert.deepEqual(
    checkpoints.map(({ sourceId, ahead }) => [sourceId, ahead]),
    [
      ['past', true],
      ['on', false],
    ],
  );
});

test('scans of one instant sort alike, whatever arrived first', () => {
  const scans = [
    aScan({ description: 'a' }),
    aScan({ description: 'b' }),
    aScan({ description: 'b', side: 'destination' }),
    aScan({ description: 'c', ...aState('delivered001') }),
  ];
  const named = (sorted: readonly Scan[]) => sorted.map(({ description, side }) => `${description} ${side}`);
  const order = ['c origin', 'b origin', 'a origin', 'b destination'];
  assert.deepEqual(named(scans.toSorted(compareNewestFirst)), order);
  assert.deepEqual(named(mergeAt(1, [], scans).checkpoints), order);
  assert.deepEqual(named(mergeAt(1, [], scans.toReversed()).checkpoints), order);
});

test('an earlier revision is told as it stood, without what came or was corrected later', () => {
  const first = mergeAt(1, [], [versioned(1), day(9)]).checkpoints;
  const second = mergeAt(2, first, [versioned(2)]).checkpoints;
  const third = mergeAt(3, second, [day(12)]).checkpoints;
  const versionsAt = (revision: number) =>
    checkpointsAt(third, revision).map(({ wall, version }) => `${wall.slice(8, 10)}:${version}`);
  assert.deepEqual(versionsAt(0), []);
  assert.deepEqual(versionsAt(1), ['10:1', '09:0']);
  assert.deepEqual(versionsAt(2), ['10:2', '09:0']);
  assert.deepEqual(versionsAt(3), ['12:0', '10:2', '09:0']);
  assert.deepEqual(versionsAt(99), versionsAt(3));
});

test('a version replaced within its own report was never visible', () => {
  const { checkpoints } = mergeAt(5, [], [versioned(1), versioned(2), versioned(3)]);
  for (const revision of [4, 5, 6]) {
    assert.deepEqual(
      checkpointsAt(checkpoints, revision).map((checkpoint) => checkpoint.version),
      revision < 5 ? [] : [3],
    );
  }
});

test('a long report to a long history of one minute looks at each known checkpoint a few times, not once a scan', () => {
  const { checkpoints, reads } = counted(mergeAt(1, [], ofOneMinute('known', 600)).checkpoints);
  const merged = mergeAt(2, checkpoints, ofOneMinute('new', 300));
  assert.equal(merged.added.length, 300);
  assert.ok(reads() < 40 * checkpoints.length, `${reads()} looks at ${checkpoints.length} checkpoints`);
});

test('scans found by an index are the same as those found by comparing', () => {
  const known = mergeAt(1, [], ofOneMinute('known', 600)).checkpoints;
  const again = ofOneMinute('known', 600).map((scan) => ({
    ...scan,
    description: scan.description.toUpperCase(),
    version: 1,
  }));
  const merged = mergeAt(2, known, [...again, ...again]);
  assert.equal(merged.added.length, limits.checkpointsPerTrackingMax + 1 - known.length);
  const some = mergeAt(2, known, again.slice(0, 300));
  assert.equal(some.added.length, 300);
  assert.equal(some.checkpoints.filter(({ replacedIn }) => replacedIn === 2).length, 300);
  assert.equal(visible(some).length, known.length);
  assert.equal(mergeAt(3, some.checkpoints, again.slice(0, 300)).checkpoints, some.checkpoints);
});

test('merging ends with the first checkpoint that is too many', () => {
  const known = mergeAt(1, [], ofOneMinute('known', 900)).checkpoints;
  const { checkpoints } = mergeAt(2, known, ofOneMinute('new', 300));
  assert.equal(checkpoints.length, limits.checkpointsPerTrackingMax + 1);
});

function ofOneMinute(name: string, count: number): readonly Scan[] {
  return Array.from({ length: count }, (_, index) => aScan({ description: `${name} ${index}` }));
}

function mergeAt(revision: number, known: readonly Checkpoint[], scans: readonly Scan[]): Merged {
  return merge(known, scans, { revision, receivedAt: testNow });
}

function day(ofMarch: number): Scan {
  return aScan({ wall: `2024-03-${String(ofMarch).padStart(2, '0')} 10:00` });
}

function versioned(version: number): Scan {
  return aScan({ sourceId: 's1', version });
}

function visible({ checkpoints }: Merged): readonly Checkpoint[] {
  return checkpoints.filter((checkpoint) => checkpoint.replacedIn === null);
}

function walls(checkpoints: readonly Checkpoint[]): string[] {
  return checkpoints.map((checkpoint) => checkpoint.wall);
}

function substatuses(merged: Merged): string[] {
  return visible(merged).map((checkpoint) => checkpoint.substatus);
}

test('a scan that was ahead decides once it is reported again in its time', () => {
  const scan = aScan({ at: testNow + 100 * hourMs });
  const early = merge([], [scan], { revision: 1, receivedAt: testNow });
  assert.equal(early.checkpoints[0]?.ahead, true);
  const still = merge(early.checkpoints, [scan], { revision: 2, receivedAt: testNow + hourMs });
  assert.deepEqual(still.added, []);
  const due = merge(early.checkpoints, [scan], { revision: 2, receivedAt: testNow + 60 * hourMs });
  assert.equal(due.checkpoints.length, 1);
  assert.equal(due.checkpoints[0]?.ahead, false);
  assert.equal(due.added.length, 1);
});
