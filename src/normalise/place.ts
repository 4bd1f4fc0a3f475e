/**
 * Where a scan took place, as far as the free text says: the country, and the zone by whose clock its time was written.
 * It reads what trackers print (`535031, Sweden`, `RENTON, WA 98056`, `SHENZHEN CN`, `中国 广州`) and knows no towns: a
 * place that names no country or state is null, and the courier's own country is the next best clue.
 *
 * The order of the clues: a US state before a ZIP code or a Canadian province before a postal code; the last part's
 * end, where codes count too; the earlier parts. Codes count in capitals only, and a code that is both a country's and
 * a state's (`CA`, `DE`) is the country's, unless the courier is a domestic one of that state's country.
 */
import { type CountryCode, countryCodeOf, countryZone } from '../domain/countries.ts';

/** The alpha-2 code of the country that the place names, or null. */
export function countryOfPlace(text: string | null): string | null {
  return text === null ? null : (placeOf(text, null)?.country ?? null);
}

/** The IANA zone of the place, else of the courier's country (alpha-2), else null. */
export function zoneOfPlace(text: string | null, courierCountry: string | null): string | null {
  const zone = text === null ? null : (placeOf(text, courierCountry)?.zone ?? null);
  return zone ?? (courierCountry === null ? null : countryZone(courierCountry));
}

interface Place {
  readonly country: CountryCode;
  readonly zone: string | null;
}

/** Places are short; what is longer is a sentence, and its beginning says as much. */
const textCharsMax = 200;
/** The longest names of countries in the table have this many words. */
const nameWordsMax = 8;

/** A parcel's scans name the same few places over and over; when it is full, it starts again. */
const placesKeptMax = 5_000;
const placesKept = new Map<string, Place | null>();

/** Reading takes up to 3 µs and looking up 0.1 µs, on the hot path. */
function placeOf(text: string, courierCountry: string | null): Place | null {
  const key = `${courierCountry} ${text}`;
  const kept = placesKept.get(key);
  if (kept !== undefined) return kept;
  const place = readPlace(text, courierCountry);
  if (placesKept.size >= placesKeptMax) placesKept.clear();
  if (text.length <= textCharsMax) placesKept.set(key, place);
  return place;
}

function readPlace(original: string, courierCountry: string | null): Place | null {
  const text = original.slice(0, textCharsMax).trim();
  const postal = readPostalLine(text);
  if (postal !== null) return postal;

  const parts = text
    .split(separators)
    .map(wordsOf)
    .filter((words) => words.length > 0);
  const last = parts.pop();
  if (last === undefined) return null;
  const atEnd = readEnd(last, { courierCountry, codesCount: true, before: parts.at(-1) ?? [] });
  if (atEnd !== null) return atEnd;
  const start = readStart(last);
  if (start !== null) return start;
  for (const words of parts.toReversed()) {
    const place = readEnd(words, { courierCountry, codesCount: false, before: [] }) ?? readStart(words);
    if (place !== null) return place;
  }
  return null;
}

/** `RENTON, WA 98056`, `TORONTO ON M5V 2T6`, with or without the country after it. */
function readPostalLine(text: string): Place | null {
  const us = zipLine.exec(text);
  const state = us === null ? undefined : regionByCode.get(`US ${us[1]}`);
  // A ZIP code begins with a digit that tells the group of states, so that `BERLIN, DE 80331` is not in Delaware.
  if (state !== undefined && zipGroups[Number(us?.[2])]?.includes(us?.[1] ?? '')) return state;
  const province = canadianLine.exec(text)?.[1];
  return province === undefined ? null : (regionByCode.get(`CA ${province}`) ?? null);
}

interface Reading {
  readonly courierCountry: string | null;
  readonly codesCount: boolean;
  /** The words of the part before this one; none where there is none. */
  readonly before: readonly string[];
}

/** What the last words name, the longest name first: `South Korea` is not Korea, nor `New Jersey` Jersey. */
function readEnd(words: readonly string[], reading: Reading): Place | null {
  for (let count = Math.min(words.length, nameWordsMax); count > 0; count -= 1) {
    const name = words.slice(-count).join(' ');
    const rest = count < words.length ? words.slice(0, -count) : reading.before;
    const place = code.test(name)
      ? readCode(name, rest.at(-1), reading)
      : readName(name, reading, count === words.length);
    // `PASADENA,MD,US` and `TORONTO ON CANADA`: the word before the country may be its state.
    if (place !== null) return regionByCode.get(`${place.country} ${rest.at(-1)}`) ?? place;
  }
  return null;
}

/** `Toronto, ON, CA` is in Canada for a courier of the United States too, since Ontario comes before it. */
function readCode(
  name: string,
  before: string | undefined,
  { courierCountry, codesCount }: Reading,
): Place | null {
  if (!codesCount) return null;
  const country = countryCodeOf(name);
  const domestic = regionByCode.get(`${courierCountry} ${name}`);
  if (domestic !== undefined && !regionByCode.has(`${country} ${before}`)) return domestic;
  return countryPlace(country) ?? onlyRegion.get(name) ?? null;
}

