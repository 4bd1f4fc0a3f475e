import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  anId,
  anUpdate,
  applied,
  aScan,
  aState,
  aTracking,
  testNow,
  trackingAfter,
} from '../../test/support/build.ts';
import { dayMs } from '../base/durations.ts';
import type { Scan } from '../domain/checkpoint.ts';
import { limits } from '../domain/limits.ts';
import { pendingState } from '../domain/status.ts';
import { trackingFieldNames } from '../domain/tracking.ts';
import { emptyUpdate, type Update } from '../domain/update.ts';
import { apply } from './apply.ts';
import { decidingCheckpoint } from './state.ts';

// ── registering and reporting ───────────────────────────────────────────────────────────────────────────────────

test('registering a number gives a pending tracking at revision 1 and an event of kind details', () => {
  const { tracking, change, dirty, expectedWrites } = applied(null, anUpdate({ courierCode: 'china-ems' }));
  assert.equal(tracking.courierCode, 'china-ems');
  assert.equal(tracking.revision, 1);
  assert.deepEqual(tracking.state, pendingState);
  assert.deepEqual(change, { kind: 'details', from: pendingState, to: pendingState, added: 0, late: 0 });
  assert.equal(expectedWrites, 0);
  assert.equal(dirty, true);
});

test('the first scan moves a parcel out of pending', () => {
  const { tracking, change } = applied(aTracking(), reports(10, 'transit001'));
  assert.deepEqual(tracking.state, aState('transit001'));
  assert.deepEqual(tracking.reported, aState('transit001'));
  assert.deepEqual(change, {
    kind: 'status',
    from: pendingState,
    to: aState('transit001'),
    added: 1,
    late: 0,
  });
});

test('an update that says nothing new hands the same tracking back', () => {
  const tracking = trackingAfter(reports(10, 'transit001'));
  const again = applied(tracking, reports(10, 'transit001'));
  assert.equal(again.tracking, tracking);
  assert.equal(again.change, null);
  assert.equal(again.dirty, false);
  assert.equal(again.expectedWrites, tracking.revision);
});

test('one update with many scans is one revision and one change', () => {
  const scans = [scan(10, 'transit001'), scan(11, 'pickup001'), scan(12, 'delivered001')];
  const { tracking, change, expectedWrites } = applied(aTracking({ revision: 7 }), anUpdate({ scans }));
  assert.equal(expectedWrites, 7);
  assert.equal(tracking.revision, 8);
  assert.deepEqual(change, {
    kind: 'status',
    from: pendingState,
    to: aState('delivered001'),
    added: 3,
    late: 0,
  });
});

test('the kind of a change is the greatest thing that changed', () => {
  const tracking = trackingAfter(reports(10, 'transit001'));
  assert.equal(applied(tracking, reports(11, 'pickup001')).change?.kind, 'status');
  assert.equal(applied(tracking, reports(11, 'transit002')).change?.kind, 'substatus');
  assert.equal(applied(tracking, reports(11, 'transit001')).change?.kind, 'checkpoint');
  assert.equal(applied(tracking, anUpdate({ fields: { title: 'Lamp' } })).change?.kind, 'details');
  const both = anUpdate({ fields: { title: 'Lamp' }, scans: [scan(11, 'transit001')] });
  assert.equal(applied(tracking, both).change?.kind, 'checkpoint');
});

test('fields that were not given stay, and a given null clears', () => {
  const tracking = trackingAfter(
    anUpdate({ fields: { title: 'Lamp', orderId: '7' } }),
    anUpdate({ fields: { title: null } }),
  );
  assert.equal(tracking.fields.title, null);
  assert.equal(tracking.fields.orderId, '7');
});

test('settings alone make neither a revision nor an event, and are written', () => {
  const before = trackingAfter(reports(10, 'transit001'));
  const update = anUpdate({ settings: { stopped: true, pollAt: null }, receivedAt: testNow + 1 });
  const { tracking, change, dirty } = applied(before, update);
  assert.equal(tracking.stopped, true);
  assert.equal(tracking.revision, before.revision);
  assert.equal(tracking.updatedAt, before.updatedAt);
  assert.equal(change, null);
  assert.equal(dirty, true);
});

