/**
 * The texts of the console. English is part of the first load; every other language is a file beside this one, of the same
 * keys, fetched when it is wanted. Plurals follow the rules that `Intl` has of each language.
 */
import i18next, { type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

const fallback = 'en';
const files = import.meta.glob<typeof en>(['./*.json', '!./en.json'], { import: 'default' });

export const languages: readonly string[] = [
  fallback,
  ...Object.keys(files).map((file) => file.slice(2, -5)),
];

export const i18n: I18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: fallback,
  fallbackLng: fallback,
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

/** Speaks the member's language, else the first of the browser's that there is. */
export async function speak(wanted: string | null): Promise<void> {
  const language = [wanted, ...navigator.languages].map(known).find((found) => found !== null) ?? fallback;
  const file = files[`./${language}.json`];
  if (file !== undefined && !i18n.hasResourceBundle(language, 'translation'))
    i18n.addResourceBundle(language, 'translation', await file());
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = i18n.dir(language);
}

/** `pt-BR` is `pt` where there is no file of its own. */
function known(wanted: string | null): string | null {
  if (wanted === null) return null;
  const plain = wanted.split('-')[0] as string;
  return [wanted, plain].find((language) => languages.includes(language)) ?? null;
}
