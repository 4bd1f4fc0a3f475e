/** Which of the languages somebody is spoken to in. */
import type { Language } from '../domain/language.ts';
import { spokenLanguages } from './texts.ts';

/** Of what a browser asks for: nobody speaks more, and the header is anybody's. */
const askedMax = 20;
const askedCharsMax = 500;

/**
 * The language wanted, where there is one and it is spoken; else the one that the browser would rather have; else English.
 * @param wanted a tag such as `de` or `zh-tw`, as somebody set it
 * @param acceptLanguage the header of that name
 */
export function chooseLanguage(
  wanted: string | null,
  acceptLanguage: string | null,
  spoken: readonly Language[] = spokenLanguages,
): Language {
  const tags = wanted === null ? [] : [wanted];
  for (const tag of [...tags, ...askedOf(acceptLanguage)]) {
    const language = spokenLanguage(tag, spoken);
    if (language !== null) return language;
  }
  return 'en';
}

/** The language that a tag means, where it is spoken. */
export function spokenLanguage(
  tag: string | null,
  spoken: readonly Language[] = spokenLanguages,
): Language | null {
  const language = tag === null ? null : languageOf(tag);
  return language !== null && spoken.includes(language) ? language : null;
}

/** Chinese is written in two ways, of which a region or a script tells; all others are told by their first part. */
const traditional = /^zh-(?:hant|tw|hk|mo)\b|^tw$/;

function languageOf(tag: string): Language | null {
  const text = tag.trim().toLowerCase().replaceAll('_', '-');
  if (traditional.test(text)) return 'zh-TW';
  const [first = ''] = text.split('-');
  // TrackingMore's word for it, in the field `language` of a parcel.
  if (first === 'zh' || text === 'cn') return 'zh-CN';
  return plainTags.get(first) ?? null;
}

const plainTags: ReadonlyMap<string, Language> = new Map(
  (['en', 'ko', 'ja', 'de', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'ru', 'ar', 'sv'] as const).map(
    (language) => [language, language],
  ),
);

/** Most wanted first; what is said not to be wanted is left out. */
function askedOf(header: string | null): readonly string[] {
  return (header ?? '')
    .slice(0, askedCharsMax)
    .split(',', askedMax)
    .map((entry) => {
      const [tag = '', ...parameters] = entry.split(';');
      const quality = parameters.map((one) => /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(one)?.[1]).find(Boolean);
      return { tag, weight: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
