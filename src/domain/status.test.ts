import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  foldState,
  foldStatus,
  isStatus,
  isSubstatus,
  PLAIN_SUBSTATUS,
  rankOf,
  STATUSES,
  type Status,
  SUBSTATUSES,
  type Substatus,
  statusOf,
  WEBHOOK_VERSIONS,
} from './status.ts';

const substatuses = Object.keys(SUBSTATUSES) as Substatus[];

test('every sub-status belongs to a status and every status has sub-statuses', () => {
  for (const substatus of substatuses) assert.ok(isStatus(statusOf(substatus)), substatus);
  assert.deepEqual(new Set(substatuses.map(statusOf)), new Set(STATUSES));
});

test('the plain sub-status of a status is one of its own', () => {
  for (const status of STATUSES) {
    assert.ok(isSubstatus(PLAIN_SUBSTATUS[status]), status);
    assert.equal(statusOf(PLAIN_SUBSTATUS[status]), status);
  }
});

test('what is not in the vocabulary is not a status', () => {
  for (const text of ['', 'Delivered', 'intransit', 'constructor', 'toString', '__proto__', 'delivered001']) {
    assert.equal(isStatus(text), false, text);
  }
  for (const text of ['', 'delivered', 'delivered005', 'exception001', 'constructor', 'hasOwnProperty']) {
    assert.equal(isSubstatus(text), false, text);
  }
});

test('returned outranks delivered and delivered outranks the rest', () => {
  for (const substatus of substatuses) {
    const status = statusOf(substatus);
    const returned = substatus === 'exception010' || substatus === 'exception011';
    assert.equal(rankOf({ status, substatus }), returned ? 2 : status === 'delivered' ? 1 : 0, substatus);
  }
});

test('v4 and standard say a state as it is', () => {
  for (const version of ['v4', 'standard'] as const) {
    for (const substatus of substatuses) {
      const state = { status: statusOf(substatus), substatus };
      assert.deepEqual(foldState(version, state), state);
      assert.equal(foldStatus(version, state.status), state.status);
    }
  }
});

test('v2 and v3 know eight statuses, and inforeceived is not one of them', () => {
  for (const version of ['v2', 'v3'] as const) {
    const said = new Set(STATUSES.map((status) => foldStatus(version, status)));
    assert.deepEqual(said, new Set<Status>(STATUSES.filter((status) => status !== 'inforeceived')));
    assert.equal(said.size, 8);
  }
});

test('inforeceived is notfound001 in v2 and v3', () => {
  for (const version of ['v2', 'v3'] as const) {
    assert.deepEqual(foldState(version, { status: 'inforeceived', substatus: 'inforeceived001' }), {
      status: 'notfound',
      substatus: 'notfound001',
    });
  }
});

test('pending and expired have no sub-status in v2 and v3', () => {
  for (const version of ['v2', 'v3'] as const) {
    for (const substatus of ['pending001', 'pending004', 'pending005', 'expired001'] as const) {
      const status = statusOf(substatus);
      assert.deepEqual(foldState(version, { status, substatus }), { status, substatus: null });
    }
  }
});

test('the list of v2 ends at transit005 and has no sub-statuses of pickup and undelivered', () => {
  const folded = (substatus: Substatus) =>
    foldState('v2', { status: statusOf(substatus), substatus }).substatus;
  assert.equal(folded('transit005'), 'transit005');
  assert.equal(folded('transit006'), 'transit001');
  assert.equal(folded('transit007'), 'transit001');
  assert.equal(folded('pickup002'), null);
  assert.equal(folded('undelivered002'), null);
  assert.equal(folded('delivered003'), 'delivered003');
  assert.equal(folded('exception011'), 'exception011');
});

test('v3 keeps what v2 lacks of transit, pickup and undelivered', () => {
  for (const substatus of ['transit006', 'transit007', 'pickup003', 'undelivered001'] as const) {
    const state = { status: statusOf(substatus), substatus };
    assert.deepEqual(foldState('v3', state), state);
  }
});

test('a folded state has the folded status, in every version', () => {
  for (const version of WEBHOOK_VERSIONS) {
    for (const substatus of substatuses) {
      const status = statusOf(substatus);
      const folded = foldState(version, { status, substatus });
      assert.equal(folded.status, foldStatus(version, status));
      if (folded.substatus !== null) assert.equal(statusOf(folded.substatus), folded.status);
    }
  }
});