test('a tracking that would hold too many checkpoints takes nothing of the update', () => {
  const scans = Array.from({ length: limits.checkpointsPerTrackingMax }, (_, index) =>
    aScan({ sourceId: `s${index}` }),
  );
  const full = trackingAfter(anUpdate({ scans }));
  const target = {
    kind: 'existing',
    tracking: full,
    generation: 1,
    scans: [aScan({ sourceId: 'one more' })],
    takes: 'everything',
  } as const;
  const refused = apply(target, anUpdate(), () => anId('trk'));
  assert.ok(!refused.ok);
  assert.equal(refused.problem.code, 'checkpoints_too_many');
  assert.equal(applied(full, anUpdate({ scans })).dirty, false);
});

test('a stopped tracking is not asked again, whatever an asking that was under way says of the next', () => {
  const asked = applied(
    aTracking({ courierCode: 'sandbox', pollAt: 1 }),
    anUpdate({ settings: { pollAt: 5 } }),
  );
  assert.equal(asked.tracking.pollAt, 5);
  const stopped = applied(asked.tracking, anUpdate({ settings: { stopped: true, pollAt: null } }));
  const late = applied(stopped.tracking, anUpdate({ source: 'poll', settings: { pollAt: 9 } }));
  assert.deepEqual([late.tracking, late.dirty], [stopped.tracking, false]);
  const resumed = applied(stopped.tracking, anUpdate({ settings: { stopped: false, pollAt: 9 } }));
  assert.equal(resumed.tracking.pollAt, 9);
});

test('a target for its scans only hears nothing else of the update, one that is carried on hears by whom', () => {
  const tracking = aTracking({ courierCode: null });
  const said = anUpdate({
    courierCode: 'ups',
    destinationCourierCode: 'sweden-posten',
    fields: { title: 'Lamp' },
    manual: aState('delivered001'),
    settings: { archived: true },
  });
  const scans = [scan(10, 'transit001')];
  const target = { kind: 'existing', tracking, generation: 1, scans } as const;
  const application = apply({ ...target, takes: 'scans' }, said, () => anId('trk'));
  assert.ok(application.ok);
  const expected = applied(tracking, { ...said, ...emptyUpdate, scans });
  assert.deepEqual(application.tracking, expected.tracking);
  assert.equal(application.tracking.fields.title, null);

  const carried = apply({ ...target, takes: 'couriers' }, said, () => anId('trk'));
  assert.ok(carried.ok);
  const { courierCode, destinationCourierCode } = said;
  assert.deepEqual(carried.tracking, {
    ...expected.tracking,
    ...{ courierCode, destinationCourierCode },
  });
});

// ── late scans and corrections ──────────────────────────────────────────────────────────────────────────────────

test('a late scan enters the history and changes nothing else', () => {
  const before = trackingAfter(reports(12, 'pickup001'));
  const { tracking, change } = applied(before, reports(10, 'exception005'));
  assert.equal(tracking.checkpoints.length, 2);
  assert.deepEqual(tracking.state, before.state);
  assert.deepEqual(change, { kind: 'checkpoint', from: before.state, to: before.state, added: 1, late: 1 });
});

test('a scan at the very instant of the newest is not late', () => {
  const before = trackingAfter(reports(12, 'transit001'));
  const { change } = applied(
    before,
    anUpdate({ scans: [{ ...scan(12, 'transit001'), description: 'Weighed' }] }),
  );
  assert.equal(change?.late, 0);
});

test('a scan older than what the other side told is late, though the first of its own', () => {
  const before = trackingAfter(reports(12, 'transit001'));
  const { tracking, change } = applied(before, destinationReports(10, 'transit004'));
  assert.deepEqual([change?.added, change?.late], [1, 1]);
  assert.deepEqual([tracking.state, tracking.newsAt], [before.state, before.newsAt]);
  const { change: next } = applied(tracking, destinationReports(13, 'transit004'));
  assert.equal(next?.late, 0);
});

