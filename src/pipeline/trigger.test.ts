import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anId, anUpdate, applied, aScan, aState, aWebhook, trackingAfter } from '../../test/support/build.ts';
import { STATUSES, type Status, type Substatus, WEBHOOK_VERSIONS } from '../domain/status.ts';
import { SELECTABLE_STATUSES } from '../domain/webhook.ts';
import type { Change } from './apply.ts';
import { fires, hears, type Trigger } from './trigger.ts';

test('a change into a selected status fires', () => {
  assert.ok(fires(aTrigger({ statuses: ['delivered'] }), change('transit001', 'delivered001')));
});

test('a change into a status that is not selected does not fire', () => {
  assert.ok(!fires(aTrigger({ statuses: ['delivered', 'exception'] }), change('transit001', 'pickup001')));
  assert.ok(!fires(aTrigger({ statuses: [] }), change('transit001', 'delivered001')));
});

test('a change out of a selected status does not fire', () => {
  assert.ok(!fires(aTrigger({ statuses: ['transit'] }), change('transit001', 'pickup001')));
});

test('the first status after pending fires', () => {
  for (const status of SELECTABLE_STATUSES) {
    const first = change(
      'pending001',
      `${status}00${status === 'exception' ? 5 : status === 'notfound' ? 2 : 1}` as Substatus,
    );
    for (const version of WEBHOOK_VERSIONS) {
      assert.ok(fires(aTrigger({ version }), first), `${status} ${version}`);
      assert.ok(fires(aTrigger({ version, statuses: [status] }), first), `${status} ${version}`);
    }
  }
});

test('all means all but pending', () => {
  assert.deepEqual(
    SELECTABLE_STATUSES,
    STATUSES.filter((status) => status !== 'pending'),
  );
  for (const firesOn of ['status_change', 'every_update'] as const) {
    for (const to of ['pending001', 'pending005'] as const) {
      assert.ok(!fires(aTrigger({ firesOn }), change('transit001', to, { added: 1 })));
    }
  }
});

test('a registered number fires nothing, whatever the trigger', () => {
  const { change: registered } = applied(null, anUpdate({ courierCode: 'china-ems' }));
  assert.ok(registered !== null);
  for (const firesOn of ['status_change', 'every_update'] as const)
    assert.ok(!fires(aTrigger({ firesOn }), registered));
});

test('a new sub-status of the same status is no change of status', () => {
  assert.ok(!fires(aTrigger(), change('transit001', 'transit002', { added: 1 })));
});

test('a new checkpoint that leaves the status fires only where every update does', () => {
  const same = change('transit001', 'transit001', { added: 1 });
  assert.ok(!fires(aTrigger(), same));
  assert.ok(fires(aTrigger({ firesOn: 'every_update' }), same));
  assert.ok(fires(aTrigger({ firesOn: 'every_update', statuses: ['transit'] }), same));
});

test('every_update does not fire while the status is not a selected one', () => {
  const trigger = aTrigger({ firesOn: 'every_update', statuses: ['delivered'] });
  assert.ok(!fires(trigger, change('transit001', 'transit001', { added: 1 })));
  assert.ok(!fires(trigger, change('transit001', 'transit002', { added: 1 })));
});

test('every_update fires on a change into a selected status though no checkpoint came', () => {
  assert.ok(fires(aTrigger({ firesOn: 'every_update' }), change('transit001', 'delivered001')));
});

test('a new sub-status fires where every update does, though no checkpoint came', () => {
  assert.ok(fires(aTrigger({ firesOn: 'every_update' }), change('transit001', 'transit002')));
});

test('every_update fires when only some of the new checkpoints are late', () => {
  const trigger = aTrigger({ firesOn: 'every_update' });
  assert.ok(fires(trigger, change('transit001', 'transit001', { added: 3, late: 2 })));
  assert.ok(!fires(trigger, change('transit001', 'transit001', { added: 3, late: 3 })));
});

test('a change of details fires nothing', () => {
  const { change: details } = applied(trackingAfter(report(10)), anUpdate({ fields: { title: 'Lamp' } }));
  assert.equal(details?.kind, 'details');
  for (const firesOn of ['status_change', 'every_update'] as const)
    assert.ok(!fires(aTrigger({ firesOn }), details));
});

