/** A member's own password. */
import { Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { PasswordField } from '../shell/PasswordField.tsx';
import { Section } from '../shell/Section.tsx';
import { SaveButton } from './SaveButton.tsx';

export function PasswordSection() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const changing = useMutation({
    mutationFn: () => call('POST', '/session/password', { current, password }),
    onSuccess() {
      setCurrent('');
      setPassword('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  return (
    <Section title={t('password.title')} about={t('password.about')}>
      <form onSubmit={submit}>
        <Stack maw="24rem">
          <PasswordField
            label={t('password.current')}
            value={current}
            error={refusedAt(changing.error, '/current')}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            autoComplete="current-password"
            required
          />
          <PasswordField
            label={t('password.new')}
            value={password}
            error={refusedAt(changing.error, '/password')}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="new-password"
            required
          />
          <SaveButton
            saving={changing}
            told={['/current', '/password']}
            label={t('password.change')}
            done={t('password.changed')}
          />
        </Stack>
      </form>
    </Section>
  );
}
