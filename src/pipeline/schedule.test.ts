import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../domain/limits.ts';
import { type Delay, defaultRetrySeconds, delayMsMax, nextDelayMs, readRetryAfter } from './schedule.ts';

const now = Date.UTC(2024, 2, 15, 12);
const timeZone = process.env.TZ;

afterEach(() => {
  if (timeZone === undefined) delete process.env.TZ;
  else process.env.TZ = timeZone;
});

test('the schedule is 30 seconds doubled thirteen times, 245730 seconds together', () => {
  assert.equal(defaultRetrySeconds.length, 13);
  assert.equal(defaultRetrySeconds.length + 1, limits.attemptsMax);
  assert.deepEqual(defaultRetrySeconds.slice(0, 4), [30, 60, 120, 240]);
  assert.equal(defaultRetrySeconds.at(-1), 122_880);
  assert.equal(
    defaultRetrySeconds.reduce((sum, seconds) => sum + seconds, 0),
    245_730,
  );
});

test('the second attempt comes 30 seconds after the first and the fourteenth is the last', () => {
  assert.equal(nextDelayMs(aDelay({ attempts: 1 })), 30_000);
  assert.equal(nextDelayMs(aDelay({ attempts: 2 })), 60_000);
  assert.equal(nextDelayMs(aDelay({ attempts: 13 })), 122_880_000);
  assert.equal(nextDelayMs(aDelay({ attempts: 14 })), null);
  assert.equal(nextDelayMs(aDelay({ attempts: 15 })), null);
});

test('jitter adds up to a tenth and never takes away', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 13 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempts, random) => {
        const planned = (defaultRetrySeconds[attempts - 1] as number) * 1000;
        const delay = nextDelayMs(aDelay({ attempts, random })) as number;
        assert.ok(
          delay >= planned && delay <= planned * 1.1 && Number.isInteger(delay),
          `${delay} for ${planned}`,
        );
      },
    ),
  );
});

test('a webhook with its own schedule follows it to its end', () => {
  const retrySeconds = [5, 300];
  assert.equal(nextDelayMs(aDelay({ attempts: 1, retrySeconds })), 5000);
  assert.equal(nextDelayMs(aDelay({ attempts: 2, retrySeconds })), 300_000);
  assert.equal(nextDelayMs(aDelay({ attempts: 3, retrySeconds })), null);
  assert.equal(nextDelayMs(aDelay({ attempts: 1, retrySeconds: [] })), null);
});

test('no wait of any webhook is longer than the longest there is', () => {
  const wait = fc.integer({ min: 1, max: limits.retryWaitSecondsMax });
  const schedule = fc.array(wait, { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(
      fc.record({
        attempts: fc.integer({ min: 1, max: 60 }),
        retrySeconds: fc.option(schedule),
        daily: fc.boolean(),
        retryAfterSeconds: fc.option(fc.nat()),
        random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      }),
      (delay) => assert.ok((nextDelayMs(delay) ?? 0) <= delayMsMax),
    ),
  );
  const longest = { attempts: 1, retrySeconds: [limits.retryWaitSecondsMax], random: 0.999_999 };
  assert.ok((nextDelayMs(aDelay(longest)) as number) > delayMsMax - 1000);
});

test('a longer Retry-After is waited for', () => {
  assert.equal(nextDelayMs(aDelay({ attempts: 1, retryAfterSeconds: 120 })), 120_000);
});

test('a shorter Retry-After does not bring the next attempt forward', () => {
  assert.equal(nextDelayMs(aDelay({ attempts: 3, retryAfterSeconds: 1 })), 120_000);
  assert.equal(nextDelayMs(aDelay({ attempts: 1, retryAfterSeconds: 0 })), 30_000);
});

test('a Retry-After beyond six hours is held to six hours', () => {
  assert.equal(nextDelayMs(aDelay({ attempts: 1, retryAfterSeconds: 999_999_999 })), 6 * 3_600_000);
});

test('a Retry-After does not shorten a plan that is longer than six hours', () => {
  assert.equal(nextDelayMs(aDelay({ attempts: 13, retryAfterSeconds: 7200 })), 122_880_000);
});

test('a Retry-After gives no further attempt once the schedule is exhausted', () => {
  assert.equal(nextDelayMs(aDelay({ attempts: 14, retryAfterSeconds: 60 })), null);
});

test('Retry-After is read as seconds', () => {
  assert.equal(readRetryAfter('120', now), 120);
  assert.equal(readRetryAfter(' 0 ', now), 0);
  assert.equal(readRetryAfter('007', now), 7);
});

for (const zone of ['UTC', 'Asia/Shanghai', 'America/New_York']) {
  test(`Retry-After is read as a date in all three forms of HTTP, on a machine in ${zone}`, () => {
    process.env.TZ = zone;
    for (const header of [
      'Fri, 15 Mar 2024 12:02:00 GMT',
      'Friday, 15-Mar-24 12:02:00 GMT',
      'Fri Mar 15 12:02:00 2024',
    ]) {
      assert.equal(readRetryAfter(header, now), 120, header);
    }
    assert.equal(readRetryAfter('Wed Mar  6 08:49:37 2024', Date.UTC(2024, 2, 6, 8, 49)), 37);
  });
}

test('a date in the past asks for no patience, and part of a second is rounded up', () => {
  assert.equal(readRetryAfter('Fri, 15 Mar 2024 11:00:00 GMT', now), 0);
  assert.equal(readRetryAfter('Fri, 15 Mar 2024 12:00:10 GMT', now + 1), 10);
});

test('a Retry-After that cannot be read asks for nothing', () => {
  const headers = [
    '',
    '  ',
    '-5',
    '1.5',
    '1e3',
    '0x10',
    'soon',
    '12 seconds',
    '2024-03-15',
    'Fri, nonsense GMT',
  ];
  for (const header of [undefined, ...headers, '9'.repeat(400)])
    assert.equal(readRetryAfter(header, now), null, String(header));
});

test('any text as Retry-After gives seconds that are not negative, or nothing', () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const seconds = readRetryAfter(header, now);
      assert.ok(seconds === null || (Number.isInteger(seconds) && seconds >= 0));
    }),
  );
});

test('a webhook may ask for a try a day, for ever, after the schedule', () => {
  assert.equal(nextDelayMs(aDelay({ attempts: 14 })), null);
  assert.equal(nextDelayMs(aDelay({ attempts: 13, daily: true })), 122_880_000);
  for (const attempts of [14, 15, 1000])
    assert.equal(nextDelayMs(aDelay({ attempts, daily: true })), 86_400_000);
});

function aDelay(said: Partial<Delay>): Delay {
  return { attempts: 1, retrySeconds: null, daily: false, retryAfterSeconds: null, random: 0, ...said };
}
