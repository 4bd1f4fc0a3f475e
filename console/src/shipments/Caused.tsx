/** The deliveries that a shipment caused, newest first: to which webhook, of which revision, and how they fare. */
import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { StateDot } from '../deliveries/StateDot.tsx';
import { Instant } from '../shell/Instant.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { AnchorLink } from '../shell/links.tsx';
import { Section } from '../shell/Section.tsx';
import { useWebhookUrls } from '../webhooks/webhooks.ts';
import { causedQuery } from './shipments.ts';

export function Caused({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useQuery(causedQuery(id));
  const urlOf = useWebhookUrls();
  return (
    <Section
      title={t('caused.title')}
      about={t('caused.about')}
      actions={
        <AnchorLink size="sm" to="/deliveries" search={{ tracking: id }}>
          {t('caused.all')}
        </AnchorLink>
      }
    >
      <Loaded query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <Text c="dimmed">{t('caused.none')}</Text>
          ) : (
            <ul className="plainList rows caused" aria-label={t('caused.title')}>
              {data.map((delivery) => (
                <li key={delivery.id}>
                  <Link to="/deliveries/$id" params={{ id: delivery.id }} className="row">
                    <Group gap="md" justify="space-between">
                      <Group gap="md" miw={0} flex="1 1 16rem" wrap="nowrap">
                        <StateDot state={delivery.state} />
                        <Text span size="sm" truncate>
                          {urlOf(delivery.webhook_id)}
                        </Text>
                      </Group>
                      <Text span size="sm" c="dimmed">
                        {delivery.revision !== null &&
                          t('deliveries.revision', { revision: delivery.revision })}
                        {' · '}
                        <Instant at={delivery.created_at} />
                      </Text>
                    </Group>
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}
