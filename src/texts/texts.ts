/**
 * What Waybell itself says to people in their language, outside the console: pages for customers, mail. The texts of a language
 * are one file beside this one, by area (`track.…`, `mail.…`, `status.…`); a text or a file that is missing is English,
 * and what is said in no file cannot be asked for, since keys have types. Nothing is escaped here: whoever puts a text
 * into HTML does that.
 */
import { existsSync, readFileSync } from 'node:fs';
import i18next, { type Resource } from 'i18next';
import { LANGUAGES, type Language } from '../domain/language.ts';
import english from './en.json' with { type: 'json' };

/** Such as `track.title`; of a text with plurals the name without `_one`, `_other`. */
export type TextKey = KeyIn<typeof english>;

type KeyIn<T> = {
  [Name in keyof T & string]: T[Name] extends string ? Counted<Name> : `${Name}.${KeyIn<T[Name]>}`;
}[keyof T & string];

type Counted<Name extends string> = Name extends `${infer Text}_${'one' | 'other'}` ? Text : Name;

/** A text with what stands in its `{{…}}`; `count` chooses the plural. */
export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const resources = readResources();

const instance = i18next.createInstance({
  resources,
  fallbackLng: 'en',
  supportedLngs: [...LANGUAGES],
  load: 'currentOnly',
  initAsync: false,
  interpolation: { escapeValue: false },
});
void instance.init();

/** Those that have texts of their own, in the order of `LANGUAGES`. */
export const spokenLanguages: readonly Language[] = LANGUAGES.filter((language) => language in resources);

/** The texts in a language; in English where it has none yet. */
export function textsIn(language: Language): Say {
  const say = instance.getFixedT(language);
  return (key, values = {}) => say(key, values);
}

function readResources(): Resource {
  const found: Resource = {};
  for (const language of LANGUAGES) {
    const file = new URL(`${language}.json`, import.meta.url);
    if (existsSync(file)) found[language] = { translation: JSON.parse(readFileSync(file, 'utf8')) };
  }
  return found;
}
