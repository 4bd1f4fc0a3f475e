/** The languages in which a page without a script is to be had, each by its own name: links to the same page with `lang`. */
import { LANGUAGE_NAMES, type Language } from '../domain/language.ts';
import { type Html, html } from '../texts/html.ts';
import { spokenLanguages } from '../texts/texts.ts';

/**
 * @param label what the list is, for those who do not see it
 * @param query what else the address of the page says
 */
export function languageLinks(
  current: Language,
  { label, query = {} }: { label: string; query?: Readonly<Record<string, string>> },
): Html {
  const items = spokenLanguages.map((language) => {
    const name = LANGUAGE_NAMES[language];
    if (language === current)
      return html`<li><strong aria-current="true" lang="${language}">${name}</strong></li>`;
    const address = `?${new URLSearchParams({ lang: language, ...query })}`;
    return html`<li><a href="${address}" lang="${language}" hreflang="${language}" rel="nofollow">${name}</a></li>`;
  });
  return html`<nav aria-label="${label}"><ul>${items}</ul></nav>`;
}
