import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instantOf, type ReportedTime } from './instant.ts';

const anySecond = fc
  .integer({ min: 0, max: Date.UTC(2100, 11, 31, 23, 59, 59) / 1000 })
  .map((second) => new Date(second * 1000));
const wallOf = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ');

const timeAt = (wall: string, offsetMinutes: number | null = null): ReportedTime => {
  const precision = wall.length === 10 ? 'day' : wall.length === 16 ? 'minute' : 'second';
  return { wall, precision, offsetMinutes };
};

test('the offset given outranks the zone', () => {
  assert.equal(instantOf(timeAt('2024-05-01 15:27', 480), 'Europe/Stockholm'), Date.UTC(2024, 4, 1, 7, 27));
});

test('without an offset the zone counts, without a known zone UTC', () => {
  const time = timeAt('2024-05-01 15:27:20');
  assert.equal(instantOf(time, 'Asia/Shanghai'), Date.UTC(2024, 4, 1, 7, 27, 20));
  for (const zone of [null, '', 'Mars/Olympus']) {
    assert.equal(instantOf(time, zone), Date.UTC(2024, 4, 1, 15, 27, 20));
    assert.equal(instantOf(time, zone), Date.UTC(2024, 4, 1, 15, 27, 20));
  }
});

test('a day alone counts as its start in the zone', () => {
  assert.equal(instantOf(timeAt('2024-05-01'), 'Asia/Shanghai'), Date.UTC(2024, 3, 30, 16));
  // In Beirut this day began at one o'clock.
  assert.equal(instantOf(timeAt('2024-03-31'), 'Asia/Beirut'), Date.UTC(2024, 2, 30, 22));
});

test('a wall time that the clock skipped is the later reading, a repeated one the first', () => {
  assert.equal(instantOf(timeAt('2024-03-31 02:30'), 'Europe/Stockholm'), Date.UTC(2024, 2, 31, 1, 30));
  assert.equal(instantOf(timeAt('2024-10-27 02:30'), 'Europe/Stockholm'), Date.UTC(2024, 9, 27, 0, 30));
  assert.equal(instantOf(timeAt('2024-10-27 03:00'), 'Europe/Stockholm'), Date.UTC(2024, 9, 27, 2));
});

test('in any zone the instant agrees with Temporal, changes of the clock included', () => {
  const zones = [
    'Europe/Stockholm',
    'America/New_York',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Beirut',
  ];
  zones.push(
    'Asia/Kathmandu',
    'Africa/Casablanca',
    'Pacific/Apia',
    'Africa/Monrovia',
    'America/Havana',
    'UTC',
  );
  const nearChange = fc
    .tuple(fc.constantFrom(...zones), anySecond, fc.integer({ min: -100_000, max: 100_000 }))
    .map(([zone, date, seconds]): [string, Date] => {
      const change = date.toTemporalInstant().toZonedDateTimeISO(zone).getTimeZoneTransition('previous');
      if (change === null) return [zone, date];
      const wallMs = change.epochMilliseconds + change.offsetNanoseconds / 1e6 + seconds * 1000;
      return [zone, new Date(Math.max(0, Math.floor(wallMs / 1000) * 1000))];
    });
  const anywhere = fc.tuple(fc.constantFrom(...Intl.supportedValuesOf('timeZone')), anySecond);
  fc.assert(
    fc.property(fc.oneof(nearChange, anywhere), ([zone, date]) => {
      const wall = wallOf(date);
      const expected = Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).epochMilliseconds;
      assert.equal(instantOf(timeAt(wall), zone), expected, `${wall} ${zone}`);
      assert.equal(instantOf(timeAt(wall), zone), expected, `${wall} ${zone}, asked again`);
    }),
    { numRuns: 2000 },
  );
});
