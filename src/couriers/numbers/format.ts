/**
 * What a format of tracking numbers is: the lengths and first characters that can open it, for finding it quickly, and
 * a reading that answers with the couriers a number of this form may belong to.
 */

/** A courier that a number may belong to. */
export interface Candidate {
  readonly courierCode: string;
  /** One sentence for people: the format, and its check digit where it has one. */
  readonly reason: string;
  /** 0 to 1. An order of likelihood, not a measured probability. */
  readonly confidence: number;
}

export interface Format {
  readonly name: string;
  readonly lengths: readonly number[];
  /** Every character that a number of this format can begin with. */
  readonly initials: string;
  /** Every courier that `read` can name. */
  readonly courierCodes: readonly string[];
  /** Takes a number of a listed length and initial; empty if it is not of this format after all. */
  readonly read: (number: string) => readonly Candidate[];
}

/**
 * How much a form says. A check digit over plain digits lets one foreign number in seven to eleven pass, so alone it ranks
 * a courier but assigns none; a courier's own prefix besides it leaves hardly any doubt.
 */
export const confidences = {
  own: 1,
  prefixAndCheckDigit: 0.97,
  s10: 0.95,
  checkDigit: 0.8,
  noCheckDigit: 0.5,
} as const;

export const digits = '0123456789';

export interface PatternFormat {
  readonly name: string;
  readonly courierCode: string;
  readonly lengths: readonly number[];
  readonly initials: string;
  /** Anchored at both ends and without nested repetition, so that matching takes one pass. */
  readonly pattern: RegExp;
  /** Whether the check digit fits; null where the format has none. */
  readonly fits: ((number: string) => boolean) | null;
  readonly reason: string;
  readonly confidence: number;
}

/** A format of one courier that one pattern and one check digit describe. */
export function patternFormat(row: PatternFormat): Format {
  const { name, courierCode, lengths, initials, pattern, fits, reason, confidence } = row;
  const found: readonly Candidate[] = [{ courierCode, reason, confidence }];
  return {
    name,
    lengths,
    initials,
    courierCodes: [courierCode],
    read: (number) => (pattern.test(number) && (fits === null || fits(number)) ? found : none),
  };
}

export const none: readonly Candidate[] = [];
