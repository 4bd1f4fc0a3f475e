import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { COUNTRIES, countryCodeOf, countryName, countryZone } from './countries.ts';

test('every ISO 3166-1 country is in the table once, and Kosovo', () => {
  assert.equal(COUNTRIES.length, 250);
  for (const column of [0, 1, 2] as const)
    assert.equal(new Set(COUNTRIES.map((row) => row[column])).size, 250);
  assert.deepEqual(
    COUNTRIES.map(([code]) => code),
    COUNTRIES.map(([code]) => code).toSorted(),
  );
});

test('every code, alpha-3 code and name leads back to its country, in either case', () => {
  for (const [code, alpha3, name, zone] of COUNTRIES) {
    for (const text of [
      code,
      alpha3,
      name,
      code.toLowerCase(),
      alpha3.toLowerCase(),
      name.toUpperCase(),
      ` ${name} `,
    ]) {
      assert.equal(countryCodeOf(text), code, text);
    }
    assert.equal(countryName(code), name);
    assert.equal(countryZone(code.toLowerCase()), zone);
  }
});

test('names are plain ASCII, so that they survive every encoding', () => {
  for (const [code, alpha3, name] of COUNTRIES) {
    assert.match(code, /^[A-Z]{2}$/);
    assert.match(alpha3, /^[A-Z]{3}$/);
    assert.match(name, /^[\x20-\x7e]+$/);
  }
});

test('every zone is one that the runtime knows', () => {
  for (const [code, , , zone] of COUNTRIES) {
    assert.doesNotThrow(() => new Intl.DateTimeFormat('en', { timeZone: zone }), `${code} ${zone}`);
  }
});

test('names that resemble each other are told apart', () => {
  const known: [string, string][] = [
    ['UK', 'GB'],
    ['u.s.a.', 'US'],
    ['Korea', 'KR'],
    ['Congo', 'CG'],
    ['DR Congo', 'CD'],
    ['Guinea', 'GN'],
    ['Guinea-Bissau', 'GW'],
    ['Guinea Bissau', 'GW'],
    ['Niger', 'NE'],
    ['Dominica', 'DM'],
    ['Samoa', 'WS'],
    ['Saint Martin', 'MF'],
    ['Sint Maarten', 'SX'],
    ['Georgia', 'GE'],
    ['Jersey', 'JE'],
    ['Macedonia', 'MK'],
  ];
  for (const [text, code] of known) assert.equal(countryCodeOf(text), code, text);
});

test('names as couriers and their countries write them are read', () => {
  const known: [string, string][] = [
    ['瑞典', 'SE'],
    ['中国', 'CN'],
    ['美国', 'US'],
    ['英国', 'GB'],
    ['韩国', 'KR'],
    ['中国香港', 'HK'],
    ['日本', 'JP'],
    ['대한민국', 'KR'],
    ['Deutschland', 'DE'],
    ['España', 'ES'],
    ['ESPANA', 'ES'],
    ['Sverige', 'SE'],
    ['Schweiz', 'CH'],
    ['Österreich', 'AT'],
    ['Türkiye', 'TR'],
    ['Россия', 'RU'],
    ['Ελλάδα', 'GR'],
    ['Côte d’Ivoire', 'CI'],
    ["Cote d'Ivoire", 'CI'],
    ['Czechia', 'CZ'],
    ['Viet Nam', 'VN'],
    ['The Netherlands', 'NL'],
    ['Bosnia & Herzegovina', 'BA'],
    ['Réunion', 'RE'],
    ['Russian Federation', 'RU'],
    ['Hong Kong', 'HK'],
  ];
  for (const [text, code] of known) assert.equal(countryCodeOf(text), code, text);
});

test('what names no country gives null', () => {
  for (const text of [
    '',
    ' ',
    'ZZ',
    'EU',
    'Stockholm',
    '广州市',
    'constructor',
    '__proto__',
    'x'.repeat(10_000),
  ]) {
    assert.equal(countryCodeOf(text), null, text);
    assert.equal(countryName(text), null);
    assert.equal(countryZone(text), null);
  }
});

test('any text is answered without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const code = countryCodeOf(text);
      return code === null || countryName(code) !== null;
    }),
  );
});
