/**
 * The end of a link that was printed by the first start or sent with an invitation: a password is chosen, and one is signed
 * in. The link's token stands after the `#`, which no server and no log sees; it is taken out of the address at once.
 */
import { Button, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, setApiKey } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { PasswordField } from '../shell/PasswordField.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Entrance } from './Entrance.tsx';

export function WelcomePage() {
  const { t } = useTranslation();
  const [token] = useState(() => window.location.hash.slice(1));
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const queries = useQueryClient();
  const router = useRouter();
  useEffect(() => {
    window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  const setting = useMutation({
    mutationFn: () => {
      setApiKey(null);
      const said = name.trim() === '' ? {} : { name: name.trim() };
      return call('POST', '/session/link', { token, password, ...said });
    },
    async onSuccess() {
      queries.removeQueries({ queryKey: ['session'] });
      await router.navigate({ to: '/' });
    },
  });
  const atPassword = refusedAt(setting.error, '/password');
  return (
    <Entrance title={t('welcome.title')} onSubmit={() => setting.mutate()}>
      <Text>{t(token === '' ? 'welcome.noToken' : 'welcome.about')}</Text>
      {token !== '' && (
        <>
          <Problem error={atPassword === null ? setting.error : null} />
          <TextInput
            label={t('welcome.name')}
            description={t('welcome.nameAbout')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="name"
          />
          <PasswordField
            label={t('welcome.password')}
            value={password}
            error={atPassword}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="new-password"
            required
          />
          <Button type="submit" loading={setting.isPending}>
            {t('welcome.submit')}
          </Button>
        </>
      )}
    </Entrance>
  );
}
