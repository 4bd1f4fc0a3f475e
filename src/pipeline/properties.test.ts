/**
 * What holds of the pipeline whatever is reported, in whatever order. The values are few on purpose (some minutes, some
 * texts, two sides, some ids with versions, every sub-status), so that scans collide all the time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anUpdate, applied, aScan, aTracking, taken, testNow } from '../../test/support/build.ts';
import { dayMs } from '../base/durations.ts';
import { type Checkpoint, type Scan, SIDES, SOURCES } from '../domain/checkpoint.ts';
import {
  foldStatus,
  pendingState,
  rankOf,
  STATUSES,
  type State,
  SUBSTATUSES,
  type Substatus,
  statusOf,
  WEBHOOK_VERSIONS,
} from '../domain/status.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Update } from '../domain/update.ts';
import type { Change } from './apply.ts';
import { checkpointsAt, compareNewestFirst } from './merge.ts';
import { decidingCheckpoint } from './state.ts';
import { fires } from './trigger.ts';

const runs = { numRuns: 500 };
/** More than 48 hours after the arrival of everything. */
const farAhead = '2024-03-18 09:00';

const states: fc.Arbitrary<State> = fc
  .oneof(
    { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(SUBSTATUSES) as Substatus[])) },
    { weight: 4, arbitrary: fc.constantFrom<Substatus[]>('transit001', 'delivered001', 'delivered003') },
    { weight: 2, arbitrary: fc.constantFrom<Substatus[]>('exception005', 'exception010', 'undelivered002') },
  )
  .map((substatus) => ({ status: statusOf(substatus), substatus }));

const walls = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('2024-03-10 10:00', '2024-03-10 10:00:30', '2024-03-11 09:00') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('2024-03-10', '2024-03-10 10:00:00', '2024-03-12 09:00', farAhead),
  },
);

const sourceIds = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.constantFrom('a', 'b', '') },
);

/** What tells scans apart: mostly one of very few, so that most are reports of the same. */
const identities = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom<Partial<Scan>[]>(
      { side: 'origin', sourceId: null, wall: '2024-03-10 10:00', description: 'Scanned' },
      { side: 'origin', sourceId: 'a', wall: '2024-03-11 09:00', description: 'Weighed' },
      { side: 'destination', sourceId: null, wall: '2024-03-11 09:00', description: '妥投' },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      side: fc.constantFrom(...SIDES),
      sourceId: sourceIds,
      wall: walls,
      description: fc.constantFrom('Scanned', 'scanned.', 'Weighed', '妥投'),
    }),
  },
);

const scans: fc.Arbitrary<Scan> = fc
  .record({
    identity: identities,
    state: states,
    version: fc.constantFrom(0, 0, 1, 2),
    offsetMinutes: fc.constantFrom(null, null, 0, 60),
    location: fc.constantFrom(null, '', null, 'Malmö', 'MALMÖ'),
    code: fc.constantFrom(null, null, '', 'X1'),
    stated: fc.constantFrom(true, true, true, false),
    source: fc.constantFrom(...SOURCES),
    position: fc.nat(3),
  })
  .map(({ identity, state, ...said }) => aScan({ ...identity, ...said, ...state }));

const reports = fc.array(scans, { maxLength: 8 });

