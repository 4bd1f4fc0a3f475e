/** Signing in with an API key, which is kept for this page alone; the server has a page of its own for email and password. */
import { Anchor, Button, Card, Container, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageMenu } from '../shell/LanguageMenu.tsx';
import { Mark } from '../shell/Mark.tsx';
import { useTitle } from '../shell/Page.tsx';
import { PasswordField } from '../shell/PasswordField.tsx';
import { Problem } from '../shell/Problem.tsx';
import { signInAddress, signInWithKey } from './session.ts';

const route = getRouteApi('/sign-in/key');

export function KeyPage() {
  const { t } = useTranslation();
  const { to = '/' } = route.useSearch();
  const [key, setKey] = useState('');
  const queries = useQueryClient();
  const router = useRouter();
  useTitle(t('signIn.title'));
  const signing = useMutation({
    mutationFn: () => signInWithKey(key.trim()),
    async onSuccess() {
      queries.removeQueries({ queryKey: ['session'] });
      await router.navigate({ href: to });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signing.mutate();
  };
  return (
    <Container component="main" size={420} py={{ base: 'xl', sm: 80 }}>
      <Stack gap="lg">
        <Group justify="space-between">
          <Mark />
          <LanguageMenu />
        </Group>
        <Card withBorder padding="lg">
          <form onSubmit={submit}>
            <Stack>
              <Title order={1} size="h3">
                {t('signIn.title')}
              </Title>
              <Problem error={signing.error} />
              <PasswordField
                label={t('signIn.key')}
                description={t('signIn.keyAbout')}
                value={key}
                onChange={(event) => setKey(event.currentTarget.value)}
                autoComplete="off"
                spellCheck={false}
                required
                data-autofocus
              />
              <Button type="submit" loading={signing.isPending} fullWidth>
                {t('signIn.submit')}
              </Button>
              <Anchor href={signInAddress(to)} size="sm" ta="center">
                {t('signIn.withPassword')}
              </Anchor>
            </Stack>
          </form>
        </Card>
        <Text size="sm" c="dimmed">
          {t('signIn.keyWhere')}
        </Text>
      </Stack>
    </Container>
  );
}
