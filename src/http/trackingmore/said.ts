/**
 * Reads what clients of TrackingMore say. They send numbers where texts are meant, empty texts and nulls for what they do not
 * say. A value that cannot be read is told by its name. Every text is read in the form in which texts
 * are kept, so what is looked for is what can be there, and no store is asked for characters that it could not hold.
 */
import { countryCodeOf } from '../../domain/countries.ts';
import { AppError, problem } from '../../domain/error.ts';
import { limits } from '../../domain/limits.ts';
import { isStatus, type Status } from '../../domain/status.ts';
import { cleanText } from '../../normalise/text.ts';
import { readNumber } from '../../tracking/readUpdate.ts';

export type Members = Readonly<Record<string, unknown>>;

/** The members of a body; none where it is no object. */
export function membersOf(body: unknown): Members {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Members) : {};
}

/** The same of the only one in a list: clients that know the batch alone send one so. */
export function onlyMembersOf(body: unknown): Members {
  return membersOf(Array.isArray(body) && body.length === 1 ? body[0] : body);
}

/** Of any length. Null: not said, which an empty text is as well. @throws AppError `body_invalid` */
export function textIn(said: Members, name: string): string | null {
  const value = Object.hasOwn(said, name) ? said[name] : undefined;
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') {
    // Of a longer number the last digits are lost by now.
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw malformed(name);
    return String(value);
  }
  // The same parameter several times in a query.
  const text =
    Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join(',') : value;
  if (typeof text !== 'string') throw malformed(name);
  return cleanText(text, Number.POSITIVE_INFINITY) || null;
}

/** What was sent for a text, to be told back as one. */
export function toldBack(value: unknown): string | null {
  return typeof value === 'string'
    ? value.slice(0, limits.fieldCharsMax)
    : typeof value === 'number'
      ? String(value)
      : null;
}

/** The parts of a comma list; null: not said. */
export function listIn(said: Members, name: string): readonly string[] | null {
  const parts = textIn(said, name)
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts === undefined || parts.length === 0 ? null : parts;
}

/** Each status of a comma list once, in any case. Null: not said. @throws AppError `status_invalid` */
export function statusesIn(said: Members, name: string): readonly Status[] | null {
  const words = listIn(said, name)?.map((word) => word.toLowerCase());
  if (words === undefined) return null;
  if (!words.every(isStatus)) throw new AppError(problem('status_invalid', undefined, name));
  return [...new Set(words)];
}

/** @throws AppError `body_invalid` */
export function wholeNumberIn(
  said: Members,
  name: string,
  [min, max]: readonly [number, number],
): number | null {
  const text = textIn(said, name);
  if (text === null) return null;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max)) throw malformed(name);
  return number;
}

/** A tracking number as compared. @throws AppError `number_invalid` */
export function numberOf(text: string): string {
  const number = readNumber(text);
  if (number === null) throw new AppError(problem('number_invalid', undefined, 'tracking_number'));
  return number;
}

/** The two letters of a country, which may be written out. @throws AppError `body_invalid`, also where none is said */
export function countryOf(text: string | null, name: string): string {
  const country = countryCodeOf(text ?? '');
  if (country === null) throw malformed(name);
  return country;
}

const archivedWords: Readonly<Record<string, boolean>> = {
  ...{ archived: true, true: true, 1: true },
  ...{ tracking: false, false: false, 0: false },
};

/** A word or a truth value. Null: not said. @throws AppError `body_invalid` */
export function archivedIn(said: Members, name: string): boolean | null {
  const value = said[name];
  const word = typeof value === 'boolean' ? String(value) : textIn(said, name)?.toLowerCase();
  if (word === undefined) return null;
  if (!Object.hasOwn(archivedWords, word)) throw malformed(name);
  return archivedWords[word] as boolean;
}

export function malformed(name: string): AppError {
  return new AppError(problem('body_invalid', `${name} does not have the form that is asked for.`, name));
}
