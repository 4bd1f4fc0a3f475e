/** One webhook: how it fares, what it is set to, and all that can be done with it. */
import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useIsOwner, useMayWrite } from '../session/session.ts';
import { Confirm } from '../shell/Confirm.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { AnchorLink, ButtonLink } from '../shell/links.tsx';
import { Page } from '../shell/Page.tsx';
import { Section } from '../shell/Section.tsx';
import { FiguresSection } from './FiguresSection.tsx';
import { Health } from './Health.tsx';
import { RecoverPanel } from './RecoverPanel.tsx';
import { ReplayPanel } from './ReplayPanel.tsx';
import { RotatePanel } from './RotatePanel.tsx';
import { SettingsFacts } from './SettingsFacts.tsx';
import { TestPanel } from './TestPanel.tsx';
import { removeWebhook, setEnabled, useOutdate, type Webhook, webhookQuery } from './webhooks.ts';

const route = getRouteApi('/shell/webhooks/$id');

export function WebhookPage() {
  const { id } = route.useParams();
  const { t } = useTranslation();
  const query = useQuery(webhookQuery(id));
  if (query.data !== undefined) return <OneWebhook webhook={query.data} />;
  return (
    <Page title={t('webhooks.one')}>
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}

function OneWebhook({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const isOwner = useIsOwner();
  const { id, enabled } = webhook;
  return (
    <Page
      title={webhook.description || webhook.url}
      about={
        <Group gap="md">
          {webhook.description !== '' && <span className="mono">{webhook.url}</span>}
          <Health webhook={webhook} />
        </Group>
      }
      actions={
        mayWrite && (
          <>
            <ButtonLink to="/webhooks/$id/edit" params={{ id }} variant="default">
              {t('webhooks.edit')}
            </ButtonLink>
            <Toggle webhook={webhook} />
            <Remove webhook={webhook} />
          </>
        )
      }
    >
      {!enabled && webhook.disabled_reason !== null && <Text>{webhook.disabled_reason}</Text>}
      <FiguresSection webhookId={id} />
      {mayWrite && <TestPanel webhook={webhook} />}
      <Section
        title={t('deliveries.title')}
        about={t('webhooks.deliveriesAbout')}
        actions={
          <Group gap="md">
            <AnchorLink size="sm" to="/deliveries" search={{ webhook: id }}>
              {t('webhooks.deliveriesAll')}
            </AnchorLink>
            <AnchorLink size="sm" to="/deliveries" search={{ webhook: id, state: 'waiting' }}>
              {t('webhooks.deliveriesWaiting')}
            </AnchorLink>
            <AnchorLink size="sm" to="/deliveries" search={{ webhook: id, state: 'parked' }}>
              {t('webhooks.deliveriesParked')}
            </AnchorLink>
          </Group>
        }
      />
      <Section
        title={t('format.link')}
        about={t('format.linkAbout')}
        actions={
          <AnchorLink size="sm" to="/format" search={{ webhook: id }}>
            {t('format.title')}
          </AnchorLink>
        }
      />
      {mayWrite && <RecoverPanel webhook={webhook} />}
      <SettingsFacts webhook={webhook} />
      {mayWrite && <ReplayPanel webhook={webhook} />}
      {isOwner && <RotatePanel webhook={webhook} />}
    </Page>
  );
}

function Toggle({ webhook: { id, enabled } }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const outdate = useOutdate();
  const word = enabled ? 'disable' : 'enable';
  return (
    <Confirm
      // Another one for the other word, so that a dialog that is closing does not change what it asks.
      key={word}
      label={t(`webhooks.${word}`)}
      title={t(`webhooks.${word}Title`)}
      about={t(`webhooks.${word}About`)}
      yes={t(`webhooks.${word}`)}
      run={async () => {
        await setEnabled(id, !enabled);
        await outdate();
      }}
    />
  );
}

function Remove({ webhook: { id, url } }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const outdate = useOutdate();
  const router = useRouter();
  return (
    <Confirm
      danger
      label={t('webhooks.delete')}
      title={t('webhooks.deleteTitle')}
      about={t('webhooks.deleteAbout', { url })}
      yes={t('webhooks.delete')}
      run={async () => {
        await removeWebhook(id);
        await router.navigate({ to: '/webhooks' });
        await outdate();
      }}
    />
  );
}
