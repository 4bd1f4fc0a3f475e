/** The merchant's logo: a picture is chosen, sent as it is, and shown as customers see it. */
import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../src/sdk/accounts.ts';
import { call, sendFile } from '../api/call.ts';
import { Problem } from '../shell/Problem.tsx';

export function LogoField({ path }: { path: string | null }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ['account'] });
  const sending = useMutation({
    mutationFn: (file: File) => sendFile<Account>('/account/logo', file),
    onSuccess,
  });
  const removing = useMutation({ mutationFn: () => call('DELETE', '/account/logo'), onSuccess });
  return (
    <Stack gap="sm">
      {path === null ? (
        <Text c="dimmed">{t('trackPage.noLogo')}</Text>
      ) : (
        <img src={path} alt={t('trackPage.logo')} className="logo" />
      )}
      <Problem error={sending.error ?? removing.error} />
      <Group>
        <FileButton
          accept="image/png,image/jpeg,image/webp"
          onChange={(file) => {
            if (file !== null) sending.mutate(file);
          }}
        >
          {(props) => (
            <Button {...props} variant="default" loading={sending.isPending}>
              {t('trackPage.choose')}
            </Button>
          )}
        </FileButton>
        {path !== null && (
          <Button variant="subtle" color="red" loading={removing.isPending} onClick={() => removing.mutate()}>
            {t('trackPage.removeLogo')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
