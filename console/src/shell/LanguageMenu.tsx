/**
 * The language of the console: of the member where one is signed in, and of this browser in any case. It is the browser's own
 * list, since it stands on the first page that anybody sees, and costs nothing there.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../api/call.ts';
import { choose } from '../i18n/i18n.ts';
import { type Language, languageNames, languages } from '../i18n/languages.ts';
import { useSession } from '../session/session.ts';
import { Icon } from './Icon.tsx';

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const change = useChangeLanguage();
  return (
    <label className="language" title={t('language.title')}>
      <Icon name="language" />
      <select
        aria-label={t('language.title')}
        value={i18n.language}
        onChange={(event) => void change(event.currentTarget.value as Language)}
      >
        {languages.map((language) => (
          <option key={language} value={language} lang={language}>
            {languageNames[language]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Null: as the browser asks. The page speaks it at once, whatever becomes of telling the server. @throws Refusal */
export function useChangeLanguage(): (language: Language | null) => Promise<void> {
  const session = useSession();
  const queries = useQueryClient();
  return async (language) => {
    await choose(language);
    if (session?.member == null) return;
    queries.setQueryData(['session'], await call('PATCH', '/session', { language }));
  };
}
