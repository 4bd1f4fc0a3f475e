/**
 * Text of couriers in two forms: `normaliseText` is what two reports of one scan have in common, for telling whether
 * they are the same; `cleanText` is what is kept and shown. Neither looks for a meaning in the words.
 */

/**
 * One form for texts that differ only in case, width, spacing and punctuation: compatibility composition (NFKC), lower
 * case, every run of white space and punctuation one space, none at the ends. Applying it twice changes nothing.
 */
export function normaliseText(text: string): string {
  // Most scans are plain ASCII, which composition cannot change; it and the Unicode classes are the costly part.
  if (!beyondAscii.test(text)) return text.toLowerCase().replace(asciiGaps, ' ').trim();
  // Lower-casing can leave letters apart that compose, so composition comes once more after it.
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(gaps, ' ').trim();
}

/**
 * Text fit to be kept, shown and sent: line feeds and tabs become spaces, other control characters go (a NUL cannot be
 * stored in PostgreSQL), and so do the controls that reverse the direction of what follows; half a surrogate pair
 * becomes U+FFFD. Emoji and right-to-left letters stay. At most `max` UTF-16 units, never ending in half a pair.
 */
export function cleanText(text: string, max: number): string {
  const trimmed = text.toWellFormed().replace(breaks, ' ').replace(unwanted, '').trim();
  if (trimmed.length <= max) return trimmed;
  const end = isHighSurrogate(trimmed.charCodeAt(max - 1)) ? max - 1 : max;
  return trimmed.slice(0, end).trimEnd();
}

const beyondAscii = /[^\0-\x7f]/;
const asciiGaps = /[\s!-#%-*,-/:;?@[-\]_{}]+/g;
const gaps = /[\s\p{P}]+/gu;
const breaks = /[\n\t]/g;
/** C0, DEL and C1 (terminals obey them) and the bidirectional embeddings, overrides and isolates. */
const unwanted = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
