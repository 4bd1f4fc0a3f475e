import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  anId,
  anUpdate,
  aScan,
  aState,
  aTracking,
  counted,
  taken,
  testNow,
} from '../../test/support/build.ts';
import { dayMs } from '../base/durations.ts';
import type { Scan } from '../domain/checkpoint.ts';
import { limits } from '../domain/limits.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Update } from '../domain/update.ts';
import { resolve, type Target } from './resolve.ts';

const deliveredAt = testNow - 200 * dayMs;

// ── which tracking ──────────────────────────────────────────────────────────────────────────────────────────────

test('a number that nobody knows is made, with the courier that was said', () => {
  assert.deepEqual(newTarget([], anUpdate({ courierCode: 'china-ems' })), {
    courierCode: 'china-ems',
    generation: 1,
  });
});

test('a number without courier is made with the one confident candidate', () => {
  assert.deepEqual(newTarget([], anUpdate(), 'china-ems'), { courierCode: 'china-ems', generation: 1 });
});

test('a number without courier and without a confident candidate is made as unknown', () => {
  assert.deepEqual(newTarget([], anUpdate()), { courierCode: null, generation: 1 });
});

test('what is not to be made is not found', () => {
  assertRefused([], anUpdate({ create: false }), 'tracking_not_found');
  assertRefused([ems()], anUpdate({ courierCode: 'ups', create: false }), 'tracking_not_found');
});

test('what is to be made only if it is new is refused where its courier has it, or takes it over', () => {
  const onlyNew = { onlyNew: true } as const;
  assertRefused([ems()], anUpdate({ courierCode: 'china-ems', ...onlyNew }), 'tracking_exists');
  const handedOver = [{ ...ems(), destinationCourierCode: 'sweden-posten' }];
  assertRefused(handedOver, anUpdate({ courierCode: 'sweden-posten', ...onlyNew }), 'tracking_exists');
  assertRefused([ems()], anUpdate(onlyNew), 'tracking_exists');
});

test('and is taken where another courier has it, where it was deleted, and where its courier becomes known', () => {
  const made = anUpdate({ courierCode: 'ups', onlyNew: true });
  assert.deepEqual(newTarget([ems()], made), { courierCode: 'ups', generation: 1 });
  assert.deepEqual(newTarget([deleted(ups())], made), { courierCode: 'ups', generation: 2 });
  const unknown = aTracking({ id: anId('trk', 3) });
  assert.equal(existing([unknown], made).id, unknown.id);
});

test('a courier that is changed on purpose is refused where that parcel exists already', () => {
  const update = anUpdate({ trackingId: ems().id, newCourierCode: 'ups' });
  assert.equal(existing([ems()], update).id, ems().id);
  assertRefused([ems(), ups()], update, 'tracking_exists');
});

test('a courier picks its own tracking', () => {
  assert.equal(existing([ups(), ems()], anUpdate({ courierCode: 'china-ems' })).id, ems().id);
});

test('one number at another courier is another tracking', () => {
  assert.deepEqual(newTarget([ems()], anUpdate({ courierCode: 'ups' })), {
    courierCode: 'ups',
    generation: 1,
  });
});

test('an update without courier means the only tracking there is, whatever the candidate', () => {
  assert.equal(existing([ems()], anUpdate(), 'ups').id, ems().id);
});

test('an update without courier for a number of several couriers is ambiguous and names them', () => {
  const resolution = resolve([ems(), ups(), aTracking({ id: anId('trk', 3) })], anUpdate(), () => 'ups');
  assert.ok(!resolution.ok);
  assert.equal(resolution.problem.code, 'courier_ambiguous');
  assert.match(resolution.problem.message, /china-ems, ups, unknown/);
});

test('several generations of one courier are not ambiguous: the newest is meant', () => {
  const lives = [ems(), ems({ id: anId('trk', 2), generation: 2 })];
  assert.equal(existing(lives, anUpdate()).id, anId('trk', 2));
  assert.equal(existing(lives.toReversed(), anUpdate({ courierCode: 'china-ems' })).id, anId('trk', 2));
});

