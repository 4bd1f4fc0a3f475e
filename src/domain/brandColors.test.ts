import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { brandColors, contrastOf, darkSurface, lightSurface } from './brandColors.ts';

test('contrast is that of WCAG', () => {
  assert.equal(contrastOf('#000000', '#ffffff'), 21);
  assert.equal(contrastOf('#777777', '#777777'), 1);
  assert.equal(contrastOf('#767676', '#ffffff').toFixed(2), '4.54');
});

test('text on a colour, and the colour as text, is readable in both schemes, whatever the colour', () => {
  const channel = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.tuple(channel, channel, channel), (channels) => {
      const color = `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
      const { brand, onBrand, light, dark } = brandColors(color);
      assert.equal(brand, color);
      assert.ok(contrastOf(onBrand, color) >= 4.5, `on ${color}`);
      assert.ok(contrastOf(light, lightSurface) >= 4.5, `${color} on light`);
      assert.ok(contrastOf(dark, darkSurface) >= 4.5, `${color} on dark`);
    }),
  );
});

test('a colour that is readable as it is stays as it is', () => {
  assert.equal(brandColors('#1d6f42').light, '#1d6f42');
  assert.equal(brandColors('#ffe08a').dark, '#ffe08a');
  assert.equal(brandColors('#ffe08a').onBrand, '#000000');
  assert.equal(brandColors('#1d6f42').onBrand, '#ffffff');
});
