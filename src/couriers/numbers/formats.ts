/**
 * The formats of tracking numbers that Waybell recognises. Facts are from the MIT-licensed data set
 * jkeen/tracking_number_data v2.0.0, in our own form. A format is a row: to add one, write the row and its examples in
 * `detect.test.ts`; `detect` finds it by its lengths and initials.
 *
 * A row without a check digit is worth listing for its prefix only; eleven plain digits are anybody's.
 */
import { fitsFedexExpress, fitsGs1, fitsMod7, fitsMod37, fitsUps } from './checkDigits.ts';
import { confidences, digits, type Format, patternFormat } from './format.ts';
import { s10Format } from './s10.ts';
import { uspsFormats } from './usps.ts';

export const formats: readonly Format[] = [
  s10Format,
  ...uspsFormats,
  patternFormat({
    name: 'UPS 1Z',
    courierCode: 'ups',
    lengths: [18],
    initials: '1',
    pattern: /^1Z[0-9A-Z]{15}\d$/,
    fits: fitsUps,
    reason: 'UPS number beginning with 1Z; the check digit (modulo 10) is right.',
    confidence: confidences.prefixAndCheckDigit,
  }),
  patternFormat({
    name: 'FedEx Express 12',
    courierCode: 'fedex',
    lengths: [12],
    initials: digits,
    pattern: /^\d{12}$/,
    fits: fitsFedexExpress,
    reason: 'Twelve digits as of FedEx Express; the check digit (modulo 11) is right.',
    confidence: confidences.checkDigit,
  }),
  patternFormat({
    name: 'FedEx Ground 15',
    courierCode: 'fedex',
    lengths: [15],
    initials: digits,
    pattern: /^\d{15}$/,
    fits: fitsGs1,
    reason: 'Fifteen digits as of FedEx Ground; the check digit (modulo 10) is right.',
    confidence: confidences.checkDigit,
  }),
  patternFormat({
    name: 'DHL Express 10',
    courierCode: 'dhl',
    lengths: [10],
    initials: digits,
    pattern: /^\d{10}$/,
    fits: fitsMod7,
    reason: 'Ten digits as of DHL Express; the check digit (modulo 7) is right.',
    confidence: confidences.checkDigit,
  }),
  patternFormat({
    name: 'Canada Post 16',
    courierCode: 'canada-post',
    lengths: [16],
    initials: digits,
    pattern: /^\d{16}$/,
    fits: fitsGs1,
    reason: 'Sixteen digits as of Canada Post; the check digit (modulo 10) is right.',
    confidence: confidences.checkDigit,
  }),
  patternFormat({
    name: 'DPD 14',
    courierCode: 'dpd',
    lengths: [15],
    initials: digits,
    pattern: /^\d{14}[0-9A-Z]$/,
    fits: fitsMod37,
    reason: 'DPD parcel number of fourteen digits; the check character (modulo 37,36) is right.',
    confidence: confidences.checkDigit,
  }),
  patternFormat({
    name: 'DPD 28',
    courierCode: 'dpd',
    lengths: [28],
    initials: digits,
    pattern: /^\d{27}[0-9A-Z]$/,
    fits: fitsMod37,
    reason: 'DPD label barcode of 27 digits; the check character (modulo 37,36) is right.',
    confidence: confidences.checkDigit,
  }),
  patternFormat({
    name: 'YunExpress',
    courierCode: 'yunexpress',
    lengths: [18],
    initials: 'Y',
    pattern: /^YT\d{16}$/,
    fits: null,
    reason: 'YT and sixteen digits as of YunExpress; the format has no check digit.',
    confidence: confidences.noCheckDigit,
  }),
  patternFormat({
    name: 'Amazon Logistics',
    courierCode: 'amazon',
    lengths: [15],
    initials: 'T',
    pattern: /^TB[ACM]\d{12}$/,
    fits: null,
    reason: 'TBA, TBC or TBM and twelve digits as of Amazon Logistics; the format has no check digit.',
    confidence: confidences.noCheckDigit,
  }),
  patternFormat({
    name: 'Yodel',
    courierCode: 'yodel',
    lengths: [18, 19],
    initials: 'J',
    pattern: /^JJ?D\d{16}$/,
    fits: null,
    reason: 'JD or JJD and sixteen digits as of Yodel; the format has no check digit.',
    confidence: confidences.noCheckDigit,
  }),
  patternFormat({
    name: 'Sandbox',
    courierCode: 'sandbox',
    lengths: Array.from({ length: 44 }, (_, index) => index + 7),
    initials: 'S',
    pattern: /^SANDBOX[0-9A-Z]*$/,
    fits: null,
    reason: 'Test number of the sandbox courier, which begins with SANDBOX.',
    confidence: confidences.own,
  }),
];
