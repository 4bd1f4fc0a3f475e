/** Digits in a text, by character codes: this runs for every scan. */
export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** The number of two digits, NaN where they are something else: every comparison with it is then false. */
export function pairAt(text: string, at: number): number {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return isDigit(high) && isDigit(low) ? (high - 0x30) * 10 + (low - 0x30) : Number.NaN;
}

/** `07`. */
export function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
