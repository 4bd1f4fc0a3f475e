/** All deliveries, newest first, as they come. */
import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../shell/Empty.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { Page } from '../shell/Page.tsx';
import { webhooksQuery } from '../webhooks/webhooks.ts';
import { DeliveryRows } from './DeliveryRows.tsx';
import { deliveriesQuery, pagesRefreshedMax } from './deliveries.ts';
import { type Filter, readFilter, type Span, spans, states } from './filter.ts';

const route = getRouteApi('/shell/deliveries');

export function DeliveriesPage() {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const query = useInfiniteQuery(deliveriesQuery(filter));
  const webhooks = useQuery(webhooksQuery).data ?? [];
  const deliveries = query.data?.pages.flatMap((page) => page.data) ?? [];
  const isLive = (query.data?.pages.length ?? 0) <= pagesRefreshedMax;
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
              <DeliveryRows
                deliveries={deliveries}
                urlOf={(id) => webhooks.find((webhook) => webhook.id === id)?.url ?? id}
              />
              <Group justify="center">
                {query.hasNextPage ? (
                  <Button
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {t('deliveries.more')}
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

interface FiltersProps {
  readonly filter: Filter;
  readonly webhooks: readonly { readonly id: string; readonly url: string }[];
}

function Filters({ filter, webhooks }: FiltersProps) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const change = (changes: Record<string, string>) =>
    navigate({ search: readFilter(dropEmpty({ ...filter, ...changes })), replace: true });
  const all = { value: '', label: t('filter.all') };
  return (
    <Group component="search" aria-label={t('filter.title')} gap="sm">
      <NativeSelect
        label={t('filter.state')}
        value={filter.state ?? ''}
        onChange={(event) => change({ state: event.currentTarget.value })}
        data={[all, ...states.map((state) => ({ value: state, label: t(`state.${state}`) }))]}
      />
      <NativeSelect
        label={t('filter.webhook')}
        value={filter.webhook ?? ''}
        onChange={(event) => change({ webhook: event.currentTarget.value })}
        data={[all, ...webhooks.map(({ id, url }) => ({ value: id, label: url }))]}
        maw="22rem"
      />
      <NativeSelect
        label={t('filter.within')}
        value={filter.within ?? ''}
        onChange={(event) => change({ within: event.currentTarget.value })}
        data={[
          { value: '', label: t('filter.ever') },
          ...(Object.keys(spans) as Span[]).map((span) => ({ value: span, label: t(`filter.${span}`) })),
        ]}
      />
      {filter.tracking !== undefined && (
        <Button variant="default" mt="lg" onClick={() => change({ tracking: '' })}>
          {t('filter.everyParcel')}
        </Button>
      )}
    </Group>
  );
}

function dropEmpty(said: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''));
}
