/** A member's name, and the language in which the console speaks to them. */
import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { type Language, languageNames, languages } from '../i18n/languages.ts';
import type { Member, Session } from '../session/session.ts';
import { useChangeLanguage } from '../shell/LanguageMenu.tsx';
import { Section } from '../shell/Section.tsx';
import { SaveButton } from './SaveButton.tsx';

export function ProfileSection({ member }: { member: Member }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const changeLanguage = useChangeLanguage();
  const [name, setName] = useState(member.name ?? '');
  const [language, setLanguage] = useState(member.language ?? '');
  const saving = useMutation({
    async mutationFn() {
      const said = { name: name.trim() === '' ? null : name.trim() };
      queries.setQueryData(['session'], await call<Session>('PATCH', '/session', said));
      if (language !== (member.language ?? ''))
        await changeLanguage(language === '' ? null : (language as Language));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Section title={t('you.title')} about={member.email}>
      <form onSubmit={submit}>
        <Stack maw="24rem">
          <TextInput
            label={t('welcome.name')}
            description={t('welcome.nameAbout')}
            value={name}
            error={refusedAt(saving.error, '/name')}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="name"
          />
          <NativeSelect
            label={t('language.title')}
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value)}
            data={[
              { value: '', label: t('language.browser') },
              ...languages.map((one) => ({ value: one, label: languageNames[one] })),
            ]}
          />
          <SaveButton saving={saving} told={['/name']} />
        </Stack>
      </form>
    </Section>
  );
}
