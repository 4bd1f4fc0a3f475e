/** What is shown over a page whose session has ended: the way to sign in without losing what was typed, and the way out. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { askSession, sessionEnded, sessionQuery, signInAddress } from './session.ts';

export function SessionEnded() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const hasEnded = useQuery(sessionEnded).data === true;
  const href = useLocation({ select: (location) => location.href });
  // Whoever comes back from another window may have signed in there.
  useWindowEvent('focus', async () => {
    if (!hasEnded) return;
    const session = await askSession();
    if (session === null) return;
    queries.setQueryData(sessionQuery.queryKey, session);
    queries.setQueryData(sessionEnded.queryKey, false);
    await queries.invalidateQueries();
  });
  return (
    <Modal
      opened={hasEnded}
      onClose={() => {}}
      withCloseButton={false}
      title={t('sessionEnded.title')}
      centered
    >
      <Stack>
        <Text>{t('sessionEnded.about')}</Text>
        <Group justify="flex-end">
          <Button component="a" variant="default" href={signInAddress(href)}>
            {t('sessionEnded.leave')}
          </Button>
          <Button component="a" href="/sign-in" target="_blank" rel="noopener" data-autofocus>
            {t('sessionEnded.elsewhere')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
