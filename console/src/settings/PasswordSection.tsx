/** A member's own password. */
import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';

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
  const [atCurrent, atPassword] = [
    refusedAt(changing.error, '/current'),
    refusedAt(changing.error, '/password'),
  ];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  const show = { 'aria-label': t('showPassword') };
  return (
    <Section title={t('password.title')} about={t('password.about')}>
      <form onSubmit={submit}>
        <Stack maw="24rem">
          <PasswordInput
            label={t('password.current')}
            value={current}
            error={atCurrent}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            autoComplete="current-password"
            visibilityToggleButtonProps={show}
            required
            withAsterisk={false}
          />
          <PasswordInput
            label={t('password.new')}
            value={password}
            error={atPassword}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="new-password"
            visibilityToggleButtonProps={show}
            required
            withAsterisk={false}
          />
          <Problem error={atCurrent === null && atPassword === null ? changing.error : null} />
          <Group>
            <Button type="submit" loading={changing.isPending}>
              {t('password.change')}
            </Button>
            {changing.isSuccess && <Text role="status">{t('password.changed')}</Text>}
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
