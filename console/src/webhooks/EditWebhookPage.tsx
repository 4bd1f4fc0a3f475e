/** Editing a webhook. What the server has to say about the change is told before the page of it is shown again. */
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayWrite } from '../session/session.ts';
import { Loaded } from '../shell/Loaded.tsx';
import { MayNot } from '../shell/MayNot.tsx';
import { Note } from '../shell/Note.tsx';
import { Page } from '../shell/Page.tsx';
import { draftOf } from './draft.ts';
import { WebhookForm } from './WebhookForm.tsx';
import { updateWebhook, useOutdate, webhookQuery } from './webhooks.ts';

const route = getRouteApi('/shell/webhooks/$id/edit');

export function EditWebhookPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  // What is typed must not be replaced by what is fetched again.
  const query = useQuery({ ...webhookQuery(id), refetchInterval: false, refetchOnWindowFocus: false });
  const [warning, setWarning] = useState<string | null>(null);
  const outdate = useOutdate();
  const mayWrite = useMayWrite();
  const router = useRouter();
  const leave = () => router.navigate({ to: '/webhooks/$id', params: { id } });
  return (
    <Page title={t('webhooks.edit')} about={t('webhooks.editAbout')}>
      {!mayWrite ? (
        <MayNot />
      ) : warning === null ? (
        <Loaded query={query}>
          {(webhook) => (
            <WebhookForm
              start={draftOf(webhook)}
              webhookId={id}
              submit={t('save')}
              save={async (body) => {
                const saved = await updateWebhook(id, body);
                await outdate();
                if (saved.warning === undefined) await leave();
                else setWarning(saved.warning);
              }}
              onCancel={() => void leave()}
            />
          )}
        </Loaded>
      ) : (
        <Note role="status" title={t('webhooks.saved')}>
          {warning}
          <Group mt="sm">
            <Button onClick={() => void leave()}>{t('webhooks.back')}</Button>
          </Group>
        </Note>
      )}
    </Page>
  );
}
