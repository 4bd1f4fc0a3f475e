import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatInstant, formatOffset, toSecond } from './time.ts';

const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];

test('an instant is written to the second with the offset of the zone', () => {
  assert.equal(
    formatInstant(Date.UTC(2016, 10, 9, 14, 21, 43, 999), 'Asia/Shanghai'),
    '2016-11-09T22:21:43+08:00',
  );
  assert.equal(formatInstant(Date.UTC(2016, 10, 9, 14, 21, 43), 'UTC'), '2016-11-09T14:21:43+00:00');
  assert.equal(formatInstant(Date.UTC(2024, 6, 1, 12), 'Asia/Kathmandu'), '2024-07-01T17:45:00+05:45');
  assert.equal(formatInstant(Date.UTC(2024, 6, 1, 12), 'America/St_Johns'), '2024-07-01T09:30:00-02:30');
});

test('the offset changes in the very second in which the clocks do', () => {
  const spring = Date.UTC(2024, 2, 10, 7);
  assert.equal(formatInstant(spring - 1, 'America/New_York'), '2024-03-10T01:59:59-05:00');
  assert.equal(formatInstant(spring, 'America/New_York'), '2024-03-10T03:00:00-04:00');
  // Newfoundland changed its clocks one minute after midnight.
  assert.equal(
    formatInstant(Date.UTC(2010, 2, 14, 3, 30, 59), 'America/St_Johns'),
    '2010-03-14T00:00:59-03:30',
  );
  assert.equal(formatInstant(Date.UTC(2010, 2, 14, 3, 31), 'America/St_Johns'), '2010-03-14T01:01:00-02:30');
});

test('any instant in any zone is written as Temporal writes it', () => {
  const instant = fc.integer({ min: Date.UTC(1850, 0), max: Date.UTC(2150, 0) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.array(instant, { maxLength: 20 }), (zone, instants) => {
      for (const at of instants) assert.equal(formatInstant(at, zone), writtenByTemporal(at, zone));
    }),
    { numRuns: 2000 },
  );
});

test('any instant near a change of the clocks is written as Temporal writes it', () => {
  const start = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2040, 0) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), start, (zone, at) => {
      const next = zoned(at, zone).getTimeZoneTransition('next')?.epochMilliseconds ?? at;
      for (const near of [next + 1, next - 1, next, next + 3_599_999, next - 3_600_000]) {
        assert.equal(formatInstant(near, zone), writtenByTemporal(near, zone));
      }
    }),
    { numRuns: 1000 },
  );
});

test('an offset is written with its sign, and none is plus', () => {
  assert.deepEqual([480, 0, -0, -210, 345, -720].map(formatOffset), [
    '+08:00',
    '+00:00',
    '+00:00',
    '-03:30',
    '+05:45',
    '-12:00',
  ]);
});

test('what a courier did not report of a time is zero', () => {
  assert.equal(toSecond('2016-11-15', 'T'), '2016-11-15T00:00:00');
  assert.equal(toSecond('2016-11-15 08:23', 'T'), '2016-11-15T08:23:00');
  assert.equal(toSecond('2016-11-15 08:23:09', ' '), '2016-11-15 08:23:09');
});

function writtenByTemporal(at: number, zone: string): string {
  return zoned(at, zone).toString({ timeZoneName: 'never', smallestUnit: 'second', roundingMode: 'floor' });
}

function zoned(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}
