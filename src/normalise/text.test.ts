import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanText, normaliseText } from './text.ts';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
);

test('texts that differ in case, spacing and punctuation are one', () => {
  assert.equal(normaliseText('  Arrived at hub -- CHICAGO, IL. '), 'arrived at hub chicago il');
  assert.equal(normaliseText('Arrived at HUB\n(Chicago/IL)'), 'arrived at hub chicago il');
});

test('full-width letters and punctuation are read as plain ones', () => {
  assert.equal(normaliseText('到达处理中心，来自中国　广州'), '到达处理中心 来自中国 广州');
  assert.equal(normaliseText('ＤＥＬＩＶＥＲＥＤ！'), 'delivered');
});

test('an accent composed or apart is the same letter', () => {
  assert.equal(normaliseText('Livre\u0301'), normaliseText('livr\u00e9'));
});

test('texts with different words or numbers stay apart', () => {
  assert.notEqual(normaliseText('parcel 1 of 2'), normaliseText('parcel 2 of 2'));
  assert.notEqual(normaliseText('未妥投'), normaliseText('妥投'));
});

test('the short way for ASCII agrees with the long one', () => {
  const ascii = fc.array(fc.nat(0x7f), { maxLength: 60 }).map((units) => String.fromCharCode(...units));
  fc.assert(
    fc.property(ascii, (text) => {
      // A Chinese word at the end sends the same text along the long way.
      assert.equal(normaliseText(`${text} 完`), `${normaliseText(text)} 完`.trim());
    }),
  );
});

test('normalising twice is normalising once, for any text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const once = normaliseText(text);
      assert.equal(normaliseText(once), once);
    }),
    { numRuns: 1000 },
  );
});

test('control characters go, line feeds and tabs become spaces', () => {
  assert.equal(cleanText('a\0b\u0007c\nd\te\u001b[31m\u009b', 100), 'abc d e[31m');
});

test('what would reverse the direction of other text goes, right-to-left letters stay', () => {
  assert.equal(cleanText('\u202egpj.exe\u2066x\u2069', 100), 'gpj.exex');
  assert.equal(cleanText('تم التسليم', 100), 'تم التسليم');
});

test('emoji stay, half an emoji becomes a replacement character', () => {
  assert.equal(cleanText('Delivered 📦👩‍🚀', 100), 'Delivered 📦👩‍🚀');
  assert.equal(cleanText('a\ud83d', 100), 'a\ufffd');
  assert.equal(cleanText('\udce6b', 100), '\ufffdb');
});

test('a cut never splits a surrogate pair nor leaves a space at the end', () => {
  assert.equal(cleanText('ab📦', 3), 'ab');
  assert.equal(cleanText('ab📦', 4), 'ab📦');
  assert.equal(cleanText('ab cd', 3), 'ab');
  assert.equal(cleanText('📦', 0), '');
});

test('cleaned text is well formed, short enough, free of controls, and stays the same, for any text', () => {
  fc.assert(
    fc.property(anyText, fc.nat(30), (text, max) => {
      const clean = cleanText(text, max);
      assert.ok(clean.isWellFormed());
      assert.ok(clean.length <= max);
      assert.doesNotMatch(clean, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      assert.equal(cleanText(clean, max), clean);
    }),
    { numRuns: 1000 },
  );
});
