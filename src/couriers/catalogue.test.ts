import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countryName } from '../domain/countries.ts';
import { limits } from '../domain/limits.ts';
import { adapterOf } from './adapters.ts';
import { COURIERS, courierOf } from './catalogue.ts';

test('codes are unique, sorted, lower case with hyphens and not too long', () => {
  const codes = COURIERS.map(({ code }) => code);
  assert.deepEqual(codes, [...new Set(codes)].toSorted());
  for (const code of codes) {
    assert.match(code, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    assert.ok(code.length <= limits.courierCodeCharsMax);
  }
});

test('the couriers of the published sample are exactly as in it', () => {
  assert.deepEqual(courierOf('china-ems'), {
    code: 'china-ems',
    name: 'China EMS',
    homepage: 'http://www.ems.com.cn/',
    phone: null,
    country: 'CN',
    kind: 'post',
  });
  assert.deepEqual(courierOf('sweden-posten'), {
    code: 'sweden-posten',
    name: 'Sweden Posten',
    homepage: 'http://www.posten.se/',
    phone: null,
    country: 'SE',
    kind: 'post',
  });
});

test('every other homepage is https, every country exists, every post has one', () => {
  for (const { code, homepage, country, kind } of COURIERS) {
    if (kind === 'sandbox') assert.equal(homepage, null);
    else if (code !== 'china-ems' && code !== 'sweden-posten') {
      assert.equal(homepage && URL.parse(homepage)?.protocol, 'https:', code);
    }
    if (country !== null) assert.ok(countryName(country), code);
    if (kind === 'post') assert.ok(country, code);
  }
});

test('what is not in the catalogue is null', () => {
  for (const code of ['no-such-courier', '', '__proto__', 'constructor', 'UPS']) {
    assert.equal(courierOf(code), null);
    assert.equal(adapterOf(code), null);
  }
});

test('an adapter serves the courier under whose code it is found', () => {
  const served = COURIERS.filter(({ code }) => adapterOf(code) !== null).map(({ code }) => code);
  assert.deepEqual(served, ['sandbox']);
  for (const code of served) assert.equal(adapterOf(code)?.code, code);
});
