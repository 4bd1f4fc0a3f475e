import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normaliseNumber } from './tracking.ts';

test('case, white space and separators do not make another number', () => {
  for (const raw of [
    'LX203960974CN',
    'lx203960974cn',
    ' LX 203 960 974 CN ',
    'LX-203960974-CN',
    'LX.203960974/CN',
    'LX\u00a0203960974\u2009CN',
    'LX\u2011203960974\u2013CN',
    'LX203960974CN\u200b\ufeff',
    'LX\u00ad203960974CN',
  ]) {
    assert.equal(normaliseNumber(raw), 'LX203960974CN', JSON.stringify(raw));
  }
});

test('full-width letters and digits are the plain ones', () => {
  assert.equal(normaliseNumber('ＬＸ２０３９６０９７４ＣＮ'), 'LX203960974CN');
});

test('leading zeros belong to the number', () => {
  assert.equal(normaliseNumber('00 81827-0998'), '00818270998');
  assert.notEqual(normaliseNumber('0081827'), normaliseNumber('81827'));
});

test('other signs belong to the number', () => {
  assert.notEqual(normaliseNumber('AB_12'), normaliseNumber('AB12'));
  assert.notEqual(normaliseNumber('AB+12'), normaliseNumber('AB12'));
});

test('a normalised number is normalised to itself', () => {
  const part = fc.constantFrom(..."aBz09 -./\u00a0\u00ad\u200b\u2011１Ａｂ_+'");
  fc.assert(
    fc.property(fc.string({ unit: part, maxLength: 30 }), (raw) => {
      const once = normaliseNumber(raw);
      assert.equal(normaliseNumber(once), once);
      assert.doesNotMatch(once, /[\sa-z./-]/);
    }),
  );
});