test('a late checkpoint does not fire a webhook', () => {
  const { change: late } = applied(trackingAfter(report(12)), report(10));
  assert.equal(late?.kind, 'checkpoint');
  for (const firesOn of ['status_change', 'every_update'] as const)
    assert.ok(!fires(aTrigger({ firesOn }), late));
});

test('a checkpoint dated far ahead does not fire a webhook', () => {
  const { change: ahead } = applied(trackingAfter(report(12)), report(28));
  assert.ok(ahead !== null);
  for (const firesOn of ['status_change', 'every_update'] as const)
    assert.ok(!fires(aTrigger({ firesOn }), ahead));
});

test('from notfound to inforeceived is no change to v2 and v3, which say notfound to both', () => {
  const told = change('notfound002', 'inforeceived001');
  assert.ok(!fires(aTrigger({ version: 'v2' }), told));
  assert.ok(!fires(aTrigger({ version: 'v3' }), told));
  assert.ok(fires(aTrigger({ version: 'v4' }), told));
  assert.ok(fires(aTrigger({ version: 'standard' }), told));
});

test('notfound and inforeceived select each other in v2 and v3 and stay apart in v4 and standard', () => {
  const pairs: readonly [Status, Substatus][] = [
    ['notfound', 'inforeceived001'],
    ['inforeceived', 'notfound002'],
  ];
  for (const [selected, to] of pairs) {
    for (const version of WEBHOOK_VERSIONS) {
      const expected = version === 'v2' || version === 'v3';
      assert.equal(fires(aTrigger({ version, statuses: [selected] }), change('pending001', to)), expected);
    }
  }
});

test('expiry fires for those who select expired, and the news after it fires again', () => {
  const expired = applied(trackingAfter(report(10)), anUpdate({ expire: true }));
  assert.ok(expired.change !== null);
  assert.ok(fires(aTrigger({ statuses: ['expired'] }), expired.change));
  const { change: revived } = applied(expired.tracking, report(12));
  assert.ok(revived !== null && fires(aTrigger({ statuses: ['transit'] }), revived));
});

test('a status set by hand fires, and so does taking it back', () => {
  const set = applied(trackingAfter(report(10)), anUpdate({ manual: aState('delivered001') }));
  assert.ok(set.change !== null && fires(aTrigger({ statuses: ['delivered'] }), set.change));
  const back = applied(set.tracking, anUpdate({ manual: null }));
  assert.ok(back.change !== null && fires(aTrigger({ statuses: ['transit'] }), back.change));
});

test('a status passed through within one update fires nothing: the net change counts', () => {
  const scans = [report(10, 'pickup001'), report(11, 'transit001')].flatMap((update) => update.scans);
  const { change: net } = applied(trackingAfter(report(9)), anUpdate({ scans }));
  assert.ok(net !== null);
  assert.ok(!fires(aTrigger({ statuses: ['pickup'] }), net));
  assert.ok(!fires(aTrigger(), net));
});

test('whether the webhook is enabled is no matter to the trigger', () => {
  assert.ok(fires(aWebhook({ enabled: false }), change('transit001', 'delivered001')));
});

test('an operational event is heard by who selected its kind, but by none of itself', () => {
  const about = anId('wh', 2);
  const webhook = aWebhook({ version: 'standard', operationalEvents: ['webhook.failing'] });
  assert.ok(hears(webhook, { kind: 'webhook.failing', about }));
  assert.ok(!hears(webhook, { kind: 'webhook.recovered', about }));
  assert.ok(!hears(webhook, { kind: 'webhook.failing', about: webhook.id }));
  assert.ok(!hears(aWebhook(), { kind: 'webhook.failing', about }));
});

function aTrigger(said: Partial<Trigger> = {}): Trigger {
  const { version, statuses, firesOn } = aWebhook();
  return { version, statuses, firesOn, ...said };
}

function change(
  from: Substatus,
  to: Substatus,
  counts: Partial<Pick<Change, 'added' | 'late'>> = {},
): Change {
  const [before, after] = [aState(from), aState(to)];
  const { added = 0, late = 0 } = counts;
  const kind =
    before.status !== after.status
      ? 'status'
      : from !== to
        ? 'substatus'
        : added > 0
          ? 'checkpoint'
          : 'details';
  return { kind, from: before, to: after, added, late };
}

function report(day: number, substatus: Substatus = 'transit001') {
  return anUpdate({
    scans: [aScan({ wall: `2024-03-${String(day).padStart(2, '0')} 10:00`, ...aState(substatus) })],
  });
}