test('a tracking of unknown courier is upgraded in place by the first courier that reports it', () => {
  const unknown = aTracking();
  const { trackings } = taken([unknown], anUpdate({ courierCode: 'china-ems', scans: [aScan()] }));
  assert.equal(trackings.length, 1);
  assert.equal(trackings[0]?.id, unknown.id);
  assert.equal(trackings[0]?.courierCode, 'china-ems');
  assert.equal(trackings[0]?.generation, 1);
});

test('a courier with a tracking of its own does not take the unknown one', () => {
  assert.equal(
    existing([aTracking({ id: anId('trk', 9) }), ems()], anUpdate({ courierCode: 'china-ems' })).id,
    ems().id,
  );
});

test('an id names exactly one, though the number is ambiguous and the courier another', () => {
  assert.equal(existing([ems(), ups()], anUpdate({ trackingId: ups().id })).id, ups().id);
  assert.equal(
    existing([ems(), ups()], anUpdate({ trackingId: ups().id, courierCode: 'china-ems' })).id,
    ups().id,
  );
});

test('an id that is not there is not found, and nothing is made', () => {
  assertRefused([ems()], anUpdate({ trackingId: anId('trk', 77) }), 'tracking_not_found');
});

test('a tracking named by its id gets the courier that it lacks', () => {
  const update = anUpdate({ trackingId: unknown().id, courierCode: 'china-ems' });
  assert.deepEqual(identities(taken([unknown()], update).trackings), ['china-ems 1']);
});

test('a tracking that gets the courier of a deleted one is a further generation', () => {
  const known = [deleted(ems()), unknown()];
  const update = anUpdate({ trackingId: unknown().id, courierCode: 'china-ems' });
  const { trackings } = taken(known, update);
  assert.deepEqual(identities(trackings), ['china-ems 1', 'china-ems 2']);
  assert.deepEqual(taken(trackings, update).trackings, trackings, 'and stays that one');
});

test('a tracking that got the courier of a deleted one gets its history too', () => {
  const scans = [aScan()];
  const past = taken([ems()], anUpdate({ courierCode: 'china-ems', scans })).trackings;
  const known = [...past.map(deleted), unknown()];
  const named = taken(known, anUpdate({ trackingId: unknown().id, courierCode: 'china-ems' })).trackings;
  const told = taken(named, anUpdate({ courierCode: 'china-ems', source: 'poll', scans })).trackings;
  assert.equal(told[1]?.checkpoints.length, 1);
});

test('a tracking does not get a courier that has a living one of the number', () => {
  const update = anUpdate({ trackingId: unknown().id, courierCode: 'china-ems' });
  assertRefused([ems(), unknown()], update, 'tracking_exists');
});

// ── the destination courier ─────────────────────────────────────────────────────────────────────────────────────

test('what the destination courier reports belongs to the parcel and to its destination side', () => {
  const parcel = ems({ destinationCourierCode: 'sweden-posten' });
  const [target] = targets(
    [parcel],
    anUpdate({ courierCode: 'sweden-posten', scans: [aScan({ side: 'origin' })] }),
  );
  assert.ok(target?.kind === 'existing');
  assert.equal(target.tracking.id, parcel.id);
  assert.deepEqual(
    target.scans.map((scan) => scan.side),
    ['destination'],
  );
});

test('the destination courier of a parcel of unknown courier does not become its origin courier', () => {
  const parcel = aTracking({ destinationCourierCode: 'sweden-posten' });
  const { trackings } = taken([parcel], anUpdate({ courierCode: 'sweden-posten', scans: [aScan()] }));
  assert.equal(trackings.length, 1);
  assert.equal(trackings[0]?.courierCode, null);
  assert.equal(trackings[0]?.checkpoints[0]?.side, 'destination');
});

test('the side that the origin courier or nobody in particular reports is left as it is', () => {
  const parcel = ems({ destinationCourierCode: 'sweden-posten' });
  for (const courierCode of ['china-ems', null]) {
    for (const side of ['origin', 'destination'] as const) {
      const [target] = targets([parcel], anUpdate({ courierCode, scans: [aScan({ side })] }));
      assert.equal(target?.scans[0]?.side, side);
    }
  }
});

// ── tombstones ──────────────────────────────────────────────────────────────────────────────────────────────────

