/** The languages in which Waybell speaks to people, by their BCP 47 tags; the first stands in where nothing better is known. */
export const LANGUAGES = [
  'en',
  'ko',
  'zh-CN',
  'zh-TW',
  'ja',
  'de',
  'es',
  'fr',
  'it',
  'nl',
  'pl',
  'pt',
  'ru',
  'ar',
  'sv',
] as const;

export type Language = (typeof LANGUAGES)[number];

/** How each calls itself: a list of languages is read by those who do not read the page. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  ko: '한국어',
  'zh-CN': '简体中文',
  'zh-TW': '繁體中文',
  ja: '日本語',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  it: 'Italiano',
  nl: 'Nederlands',
  pl: 'Polski',
  pt: 'Português',
  ru: 'Русский',
  ar: 'العربية',
  sv: 'Svenska',
};

export function isLanguage(text: string): text is Language {
  return (LANGUAGES as readonly string[]).includes(text);
}

/** In which direction it is written: the value of HTML's `dir`. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
