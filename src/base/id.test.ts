import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bareId, isId, makeIds, shardOf, shardsTotal } from './id.ts';

/** A clock that shows these times, one a reading, and then stays at the last. */
function clockOf(...times: readonly number[]) {
  let reading = 0;
  return { now: () => times[Math.min(reading++, times.length - 1)] as number };
}

describe('ids', () => {
  it('are a prefix and a UUIDv7 that begins with the millisecond', () => {
    const at = Date.UTC(2024, 2, 15, 12);
    const ids = makeIds(clockOf(at));
    for (let count = 0; count < 1000; count++) {
      const id = ids.next('trk');
      assert.match(id, /^trk_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
      assert.equal(Number.parseInt(bareId(id).slice(0, 12), 16), at);
    }
  });

  it('only grow, whatever the clock does', () => {
    const anInstant = fc.integer({ min: 0, max: 2 ** 41 });
    const aClock = fc.array(fc.oneof(anInstant, fc.constantFrom(5, 6, 7)), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(aClock, (times) => {
        const ids = makeIds(clockOf(...times));
        const made = times.flatMap(() => [bareId(ids.next('evt')), bareId(ids.next('dlv'))]);
        assert.deepEqual(made, made.toSorted());
        assert.equal(new Set(made).size, made.length);
      }),
    );
  });

  it('grow through more of them in one millisecond than the sequence can count', () => {
    const ids = makeIds(clockOf(1000));
    const made = Array.from({ length: 10_000 }, () => ids.next('att'));
    assert.deepEqual(made, made.toSorted());
    assert.equal(new Set(made).size, made.length);
    const last = Number.parseInt(bareId(made.at(-1) as string).slice(0, 12), 16);
    assert.equal(last, 1002, '4096 a millisecond, the rest is borrowed from the next ones');
  });

  it('come after the one they are told to start after, though the clock is behind it', () => {
    const before = makeIds(clockOf(50_000)).next('evt');
    const late = makeIds(clockOf(10));
    late.startAfter(before);
    const made = [late.next('evt'), late.next('evt')];
    assert.deepEqual([before, ...made], [before, ...made].toSorted());
  });

  it('are not held back by one from long ago', () => {
    const ids = makeIds(clockOf(90_000));
    ids.startAfter(makeIds(clockOf(10)).next('evt'));
    assert.equal(Number.parseInt(bareId(ids.next('evt')).slice(0, 12), 16), 90_000);
    // Nor is what was made since.
    const newest = ids.next('evt');
    ids.startAfter(makeIds(clockOf(10)).next('evt'));
    assert.ok(ids.next('evt') > newest);
  });

  it('are told from what only looks like one', () => {
    const id = makeIds(clockOf(1)).next('wh');
    assert.ok(isId('wh', id));
    for (const other of [
      '',
      'wh_',
      bareId(id),
      `${id}0`,
      id.slice(0, -1),
      id.toUpperCase(),
      `trk${id.slice(2)}`,
      `${id.slice(0, -1)}g`,
      ` ${id}`,
    ]) {
      assert.ok(!isId('wh', other), other);
    }
    assert.ok(!isId('trk', id));
  });

  it('spread evenly over the shards', () => {
    const ids = makeIds(clockOf(1));
    const total = 64_000;
    const counts = new Array(shardsTotal).fill(0);
    for (let count = 0; count < total; count++) counts[shardOf(ids.next('trk'))]++;
    const expected = total / shardsTotal;
    // Eight standard deviations: a fair spread fails once in 10¹³ runs.
    const slack = 8 * Math.sqrt(expected);
    for (const [shard, count] of counts.entries()) {
      assert.ok(Math.abs(count - expected) < slack, `shard ${shard} has ${count}`);
    }
  });

  it('have the same shard with and without prefix', () => {
    const id = makeIds(clockOf(1)).next('trk');
    assert.equal(shardOf(id), shardOf(bareId(id)));
  });
});