for (const source of ['push', 'poll'] as const) {
  test(`a ${source} does not bring a deleted tracking back`, () => {
    const update = anUpdate({ courierCode: 'china-ems', source, scans: [aScan()] });
    assertRefused([deleted(ems())], update, 'tracking_deleted');
    assertRefused([deleted(ems())], { ...update, courierCode: null }, 'tracking_deleted');
    assertRefused([deleted(aTracking())], update, 'tracking_deleted');
  });

  test(`a ${source} of its destination courier does not bring a deleted tracking back`, () => {
    const parcel = deleted(ems({ destinationCourierCode: 'sweden-posten' }));
    assertRefused([parcel], anUpdate({ courierCode: 'sweden-posten', source }), 'tracking_deleted');
  });

  test(`a ${source} by id changes nothing about a deleted tracking`, () => {
    assertRefused(
      [deleted(ems())],
      anUpdate({ trackingId: ems().id, source, scans: [aScan()] }),
      'tracking_deleted',
    );
  });

  test(`a ${source} for an earlier life does not bring a deleted later one back`, () => {
    const lives = [ems({ finalAt: deliveredAt }), deleted(ems({ id: anId('trk', 2), generation: 2 }))];
    for (const trackingId of [null, ems().id]) {
      const update = anUpdate({ courierCode: 'china-ems', trackingId, source, scans: [daysAfter(100)] });
      const resolution = resolve(lives, update, () => null);
      if (!resolution.ok) assert.equal(resolution.problem.code, 'tracking_deleted');
      else
        for (const target of resolution.targets)
          assert.deepEqual([target.kind, target.scans], ['existing', []]);
    }
  });
}

test('what an earlier life is told of a time after a deleted later one opens no third one', () => {
  const second = ems({
    id: anId('trk', 2),
    generation: 2,
    finalAt: deliveredAt + 100 * dayMs,
    createdAt: deliveredAt,
  });
  const scans = [daysAfter(199)];
  const update = anUpdate({ trackingId: final().id, source: 'poll', scans });
  for (const target of targets([final(), deleted(second)], update)) {
    assert.deepEqual([target.kind, target.scans], ['existing', []]);
  }
  assert.equal(targets([final(), second], update)[0]?.kind, 'new');
});

test('a deleted tracking at another courier does not keep a push out', () => {
  const update = anUpdate({ courierCode: 'ups', source: 'push' });
  assert.deepEqual(newTarget([deleted(ems())], update), { courierCode: 'ups', generation: 1 });
});

test('the merchant may make a deleted tracking again, as a further generation', () => {
  for (const source of ['api', 'import'] as const) {
    const update = anUpdate({ courierCode: 'china-ems', source });
    assert.deepEqual(newTarget([deleted(ems())], update), { courierCode: 'china-ems', generation: 2 });
  }
});

test('what the merchant does not want made is not found under its tombstone', () => {
  assertRefused(
    [deleted(ems())],
    anUpdate({ courierCode: 'china-ems', create: false }),
    'tracking_not_found',
  );
});

test('a deleted tracking does not make the living one ambiguous', () => {
  assert.equal(existing([deleted(ems()), ups()], anUpdate()).id, ups().id);
});

test('a parcel of unknown courier does not become one that was deleted', () => {
  const known = [deleted(ems()), aTracking({ id: anId('trk', 2) })];
  assertRefused(known, anUpdate({ courierCode: 'china-ems', source: 'push' }), 'tracking_deleted');
  const { trackings } = taken(known, anUpdate({ courierCode: 'china-ems' }));
  assertIdentitiesDiffer(trackings);
});

test('a parcel made again after its deletion gets the history that its courier still tells', () => {
  const past = deleted(ems({ finalAt: deliveredAt, createdAt: deliveredAt }));
  const again = taken([past], anUpdate({ courierCode: 'china-ems' })).trackings;
  const { trackings } = taken(
    again,
    anUpdate({ courierCode: 'china-ems', source: 'poll', scans: [delivered()] }),
  );
  assert.deepEqual(
    trackings.map(({ checkpoints, deletedAt }) => [checkpoints.length, deletedAt !== null]),
    [
      [0, true],
      [1, false],
    ],
  );
});

// ── generations ─────────────────────────────────────────────────────────────────────────────────────────────────

test('a scan 90 days after a final status still belongs to the parcel', () => {
  assert.equal(existing([final()], anUpdate({ scans: [daysAfter(90)] })).id, final().id);
});

