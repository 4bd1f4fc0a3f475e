/**
 * The texts of the console. English is part of the first load; every other language is a file beside this one, of the same
 * keys, fetched when it is wanted. Plurals follow the rules that `Intl` has of each language.
 */
import i18next, { type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';
import { closest, directionOf, type Language } from './languages.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

const fallback = 'en' satisfies Language;
const files = import.meta.glob<typeof en>(['./*.json', '!./en.json'], { import: 'default' });
/** A cookie: what was chosen in this browser, for pages that nobody has signed in to yet, the server's own among them. */
const chosenName = 'waybell_language';

export const i18n: I18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: fallback,
  fallbackLng: fallback,
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

/** Speaks the member's language, else the one that was chosen in this browser, else the first of the browser's that there is. */
export async function speak(wanted: string | null): Promise<void> {
  const asked = [wanted, chosen(), ...navigator.languages];
  const language = asked.map((one) => (one === null ? null : closest(one))).find((one) => one !== null);
  await change(language ?? fallback);
}

/** Speaks another from now on; null: as the browser asks. */
export async function choose(language: Language | null): Promise<void> {
  const kept = language === null ? 'max-age=0' : `max-age=${365 * 86_400}`;
  // biome-ignore lint/suspicious/noDocumentCookie: there is no other way on a page that came by http
  document.cookie = `${chosenName}=${language ?? ''}; path=/; samesite=lax; ${kept}`;
  await speak(language);
}

function chosen(): string | null {
  const found = document.cookie.split('; ').find((one) => one.startsWith(`${chosenName}=`));
  return found?.slice(chosenName.length + 1) ?? null;
}

async function change(language: Language): Promise<void> {
  const file = files[`./${language}.json`];
  if (file !== undefined && !i18n.hasResourceBundle(language, 'translation'))
    i18n.addResourceBundle(language, 'translation', await file());
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}
