import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { keyAt, type SigningKey } from '../domain/account.ts';
import { switchKey } from './keySwitch.ts';

const now = Date.UTC(2024, 2, 15, 12);
const first: SigningKey = { current: 'a', previous: null, until: null };

test('a key changed at once signs at once', () => {
  assert.deepEqual(switchKey(first, { next: 'b', overlapSeconds: null, now }), { ...first, current: 'b' });
  assert.deepEqual(switchKey(first, { next: 'b', overlapSeconds: 0, now }), { ...first, current: 'b' });
});

test('with an overlap the key before signs to its end, to the millisecond', () => {
  const key = switchKey(first, { next: 'b', overlapSeconds: 60, now });
  assert.deepEqual(key, { current: 'b', previous: 'a', until: now + 60_000 });
  assert.equal(keyAt(key, now + 59_999), 'a');
  assert.equal(keyAt(key, now + 60_000), 'b');
});

test('a key that never signed is forgotten when it is changed again', () => {
  const key = switchKey(first, { next: 'b', overlapSeconds: 60, now });
  const again = switchKey(key, { next: 'c', overlapSeconds: 120, now: now + 1000 });
  assert.deepEqual(again, { current: 'c', previous: 'a', until: now + 121_000 });
  const back = switchKey(key, { next: 'a', overlapSeconds: 120, now: now + 1000 });
  assert.deepEqual(back, first, 'the one that signs needs no time to switch');
});

test('the same key said again leaves the switch alone, unless it says when', () => {
  const key = switchKey(first, { next: 'b', overlapSeconds: 60, now });
  assert.equal(switchKey(key, { next: 'b', overlapSeconds: null, now }), key);
  assert.deepEqual(switchKey(key, { next: 'b', overlapSeconds: 0, now }), { ...first, current: 'b' });
  assert.equal(switchKey(key, { next: 'b', overlapSeconds: 90, now }).until, now + 90_000);
});

test('whatever is changed when, what signs never changes within an overlap, and is the newest after it', () => {
  const change = fc.record({
    next: fc.constantFrom('a', 'b', 'c', 'd'),
    overlapSeconds: fc.integer({ min: 1, max: 100 }),
    afterMs: fc.integer({ min: 0, max: 200_000 }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1 }), (changes) => {
      let key = first;
      let at = now;
      for (const { next, overlapSeconds, afterMs } of changes) {
        at += afterMs;
        const signing = keyAt(key, at);
        key = switchKey(key, { next, overlapSeconds, now: at });
        assert.equal(keyAt(key, at), signing);
        assert.equal(keyAt(key, at + overlapSeconds * 1000), next);
      }
    }),
  );
});
