/** The language of the console: of the member where one is signed in, and of this browser in any case. */
import { ActionIcon, Menu } from '@mantine/core';
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
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('language.title')}
          title={t('language.title')}
        >
          <Icon name="language" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflow: 'auto' }}>
        <Menu.RadioGroup value={i18n.language} onChange={(language) => void change(language as Language)}>
          {languages.map((language) => (
            <Menu.RadioItem key={language} value={language} lang={language} closeMenuOnClick>
              {languageNames[language]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
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