const details: fc.Arbitrary<Partial<Update>> = fc.record(
  {
    fields: fc.record({ title: fc.constantFrom(null, '', 'Lamp') }, { requiredKeys: [] }),
    destinationCourierCode: fc.constantFrom(null, 'sweden-posten'),
    courierCode: fc.constantFrom(null, 'china-ems'),
    settings: fc.record({ stopped: fc.boolean(), pollAt: fc.constantFrom(null, 5) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

/** Everything that can happen to a parcel but a hand. */
const updates: fc.Arbitrary<Update> = fc.oneof(
  { weight: 4, arbitrary: reports.map((reported) => anUpdate({ scans: reported })) },
  {
    weight: 2,
    arbitrary: fc.tuple(details, reports).map(([said, reported]) => anUpdate({ ...said, scans: reported })),
  },
  { weight: 1, arbitrary: fc.constant(anUpdate({ expire: true })) },
);

const updatesWithHands: fc.Arbitrary<Update> = fc.oneof(
  { weight: 3, arbitrary: updates },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.option(states), fc.array(scans, { maxLength: 2 }))
      .map(([manual, reported]) => anUpdate({ manual, scans: reported })),
  },
);

test('any order, repetition and grouping of the same scans gives the same tracking', () => {
  /** Every scan at least once, some more often, in any order and in any groups. */
  const arrivals = fc.array(scans, { minLength: 1, maxLength: 8 }).chain((said) =>
    fc.record({
      said: fc.constant(said),
      order: fc
        .array(fc.constantFrom(...said), { maxLength: 6 })
        .chain((again) =>
          fc.shuffledSubarray([...said, ...again], { minLength: said.length + again.length }),
        ),
      cuts: fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
      destinationCourierCode: fc.constantFrom(null, 'sweden-posten'),
    }),
  );
  fc.assert(
    fc.property(arrivals, ({ said, order, cuts, destinationCourierCode }) => {
      const start = applied(null, anUpdate({ destinationCourierCode })).tracking;
      const atOnce = applied(start, anUpdate({ scans: said })).tracking;
      const inGroups = groups(order, cuts).reduce(
        (tracking, group) => applied(tracking, anUpdate({ scans: group })).tracking,
        start,
      );
      assert.deepEqual(essence(inGroups), essence(atOnce));
    }),
    { numRuns: 2000 },
  );
});

test('a final status never falls to a lower rank by scans, whatever arrives', () => {
  fc.assert(
    fc.property(fc.array(updates, { maxLength: 10 }), (sequence) => {
      walk(sequence, (before, after) => {
        assert.ok(rankOf(after.reported) >= rankOf(before.reported));
        assert.ok(rankOf(after.state) >= rankOf(before.state));
      });
    }),
    runs,
  );
});

test('what a hand set is the state, and the rank of what was reported still does not fall', () => {
  fc.assert(
    fc.property(fc.array(updatesWithHands, { maxLength: 10 }), (sequence) => {
      walk(sequence, (before, after) => {
        if (after.manual !== null) assert.deepEqual(after.state, after.manual);
        assert.ok(rankOf(after.reported) >= rankOf(before.reported));
        assert.equal(after.finalAt !== null, rankOf(after.manual ?? after.reported) > 0);
      });
    }),
    runs,
  );
});

test('taking a hand-set status back leaves what would be there without it', () => {
  const said = fc.record({ earlier: reports, manual: states, later: reports });
  fc.assert(
    fc.property(said, ({ earlier, manual, later }) => {
      const sequence = [
        anUpdate({ scans: earlier }),
        anUpdate({ manual }),
        anUpdate({ scans: later }),
        anUpdate({ manual: null }),
      ];
      const without = [anUpdate({ scans: earlier }), anUpdate({ scans: later })];
      assert.deepEqual(essence(walk(sequence)), essence(walk(without)));
    }),
    runs,
  );
});

test('an update applied twice changes nothing the second time', () => {
  fc.assert(
    fc.property(fc.array(updatesWithHands, { maxLength: 4 }), updatesWithHands, (sequence, last) => {
      const once = applied(walk(sequence), last).tracking;
      const twice = applied(once, last);
      assert.equal(twice.tracking, once);
      assert.equal(twice.dirty, false);
      assert.equal(twice.change, null);
    }),
    runs,
  );
});

test('the revision grows by one with every change and not otherwise', () => {
  fc.assert(
    fc.property(fc.array(updatesWithHands, { maxLength: 10 }), (sequence) => {
      walk(sequence, (before, after, change, expectedWrites) => {
        assert.equal(after.revision, before.revision + (change === null ? 0 : 1));
        assert.equal(expectedWrites, before.writes);
        assert.ok(after.writes >= before.writes + (change === null ? 0 : 1));
        if (change === null) {
          assert.deepEqual(essence(after), essence(before));
          assert.deepEqual(after.state, before.state);
          assert.deepEqual(after.fields, before.fields);
          return;
        }
        assert.deepEqual(change.from, before.state);
        assert.deepEqual(change.to, after.state);
        assert.ok(change.late >= 0 && change.late <= change.added);
        if (change.kind === 'checkpoint') assert.ok(change.added > 0);
      });
    }),
    runs,
  );
});

test('the checkpoints at a revision are those that were visible after it', () => {
  fc.assert(
    fc.property(fc.array(updatesWithHands, { maxLength: 10 }), (sequence) => {
      const seen = new Map<number, readonly Checkpoint[]>([[1, []]]);
      const last = walk(sequence, (_, after) => {
        seen.set(after.revision, visible(after));
      });
      for (const [revision, checkpoints] of seen) {
        assert.deepEqual(checkpointsAt(last.checkpoints, revision).map(holding), checkpoints);
      }
    }),
    runs,
  );
});

test('checkpoints are always newest first, and none is there twice', () => {
  fc.assert(
    fc.property(fc.array(updates, { maxLength: 10 }), (sequence) => {
      const { checkpoints } = walk(sequence);
      for (const [index, checkpoint] of checkpoints.entries()) {
        const next = checkpoints[index + 1];
        if (next !== undefined) assert.ok(compareNewestFirst(checkpoint, next) < 0);
      }
    }),
    runs,
  );
});

test('newest first is a total order, in which only scans of the same content are equal', () => {
  fc.assert(
    fc.property(scans, scans, scans, (a, b, c) => {
      assert.equal(compareNewestFirst(a, a), 0);
      assert.equal(Math.sign(compareNewestFirst(a, b)) + Math.sign(compareNewestFirst(b, a)), 0);
      if (compareNewestFirst(a, b) <= 0 && compareNewestFirst(b, c) <= 0)
        assert.ok(compareNewestFirst(a, c) <= 0);
      if (compareNewestFirst(a, b) === 0) assert.deepEqual(content(a), content(b));
      if (a.at > b.at) assert.ok(compareNewestFirst(a, b) < 0);
    }),
    { numRuns: 5000 },
  );
});

const triggers = fc.record({
  version: fc.constantFrom(...WEBHOOK_VERSIONS),
  statuses: fc.oneof(
    fc.constant('all' as const),
    fc.subarray(STATUSES.filter((status) => status !== 'pending')),
  ),
});

test('a change of status fires exactly when the folded status is another than before and selected', () => {
  fc.assert(
    fc.property(
      triggers,
      fc.array(updatesWithHands, { maxLength: 10 }),
      ({ version, statuses }, sequence) => {
        walk(sequence, (before, after, change) => {
          const from = foldStatus(version, before.state.status);
          const to = foldStatus(version, after.state.status);
          const selected =
            statuses === 'all'
              ? to !== 'pending'
              : statuses.some((status) => foldStatus(version, status) === to);
          const fired = change !== null && fires({ version, statuses, firesOn: 'status_change' }, change);
          assert.equal(fired, from !== to && selected);
        });
      },
    ),
    runs,
  );
});

test('however scans are split into updates, together they fire for the net change, and once for each turn', () => {
  const said = fc.record({
    earlier: reports,
    later: reports,
    cuts: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  });
  fc.assert(
    fc.property(triggers, said, ({ version, statuses }, { earlier, later, cuts }) => {
      const trigger = { version, statuses, firesOn: 'status_change' } as const;
      const start = walk([anUpdate({ scans: earlier })]);
      const merged = applied(start, anUpdate({ scans: later }));
      const turns: string[] = [foldStatus(version, start.state.status)];
      let tracking = start;
      let fired = 0;
      for (const group of groups(later, cuts)) {
        const step = applied(tracking, anUpdate({ scans: group }));
        tracking = step.tracking;
        const status = foldStatus(version, tracking.state.status);
        const turned = status !== turns.at(-1);
        if (turned) turns.push(status);
        const firing = step.change !== null && fires(trigger, step.change);
        if (!turned) assert.ok(!firing);
        if (firing) fired++;
      }
      assert.deepEqual(tracking.state, merged.tracking.state);
      const net = merged.change !== null && fires(trigger, merged.change);
      if (net) assert.ok(fired > 0, 'what fires for all at once fires for some part');
      if (turns.length === 1) assert.ok(!net && fired === 0);
      assert.ok(fired <= turns.length - 1);
    }),
    runs,
  );
});

test('every_update fires whenever status_change does, and never for a parcel that only learns what is late', () => {
  fc.assert(
    fc.property(triggers, fc.array(updatesWithHands, { maxLength: 10 }), (trigger, sequence) => {
      walk(sequence, (_before, _after, change) => {
        if (change === null) return;
        const onChange = fires({ ...trigger, firesOn: 'status_change' }, change);
        const onUpdate = fires({ ...trigger, firesOn: 'every_update' }, change);
        if (onChange) assert.ok(onUpdate);
        if (change.kind === 'checkpoint' && change.late === change.added) assert.ok(!onUpdate);
        if (change.kind === 'details') assert.ok(!onUpdate);
      });
    }),
    runs,
  );
});

test('a report of a recycled number taken twice changes nothing the second time, and no identity is there twice', () => {
  /** Scans over two years, of one courier, with deliveries among them. */
  const history = fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 14 }),
      substatus: fc.constantFrom<Substatus[]>('transit001', 'delivered001'),
    }),
    { maxLength: 4 },
  );
  const report = fc.record({
    history,
    courierCode: fc.constantFrom(null, 'china-ems'),
    source: fc.constantFrom('push' as const, 'api' as const),
  });
  fc.assert(
    fc.property(fc.array(report, { minLength: 1, maxLength: 5 }), (all) => {
      let trackings: readonly Tracking[] = [];
      for (const { history: told, courierCode, source } of all) {
        const reported = told.map(({ day, substatus }) => longAgo(day, substatus));
        const update = anUpdate({ courierCode, source, scans: reported });
        trackings = taken(trackings, update).trackings;
        const again = taken(trackings, update);
        assert.deepEqual(again.trackings, trackings);
        assert.ok(again.applied.every(({ dirty }) => !dirty));
        const identities = trackings.map((tracking) => `${tracking.courierCode} ${tracking.generation}`);
        assert.equal(new Set(identities).size, identities.length);
      }
    }),
    { numRuns: 1000 },
  );
});

