/** A member's name, and the language in which the console speaks to them. */
import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { type Language, languageNames, languages } from '../i18n/languages.ts';
import type { Member, Session } from '../session/session.ts';
import { useChangeLanguage } from '../shell/LanguageMenu.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';

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
  const atName = refusedAt(saving.error, '/name');
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
            error={atName}
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
          <Problem error={atName === null ? saving.error : null} />
          <Group>
            <Button type="submit" loading={saving.isPending}>
              {t('save')}
            </Button>
            {saving.isSuccess && <Text role="status">{t('settings.saved')}</Text>}
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
