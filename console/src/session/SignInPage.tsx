/** Signing in: with email and password, or with an API key, which is kept for this page alone. */
import {
  Anchor,
  Button,
  Card,
  Container,
  Group,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageMenu } from '../shell/LanguageMenu.tsx';
import { Mark } from '../shell/Mark.tsx';
import { useTitle } from '../shell/Page.tsx';
import { Problem } from '../shell/Problem.tsx';
import { signIn, signInWithKey } from './session.ts';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { t } = useTranslation();
  const { to = '/' } = route.useSearch();
  const [withKey, setWithKey] = useState(false);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [key, setKey] = useState('');
  const queries = useQueryClient();
  const router = useRouter();
  useTitle(t('signIn.title'));
  const signing = useMutation({
    mutationFn: () => (withKey ? signInWithKey(key.trim()) : signIn(email.trim(), password)),
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
              {withKey ? (
                <PasswordInput
                  label={t('signIn.key')}
                  description={t('signIn.keyAbout')}
                  value={key}
                  onChange={(event) => setKey(event.currentTarget.value)}
                  autoComplete="off"
                  spellCheck={false}
                  required
                  withAsterisk={false}
                  data-autofocus
                  visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
                />
              ) : (
                <>
                  <TextInput
                    label={t('signIn.email')}
                    type="email"
                    value={email}
                    onChange={(event) => setEmail(event.currentTarget.value)}
                    autoComplete="username"
                    required
                    withAsterisk={false}
                  />
                  <PasswordInput
                    label={t('signIn.password')}
                    value={password}
                    onChange={(event) => setPassword(event.currentTarget.value)}
                    autoComplete="current-password"
                    required
                    withAsterisk={false}
                    visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
                  />
                </>
              )}
              <Button type="submit" loading={signing.isPending} fullWidth>
                {t('signIn.submit')}
              </Button>
              <Anchor
                component="button"
                type="button"
                size="sm"
                ta="center"
                onClick={() => {
                  signing.reset();
                  setWithKey(!withKey);
                }}
              >
                {t(withKey ? 'signIn.withPassword' : 'signIn.withKey')}
              </Anchor>
            </Stack>
          </form>
        </Card>
        <Text size="sm" c="dimmed">
          {t(withKey ? 'signIn.keyWhere' : 'signIn.about')}
        </Text>
      </Stack>
    </Container>
  );
}
