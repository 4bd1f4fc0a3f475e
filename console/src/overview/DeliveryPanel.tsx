/** How deliveries fared in the span, hour by hour and in figures, and what waits now. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../../src/sdk/overview.ts';
import { Figure } from '../figures/Figure.tsx';
import { HourTable } from '../figures/HourTable.tsx';
import { useDuration } from '../i18n/duration.ts';
import { useFormat } from '../shell/format.ts';
import { AnchorLink } from '../shell/links.tsx';
import { Section } from '../shell/Section.tsx';
import { HourChart } from './HourChart.tsx';

export function DeliveryPanel({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const { by_hour: hours, deliveries } = overview;
  const { accepted, failed } = deliveries;
  return (
    <Section title={t('overview.deliveries')} about={t('overview.deliveriesAbout')}>
      <Figures overview={overview} />
      {accepted + failed > 0 && (
        <>
          <Text size="sm" fw={600}>
            {t('overview.perHour')}
          </Text>
          <div className="chartLegend">
            <span className="chartMark" data-of="accepted" aria-hidden="true" />
            {t('overview.accepted', { count: accepted })}
            <span className="chartMark" data-of="failed" aria-hidden="true" />
            {t('overview.failed', { count: failed })}
          </div>
          <HourChart hours={hours} />
          <HourTable hours={hours} />
        </>
      )}
    </Section>
  );
}

function Figures({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = useDuration();
  const { deliveries, webhooks, to } = overview;
  const { success_rate: rate, counted_to: countedTo, oldest_waiting_at: oldest } = deliveries;
  const time = (ms: number | null) => (ms === null ? t('overview.none') : format.milliseconds(ms));
  /** Of each webhook no more are counted than that, so all of them may be more than the sum. */
  const count = (name: 'waiting' | 'parked') => {
    const isAll = webhooks.every((one) => one[name] < countedTo);
    return isAll ? format.number(deliveries[name]) : format.atLeast(deliveries[name]);
  };
  const waited = oldest === null ? null : Math.max(0, (Date.parse(to) - Date.parse(oldest)) / 1000);
  return (
    <dl className="overviewFigures">
      <Figure name={t('overview.successRate')}>
        {rate === null ? t('overview.none') : format.percent(rate)}
      </Figure>
      <Figure name={t('overview.latency', { percent: 50 })}>{time(deliveries.p50_ms)}</Figure>
      <Figure name={t('overview.latency', { percent: 95 })}>{time(deliveries.p95_ms)}</Figure>
      <Figure name={t('overview.latency', { percent: 99 })}>{time(deliveries.p99_ms)}</Figure>
      <Figure name={t('overview.waiting')}>
        <AnchorLink to="/deliveries" search={{ state: 'waiting' }} inherit>
          {count('waiting')}
        </AnchorLink>
      </Figure>
      <Figure name={t('overview.oldest')}>{waited === null ? t('overview.none') : duration(waited)}</Figure>
      <Figure name={t('overview.parked')}>
        <AnchorLink to="/deliveries" search={{ state: 'parked' }} inherit>
          {count('parked')}
        </AnchorLink>
      </Figure>
    </dl>
  );
}
