/**
 * The check digits that couriers put into their numbers. Each function takes a whole number whose last character (for
 * S10: the ninth digit) is the check digit, already known to be of the right length and alphabet, and says whether it
 * fits. One pass over the characters, no allocation: `detect` runs on every update that names no courier.
 *
 * Formulas as described in `CHECKSUM_ALGORITHMS.md` of the MIT-licensed data set jkeen/tracking_number_data v2.0.0, S10
 * as in the UPU's standard of that name, the alphanumeric one as in ISO 7064 (MOD 37,36).
 */

/** GS1's modulo 10: from the digit before the check digit leftwards, weights 3, 1, 3, 1, … */
export function fitsGs1(number: string): boolean {
  const last = number.length - 1;
  let sum = 0;
  for (let index = 0; index < last; index++)
    sum += digitAt(number, index) * ((last - index) % 2 === 1 ? 3 : 1);
  return (10 - (sum % 10)) % 10 === digitAt(number, last);
}

/**
 * S10, the eight digits from `start` and the check digit after them, modulo 11. The remainders 0 and 6 share the check
 * digit 5, so a number with that one can hide a wrong digit; with any other, every single wrong digit shows.
 */
export function fitsS10(number: string, start: number): boolean {
  let sum = 0;
  for (let index = 0; index < 8; index++)
    sum += digitAt(number, start + index) * (s10Weights[index] as number);
  const remainder = sum % 11;
  const expected = remainder === 0 ? 5 : remainder === 1 ? 0 : 11 - remainder;
  return expected === digitAt(number, start + 8);
}

/** UPS: after `1Z`, weights 1, 2, 1, 2, …, modulo 10; a letter counts as (its ASCII code - 3) modulo 10. */
export function fitsUps(number: string): boolean {
  const last = number.length - 1;
  let sum = 0;
  for (let index = 2; index < last; index++) {
    const code = number.charCodeAt(index);
    const value = code <= nine ? code - zero : (code - 3) % 10;
    sum += index % 2 === 0 ? value : 2 * value;
  }
  return (10 - (sum % 10)) % 10 === digitAt(number, last);
}

/** FedEx Express: weights 3, 1, 7 repeated, modulo 11, then modulo 10. */
export function fitsFedexExpress(number: string): boolean {
  const last = number.length - 1;
  let sum = 0;
  for (let index = 0; index < last; index++)
    sum += digitAt(number, index) * (fedexWeights[index % 3] as number);
  return (sum % 11) % 10 === digitAt(number, last);
}

/** DHL Express: the number before the check digit, modulo 7. */
export function fitsMod7(number: string): boolean {
  const last = number.length - 1;
  let remainder = 0;
  for (let index = 0; index < last; index++) remainder = (remainder * 10 + digitAt(number, index)) % 7;
  return remainder === digitAt(number, last);
}

/** DPD: ISO 7064 MOD 37,36 over digits and letters, the check character included. */
export function fitsMod37(number: string): boolean {
  const last = number.length - 1;
  let product = 36;
  for (let index = 0; index < last; index++) {
    const sum = (product + alphanumericAt(number, index)) % 36 || 36;
    product = (sum * 2) % 37;
  }
  return (product + alphanumericAt(number, last)) % 36 === 1;
}

const zero = 48;
const nine = 57;
const letterOffset = 55;
const s10Weights = [8, 6, 4, 2, 3, 5, 9, 7];
const fedexWeights = [3, 1, 7];

function digitAt(number: string, index: number): number {
  return number.charCodeAt(index) - zero;
}

function alphanumericAt(number: string, index: number): number {
  const code = number.charCodeAt(index);
  return code <= nine ? code - zero : code - letterOffset;
}
