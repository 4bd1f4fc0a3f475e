/** Signing in with an API key, which is kept for this page alone; the server has a page of its own for email and password. */
import { Anchor, Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signInAddress, signInWithKey } from '../session/session.ts';
import { PasswordField } from '../shell/PasswordField.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Entrance } from './Entrance.tsx';

const route = getRouteApi('/sign-in/key');

export function KeyPage() {
  const { t } = useTranslation();
  const { to = '/' } = route.useSearch();
  const [key, setKey] = useState('');
  const queries = useQueryClient();
  const router = useRouter();
  const signing = useMutation({
    mutationFn: () => signInWithKey(key.trim()),
    async onSuccess() {
      queries.removeQueries({ queryKey: ['session'] });
      await router.navigate({ href: to });
    },
  });
  return (
    <Entrance
      title={t('signIn.title')}
      onSubmit={() => signing.mutate()}
      note={
        <Text size="sm" c="dimmed">
          {t('signIn.keyWhere')}
        </Text>
      }
    >
      <Problem error={signing.error} />
      <PasswordField
        label={t('signIn.key')}
        description={t('signIn.keyAbout')}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        required
      />
      <Button type="submit" loading={signing.isPending} fullWidth>
        {t('signIn.submit')}
      </Button>
      <Anchor href={signInAddress(to)} size="sm" ta="center">
        {t('signIn.withPassword')}
      </Anchor>
    </Entrance>
  );
}