test('a scan more than 90 days after a final status opens a new generation', () => {
  const update = anUpdate({ scans: [{ ...daysAfter(90), at: daysAfter(90).at + 1 }] });
  assert.deepEqual(newTarget([final()], update), { courierCode: 'china-ems', generation: 2 });
});

test('a scan long after a status that is not final opens nothing', () => {
  assert.equal(existing([ems()], anUpdate({ scans: [daysAfter(190)] })).id, ems().id);
});

test('an update without scans means the newest generation, however old its final status', () => {
  assert.equal(existing([final()], anUpdate({ fields: { title: 'Lamp' } })).id, final().id);
});

test('a scan dated far ahead opens no new generation', () => {
  assert.equal(
    existing([final()], anUpdate({ scans: [aScan({ wall: '2099-01-01 00:00' })] })).id,
    final().id,
  );
});

test('a report with scans of both lives gives each its own', () => {
  const { trackings } = taken([final()], anUpdate({ scans: [daysAfter(-1), daysAfter(100)] }));
  assert.deepEqual(
    trackings.map(({ generation, checkpoints, revision }) => [generation, checkpoints.length, revision]),
    [
      [1, 1, 2],
      [2, 1, 1],
    ],
  );
});

for (const [what, known] of Object.entries({
  'for a number that nobody knows': [],
  'for a tracking that has heard nothing yet': [ems()],
})) {
  test(`a history with a delivery and another parcel long after it makes both at once, ${what}`, () => {
    const scans = [daysAfter(195), daysAfter(100, aState('delivered001')), daysAfter(-1), delivered()];
    const { trackings } = taken(
      known,
      anUpdate({ courierCode: 'china-ems', scans, fields: { title: 'Third' } }),
    );
    assert.deepEqual(
      trackings.map(({ generation, state, checkpoints, fields }) => [
        generation,
        state.status,
        checkpoints.length,
        fields.title,
      ]),
      [
        [1, 'delivered', 2, null],
        [2, 'delivered', 1, null],
        [3, 'transit', 1, 'Third'],
      ],
    );
  });
}

test('an update that would open more lives than a number may have is refused by name', () => {
  const all = deliveries(limits.livesPerNumberMax + 1);
  assertRefused([], anUpdate({ scans: all }), 'lives_too_many');
  assertRefused([], anUpdate({ courierCode: 'china-ems', scans: deliveries(220) }), 'lives_too_many');
  const { trackings } = taken([], anUpdate({ scans: all.slice(0, -1) }));
  assert.equal(trackings.length, limits.livesPerNumberMax);
  assertRefused(trackings, anUpdate({ scans: all.slice(-1) }), 'lives_too_many');
});

test('a number that is full still takes what is said of the parcels it has', () => {
  const scans = deliveries(limits.livesPerNumberMax);
  const { trackings } = taken([], anUpdate({ scans }));
  const others = scans.map((scan) => ({ ...scan, description: 'Handed over' }));
  const { applied } = taken(trackings, anUpdate({ scans: others }));
  assert.equal(applied.length, limits.livesPerNumberMax);
});

test('deleted parcels and those of other couriers count, also where a merchant makes another', () => {
  const known = Array.from({ length: limits.livesPerNumberMax }, (_, index) =>
    deleted(ems({ id: anId('trk', index + 1), generation: index + 1 })),
  );
  assertRefused(known, anUpdate({ courierCode: 'china-ems' }), 'lives_too_many');
  assertRefused(known, anUpdate({ courierCode: 'ups' }), 'lives_too_many');
  assert.equal(
    taken(known.slice(0, -1), anUpdate({ courierCode: 'china-ems' })).trackings.length,
    known.length,
  );
});

test('giving scans out looks at the checkpoints of each life a few times, not once for every scan', () => {
  const lives = limits.livesPerNumberMax;
  const history = [0, 1, 2].reduce<readonly Tracking[]>(
    (known, text) => taken(known, anUpdate({ scans: deliveries(lives, 10, `Text ${text}`) })).trackings,
    [],
  );
  const watched = history.map((tracking) => ({ tracking, ...counted(tracking.checkpoints) }));
  const known = watched.map(({ tracking, checkpoints }) => ({ ...tracking, checkpoints }));
  const resolution = resolve(known, anUpdate({ scans: deliveries(lives, 10, 'Another') }), () => null);
  assert.ok(resolution.ok);
  const checkpoints = known.reduce((total, tracking) => total + tracking.checkpoints.length, 0);
  assert.equal(checkpoints, lives * 30);
  const reads = watched.reduce((total, { reads }) => total + reads(), 0);
  assert.ok(reads < 40 * checkpoints, `${reads} looks at ${checkpoints} checkpoints`);
});

