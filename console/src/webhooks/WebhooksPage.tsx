/** All webhooks of the account, with their health at a glance. */
import { Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMayWrite } from '../session/session.ts';
import { Empty } from '../shell/Empty.tsx';
import { Icon } from '../shell/Icon.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { ButtonLink } from '../shell/links.tsx';
import { Page } from '../shell/Page.tsx';
import { Health } from './Health.tsx';
import { type Webhook, webhooksQuery } from './webhooks.ts';

export function WebhooksPage() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const query = useQuery(webhooksQuery);
  const create = mayWrite && (
    <ButtonLink to="/webhooks/new" leftSection={<Icon name="plus" />}>
      {t('webhooks.new')}
    </ButtonLink>
  );
  return (
    <Page
      title={t('webhooks.title')}
      about={t('webhooks.about')}
      actions={query.data !== undefined && query.data.length > 0 ? create : undefined}
    >
      <Loaded query={query}>
        {(webhooks) =>
          webhooks.length === 0 ? (
            <Empty title={t('webhooks.emptyTitle')} about={t('webhooks.emptyAbout')}>
              <Group>
                {create}
                <ButtonLink to="/inbox" variant="default">
                  {t('webhooks.toInbox')}
                </ButtonLink>
              </Group>
            </Empty>
          ) : (
            <div className="card rows">
              {webhooks.map((webhook) => (
                <WebhookRow key={webhook.id} webhook={webhook} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  return (
    <Link to="/webhooks/$id" params={{ id: webhook.id }} className="row">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} flex="1 1 20rem" miw={0}>
          <Group gap="xs" wrap="nowrap" miw={0}>
            <Text span className="mono" fw={600} truncate>
              {webhook.url}
            </Text>
            <Badge variant="default" tt="none" flex="none">
              {webhook.version}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed" truncate>
            {[webhook.description, statusesOf(webhook)].filter(Boolean).join(' · ')}
          </Text>
        </Stack>
        <Health webhook={webhook} />
      </Group>
    </Link>
  );

  function statusesOf({ statuses }: Webhook): string {
    if (statuses === 'all') return t('webhooks.allStatuses');
    return statuses.map((status) => t(`status.${status}`)).join(', ');
  }
}
