/** What the console works out by itself, without a browser: times of a zone, schedules, selections, work in portions. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { countUpTo, inPortions, inTurn, oneByOne } from '../../console/src/api/work.ts';
import { noSelection, toggled } from '../../console/src/deliveries/selection.ts';
import { makeDuration } from '../../console/src/i18n/duration.ts';
import { instantOf, wallTimeOf } from '../../console/src/i18n/zone.ts';
import { defaultWaits, readWaits, stepsOf, writeWaits } from '../../console/src/webhooks/schedule.ts';
import { defaultRetrySeconds } from '../../src/pipeline/schedule.ts';

test('a time that is typed is of the account’s zone, on either side of a change of its clocks', () => {
  const cases = [
    ['2026-01-15T08:30', 'Europe/Stockholm', '2026-01-15T07:30:00.000Z'],
    ['2026-07-15T08:30', 'Europe/Stockholm', '2026-07-15T06:30:00.000Z'],
    ['2026-03-29T01:59', 'Europe/Stockholm', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29T03:00', 'Europe/Stockholm', '2026-03-29T01:00:00.000Z'],
    ['2026-01-01T00:15', 'Asia/Kathmandu', '2025-12-31T18:30:00.000Z'],
    ['2026-06-01T23:00', 'America/St_Johns', '2026-06-02T01:30:00.000Z'],
  ] as const;
  for (const [wallTime, timeZone, instant] of cases) {
    assert.equal(instantOf(wallTime, timeZone), instant);
    assert.equal(wallTimeOf(instant, timeZone), wallTime);
  }
  const twice = instantOf('2026-10-25T02:30', 'Europe/Stockholm') as string;
  assert.equal(wallTimeOf(twice, 'Europe/Stockholm'), '2026-10-25T02:30');
  assert.equal(instantOf('', 'UTC'), null);
});

test('a length of time is told in two units, and small ones not beside large ones', () => {
  const duration = makeDuration('en');
  assert.equal(duration(245_730), '2 days, 20 hours');
  assert.equal(duration(86_403), '1 day');
  assert.equal(duration(90), '1 minute, 30 seconds');
  assert.equal(duration(0), '0 seconds');
});

test('waits are read as they are written, and what is none is not guessed at', () => {
  assert.deepEqual(readWaits('30s, 5m 2h;1d 45'), [30, 300, 7200, 86_400, 45]);
  assert.equal(writeWaits([30, 300, 7200, 86_400, 45, 90]), '30s 5m 2h 1d 45s 90s');
  assert.deepEqual(readWaits(writeWaits(defaultWaits)), defaultWaits);
  for (const text of ['', '5 minutes', '-3', '1.5h', '30s x']) assert.equal(readWaits(text), null, text);
});

test('the default schedule that is shown is the one that is kept to', () => {
  assert.deepEqual(defaultWaits, defaultRetrySeconds);
  const steps = stepsOf(defaultWaits);
  assert.deepEqual([steps.length, steps.at(-1)?.since], [14, 245_730]);
  assert.deepEqual(stepsOf([60, 120]), [
    { attempt: 1, wait: 0, since: 0 },
    { attempt: 2, wait: 60, since: 60 },
    { attempt: 3, wait: 120, since: 180 },
  ]);
});

test('with the shift key all between two rows become as the second, whichever is above', () => {
  const listed = ['a', 'b', 'c', 'd', 'e'];
  const second = toggled(noSelection, 'd', { listed, isRange: true });
  assert.deepEqual([...second.ids], ['d']);
  const range = toggled(second, 'b', { listed, isRange: true });
  assert.deepEqual([...range.ids].sort(), ['b', 'c', 'd']);
  const cleared = toggled(range, 'c', { listed, isRange: false });
  assert.deepEqual([...cleared.ids].sort(), ['b', 'd']);
  const without = toggled(cleared, 'd', { listed, isRange: true });
  assert.deepEqual([...without.ids], ['b']);
  // The one ticked before is not in the list any more.
  assert.deepEqual([...toggled({ ids: new Set(), last: 'z' }, 'a', { listed, isRange: true }).ids], ['a']);
});

test('work goes on where it ended, and after a failure with the same step', async () => {
  const asked: (string | undefined)[] = [];
  const answers = [{ count: 2, next_cursor: 'x' }, new Error('away'), { count: 3, next_cursor: null }];
  const work = inPortions(
    async (cursor) => {
      asked.push(cursor);
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    0,
    (sum, { count }) => sum + count,
  );
  assert.deepEqual(await work.step(), { done: 2, isEnd: false });
  await assert.rejects(work.step(), /away/);
  assert.deepEqual(await work.step(), { done: 5, isEnd: true });
  assert.deepEqual(asked, [undefined, 'x', 'x']);
});

test('works that follow each other are one, and counting ends at its bound', async () => {
  const add = (one: number, other: number) => one + other;
  const each = (items: readonly number[]) => oneByOne(items, async (item) => (sum: number) => sum + item, 0);
  const both = inTurn([each([1, 2]), each([]), each([10])], 0, add);
  const seen = [];
  for (;;) {
    const { done, isEnd } = await both.step();
    seen.push(done);
    if (isEnd) break;
  }
  assert.deepEqual(seen, [1, 3, 3, 13]);
  const endless = () =>
    inPortions(
      async () => ({ count: 4, next_cursor: 'more' }),
      { count: 0 },
      (sum, { count }) => ({ count: sum.count + count }),
    );
  assert.deepEqual(await countUpTo(10, endless()), { count: 12, isMore: true });
  const none = oneByOne([], async () => (sum: { count: number }) => sum, { count: 0 });
  assert.deepEqual(await countUpTo(10, none), { count: 0, isMore: false });
});
