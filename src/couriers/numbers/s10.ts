/**
 * S10, the Universal Postal Union's form for international mail: two letters for the service, eight digits, a check
 * digit, and the country that posted it (`LX203960974CN`). The country chooses the postal operator; in some countries
 * the service does too, because express mail or parcels are another company's: there the post comes second, since
 * its own tracker usually knows the number as well.
 */
import { countryName } from '../../domain/countries.ts';
import { fitsS10 } from './checkDigits.ts';
import { type Candidate, confidences, type Format, none } from './format.ts';

interface Operators {
  readonly post: string;
  /** By the first letter of the service: C parcels, E express (EMS), L tracked letters and small packets. */
  readonly services?: Readonly<Record<string, string>>;
}

/** By ISO 3166 alpha-2. A country that is missing gives no candidate: its post is not in the catalogue. */
const operators: Readonly<Record<string, Operators>> = {
  AT: { post: 'austria-post' },
  AU: { post: 'australia-post' },
  BE: { post: 'belgium-post' },
  BG: { post: 'bulgaria-post' },
  BR: { post: 'brazil-correios' },
  CA: { post: 'canada-post' },
  CH: { post: 'swiss-post' },
  // China's small packets with an L ("ePacket") are handled by EMS, not by the letter post.
  CN: { post: 'china-post', services: { E: 'china-ems', L: 'china-ems' } },
  CZ: { post: 'czech-post' },
  DE: { post: 'deutsche-post', services: { C: 'dhl-germany' } },
  DK: { post: 'denmark-post' },
  EE: { post: 'omniva' },
  ES: { post: 'correos-spain' },
  FI: { post: 'finland-posti' },
  FR: { post: 'laposte', services: { C: 'colissimo', E: 'chronopost' } },
  GB: { post: 'royal-mail', services: { C: 'parcel-force', E: 'parcel-force' } },
  GR: { post: 'greece-post' },
  HK: { post: 'hong-kong-post' },
  HR: { post: 'hrvatska-posta' },
  HU: { post: 'magyar-posta' },
  IE: { post: 'an-post' },
  IL: { post: 'israel-post' },
  IN: { post: 'india-post' },
  IT: { post: 'poste-italiane' },
  JP: { post: 'japan-post' },
  KR: { post: 'korea-post' },
  LV: { post: 'latvijas-pasts' },
  MX: { post: 'correos-mexico' },
  MY: { post: 'malaysia-post' },
  NL: { post: 'postnl-parcels' },
  NO: { post: 'posten-norge' },
  NZ: { post: 'new-zealand-post' },
  PL: { post: 'poczta-polska' },
  PT: { post: 'ctt' },
  RO: { post: 'posta-romana' },
  RU: { post: 'russian-post' },
  SE: { post: 'sweden-posten' },
  SG: { post: 'singapore-post' },
  TH: { post: 'thailand-post' },
  TR: { post: 'turkey-post' },
  TW: { post: 'taiwan-post' },
  UA: { post: 'ukraine-post' },
  US: { post: 'usps' },
  ZA: { post: 'south-africa-post' },
};

export const s10Format: Format = {
  name: 'S10',
  lengths: [13],
  initials: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  courierCodes: [
    ...new Set(
      Object.values(operators).flatMap(({ post, services }) => [post, ...Object.values(services ?? {})]),
    ),
  ],
  read: readS10,
};

function readS10(number: string): readonly Candidate[] {
  if (!pattern.test(number) || !fitsS10(number, 2)) return none;
  const country = number.slice(11);
  if (!Object.hasOwn(operators, country)) return none;
  const { post, services } = operators[country] as Operators;
  const reason = `S10 number of service ${number.slice(0, 2)} posted in ${countryName(country)}; its check digit (modulo 11) is right.`;
  const special = services?.[number[0] as string];
  if (special === undefined) return [{ courierCode: post, reason, confidence: confidences.s10 }];
  return [
    { courierCode: special, reason, confidence: confidences.s10 },
    { courierCode: post, reason, confidence: confidences.noCheckDigit },
  ];
}

const pattern = /^[A-Z]{2}\d{9}[A-Z]{2}$/;
