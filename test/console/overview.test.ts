/** What the first page works out by itself: the marks of its chart, and how a courier fares. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { courierState } from '../../console/src/overview/courierState.ts';
import { hourMarks, scaleOf } from '../../console/src/overview/scale.ts';

test('a scale ends at a round number, at or above the highest bar, in five marks at most', () => {
  assert.deepEqual(scaleOf(0), { top: 1, marks: [0, 1] });
  assert.deepEqual(scaleOf(3), { top: 3, marks: [0, 1, 2, 3] });
  assert.deepEqual(scaleOf(228), { top: 300, marks: [0, 100, 200, 300] });
  for (let max = 1; max < 20_000; max += 7) {
    const { top, marks } = scaleOf(max);
    assert.ok(top >= max && top <= 2 * max + 1, `${max}: ${top}`);
    assert.ok(marks.length <= 5 && marks.every(Number.isInteger), `${max}: ${marks}`);
  }
});

test('as many hours are named as there is room for, and over days the days', () => {
  for (const count of [24, 168]) {
    for (const width of [0, 200, 320, 640, 1000]) {
      const marks = hourMarks({ count, width });
      assert.ok(marks.length >= 1 && marks.length <= Math.max(1, width / 64), `${count} ${width}`);
      assert.ok(marks.every(({ index, isDay }) => index < count && isDay === (count === 168)));
    }
  }
  assert.equal(hourMarks({ count: 168, width: 1000 }).length, 7);
});

test('a courier fails until it has answered again', () => {
  const figures = { courier_code: 'dhl', asked: 100, failed: 0, last_answer_at: at(9), last_failure: null };
  const state = (more: object) => courierState({ ...figures, last_failure_at: null, ...more });
  assert.equal(state({}), 'well');
  assert.equal(state({ failed: 1, last_failure_at: at(10) }), 'failing');
  assert.equal(state({ failed: 1, last_failure_at: at(8) }), 'well');
  assert.equal(state({ failed: 11, last_failure_at: at(8) }), 'shaky');
  assert.equal(state({ failed: 100, last_answer_at: null, last_failure_at: at(8) }), 'failing');
  assert.equal(state({ asked: 0, last_answer_at: null }), 'idle');
});

function at(hour: number): string {
  return new Date(Date.UTC(2026, 2, 2, hour)).toISOString();
}
