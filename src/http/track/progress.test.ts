import assert from 'node:assert/strict';
import test from 'node:test';
import { readState, SUBSTATUSES } from '../../domain/status.ts';
import { progressOf } from './progress.ts';

function told(state: string, ...statuses: ('inforeceived' | 'transit' | 'pickup' | 'exception')[]): string {
  const checkpoints = statuses.map((status) => ({ status, ahead: false }));
  return progressOf(readState(state) as never, checkpoints)
    .map(({ name, at, isProblem }) => `${name}:${at}${isProblem ? '!' : ''}`)
    .join(' ');
}

test('the line is as long as the way, and the parcel stands where it is', () => {
  assert.equal(told('pending'), 'inforeceived:open transit:open pickup:open delivered:open');
  assert.equal(told('inforeceived'), 'inforeceived:now transit:open pickup:open delivered:open');
  assert.equal(told('transit'), 'inforeceived:done transit:now pickup:open delivered:open');
  assert.equal(told('pickup'), 'inforeceived:done transit:done pickup:now delivered:open');
  assert.equal(told('pickup002'), 'inforeceived:done transit:done ready:now delivered:open');
  assert.equal(told('delivered'), 'inforeceived:done transit:done pickup:done delivered:done');
});

test('what is in the way stands where the parcel came to it', () => {
  assert.equal(
    told('exception', 'inforeceived', 'exception'),
    'inforeceived:done transit:done exception:now! delivered:open',
  );
  assert.equal(told('exception', 'inforeceived'), 'inforeceived:done exception:now! delivered:open');
  assert.equal(
    told('undelivered', 'pickup'),
    'inforeceived:done transit:done undelivered:now! delivered:open',
  );
  assert.equal(
    told('exception011', 'transit'),
    'inforeceived:done transit:done returning:now! returned:open',
  );
  assert.equal(told('exception010'), 'inforeceived:done transit:done returned:done!');
});

test('of a parcel without news for long the line says how far it came', () => {
  assert.equal(told('expired', 'transit'), 'inforeceived:done transit:done pickup:open delivered:open');
  assert.equal(told('expired'), 'inforeceived:open transit:open pickup:open delivered:open');
});

test('every sub-status has a line, with one place for the parcel at most', () => {
  for (const substatus of Object.keys(SUBSTATUSES)) {
    const steps = progressOf(readState(substatus) as never, []);
    assert.ok(steps.length >= 3, substatus);
    assert.ok(steps.filter(({ at }) => at === 'now').length <= 1, substatus);
  }
});
