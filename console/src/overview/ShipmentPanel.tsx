/** All parcels by status, as one bar whose legend leads to them, and those that need attention. */
import { Grid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../../src/sdk/overview.ts';
import { useFormat } from '../shell/format.ts';
import { AnchorLink } from '../shell/links.tsx';
import { Section } from '../shell/Section.tsx';
import { attentions, statuses } from '../shipments/filter.ts';
import { type Counts, countsQuery } from '../shipments/shipments.ts';

export function ShipmentPanel({ trackings }: { trackings: Overview['trackings'] }) {
  const { t } = useTranslation();
  const { total } = trackings;
  // The rest of the page does without it.
  const counts = useQuery(countsQuery).data;
  return (
    <Section title={t('overview.shipments')} about={t('overview.shipmentsAbout', { count: total })}>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: counts === undefined ? 12 : 8 }}>
          <StatusBar trackings={trackings} />
        </Grid.Col>
        {counts !== undefined && (
          <Grid.Col span={{ base: 12, md: 4 }}>
            <AttentionList counts={counts} />
          </Grid.Col>
        )}
      </Grid>
    </Section>
  );
}

function StatusBar({ trackings: { total, by_status: byStatus } }: { trackings: Overview['trackings'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const there = statuses.flatMap((status) => {
    const count = byStatus[status];
    return count === 0 ? [] : [{ status, count }];
  });
  return (
    <Stack gap="sm">
      {/* What it shows is said by the legend. */}
      <div className="statusBar" aria-hidden="true">
        {there.map(({ status, count }) => (
          <div
            key={status}
            className="statusPart"
            data-status={status}
            style={{ '--count': count } as CSSProperties}
            title={t(`status.${status}`)}
          />
        ))}
      </div>
      <ul className="legend">
        {there.map(({ status, count }) => (
          <li key={status} className="legendItem">
            <span className="statusPart legendMark" data-status={status} aria-hidden="true" />
            <AnchorLink to="/shipments" search={{ status }} inherit>
              {t(`status.${status}`)}
            </AnchorLink>
            <span className="legendCount">{format.number(count)}</span>
            <Text span size="sm" c="dimmed" className="legendCount">
              {format.percent(count / total)}
            </Text>
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function AttentionList({ counts: { attention, counted_to: countedTo } }: { counts: Counts }) {
  const { t } = useTranslation();
  const format = useFormat();
  const counted = (count: number) => (count < countedTo ? format.number(count) : format.atLeast(count));
  const there = attentions.filter((one) => attention[one] > 0);
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {t('overview.attention')}
      </Title>
      {there.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('overview.attentionNone')}
        </Text>
      ) : (
        <ul className="legend narrow">
          {there.map((one) => (
            <li key={one} className="legendItem">
              <AnchorLink to="/shipments" search={{ attention: one }} inherit>
                {t(`attention.${one}`)}
              </AnchorLink>
              <span className="legendCount">{counted(attention[one])}</span>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
