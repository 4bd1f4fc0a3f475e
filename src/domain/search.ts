/**
 * How trackings are looked for by what people know of them: the beginning of a number, of an order's id or number, of the customer's
 * email or name, or of a later word of that name. Texts are compared folded; numbers as `normaliseNumber` has them.
 */
import { limits } from './limits.ts';
import { normaliseNumber, type TrackingFields } from './tracking.ts';

/** What a tracking must begin with, in one of the ways; never empty. */
export interface Search {
  /** Folded. */
  readonly text: string;
  /** Normalised; null: nothing of a number is in it. */
  readonly number: string | null;
}

/** Null: nothing is looked for. Undefined: it is longer than what is kept to be found by. */
export function readSearch(raw: string): Search | null | undefined {
  const text = foldText(raw);
  if (text === '') return null;
  if (text.length > limits.searchCharsMax) return undefined;
  return { text, number: normaliseNumber(raw) || null };
}

/** Later words of a name by which it is found, too. */
const nameWordsMax = 3;

/** By what a tracking is found beside its number, folded. */
export function searchTextsOf(
  fields: Pick<TrackingFields, 'orderId' | 'orderNumber' | 'customerName' | 'customerEmail'>,
): readonly string[] {
  const { orderId, orderNumber, customerName, customerEmail } = fields;
  if (orderId === null && orderNumber === null && customerName === null && customerEmail === null) return [];
  const texts = [orderId, orderNumber, customerEmail].map((text) => foldText(text ?? ''));
  const name = foldText(customerName ?? '');
  const words = name.split(' ');
  for (let word = 0; word <= nameWordsMax && word < words.length; word++)
    texts.push(words.slice(word).join(' '));
  return [...new Set(texts.map(beginningOf))].filter((text) => text !== '');
}

/** Without case, width and superfluous white space; applied twice, it changes nothing. */
function foldText(text: string): string {
  const lower = beyondAscii.test(text)
    ? text.toWellFormed().normalize('NFKC').toLowerCase().normalize('NFKC')
    : text.toLowerCase();
  return lower.replace(gaps, ' ').trim();
}

/** As much of it as is kept, never ending in half a pair. */
function beginningOf(text: string): string {
  return text.slice(0, limits.searchCharsMax).replace(halfPair, '');
}

const beyondAscii = /[^\0-\x7f]/;
/** A NUL is no letter for PostgreSQL, so no control character is one. */
const gaps = /[\s\p{Cc}]+/gu;
const halfPair = /[\ud800-\udbff]$/;
