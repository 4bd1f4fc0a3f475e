import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instantOf } from './instant.ts';
import { readTime } from './time.ts';

/** The text, the wall time, and the offset in minutes where it gives one. */
const accepted: readonly (readonly [text: string, wall: string, offsetMinutes?: number])[] = [
  ['2024-05-01', '2024-05-01'],
  ['2024-05-01 15:27', '2024-05-01 15:27'],
  ['2024-05-01T15:27:20', '2024-05-01 15:27:20'],
  ['2024-05-01T15:27:20Z', '2024-05-01 15:27:20', 0],
  ['2024-05-01t15:27:20z', '2024-05-01 15:27:20', 0],
  ['2024-05-01T15:27:20+08:00', '2024-05-01 15:27:20', 480],
  ['2024-05-01T15:27:20-0330', '2024-05-01 15:27:20', -210],
  ['2024-05-01 15:27+08', '2024-05-01 15:27', 480],
  ['2024-05-01 15:27:20 +0800', '2024-05-01 15:27:20', 480],
  ['2024-05-01T15:27-00:00', '2024-05-01 15:27', 0],
  ['2023-08-23T06:00:00 00:00', '2023-08-23 06:00:00', 0],
  ['2023-08-23T06:00:00.5 05:30', '2023-08-23 06:00:00', 330],
  ['2024-05-01T15:27:20.331986369+01:00', '2024-05-01 15:27:20', 60],
  ['2024-05-01T15:27:20,9', '2024-05-01 15:27:20'],
  ['2024-05-01T24:00', '2024-05-02 00:00'],
  ['2024-12-31T24:00:00.000Z', '2025-01-01 00:00:00', 0],
  ['2016-12-31T23:59:60Z', '2016-12-31 23:59:59', 0],
  ['20240501', '2024-05-01'],
  ['20240501153000', '2024-05-01 15:30:00'],
  ['202405011530', '2024-05-01 15:30'],
  ['20240501T153000+0200', '2024-05-01 15:30:00', 120],
  ['2017/8/27 16:51', '2017-08-27 16:51'],
  ['2017.08.27', '2017-08-27'],
  ['27/8/2017 16:51', '2017-08-27 16:51'],
  ['8/27/2017 4:51 PM', '2017-08-27 16:51'],
  ['27.08.2017', '2017-08-27'],
  ['5/5/2024', '2024-05-05'],
  ['2024-05-01 3:27 PM', '2024-05-01 15:27'],
  ['2024-05-01 05:10 pm', '2024-05-01 17:10'],
  ['2024-05-01 5:10:09 a.m.', '2024-05-01 05:10:09'],
  ['2024-05-01, 3:27\u202fPM', '2024-05-01 15:27'],
  ['2024-05-01 12:00 am', '2024-05-01 00:00'],
  ['2024-05-01 12:00 pm', '2024-05-01 12:00'],
  ['2024-05-01 0:30 a.m.', '2024-05-01 00:30'],
  ['2024-05-01 00:30 AM', '2024-05-01 00:30'],
  ['05:10 pm 05/13/2024', '2024-05-13 17:10'],
  ['15 Nov 2016 08:23', '2016-11-15 08:23'],
  ['November 15, 2016 8:23 am', '2016-11-15 08:23'],
  ['15-Nov-2016', '2016-11-15'],
  ['15NOV2016', '2016-11-15'],
  ['15th Sept 2016', '2016-09-15'],
  ['Tue, 15 Nov 2016 08:23:45 +0100', '2016-11-15 08:23:45', 60],
  ['Tue, 15 Nov 2016 08:23:45 +0100 (CET)', '2016-11-15 08:23:45', 60],
  ['Tue, 15 Nov 2016 08:23:45 GMT', '2016-11-15 08:23:45', 0],
  ['Tue Nov 15 08:23:45 UTC 2016', '2016-11-15 08:23:45', 0],
  ['2024-05-01 10:00 GMT+8', '2024-05-01 10:00', 480],
  ['1714577240', '2024-05-01 15:27:20', 0],
  ['1714577240999', '2024-05-01 15:27:20', 0],
  ['1999123124', '2033-05-07 23:58:44', 0],
  ['2024130115', '2034-02-21 10:21:55', 0],
  ['  2024-05-01 15:27\n', '2024-05-01 15:27'],
];