test('a history cut anywhere makes the same parcels as one that comes at once, whatever the order within a report', () => {
  /** Scans over two years, so that lives end and begin among them. */
  const scan = fc.record({
    day: fc.integer({ min: 0, max: 16 }),
    substatus: fc.constantFrom<Substatus[]>('transit001', 'transit001', 'delivered001', 'exception010'),
    side: fc.constantFrom(...SIDES),
    sourceId: fc.constantFrom(null, null, 'a'),
    version: fc.nat(1),
  });
  type Told = typeof told extends fc.Arbitrary<infer Value> ? Value : never;
  const told = fc.record({
    history: fc.array(scan, { minLength: 1, maxLength: 7 }),
    cuts: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    shuffle: fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
    known: fc.constantFrom<(readonly Tracking[])[]>(
      [],
      [aTracking({ courierCode: 'china-ems' })],
      [aTracking({ courierCode: null })],
      [aTracking({ courierCode: 'china-ems', deletedAt: testNow })],
    ),
    said: fc.record({
      courierCode: fc.constant('china-ems'),
      destinationCourierCode: fc.constantFrom(undefined, null, 'sweden-posten'),
    }),
    byId: fc.boolean(),
  });
  /** The scan that ended a life is corrected in the same report that tells of the next life. */
  const aCorrectedEnd: Told = {
    history: [
      { day: 6, substatus: 'exception010', side: 'origin', sourceId: null, version: 0 },
      { day: 8, substatus: 'exception010', side: 'origin', sourceId: 'a', version: 0 },
      { day: 9, substatus: 'transit001', side: 'origin', sourceId: 'a', version: 1 },
      { day: 10, substatus: 'transit001', side: 'origin', sourceId: null, version: 0 },
    ],
    cuts: [false, false, true, false, false, false, false],
    shuffle: [0, 0, 0, 0, 0, 0, 0],
    known: [],
    said: { courierCode: 'china-ems', destinationCourierCode: undefined },
    byId: false,
  };
  let several = 0;
  fc.assert(
    fc.property(told, ({ history, cuts, shuffle, known, said, byId }) => {
      const trackingId = (byId && known.find(({ deletedAt }) => deletedAt === null)?.id) || null;
      const all = history
        .map(({ day, substatus, ...rest }) => ({ ...longAgo(day, substatus), ...rest }))
        .toSorted((a, b) => compareNewestFirst(b, a));
      const mixed = all.toSorted((a, b) => (shuffle[all.indexOf(a)] ?? 0) - (shuffle[all.indexOf(b)] ?? 0));
      const atOnce = taken(known, anUpdate({ ...said, trackingId, scans: mixed })).trackings;
      const inParts = groups(all, cuts).reduce(
        (trackings, group) => taken(trackings, anUpdate({ ...said, trackingId, scans: group })).trackings,
        known,
      );
      assert.deepEqual(inParts.map(lifeOf), atOnce.map(lifeOf));
      if (atOnce.length > known.length + 1) several++;
    }),
    { numRuns: 3000, examples: [[aCorrectedEnd]] },
  );
  assert.ok(several > 100, 'lives end and begin within one report');
});