test('a scan that decides is news, though the other side told of a later time', () => {
  const before = trackingAfter(reports(12, 'undelivered002'), destinationReports(10, 'exception005'));
  const damaged = { ...scan(11, 'exception005'), side: 'destination', description: 'Damaged' } as const;
  const { tracking, change } = applied(before, anUpdate({ scans: [damaged] }));
  assert.deepEqual([change?.kind, change?.added, change?.late], ['checkpoint', 1, 0]);
  assert.equal(decidingCheckpoint(tracking)?.description, 'Damaged');
});

test('a correction of the newest scan is news, a correction of an older one is late', () => {
  const before = trackingAfter(anUpdate({ scans: [versioned(10, 1), versioned(12, 1)] }));
  assert.equal(applied(before, anUpdate({ scans: [versioned(12, 2)] })).change?.late, 0);
  assert.equal(applied(before, anUpdate({ scans: [versioned(10, 2)] })).change?.late, 1);
});

test('a scan dated far ahead is late, whatever it says', () => {
  const before = trackingAfter(reports(10, 'transit001'));
  const { tracking, change } = applied(before, anUpdate({ scans: [scan(28, 'delivered001')] }));
  assert.deepEqual(tracking.state, aState('transit001'));
  assert.equal(tracking.finalAt, null);
  assert.deepEqual([change?.kind, change?.added, change?.late], ['checkpoint', 1, 1]);
});

test('a correction may change the status', () => {
  const wrong = aScan({ sourceId: 's1', version: 1, ...aState('exception007') });
  const right = aScan({ sourceId: 's1', version: 2, ...aState('transit002') });
  const { tracking, change } = applied(
    trackingAfter(anUpdate({ scans: [wrong] })),
    anUpdate({ scans: [right] }),
  );
  assert.deepEqual(tracking.state, aState('transit002'));
  assert.equal(change?.kind, 'status');
});

test('a correction does not take delivered back', () => {
  const wrong = aScan({ sourceId: 's1', version: 1, ...aState('delivered001') });
  const right = aScan({ sourceId: 's1', version: 2, ...aState('transit002') });
  const tracking = trackingAfter(anUpdate({ scans: [wrong] }), anUpdate({ scans: [right] }));
  assert.deepEqual(tracking.state, aState('delivered001'));
  assert.deepEqual(
    trackingAfter(anUpdate({ scans: [right] }), anUpdate({ scans: [wrong] })).state,
    tracking.state,
  );
});

test('an outdated version that said delivered decides, and is still not news', () => {
  const right = { ...scan(10, 'transit001'), sourceId: 's1', version: 2 };
  const wrong = { ...scan(12, 'delivered001'), sourceId: 's1', version: 1 };
  const { tracking, change } = applied(
    trackingAfter(anUpdate({ scans: [right] })),
    anUpdate({ scans: [wrong] }),
  );
  assert.deepEqual(tracking.state, aState('delivered001'));
  assert.deepEqual([change?.added, change?.late], [1, 1]);
});

// ── final ───────────────────────────────────────────────────────────────────────────────────────────────────────

test('a final status has the instant of the scan that made it final', () => {
  const tracking = trackingAfter(
    reports(10, 'transit001'),
    reports(11, 'delivered001'),
    reports(13, 'transit001'),
  );
  assert.equal(tracking.finalAt, scan(11, 'delivered001').at);
});

test('returned takes the place of delivered, and delivered not that of returned', () => {
  assert.deepEqual(
    trackingAfter(reports(10, 'delivered001'), reports(9, 'exception011')).state,
    aState('exception011'),
  );
  assert.deepEqual(
    trackingAfter(reports(9, 'exception010'), reports(10, 'delivered001')).state,
    aState('exception010'),
  );
});

test('a destination courier that becomes known after the origin courier delivered takes nothing back', () => {
  const before = trackingAfter(reports(10, 'delivered001'));
  const { tracking, change } = applied(before, anUpdate({ destinationCourierCode: 'sweden-posten' }));
  assert.deepEqual(tracking.state, aState('delivered001'));
  assert.deepEqual(tracking.reported, aState('delivered001'));
  assert.equal(tracking.finalAt, before.finalAt);
  assert.equal(change?.kind, 'details');
  assert.equal(decidingCheckpoint(tracking)?.substatus, 'delivered001');
});