function readName(name: string, { courierCountry, before }: Reading, isAllWords: boolean): Place | null {
  const key = name.toLowerCase();
  if (key === 'georgia' && courierCountry !== 'US') return countryPlace('GE');
  // Towns are called Washington, Victoria or Ontario as well: such a name counts only as `Seattle, Washington`.
  if (alsoTowns.has(key)) return isAllWords && before.length > 0 ? (regionByName.get(key) ?? null) : null;
  const region = regionByName.get(key);
  if (region !== undefined) return region;
  return name.length > 3 || beyondLatin.test(name) ? countryPlace(countryCodeOf(name)) : null;
}

/** `CHINA GUANGZHOU`, `中国 广州`: the first words, where nothing at the end says more. */
function readStart(words: readonly string[]): Place | null {
  for (let count = Math.min(words.length - 1, nameWordsMax); count > 0; count -= 1) {
    const name = words.slice(0, count).join(' ');
    if ((name.length > 3 || beyondLatin.test(name)) && !alsoStartsTowns.has(name.toLowerCase())) {
      const place = countryPlace(countryCodeOf(name));
      if (place !== null) return place;
    }
  }
  return null;
}

function countryPlace(country: CountryCode | null): Place | null {
  return country === null ? null : { country, zone: countryZone(country) };
}

/** Words but for post codes and other numbers at either end. */
function wordsOf(part: string): string[] {
  const words = part.split(/\s+/).filter((word) => word !== '');
  while (digit.test(words.at(-1) ?? '')) words.pop();
  while (digit.test(words[0] ?? '')) words.shift();
  return words;
}

const separators = /[,，、;；/|()（）[\]\n]|\s-+\s/;
const digit = /\d/;
const beyondLatin = /[^\0-\u024f]/;
/** In capitals: alpha-2, alpha-3, a state, or with full stops as in `U.S.A.`. */
const code = /^(?:[A-Z]{2,3}|[A-Z]\.[A-Z]\.(?:[A-Z]\.)?)$/;
const zipLine =
  /(?:^|[\s,])([A-Z]{2})[\s,]+(\d)\d{4}(?:-\d{4})?(?:[\s,]+(?:USA?|United States|UNITED STATES))?$/;
const canadianLine =
  /(?:^|[\s,])([A-Z]{2})[\s,]+[A-Z]\d[A-Z][ -]?\d[A-Z]\d(?:[\s,]+(?:CA|CAN|Canada|CANADA))?$/;

/** The states whose ZIP codes begin with 0, with 1 and so on. */
const zipGroups = [
  ['CT', 'MA', 'ME', 'NH', 'NJ', 'NY', 'RI', 'VT', 'PR', 'VI'],
  ['DE', 'NY', 'PA'],
  ['DC', 'MD', 'NC', 'SC', 'VA', 'WV'],
  ['AL', 'FL', 'GA', 'MS', 'TN'],
  ['IN', 'KY', 'MI', 'OH'],
  ['DC', 'IA', 'MN', 'MT', 'ND', 'SD', 'WI'],
  ['IL', 'KS', 'MO', 'NE'],
  ['AR', 'LA', 'OK', 'TX'],
  ['AZ', 'CO', 'ID', 'NM', 'NV', 'TX', 'UT', 'WY'],
  ['AK', 'CA', 'GU', 'HI', 'OR', 'WA'],
];