/** Runs the updates over a pending tracking and calls `step` after each. */
function walk(
  sequence: readonly Update[],
  step: (before: Tracking, after: Tracking, change: Change | null, expectedWrites: number) => void = () => {},
): Tracking {
  return sequence.reduce<Tracking>((before, update) => {
    const { tracking, change, expectedWrites } = applied(before, update);
    step(before, tracking, change, expectedWrites);
    return tracking;
  }, aTracking());
}

/** The list cut wherever it is said; no group is empty. */
function groups(list: readonly Scan[], cuts: readonly boolean[]): readonly (readonly Scan[])[] {
  const cut: Scan[][] = [];
  for (const [index, scan] of list.entries()) {
    if (index === 0 || cuts[index]) cut.push([]);
    cut.at(-1)?.push(scan);
  }
  return cut;
}

/** What must not depend on order: all but who said it first, at which place and when. */
function essence(tracking: Tracking) {
  const deciding = decidingCheckpoint(tracking);
  return {
    checkpoints: visible(tracking).map(content),
    state: tracking.state,
    reported: tracking.reported,
    finalAt: tracking.finalAt,
    deciding: deciding && content(deciding),
  };
}

/** Who a parcel is, and what must not depend on how it was told. */
function lifeOf(tracking: Tracking) {
  const { id, courierCode, destinationCourierCode, generation, deletedAt } = tracking;
  return { id, courierCode, destinationCourierCode, generation, deletedAt, ...essence(tracking) };
}