test('delivered by the origin courier is transit while the destination courier is known', () => {
  const destined = anUpdate({ destinationCourierCode: 'sweden-posten' });
  const handedOver = trackingAfter(destined, reports(10, 'delivered001'));
  assert.deepEqual(handedOver.state, aState('transit001'));
  assert.equal(handedOver.finalAt, null);
  const arrived = applied(
    handedOver,
    anUpdate({ scans: [{ ...scan(12, 'delivered003'), side: 'destination' }] }),
  ).tracking;
  assert.deepEqual(arrived.state, aState('delivered003'));
});

test('delivered by a courier that is given at both ends is delivered, whenever either end is told', () => {
  const both = { courierCode: 'dhl', destinationCourierCode: 'dhl' };
  const delivered = reports(10, 'delivered001');
  const origin = anUpdate({ courierCode: 'dhl' });
  const destination = anUpdate({ destinationCourierCode: 'dhl' });
  for (const tracking of [
    trackingAfter(anUpdate(both), delivered),
    trackingAfter(origin, destination, delivered),
    trackingAfter(origin, delivered, destination),
    trackingAfter(anUpdate(), anUpdate(both), delivered),
  ]) {
    assert.deepEqual([tracking.courierCode, tracking.destinationCourierCode], ['dhl', 'dhl']);
    assert.deepEqual(tracking.state, aState('delivered001'));
    assert.equal(tracking.finalAt, scan(10, 'delivered001').at);
    assert.equal(decidingCheckpoint(tracking)?.substatus, 'delivered001');
  }
});

test('a destination courier that turns out not to exist makes the hand-over a delivery', () => {
  const destined = anUpdate({ destinationCourierCode: 'sweden-posten' });
  const tracking = trackingAfter(
    destined,
    reports(10, 'delivered001'),
    anUpdate({ destinationCourierCode: null }),
  );
  assert.deepEqual(tracking.state, aState('delivered001'));
  assert.equal(tracking.finalAt, scan(10, 'delivered001').at);
});

test('a parcel that stays delivered agrees with the scan that it tells as the last event', () => {
  const destined = anUpdate({ destinationCourierCode: 'sweden-posten' });
  const scans = [reports(10, 'delivered001'), reports(12, 'delivered003')] as const;
  for (const [first, second] of [scans, scans.toReversed() as unknown as typeof scans]) {
    const tracking = trackingAfter(first, destined, second);
    assert.deepEqual(tracking.reported, aState('delivered003'));
    assert.equal(decidingCheckpoint(tracking)?.substatus, 'delivered003');
    assert.equal(tracking.finalAt, scan(12, 'delivered003').at);
  }
});

// ── courier ─────────────────────────────────────────────────────────────────────────────────────────────────────

test('an unknown courier becomes known in place, as a change of details', () => {
  const { tracking, change } = applied(aTracking(), anUpdate({ courierCode: 'china-ems' }));
  assert.equal(tracking.courierCode, 'china-ems');
  assert.equal(change?.kind, 'details');
});

test('a known courier is not replaced', () => {
  const { tracking, dirty } = applied(
    aTracking({ courierCode: 'china-ems' }),
    anUpdate({ courierCode: 'ups' }),
  );
  assert.equal(tracking.courierCode, 'china-ems');
  assert.equal(dirty, false);
});

// ── set by hand ─────────────────────────────────────────────────────────────────────────────────────────────────

test('a status set by hand outranks everything that couriers report', () => {
  const tracking = trackingAfter(
    reports(10, 'delivered001'),
    byHand('exception007'),
    reports(12, 'exception010'),
  );
  assert.deepEqual(tracking.state, aState('exception007'));
  assert.deepEqual(tracking.reported, aState('exception010'));
});

test('a status set by hand is a change of status, and so is taking it back', () => {
  const before = trackingAfter(reports(10, 'transit001'));
  const set = applied(before, byHand('delivered001'));
  assert.deepEqual(set.change, {
    kind: 'status',
    from: aState('transit001'),
    to: aState('delivered001'),
    added: 0,
    late: 0,
  });
  const back = applied(set.tracking, anUpdate({ manual: null }));
  assert.deepEqual(back.change, {
    kind: 'status',
    from: aState('delivered001'),
    to: aState('transit001'),
    added: 0,
    late: 0,
  });
});

