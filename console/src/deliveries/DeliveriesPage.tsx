/** All deliveries, newest first, as they come. */
import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayWrite } from '../session/session.ts';
import { Empty } from '../shell/Empty.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { Page } from '../shell/Page.tsx';
import { useWebhookUrls, webhooksQuery } from '../webhooks/webhooks.ts';
import { DeliveryRows } from './DeliveryRows.tsx';
import { deliveriesQuery, pagesRefreshedMax } from './deliveries.ts';
import { Filters } from './Filters.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { noSelection, type Selection, toggled } from './selection.ts';

const route = getRouteApi('/shell/deliveries');

export function DeliveriesPage() {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const query = useInfiniteQuery(deliveriesQuery(filter));
  const webhooks = useQuery(webhooksQuery).data ?? [];
  const urlOf = useWebhookUrls();
  const pages = query.data?.pages;
  const deliveries = useMemo(() => pages?.flatMap(({ data }) => data) ?? [], [pages]);
  const isLive = (query.data?.pages.length ?? 0) <= pagesRefreshedMax;
  const mayWrite = useMayWrite();
  const [selection, setSelection] = useState<Selection>(noSelection);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Page title={t('deliveries.title')} about={t(isLive ? 'deliveries.live' : 'deliveries.paused')}>
      <Filters filter={filter} webhooks={webhooks} />
      <Loaded query={query}>
        {() =>
          deliveries.length === 0 ? (
            <Empty
              title={t(isFiltered ? 'deliveries.noneFit' : 'deliveries.emptyTitle')}
              about={t(isFiltered ? 'deliveries.noneFitAbout' : 'deliveries.emptyAbout')}
            />
          ) : (
            <>
              {mayWrite && (
                <SelectionBar
                  filter={filter}
                  deliveries={deliveries}
                  webhookIds={webhooks.map(({ id }) => id)}
                  selection={selection}
                  onSelect={setSelection}
                />
              )}
              <DeliveryRows
                deliveries={deliveries}
                ticked={mayWrite ? selection.ids : null}
                onTick={(id, isRange) =>
                  setSelection((before) =>
                    toggled(before, id, { listed: deliveries.map((one) => one.id), isRange }),
                  )
                }
                urlOf={urlOf}
              />
              <Group justify="center">
                {query.hasNextPage ? (
                  <Button
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {t('loadMore')}
                  </Button>
                ) : (
                  <Text size="sm" c="dimmed">
                    {t('deliveries.count', { count: deliveries.length })}
                  </Text>
                )}
                {!isLive && (
                  <Button variant="default" onClick={() => void query.refetch()}>
                    {t('deliveries.refresh')}
                  </Button>
                )}
              </Group>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
