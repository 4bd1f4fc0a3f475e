import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { COUNTRIES, countryZone } from '../domain/countries.ts';
import { countryOfPlace, zoneOfPlace } from './place.ts';

const countries: readonly (readonly [text: string, country: string | null])[] = [
  ['535031, Sweden', 'SE'],
  ['Sweden 535031', 'SE'],
  ['PARIS, FRANCE, 75001', 'FR'],
  ['Stockholm, SE', 'SE'],
  ['SHENZHEN CN', 'CN'],
  ['Shenzhen, Guangdong, CHN', 'CN'],
  ['CHINA - SHENZHEN', 'CN'],
  ['瑞典', 'SE'],
  ['中国 广州', 'CN'],
  ['Berlin (Germany)', 'DE'],
  ['London, U.K.', 'GB'],
  ['SEOUL, SOUTH KOREA', 'KR'],
  ['Bissau, Guinea-Bissau', 'GW'],
  ['RENTON, WA 98056', 'US'],
  ['LOS ANGELES CA 90001-1234', 'US'],
  ['PASADENA,MD,US', 'US'],
  ['MIAMI, FL', 'US'],
  ['TORONTO ON M5V 2T6', 'CA'],
  ['Toronto, ON, CA', 'CA'],
  ['BERLIN, DE 80331', 'DE'],
  ['NEWARK NEW JERSEY', 'US'],
  ['Mexico City', 'MX'],
  ['Jersey City', null],
  ['广州市', null],
  ['Stockholm utr', null],
  ['in', null],
  ['se', null],
  ['SE was closed', null],
  ['', null],
  [' , ', null],
];

for (const [text, country] of countries) {
  test(`"${text}" is ${country === null ? 'in no country that it names' : `in ${country}`}`, () => {
    assert.equal(countryOfPlace(text), country);
  });
}

test('a missing place names no country', () => {
  assert.equal(countryOfPlace(null), null);
});

test('every country is recognised by its name and code after a town', () => {
  for (const [code, , name] of COUNTRIES) {
    assert.equal(countryOfPlace(`Xtown, ${name}`), code);
    assert.equal(countryOfPlace(`Xtown ${code}`), code);
  }
});

test('a state or province gives its own zone', () => {
  assert.equal(zoneOfPlace('RENTON, WA 98056', null), 'America/Los_Angeles');
  assert.equal(zoneOfPlace('PASADENA,MD,US', null), 'America/New_York');
  assert.equal(zoneOfPlace('CHICAGO IL, UNITED STATES', null), 'America/Chicago');
  assert.equal(zoneOfPlace('Vancouver BC V6B 1A1', null), 'America/Vancouver');
  assert.equal(zoneOfPlace('Perth, WA, Australia', null), 'Australia/Perth');
});

test('a code of both a country and a state is the state for a courier of that country only', () => {
  assert.equal(zoneOfPlace('LOS ANGELES, CA', 'US'), 'America/Los_Angeles');
  assert.equal(zoneOfPlace('LOS ANGELES, CA', null), 'America/Toronto');
  assert.equal(zoneOfPlace('BERLIN, DE', 'CN'), 'Europe/Berlin');
  assert.equal(zoneOfPlace('Toronto, ON, CA', 'US'), 'America/Toronto');
  assert.equal(zoneOfPlace('PERTH, WA', 'AU'), 'Australia/Perth');
});

test('an unreadable place takes the zone of the courier, and without one none', () => {
  assert.equal(zoneOfPlace('广州市', 'CN'), 'Asia/Shanghai');
  assert.equal(zoneOfPlace(null, 'SE'), 'Europe/Stockholm');
  assert.equal(zoneOfPlace('Stockholm utr', null), null);
  assert.equal(zoneOfPlace(null, 'ZZ'), null);
});

test('a readable place outranks the courier', () => {
  assert.equal(zoneOfPlace('瑞典', 'CN'), 'Europe/Stockholm');
});

test('any text is answered with a known country or none, the same each time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const country = countryOfPlace(text);
      assert.ok(country === null || countryZone(country) !== null);
      assert.equal(countryOfPlace(text), country);
    }),
  );
});

test('long repetitive text takes no long time', { timeout: 1000 }, () => {
  for (const unit of [' ', ',', 'A ', 'WA ', 'WA 9', '1 ', '- ', '国']) countryOfPlace(unit.repeat(100_000));
});
