/** The first page: how parcels and deliveries fare at a glance, and, in a new account, what to do first. */
import './overview.css';
import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../../src/sdk/overview.ts';
import { type HourSpan, hourSpans, overviewQuery } from '../figures/figures.ts';
import { useMayWrite } from '../session/session.ts';
import { Empty } from '../shell/Empty.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { ButtonLink } from '../shell/links.tsx';
import { Page } from '../shell/Page.tsx';
import { Couriers } from './Couriers.tsx';
import { DeliveryPanel } from './DeliveryPanel.tsx';
import { FirstSteps } from './FirstSteps.tsx';
import { ShipmentPanel } from './ShipmentPanel.tsx';

const route = getRouteApi('/shell/');

export function OverviewPage() {
  const { t } = useTranslation();
  const { hours = 24 } = route.useSearch();
  const mayWrite = useMayWrite();
  const query = useQuery(overviewQuery(hours));
  return (
    <Page title={t('overview.title')} about={t('overview.about')} actions={<SpanLinks hours={hours} />}>
      <Loaded query={query}>
        {(overview) => (
          <>
            <FirstSteps overview={overview} />
            {!mayWrite && overview.trackings.total === 0 && !hasDeliveries(overview) && (
              <Empty title={t('overview.emptyTitle')} about={t('overview.emptyAbout')} />
            )}
            {overview.trackings.total > 0 && <ShipmentPanel trackings={overview.trackings} />}
            {hasDeliveries(overview) && <DeliveryPanel overview={overview} />}
            {overview.couriers.length > 0 && <Couriers couriers={overview.couriers} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function hasDeliveries({ deliveries: { accepted, failed, waiting, parked } }: Overview): boolean {
  return accepted + failed + waiting + parked > 0;
}

function SpanLinks({ hours }: { hours: HourSpan }) {
  const { t } = useTranslation();
  return (
    <Group component="nav" gap={6} aria-label={t('figures.span')}>
      {hourSpans.map((one) => (
        <ButtonLink
          key={one}
          size="sm"
          variant={one === hours ? 'filled' : 'default'}
          to="/"
          search={one === 24 ? {} : { hours: one }}
          activeOptions={{ exact: true }}
          replace
          resetScroll={false}
        >
          {t(`figures.span${one}`)}
        </ButtonLink>
      ))}
    </Group>
  );
}
