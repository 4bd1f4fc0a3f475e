/** All webhooks of the account, with their health at a glance. */
import { Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../../src/sdk/overview.ts';
import { overviewQuery } from '../figures/figures.ts';
import { useMayWrite } from '../session/session.ts';
import { Empty } from '../shell/Empty.tsx';
import { Icon } from '../shell/Icon.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { ButtonLink } from '../shell/links.tsx';
import { Page } from '../shell/Page.tsx';
import { FigureFacts } from './FigureFacts.tsx';
import { Health } from './Health.tsx';
import { HourBars } from './HourBars.tsx';
import { type Webhook, webhooksQuery } from './webhooks.ts';

export function WebhooksPage() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const query = useQuery(webhooksQuery);
  // A list without figures is better than none: what is wrong with them is said on a webhook's page.
  const overview = useQuery(overviewQuery(24)).data;
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
                <WebhookRow key={webhook.id} webhook={webhook} overview={overview} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

interface WebhookRowProps {
  readonly webhook: Webhook;
  readonly overview: Overview | undefined;
}

function WebhookRow({ webhook, overview }: WebhookRowProps) {
  const { t } = useTranslation();
  const own = overview?.webhooks.find((one) => one.webhook_id === webhook.id);
  return (
    <Link to="/webhooks/$id" params={{ id: webhook.id }} className="row webhookRow">
      <Stack gap={2} miw={0}>
        <Group gap="xs" wrap="nowrap" miw={0}>
          <Text span className="mono" fw={600} truncate>
            {webhook.url}
          </Text>
          <Badge flex="none">{webhook.version}</Badge>
        </Group>
        <Text size="sm" c="dimmed" truncate>
          {[webhook.description, statusesOf(webhook)].filter(Boolean).join(' · ')}
        </Text>
      </Stack>
      <Health webhook={webhook} />
      {overview !== undefined && own !== undefined && (
        <div className="webhookFigures">
          <FigureFacts figures={own} countedTo={overview.deliveries.counted_to} />
          <HourBars hours={own.by_hour} height={24} className="hourBars flips" />
        </div>
      )}
    </Link>
  );

  function statusesOf({ statuses }: Webhook): string {
    if (statuses === 'all') return t('webhooks.allStatuses');
    return statuses.map((status) => t(`status.${status}`)).join(', ');
  }
}