for (const [text, wall, offsetMinutes = null] of accepted) {
  test(`"${text.trim()}" is ${wall}`, () => {
    const precision = wall.length === 10 ? 'day' : wall.length === 16 ? 'minute' : 'second';
    assert.deepEqual(readTime(text), { ok: true, time: { wall, precision, offsetMinutes } });
  });
}

const refused: readonly (readonly [text: string, reason: RegExp])[] = [
  ['03/04/2024', /^"03\/04\/2024" could be 3 April or March 4: send YYYY-MM-DD$/],
  ['3.4.2024 10:00', /could be 3 April or March 4/],
  ['03-04-2024', /could be 3 April or March 4/],
  ['2024050115', /^"2024050115" could be a date with its hour or seconds since 1970: send YYYY-MM-DDTHH/],
  ['1990010100', /date with its hour or seconds/],
  ['2100123123', /date with its hour or seconds/],
  ['24-05-01', /year of two digits/],
  ['13/1/24 10:00', /year of two digits/],
  ['15 Nov 16', /year of two digits/],
  ['15 Nov 08:23', /has no year/],
  ['11/15 08:23', /has no year/],
  ['Nov 2016', /has no day/],
  ['2016-11', /has no day/],
  ['15:27', /has no date/],
  ['2024-02-30', /30 February 2024, which does not exist/],
  ['2023-02-29T10:00', /29 February 2023, which does not exist/],
  ['2024-13-01', /the month 13/],
  ['2024-05-01 25:00', /the hour 25/],
  ['2024-05-01T24:01', /the hour 24/],
  ['2024-05-01T10:61', /the minute 61/],
  ['2024-05-01T10:00:61', /the second 61/],
  ['2024-05-01 15:27 AM', /the hour 15 with AM/],
  [
    '2026-02-20 13:00 PM',
    /the hour 13 with PM: send the hour from 1 to 12 with it, or from 00 to 23 without/,
  ],
  ['2024-05-01 23:59:59 p.m.', /the hour 23 with PM/],
  ['2024-05-01 24:00 PM', /the hour 24 with PM/],
  ['2024-05-01 24:00 AM', /the hour 24 with AM/],
  ['05/13/2024 13:00pm', /the hour 13 with PM/],
  ['15 Nov 2016 13:05 pm', /the hour 13 with PM/],
  ['2024-05-01 00:30 PM', /the hour 0 with PM/],
  ['2024-05-01 10:00 EST', /the time zone EST/],
  ['Tue, 15 Nov 2016 08:23:45 CST', /the time zone CST/],
  ['2024-05-01T10:00+25:00', /an offset that no place has/],
  ['2024-05-01T10:00-12:30', /an offset that no place has/],
  ['1969-12-31', /outside 1970 to 2100/],
  ['2101-01-01', /outside 1970 to 2100/],
  ['2100-12-31T24:00', /outside 1970 to 2100/],
  ['0000-00-00 00:00:00', /outside 1970 to 2100/],
  ['9999999999', /outside 1970 to 2100/],
  ['', /^The time is empty/],
  ['  ', /^The time is empty/],
  [`2024-05-01${' '.repeat(60)}10:00`, /longer than 64 characters/],
  ['2024-05-01\u000010:00', /control characters/],
  ['2024-05-01\t10:00', /control characters/],
  ['2024-05-01 10:00 📦', /known form/],
  ['2024-05-01 08:00 12:00', /known form/],
  ['2024-05-01T15:27:20.1234567891Z', /known form/],
  ['2024-05-01 10:00 11:00 12:00', /known form/],
  ['yesterday', /known form/],
  ['NaN', /known form/],
  ['12345', /known form/],
];

for (const [text, reason] of refused) {
  test(`${JSON.stringify(text)} is refused by name`, () => {
    const reading = readTime(text);
    assert.ok(!reading.ok);
    assert.match(reading.reason, reason);
  });
}

