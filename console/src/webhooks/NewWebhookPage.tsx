/** Creating a webhook; its secret is shown once before the page of it. */
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayWrite } from '../session/session.ts';
import { MayNot } from '../shell/MayNot.tsx';
import { Page } from '../shell/Page.tsx';
import { Secret } from '../shell/Secret.tsx';
import { newDraft } from './draft.ts';
import { WebhookForm } from './WebhookForm.tsx';
import { type Created, createWebhook, useOutdate } from './webhooks.ts';

const route = getRouteApi('/shell/webhooks/new');

export function NewWebhookPage() {
  const { t } = useTranslation();
  const { url = '' } = route.useSearch();
  const [made, setMade] = useState<Created | null>(null);
  const outdate = useOutdate();
  const router = useRouter();
  const mayWrite = useMayWrite();
  if (!mayWrite)
    return (
      <Page title={t('webhooks.new')}>
        <MayNot />
      </Page>
    );
  return (
    <Page title={t('webhooks.new')} about={t('webhooks.newAbout')}>
      <WebhookForm
        start={newDraft(url)}
        submit={t('webhooks.create')}
        save={async (body) => {
          setMade(await createWebhook(body));
          await outdate();
        }}
        onCancel={() => void router.navigate({ to: '/webhooks' })}
      />
      <Secret
        secret={made?.secret ?? null}
        title={t('secret.title')}
        about={t('secret.webhook')}
        warning={made?.warning ?? null}
        onKept={() => {
          if (made !== null) void router.navigate({ to: '/webhooks/$id', params: { id: made.id } });
        }}
      />
    </Page>
  );
}
