/** One delivery: where it stands, what it sends, and every attempt. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMayWrite } from '../session/session.ts';
import { Body } from '../shell/Body.tsx';
import { Instant } from '../shell/Instant.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { AnchorLink } from '../shell/links.tsx';
import { Page } from '../shell/Page.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { type Webhook, webhooksQuery } from '../webhooks/webhooks.ts';
import { AttemptTimeline } from './AttemptTimeline.tsx';
import { type DeliveryDetails, deliveryQuery, redeliver } from './deliveries.ts';
import { StateDot } from './StateDot.tsx';

const route = getRouteApi('/shell/deliveries/$id');

export function DeliveryPage() {
  const { id } = route.useParams();
  const { t } = useTranslation();
  const query = useQuery(deliveryQuery(id));
  if (query.data !== undefined) return <OneDelivery delivery={query.data} />;
  return (
    <Page title={t('deliveries.one')}>
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}

function OneDelivery({ delivery }: { delivery: DeliveryDetails }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const queries = useQueryClient();
  const { id, state, tracking_number: number, revision, data } = delivery;
  const webhook = useQuery(webhooksQuery).data?.find((one) => one.id === delivery.webhook_id);
  const sending = useMutation({
    mutationFn: () => redeliver(id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  return (
    <Page
      title={number ?? t('deliveries.operational')}
      about={
        <Group gap="md">
          <StateDot state={state} />
          {revision !== null && <Text size="sm">{t('deliveries.revision', { revision })}</Text>}
        </Group>
      }
      actions={
        mayWrite &&
        webhook?.enabled !== false && (
          <Button variant="default" loading={sending.isPending} onClick={() => sending.mutate()}>
            {t('deliveries.redeliver')}
          </Button>
        )
      }
    >
      <Problem error={sending.error} />
      <Section title={t('deliveries.facts')}>
        <DeliveryFacts delivery={delivery} webhook={webhook} />
      </Section>
      <Section title={t('attempts.title')} about={t('attempts.about')}>
        <AttemptTimeline delivery={delivery} webhook={webhook} />
      </Section>
      <Section title={t('deliveries.data')} about={t('deliveries.dataAbout')}>
        {data === null ? t('deliveries.dataGone') : <Body text={data} label={t('deliveries.dataAbout')} />}
      </Section>
    </Page>
  );
}

interface DeliveryFactsProps {
  readonly delivery: DeliveryDetails;
  readonly webhook: Webhook | undefined;
}

function DeliveryFacts({ delivery, webhook }: DeliveryFactsProps) {
  const { t } = useTranslation();
  const { id, webhook_id: webhookId, tracking_id: trackingId } = delivery;
  return (
    <dl className="facts">
      <dt>{t('deliveries.webhook')}</dt>
      <dd>
        <AnchorLink to="/webhooks/$id" params={{ id: webhookId }} className="mono">
          {webhook?.url ?? webhookId}
        </AnchorLink>
      </dd>
      <dt>{t('form.version')}</dt>
      <dd>{delivery.version}</dd>
      <dt>{t('deliveries.createdAt')}</dt>
      <dd>
        <Instant at={delivery.created_at} />
      </dd>
      {delivery.settled_at !== null && (
        <>
          <dt>{t('deliveries.settledAt')}</dt>
          <dd>
            <Instant at={delivery.settled_at} />
          </dd>
        </>
      )}
      {trackingId !== null && (
        <>
          <dt>{t('deliveries.parcel')}</dt>
          <dd>
            <Group gap="md">
              <AnchorLink inherit to="/shipments/$id" params={{ id: trackingId }}>
                {delivery.tracking_number ?? trackingId}
              </AnchorLink>
              <AnchorLink inherit to="/deliveries" search={{ tracking: trackingId }}>
                {t('deliveries.ofParcel')}
              </AnchorLink>
            </Group>
          </dd>
        </>
      )}
      <dt>{t('id')}</dt>
      <dd className="mono">{id}</dd>
    </dl>
  );
}
