/** What the console asks of deliveries. Lists and single ones renew themselves while somebody looks at them. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Attempt } from '../../../src/sdk/attempts.ts';
import type { Delivery, DeliveryDetails } from '../../../src/sdk/deliveries.ts';
import { call, type Page, withQuery } from '../api/call.ts';
import { asked, type Filter } from './filter.ts';

export type { Delivery, DeliveryDetails } from '../../../src/sdk/deliveries.ts';

const pageSize = 50;
const listRefreshMs = 3000;
const oneRefreshMs = 2000;
/** Whoever has read on further than this looks at what was, and is not disturbed. */
export const pagesRefreshedMax = 4;

export const deliveriesQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', 'list', filter],
    queryFn: ({ pageParam }) => {
      const path = withQuery('/deliveries', {
        limit: pageSize,
        ...asked(filter, Date.now()),
        cursor: pageParam ?? undefined,
      });
      return call<Page<Delivery>>('GET', path);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) =>
      (state.data?.pages.length ?? 0) > pagesRefreshedMax ? false : listRefreshMs,
  });

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['deliveries', 'one', id],
    queryFn: () => call<DeliveryDetails>('GET', `/deliveries/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) => {
      const now = state.data?.state;
      return now === 'accepted' || now === 'cancelled' ? false : oneRefreshMs;
    },
  });

export const redeliver = (id: string) => call<Attempt>('POST', `/deliveries/${id}/redeliver`);