test('taking a hand-set status back gives what the couriers say by now', () => {
  const tracking = trackingAfter(
    reports(10, 'transit001'),
    byHand('exception007'),
    reports(12, 'delivered003'),
  );
  const back = applied(tracking, anUpdate({ manual: null })).tracking;
  assert.deepEqual(back.state, aState('delivered003'));
  assert.equal(back.finalAt, scan(12, 'delivered003').at);
  assert.equal(back.manual, null);
});

test('a parcel delivered by hand is final since then, and no more once that is taken back', () => {
  const set = trackingAfter(reports(10, 'transit001'), {
    ...byHand('delivered001'),
    receivedAt: testNow + 5,
  });
  assert.equal(set.finalAt, testNow + 5);
  assert.equal(applied(set, anUpdate({ manual: null })).tracking.finalAt, null);
});

test('a parcel set in transit by hand is not final, though it was reported delivered', () => {
  assert.equal(trackingAfter(reports(10, 'delivered001'), byHand('transit001')).finalAt, null);
});

test('a status set by hand to what it is already holds all the same, as a change of details', () => {
  const before = trackingAfter(reports(10, 'transit001'));
  const { tracking, change } = applied(before, byHand('transit001'));
  assert.deepEqual(tracking.manual, aState('transit001'));
  assert.equal(change?.kind, 'details');
  assert.equal(tracking.revision, before.revision + 1);
  assert.deepEqual(applied(tracking, reports(12, 'delivered001')).tracking.state, aState('transit001'));
});

test('a hand-set status that is taken back when couriers agree with it does not hold any more', () => {
  const set = trackingAfter(reports(10, 'transit001'), byHand('delivered001'), reports(12, 'delivered001'));
  const { tracking, change } = applied(set, anUpdate({ manual: null }));
  assert.equal(tracking.manual, null);
  assert.equal(change?.kind, 'details');
  assert.equal(tracking.finalAt, scan(12, 'delivered001').at);
  assert.deepEqual(applied(tracking, reports(13, 'exception010')).tracking.state, aState('exception010'));
});

test('the same status set by hand twice changes nothing the second time', () => {
  const tracking = trackingAfter(reports(10, 'transit001'), byHand('exception007'));
  assert.equal(applied(tracking, byHand('exception007')).tracking, tracking);
});

// ── expiry ──────────────────────────────────────────────────────────────────────────────────────────────────────

test('a parcel without news expires', () => {
  const { tracking, change } = applied(trackingAfter(reports(10, 'transit001')), expiry());
  assert.deepEqual(tracking.state, aState('expired001'));
  assert.deepEqual(tracking.reported, aState('transit001'));
  assert.equal(tracking.expiredAt, testNow + 40 * dayMs);
  assert.equal(tracking.newsAt, testNow);
  assert.equal(change?.kind, 'status');
});

test('a parcel that nothing was ever heard of stays pending and says for how long', () => {
  const { tracking, change } = applied(aTracking(), expiry());
  assert.deepEqual(tracking.state, aState('pending005'));
  assert.equal(change?.kind, 'substatus');
});

test('a parcel does not expire twice', () => {
  const tracking = trackingAfter(reports(10, 'transit001'), expiry());
  const again = applied(tracking, { ...expiry(), receivedAt: testNow + 80 * dayMs });
  assert.equal(again.tracking, tracking);
});

test('an expired parcel keeps the time it expired at', () => {
  const expired = trackingAfter(reports(10, 'transit001'), expiry());
  const later = anUpdate({ expire: true, fields: { title: 'Lamp' }, receivedAt: testNow + 80 * dayMs });
  assert.equal(applied(expired, later).tracking.expiredAt, expired.expiredAt);
});

test('a delivered or returned parcel does not expire', () => {
  for (const substatus of ['delivered001', 'exception011'] as const) {
    const tracking = trackingAfter(reports(10, substatus));
    assert.equal(applied(tracking, expiry()).tracking, tracking);
  }
});