test('a scan long after what the origin courier calls a delivery, its hand-over, opens nothing', () => {
  const scans = [delivered(), daysAfter(120)];
  const update = anUpdate({ courierCode: 'china-ems', destinationCourierCode: 'sweden-posten', scans });
  assert.deepEqual(identities(taken([], update).trackings), ['china-ems 1']);
});

test('a scan long after a delivery by the courier that is given at both ends is of the next parcel', () => {
  const both = { courierCode: 'dhl', destinationCourierCode: 'dhl' };
  const whole = anUpdate({ ...both, scans: [delivered(), daysAfter(120)] });
  assert.deepEqual(identities(taken([], whole).trackings), ['dhl 1', 'dhl 2']);
  const { trackings } = taken([], anUpdate({ ...both, scans: [delivered()] }));
  const { trackings: later } = taken(trackings, anUpdate({ courierCode: 'dhl', scans: [daysAfter(120)] }));
  assert.deepEqual(identities(later), ['dhl 1', 'dhl 2']);
});

test('what a merchant says with scans of both lives is said of the newer one', () => {
  const scans = [daysAfter(-1), daysAfter(100)];
  const { trackings } = taken(
    [final()],
    anUpdate({ scans, fields: { title: 'Second' }, manual: aState('exception007') }),
  );
  assert.deepEqual(
    trackings.map(({ fields, manual }) => [fields.title, manual?.substatus ?? null]),
    [
      [null, null],
      ['Second', 'exception007'],
    ],
  );
});

test('a courier that goes on telling the earlier life does not make the later one delivered', () => {
  const history = [delivered(), daysAfter(100)];
  const first = taken([], anUpdate({ courierCode: 'china-ems', scans: [delivered()] })).trackings;
  const second = taken(first, anUpdate({ courierCode: 'china-ems', scans: history })).trackings;
  const third = taken(second, anUpdate({ courierCode: 'china-ems', scans: [...history, daysAfter(101)] }));
  assert.deepEqual(
    third.trackings.map(({ generation, state, checkpoints }) => [
      generation,
      state.status,
      checkpoints.length,
    ]),
    [
      [1, 'delivered', 1],
      [2, 'transit', 2],
    ],
  );
});

test('a courier asked by the id of either life opens no third one', () => {
  const history = [delivered(), daysAfter(100)];
  const first = taken([], anUpdate({ courierCode: 'china-ems', scans: [delivered()] })).trackings;
  const both = taken(first, anUpdate({ courierCode: 'china-ems', scans: history })).trackings;
  for (const { id } of both) {
    const again = taken(
      both,
      anUpdate({ trackingId: id, courierCode: 'china-ems', source: 'poll', scans: history }),
    );
    assert.deepEqual(again.trackings, both);
    assert.ok(again.applied.every(({ dirty }) => !dirty));
  }
});

test('an update by id is said of the tracking with that id, though its scans are of a later life', () => {
  const both = [final(), ems({ id: anId('trk', 2), generation: 2 })];
  const update = anUpdate({
    trackingId: final().id,
    settings: { pollAt: null, stopped: true },
    scans: [daysAfter(120)],
  });
  const { trackings } = taken(both, update);
  assert.deepEqual(
    trackings.map(({ stopped, checkpoints }) => [stopped, checkpoints.length]),
    [
      [true, 0],
      [false, 1],
    ],
  );
});

test('a parcel first heard of long after its delivery opens no generation when it is told again', () => {
  const history = [delivered(), daysAfter(120)];
  const once = taken([], anUpdate({ courierCode: 'china-ems', scans: history }));
  const twice = taken(once.trackings, anUpdate({ courierCode: 'china-ems', scans: history }));
  assert.deepEqual(twice.trackings, once.trackings);
});

