/**
 * USPS: the 20 digits of letters and certified mail, and the Intelligent Mail package barcode (IMpb) of 22, 26 or 30
 * digits, which a scanner hands over with `420` and the recipient's ZIP code in front. The IMpb begins with what the
 * mailer's id looks like: 92 and 95 with nine digits, 93 with six, 94 either; 91 is its predecessor.
 */
import { fitsGs1 } from './checkDigits.ts';
import { type Candidate, confidences, digits, type Format, none, patternFormat } from './format.ts';

const twenty = patternFormat({
  name: 'USPS 20',
  courierCode: 'usps',
  lengths: [20],
  initials: digits,
  pattern: /^\d{20}$/,
  fits: fitsGs1,
  reason: 'Twenty digits as of USPS; the check digit (modulo 10) is right.',
  confidence: confidences.checkDigit,
});

const impb: Format = {
  name: 'USPS IMpb',
  lengths: [22, 26, 30, 34],
  initials: '49',
  courierCodes: ['usps'],
  read: (number) => (number.startsWith('420') ? readRouted(number) : readPlain(number)),
};

export const uspsFormats: readonly Format[] = [twenty, impb];

function readPlain(number: string): readonly Candidate[] {
  return pattern.test(number) && fitsGs1(number) ? found : none;
}

/** After 420 come five digits of the ZIP code or nine; how many is seen only by what then makes sense. */
function readRouted(number: string): readonly Candidate[] {
  const short = readPlain(number.slice(8));
  return short.length > 0 ? short : readPlain(number.slice(12));
}

const pattern = /^(?:91\d{20}|(?:92\d{3}9|93\d{3}[0-8]|9[45]\d{4})\d{16}(?:\d{4})?|94\d{3}9\d{24})$/;

const found: readonly Candidate[] = [
  {
    courierCode: 'usps',
    reason: 'USPS package barcode (IMpb); the check digit (modulo 10) is right.',
    confidence: confidences.prefixAndCheckDigit,
  },
];
