import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitsFedexExpress, fitsGs1, fitsMod7, fitsMod37, fitsS10, fitsUps } from './checkDigits.ts';

const eightDigits = fc.integer({ min: 0, max: 99_999_999 }).map((serial) => String(serial).padStart(8, '0'));
const nineDigits = fc.integer({ min: 0, max: 999_999_999 }).map((serial) => String(serial).padStart(9, '0'));
const fourteenDigits = fc
  .bigInt({ min: 0n, max: 10n ** 14n - 1n })
  .map((serial) => String(serial).padStart(14, '0'));
const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The number with the one check digit that fits; a test fails if there is none or there are several. */
function complete(serial: string, fits: (number: string) => boolean, alphabet = '0123456789'): string {
  const fitting = [...alphabet].map((digit) => serial + digit).filter(fits);
  assert.equal(fitting.length, 1, `${serial}: ${fitting.join(', ')}`);
  return fitting[0] as string;
}

/** Every number that differs from this one in exactly one character of the alphabet. */
function* misreadings(number: string, alphabet = '0123456789'): Generator<string> {
  for (let index = 0; index < number.length; index++) {
    for (const other of alphabet) {
      if (other !== number[index]) yield number.slice(0, index) + other + number.slice(index + 1);
    }
  }
}

const fitsBareS10 = (number: string) => fitsS10(number, 0);

test('an S10 number has exactly one check digit', () => {
  fc.assert(fc.property(eightDigits, (serial) => complete(serial, fitsBareS10).length === 9));
});

test('S10 shows every single wrong digit, unless its check digit is 5', () => {
  fc.assert(
    fc.property(eightDigits, (serial) => {
      const number = complete(serial, fitsBareS10);
      fc.pre(!number.endsWith('5'));
      for (const misread of misreadings(number))
        assert.equal(fitsBareS10(misread), false, `${number}, ${misread}`);
    }),
  );
});

test('S10 with check digit 5 misses only misreadings whose remainder is the other of 0 and 6', () => {
  fc.assert(
    fc.property(eightDigits, (serial) => {
      const number = complete(serial, fitsBareS10);
      fc.pre(number.endsWith('5'));
      const missed = [...misreadings(number)].filter(fitsBareS10);
      assert.ok(missed.length <= 8, `${number}: ${missed.join(', ')}`);
      assert.ok(missed.every((misread) => misread.endsWith('5')));
    }),
  );
});

test('GS1 and UPS have exactly one check digit; GS1 shows every single wrong digit', () => {
  fc.assert(
    fc.property(fourteenDigits, (serial) => {
      complete(`1Z${serial}`, fitsUps);
      const number = complete(serial, fitsGs1);
      for (const misread of misreadings(number)) assert.equal(fitsGs1(misread), false);
    }),
  );
});

test('DPD shows every single wrong character', () => {
  fc.assert(
    fc.property(fourteenDigits, (serial) => {
      const number = complete(serial, fitsMod37, characters);
      for (const misread of misreadings(number, characters)) assert.equal(fitsMod37(misread), false);
    }),
    { numRuns: 30 },
  );
});

test('DHL Express and FedEx Express have exactly one check digit', () => {
  fc.assert(
    fc.property(nineDigits, (serial) => {
      assert.equal(Number(complete(serial, fitsMod7).at(-1)), Number(serial) % 7);
      complete(`31${serial}`, fitsFedexExpress);
    }),
  );
});