test('news ends expiry', () => {
  const expired = trackingAfter(reports(10, 'transit001'), expiry());
  const { tracking, change } = applied(expired, reports(12, 'transit001'));
  assert.deepEqual(tracking.state, aState('transit001'));
  assert.equal(tracking.expiredAt, null);
  assert.deepEqual([change?.kind, change?.from.status, change?.to.status], ['status', 'expired', 'transit']);
});

test('a late scan, a scan dated far ahead and a known one do not end expiry and are not news', () => {
  const expired = trackingAfter(reports(10, 'transit001'), expiry());
  for (const day of [9, 10, 28]) {
    const update = anUpdate({ scans: [scan(day, 'transit001')], receivedAt: testNow + 1 });
    const { tracking } = applied(expired, update);
    assert.deepEqual(tracking.state, aState('expired001'), String(day));
    assert.equal(tracking.newsAt, expired.newsAt);
  }
});

test('a parcel that is followed again is as it was, and its thirty days begin anew', () => {
  const tracking = trackingAfter(reports(10, 'transit001'), anUpdate({ expire: true }));
  assert.equal(tracking.state.status, 'expired');
  const receivedAt = testNow + 5 * dayMs;
  const { tracking: revived, change } = applied(tracking, anUpdate({ revive: true, receivedAt }));
  assert.deepEqual(
    [revived.state, revived.expiredAt, revived.newsAt],
    [aState('transit001'), null, receivedAt],
  );
  assert.equal(change?.kind, 'status');
});

test('a courier that is changed on purpose is another, and what was known of the parcel stays', () => {
  const tracking = trackingAfter(anUpdate({ courierCode: 'ups' }), reports(10, 'transit001'));
  const { tracking: changed, change } = applied(tracking, anUpdate({ newCourierCode: 'dhl' }));
  assert.deepEqual([changed.courierCode, changed.checkpoints], ['dhl', tracking.checkpoints]);
  assert.equal(change?.kind, 'details');
});

test('every field of a parcel can be said, and is a change', () => {
  const tracking = trackingAfter(anUpdate());
  for (const name of trackingFieldNames) {
    const { tracking: changed, change } = applied(tracking, anUpdate({ fields: { [name]: 'x' } }));
    assert.deepEqual([changed.fields[name], change?.kind], ['x', 'details'], name);
  }
});

test('a merchant that edits an expired parcel does not revive it', () => {
  const expired = trackingAfter(reports(10, 'transit001'), expiry());
  assert.deepEqual(
    applied(expired, anUpdate({ fields: { title: 'Lamp' } })).tracking.state,
    aState('expired001'),
  );
});

test('delivered ends expiry though it comes late', () => {
  const expired = trackingAfter(reports(12, 'transit001'), expiry());
  const { tracking } = applied(expired, reports(11, 'delivered001'));
  assert.deepEqual(tracking.state, aState('delivered001'));
  assert.equal(tracking.expiredAt, null);
});

test('a status set by hand outranks expiry', () => {
  const tracking = trackingAfter(reports(10, 'transit001'), expiry(), byHand('pickup002'));
  assert.deepEqual(tracking.state, aState('pickup002'));
  assert.deepEqual(applied(tracking, anUpdate({ manual: null })).tracking.state, aState('expired001'));
});

// ── builders of this file ───────────────────────────────────────────────────────────────────────────────────────

function scan(day: number, substatus: Parameters<typeof aState>[0]): Scan {
  return aScan({ wall: `2024-03-${String(day).padStart(2, '0')} 10:00`, ...aState(substatus) });
}

function destinationReports(day: number, substatus: Parameters<typeof aState>[0]): Update {
  return anUpdate({ scans: [{ ...scan(day, substatus), side: 'destination' }], receivedAt: testNow + 1 });
}

function versioned(day: number, version: number): Scan {
  return { ...scan(day, 'transit001'), sourceId: `s${day}`, version };
}

function reports(day: number, substatus: Parameters<typeof aState>[0]) {
  return anUpdate({ scans: [scan(day, substatus)] });
}

function byHand(substatus: Parameters<typeof aState>[0]) {
  return anUpdate({ manual: aState(substatus) });
}

function expiry() {
  return anUpdate({ expire: true, receivedAt: testNow + 40 * dayMs });
}