test('of several targets the last is the one that the update is about', () => {
  const scans = [daysAfter(-1), daysAfter(100)];
  const byNumber = targets([final()], anUpdate({ scans }));
  assert.deepEqual(
    byNumber.map(({ kind }) => kind),
    ['existing', 'new'],
  );
  const byId = targets([final()], anUpdate({ trackingId: final().id, scans }));
  assert.deepEqual(
    byId.map(({ kind }) => kind),
    ['new', 'existing'],
  );
});

test('a number of unknown courier that is recycled gets its courier in the new life and stays told apart', () => {
  const first = taken([], anUpdate({ scans: [delivered()] })).trackings;
  const update = anUpdate({ courierCode: 'china-ems', scans: [delivered(), daysAfter(100)] });
  const second = taken(first, update).trackings;
  const third = taken(second, update).trackings;
  assert.deepEqual(
    third.map(({ generation, state }) => [generation, state.status]),
    [
      [1, 'delivered'],
      [2, 'transit'],
    ],
  );
  assertIdentitiesDiffer(third);
});

// ── builders of this file ───────────────────────────────────────────────────────────────────────────────────────

function ems(said: Partial<Tracking> = {}): Tracking {
  return aTracking({ id: anId('trk', 1), courierCode: 'china-ems', ...said });
}

function unknown(): Tracking {
  return aTracking({ id: anId('trk', 9), createdAt: testNow - 2 * dayMs });
}

function identities(trackings: readonly Tracking[]): readonly string[] {
  return trackings.map(({ courierCode, generation }) => `${courierCode} ${generation}`);
}

function ups(): Tracking {
  return aTracking({ id: anId('trk', 5), courierCode: 'ups' });
}

function final(): Tracking {
  return ems({ state: aState('delivered001'), finalAt: deliveredAt, createdAt: deliveredAt });
}

function deleted(tracking: Tracking): Tracking {
  return { ...tracking, deletedAt: testNow - dayMs };
}

function delivered(): Scan {
  return daysAfter(0, aState('delivered001'));
}

/** A scan that many days after the parcel of these tests was delivered. */
function daysAfter(days: number, state = aState('transit001')): Scan {
  const at = deliveredAt + days * dayMs;
  return aScan({ wall: new Date(at).toISOString().slice(0, 16).replace('T', ' '), ...state });
}

/** Deliveries so far apart that each is of a further parcel, each told by so many scans a minute apart. */
function deliveries(parcels: number, scansEach = 1, description = 'Delivered'): readonly Scan[] {
  return Array.from({ length: parcels * scansEach }, (_, index) => {
    const parcel = index % parcels;
    const at = testNow - (parcels - parcel) * 91 * dayMs + Math.floor(index / parcels) * 60_000;
    const wall = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    return aScan({ wall, description, ...aState('delivered001') });
  });
}

function targets(
  known: readonly Tracking[],
  update: Update,
  candidate: string | null = null,
): readonly Target[] {
  const resolution = resolve(known, update, () => candidate);
  assert.ok(resolution.ok, 'the update was refused');
  return resolution.targets;
}

function existing(known: readonly Tracking[], update: Update, candidate: string | null = null): Tracking {
  const [target, ...others] = targets(known, update, candidate);
  assert.deepEqual(others, []);
  assert.ok(target?.kind === 'existing');
  assert.deepEqual(target.scans, update.scans);
  return target.tracking;
}

function newTarget(known: readonly Tracking[], update: Update, candidate: string | null = null): object {
  const [target, ...others] = targets(known, update, candidate);
  assert.deepEqual(others, []);
  assert.ok(target?.kind === 'new');
  assert.deepEqual(target.scans, update.scans);
  return { courierCode: target.courierCode, generation: target.generation };
}

function assertRefused(known: readonly Tracking[], update: Update, code: string): void {
  const resolution = resolve(known, update, () => null);
  assert.ok(!resolution.ok, 'the update was not refused');
  assert.equal(resolution.problem.code, code);
}

function assertIdentitiesDiffer(trackings: readonly Tracking[]): void {
  const identities = trackings.map(
    ({ number, courierCode, generation }) => `${number} ${courierCode} ${generation}`,
  );
  assert.equal(new Set(identities).size, identities.length, identities.join(', '));
}
