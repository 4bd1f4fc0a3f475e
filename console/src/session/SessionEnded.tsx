/** What is shown over a page whose session has ended: the way to sign in without losing what was typed, and the way out. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { askSession, type Session, sessionEnded, sessionQuery, signInAddress } from './session.ts';

export function SessionEnded() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const hasEnded = useQuery(sessionEnded).data === true;
  const href = useLocation({ select: (location) => location.href });
  // Whoever comes back from another window may have signed in there.
  useWindowEvent('focus', async () => {
    if (!hasEnded) return;
    // A server that is away says nothing: whoever comes back once more is asked for again.
    const session = await askSession().catch(() => null);
    if (session === null) return;
    // What was typed is for the account that it was typed for.
    if (!isSame(session, queries.getQueryData(sessionQuery.queryKey))) return location.reload();
    queries.setQueryData(sessionQuery.queryKey, session);
    queries.setQueryData(sessionEnded.queryKey, false);
    await queries.invalidateQueries();
  });
  return (
    <Modal
      opened={hasEnded}
      onClose={() => {}}
      withCloseButton={false}
      // Over whatever dialog is open.
      zIndex={400}
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

function isSame(session: Session, before: Session | null | undefined): boolean {
  return session.account.id === before?.account.id && session.member?.id === before.member?.id;
}
