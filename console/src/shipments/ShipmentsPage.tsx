/** All shipments, newest first, as they come: looked for, narrowed, chosen, and dealt with many at a time. */
import './style.css';
import { Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayWrite, useTimeZone } from '../session/session.ts';
import { Empty } from '../shell/Empty.tsx';
import { Icon } from '../shell/Icon.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { AnchorLink, ButtonLink } from '../shell/links.tsx';
import { Page } from '../shell/Page.tsx';
import { BulkBar } from './BulkBar.tsx';
import { type Filter, isNarrowed } from './filter.ts';
import { Narrow } from './Narrow.tsx';
import { SavedViews } from './SavedViews.tsx';
import { ShipmentRows } from './ShipmentRows.tsx';
import { countsQuery, type Listed, pagesRefreshedMax, shipmentsQuery, useCourierNames } from './shipments.ts';
import { Tabs } from './Tabs.tsx';

const route = getRouteApi('/shell/shipments');

export function ShipmentsPage() {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const mayWrite = useMayWrite();
  const add = mayWrite && (
    <ButtonLink to="/shipments/new" search={{}} leftSection={<Icon name="plus" />}>
      {t('shipments.add')}
    </ButtonLink>
  );
  return (
    <Page title={t('shipments.title')} about={t('shipments.about')} actions={add}>
      <Tabs filter={filter} counts={useQuery(countsQuery).data} />
      <SavedViews filter={filter} />
      <Narrow filter={filter} />
      <List filter={filter} />
    </Page>
  );
}

function List({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const queries = useQueryClient();
  const options = shipmentsQuery(filter, useTimeZone());
  const query = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const { data, isPlaceholderData, isFetchingNextPage, fetchNextPage } = query;
  const hasNextPage = query.hasNextPage && !isPlaceholderData;
  const shipments = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  const [chosen, setChosen] = useChosen(JSON.stringify(filter));
  const isLive = (data?.pages.length ?? 0) <= pagesRefreshedMax;
  /** What could not be read is asked for again by hand only. */
  const readsOn = hasNextPage && !isFetchingNextPage && !query.isFetchNextPageError;
  const readOn = useCallback(() => {
    if (readsOn) void fetchNextPage();
  }, [readsOn, fetchNextPage]);
  const nameOf = useCourierNames();
  /** Back to the first page, so that the list is live again. */
  const renew = async () => {
    queries.setQueryData(options.queryKey, (before) =>
      before === undefined
        ? before
        : { pages: before.pages.slice(0, 1), pageParams: before.pageParams.slice(0, 1) },
    );
    window.scrollTo({ top: 0 });
    await queries.invalidateQueries({ queryKey: ['shipments'] });
  };
  return (
    <Loaded query={query}>
      {() =>
        shipments.length === 0 && !hasNextPage ? (
          <Nothing filter={filter} />
        ) : (
          <>
            {mayWrite && (
              <BulkBar
                chosen={chosen}
                shipments={shipments}
                isArchive={filter.archived === true}
                onChoose={setChosen}
              />
            )}
            <ShipmentRows
              shipments={shipments}
              nameOf={nameOf}
              chosen={mayWrite ? chosen : null}
              onChoose={setChosen}
              onNearEnd={readOn}
            />
            <Group justify="center">
              {hasNextPage ? (
                <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  {t('loadMore')}
                </Button>
              ) : (
                <Text size="sm" c="dimmed">
                  {t('shipments.count', { count: shipments.length })}
                </Text>
              )}
              {!isLive && (
                <Button variant="default" onClick={() => void renew()}>
                  {t('shipments.renew')}
                </Button>
              )}
            </Group>
          </>
        )
      }
    </Loaded>
  );
}

type Chosen = ReadonlyMap<string, Listed>;

const none: Chosen = new Map();

/** What is chosen is chosen in one list: in another nothing is. */
function useChosen(list: string): [Chosen, (chosen: Chosen) => void] {
  const [{ of, chosen }, set] = useState({ of: list, chosen: none });
  return [of === list ? chosen : none, (now) => set({ of: list, chosen: now })];
}

/** Why there is nothing, and where to go from here. */
function Nothing({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  if (isNarrowed(filter)) {
    const { archived: _, attention: __, ...rest } = filter;
    return (
      <Empty title={t('shipments.noneFit')} about={t('shipments.noneFitAbout')}>
        <Group>
          <AnchorLink to="/shipments" search={{}}>
            {t('shipments.everyOne')}
          </AnchorLink>
          {filter.archived !== true && (
            <AnchorLink to="/shipments" search={{ ...rest, archived: true }}>
              {t('shipments.inArchive')}
            </AnchorLink>
          )}
        </Group>
      </Empty>
    );
  }
  if (filter.archived === true)
    return <Empty title={t('shipments.noneArchived')} about={t('shipments.noneArchivedAbout')} />;
  if (filter.attention !== undefined)
    return <Empty title={t('shipments.allWell')} about={t('shipments.allWellAbout')} />;
  return (
    <Empty title={t('shipments.emptyTitle')} about={t('shipments.emptyAbout')}>
      {mayWrite && (
        <Group justify="center">
          <ButtonLink to="/shipments/new" search={{}}>
            {t('shipments.add')}
          </ButtonLink>
          <ButtonLink variant="default" to="/shipments/new" search={{ by: 'file' }}>
            {t('shipments.upload')}
          </ButtonLink>
        </Group>
      )}
    </Empty>
  );
}