test('a reason quotes at most 40 characters and nothing that a terminal obeys', () => {
  const reading = readTime(`\u001b[31m\u202e${'x'.repeat(100)}`);
  assert.ok(!reading.ok);
  assert.match(reading.reason, /^"\[31mx{36}…" is longer than 64 characters/);
});

const twoDigits = (number: number): string => String(number).padStart(2, '0');
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const anySecond = fc
  .integer({ min: 0, max: Date.UTC(2100, 11, 31, 23, 59, 59) / 1000 })
  .map((second) => new Date(second * 1000));
const wallOf = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ');

test('in every form the wall time of any second is what was written', () => {
  fc.assert(
    fc.property(
      anySecond,
      fc.integer({ min: -720, max: 840 }),
      fc.nat(999_999_999),
      (date, offsetMinutes, fraction) => {
        const wall = wallOf(date);
        const iso = wall.replace(' ', 'T');
        const [day, clock] = [wall.slice(0, 10), wall.slice(11)];
        const size = Math.abs(offsetMinutes);
        const sign = offsetMinutes < 0 ? '-' : '+';
        const [hours, minutes] = [twoDigits(Math.floor(size / 60)), twoDigits(size % 60)];
        const hour12 = date.getUTCHours() % 12 || 12;
        const half = date.getUTCHours() < 12 ? 'AM' : 'PM';
        const month = monthNames[date.getUTCMonth()];
        const named = `${date.getUTCDate()} ${month} ${day.slice(0, 4)}`;
        const without = [
          wall,
          iso,
          `${iso}.${fraction}`,
          iso.replace(/[-:T]/g, ''),
          wall.replaceAll('-', '/'),
          `${day} ${hour12}${clock.slice(2)} ${half}`,
          `${named} ${clock}`,
          `${month} ${date.getUTCDate()}, ${day.slice(0, 4)} ${hour12}${clock.slice(2)} ${half.toLowerCase()}`,
        ];
        const withOffset = [
          `${iso}${sign}${hours}:${minutes}`,
          `${iso}.${fraction}${sign}${hours}${minutes}`,
          `${wall} ${sign}${hours}${minutes}`,
          `Fri, ${named} ${clock} ${sign}${hours}${minutes}`,
        ];
        if (sign === '+') withOffset.push(`${iso} ${hours}:${minutes}`);
        const time = { wall, precision: 'second' };
        for (const text of without)
          assert.deepEqual(readTime(text), { ok: true, time: { ...time, offsetMinutes: null } });
        for (const text of withOffset)
          assert.deepEqual(readTime(text), { ok: true, time: { ...time, offsetMinutes } });
      },
    ),
    { numRuns: 300 },
  );
});

test('what is read is read the same again from its wall time', () => {
  for (const [text] of accepted) {
    const reading = readTime(text);
    assert.ok(reading.ok);
    const again = readTime(reading.time.wall);
    assert.ok(
      again.ok && again.time.wall === reading.time.wall && again.time.precision === reading.time.precision,
    );
  }
});

test('any text is answered, never thrown at', () => {
  const likely = fc
    .array(fc.constantFrom(...'0123456789-/.:, TZ+apm年', 'Nov', ' PM', '20', '2024-05-01', '12:30'), {
      maxLength: 24,
    })
    .map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.oneof(likely, fc.string({ unit: 'binary' }), fc.string()), (text) => {
      const reading = readTime(text);
      if (!reading.ok) return assert.ok(reading.reason.length > 0 && reading.reason.isWellFormed());
      assert.match(reading.time.wall, /^\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?$/);
      assert.ok(Number.isInteger(instantOf(reading.time, null)));
    }),
    { numRuns: 3000 },
  );
});

test('repetitive text takes no long time', { timeout: 1000 }, () => {
  for (const unit of ['1', '1:', '1 ', ' ', ':', '-', 'a', 'a-', '(', '1.1', 'T', '2024-05-01 ']) {
    for (const length of [64, 1_000_000]) readTime(unit.repeat(length).slice(0, length));
  }
});
