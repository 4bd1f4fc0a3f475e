/** The languages of the console, each by its own name, and which of them comes closest to one that is asked for. */
export const languageNames = {
  en: 'English',
  ar: 'العربية',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  it: 'Italiano',
  ja: '日本語',
  ko: '한국어',
  nl: 'Nederlands',
  pl: 'Polski',
  pt: 'Português',
  ru: 'Русский',
  sv: 'Svenska',
  'zh-CN': '简体中文',
  'zh-TW': '繁體中文',
} as const;

export type Language = keyof typeof languageNames;

export const languages = Object.keys(languageNames) as readonly Language[];

/**
 * `pt-BR` is `pt`, and whoever asks for `zh-HK` reads the signs of `zh-TW`.
 * @param wanted of IETF's BCP 47
 */
export function closest(wanted: string): Language | null {
  const asked = likely(wanted);
  return (
    languages.find((language) => language === wanted) ??
    languages.find((language) => {
      const known = likely(language);
      return known?.language === asked?.language && known?.script === asked?.script;
    }) ??
    null
  );
}

/** With the script in which it is most likely written; null: it is no language. */
function likely(language: string): Intl.Locale | null {
  try {
    return new Intl.Locale(language).maximize();
  } catch {
    return null;
  }
}

/** Whose direction is from right to left. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/** The language as the browser's country writes it: `en` is `en-GB` to who asked for that. */
export function regional(language: string): string {
  return navigator.languages.find((one) => one.split('-')[0] === language) ?? language;
}