function visible({ checkpoints }: Tracking): readonly Checkpoint[] {
  return checkpoints.filter((checkpoint) => checkpoint.replacedIn === null);
}

/** As it was before anything replaced it. */
function holding(checkpoint: Checkpoint): Checkpoint {
  return { ...checkpoint, replacedIn: null };
}

function content(scan: Scan | Checkpoint) {
  const { addedIn, replacedIn, source, position, ...rest } = scan as Checkpoint;
  return rest;
}

function longAgo(step: number, substatus: Substatus): Scan {
  const at = testNow - 700 * dayMs + step * 45 * dayMs;
  return aScan({ wall: new Date(at).toISOString().slice(0, 16).replace('T', ' '), substatus });
}

test('the values of these tests reach what they are about', () => {
  const said = fc
    .sample(fc.array(updatesWithHands, { maxLength: 10 }), 300)
    .map((sequence) => walk(sequence));
  const all = said.flatMap(({ checkpoints }) => checkpoints);
  assert.ok(
    all.some(({ replacedIn }) => replacedIn !== null),
    'corrections',
  );
  assert.ok(
    all.some(({ ahead }) => ahead),
    'scans far ahead',
  );
  assert.ok(
    said.some(({ manual }) => manual !== null),
    'hands',
  );
  assert.ok(
    said.some(({ expiredAt }) => expiredAt !== null),
    'expiry',
  );
  assert.ok(
    said.some(({ reported }) => rankOf(reported) === 2),
    'returned',
  );
  assert.ok(
    said.some(({ state }) => state.status === pendingState.status),
    'pending',
  );
});