/** Country, abbreviation, name, and the zone in which most of its people live. */
const REGIONS = [
  ['US', 'AL', 'Alabama', 'America/Chicago'],
  ['US', 'AK', 'Alaska', 'America/Anchorage'],
  ['US', 'AZ', 'Arizona', 'America/Phoenix'],
  ['US', 'AR', 'Arkansas', 'America/Chicago'],
  ['US', 'CA', 'California', 'America/Los_Angeles'],
  ['US', 'CO', 'Colorado', 'America/Denver'],
  ['US', 'CT', 'Connecticut', 'America/New_York'],
  ['US', 'DE', 'Delaware', 'America/New_York'],
  ['US', 'DC', 'District of Columbia', 'America/New_York'],
  ['US', 'FL', 'Florida', 'America/New_York'],
  ['US', 'GA', 'Georgia', 'America/New_York'],
  ['US', 'HI', 'Hawaii', 'Pacific/Honolulu'],
  ['US', 'ID', 'Idaho', 'America/Boise'],
  ['US', 'IL', 'Illinois', 'America/Chicago'],
  ['US', 'IN', 'Indiana', 'America/Indiana/Indianapolis'],
  ['US', 'IA', 'Iowa', 'America/Chicago'],
  ['US', 'KS', 'Kansas', 'America/Chicago'],
  ['US', 'KY', 'Kentucky', 'America/New_York'],
  ['US', 'LA', 'Louisiana', 'America/Chicago'],
  ['US', 'ME', 'Maine', 'America/New_York'],
  ['US', 'MD', 'Maryland', 'America/New_York'],
  ['US', 'MA', 'Massachusetts', 'America/New_York'],
  ['US', 'MI', 'Michigan', 'America/Detroit'],
  ['US', 'MN', 'Minnesota', 'America/Chicago'],
  ['US', 'MS', 'Mississippi', 'America/Chicago'],
  ['US', 'MO', 'Missouri', 'America/Chicago'],
  ['US', 'MT', 'Montana', 'America/Denver'],
  ['US', 'NE', 'Nebraska', 'America/Chicago'],
  ['US', 'NV', 'Nevada', 'America/Los_Angeles'],
  ['US', 'NH', 'New Hampshire', 'America/New_York'],
  ['US', 'NJ', 'New Jersey', 'America/New_York'],
  ['US', 'NM', 'New Mexico', 'America/Denver'],
  ['US', 'NY', 'New York', 'America/New_York'],
  ['US', 'NC', 'North Carolina', 'America/New_York'],
  ['US', 'ND', 'North Dakota', 'America/Chicago'],
  ['US', 'OH', 'Ohio', 'America/New_York'],
  ['US', 'OK', 'Oklahoma', 'America/Chicago'],
  ['US', 'OR', 'Oregon', 'America/Los_Angeles'],
  ['US', 'PA', 'Pennsylvania', 'America/New_York'],
  ['US', 'RI', 'Rhode Island', 'America/New_York'],
  ['US', 'SC', 'South Carolina', 'America/New_York'],
  ['US', 'SD', 'South Dakota', 'America/Chicago'],
  ['US', 'TN', 'Tennessee', 'America/Chicago'],
  ['US', 'TX', 'Texas', 'America/Chicago'],
  ['US', 'UT', 'Utah', 'America/Denver'],
  ['US', 'VT', 'Vermont', 'America/New_York'],
  ['US', 'VA', 'Virginia', 'America/New_York'],
  ['US', 'WA', 'Washington', 'America/Los_Angeles'],
  ['US', 'WV', 'West Virginia', 'America/New_York'],
  ['US', 'WI', 'Wisconsin', 'America/Chicago'],
  ['US', 'WY', 'Wyoming', 'America/Denver'],
  ['CA', 'AB', 'Alberta', 'America/Edmonton'],
  ['CA', 'BC', 'British Columbia', 'America/Vancouver'],
  ['CA', 'MB', 'Manitoba', 'America/Winnipeg'],
  ['CA', 'NB', 'New Brunswick', 'America/Moncton'],
  ['CA', 'NL', 'Newfoundland and Labrador', 'America/St_Johns'],
  ['CA', 'NS', 'Nova Scotia', 'America/Halifax'],
  ['CA', 'NT', 'Northwest Territories', 'America/Edmonton'],
  ['CA', 'NU', 'Nunavut', 'America/Iqaluit'],
  ['CA', 'ON', 'Ontario', 'America/Toronto'],
  ['CA', 'PE', 'Prince Edward Island', 'America/Halifax'],
  ['CA', 'QC', 'Quebec', 'America/Toronto'],
  ['CA', 'SK', 'Saskatchewan', 'America/Regina'],
  ['CA', 'YT', 'Yukon', 'America/Whitehorse'],
  ['AU', 'ACT', 'Australian Capital Territory', 'Australia/Sydney'],
  ['AU', 'NSW', 'New South Wales', 'Australia/Sydney'],
  ['AU', 'NT', 'Northern Territory', 'Australia/Darwin'],
  ['AU', 'QLD', 'Queensland', 'Australia/Brisbane'],
  ['AU', 'SA', 'South Australia', 'Australia/Adelaide'],
  ['AU', 'TAS', 'Tasmania', 'Australia/Hobart'],
  ['AU', 'VIC', 'Victoria', 'Australia/Melbourne'],
  ['AU', 'WA', 'Western Australia', 'Australia/Perth'],
] as const satisfies readonly (readonly [CountryCode, string, string, string])[];

const regionByCode = new Map<string, Place>(
  REGIONS.map(([country, abbreviation, , zone]) => [`${country} ${abbreviation}`, { country, zone }]),
);
/** Inner Mongolia and Baja California only so that their last words do not count. */
const regionByName = new Map<string, Place>([
  ...REGIONS.map(([country, , name, zone]): [string, Place] => [name.toLowerCase(), { country, zone }]),
  ['inner mongolia', { country: 'CN', zone: 'Asia/Shanghai' }],
  ['baja california', { country: 'MX', zone: 'America/Tijuana' }],
]);
/** Abbreviations that only one country's region has; which of two is meant, only the courier's country can say. */
const onlyRegion = new Map<string, Place>(
  REGIONS.filter(([, one]) => REGIONS.filter(([, other]) => other === one).length === 1).map(
    ([country, abbreviation, , zone]) => [abbreviation, { country, zone }],
  ),
);
const alsoTowns = new Set([
  'washington',
  'victoria',
  'ontario',
  'montana',
  'quebec',
  'delaware',
  'nevada',
  'florida',
]);
/** Jersey City, Lebanon Junction, Cuba City and their like. */
const alsoStartsTowns = new Set([
  'jersey',
  'lebanon',
  'cuba',
  'jordan',
  'georgia',
  'peru',
  'jamaica',
  'chad',
  'poland',
]);
