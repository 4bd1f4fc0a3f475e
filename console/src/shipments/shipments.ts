/** What the console asks of shipments. Lists and single ones renew themselves while somebody looks at them. */
import { infiniteQueryOptions, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Courier, CourierCandidate } from '../../../src/sdk/couriers.ts';
import type { Delivery } from '../../../src/sdk/deliveries.ts';
import type { Tracking, TrackingChanges, TrackingCounts, TrackingDraft } from '../../../src/sdk/trackings.ts';
import { call, type Page, withQuery } from '../api/call.ts';
import { type Filter, queryOf } from './filter.ts';

export type { CourierCandidate } from '../../../src/sdk/couriers.ts';
export type { Status } from '../../../src/sdk/status.ts';
export type { Checkpoint, TrackingCounts as Counts } from '../../../src/sdk/trackings.ts';

export type Shipment = Tracking;

/** What the list shows of one, and keeps: a hundred thousand whole ones would take a browser several times the memory. */
export type Listed = Pick<Shipment, (typeof listedFields)[number]> & {
  readonly latest: { readonly description: string; readonly location: string | null } | null;
};

const listedFields = [
  'id',
  'tracking_number',
  'courier_code',
  'status',
  'attention',
  'title',
  'order_number',
  'order_id',
  'customer_name',
  'updated_at',
] as const satisfies readonly (keyof Shipment)[];

function listed(shipment: Shipment): Listed {
  const fields = Object.fromEntries(listedFields.map((field) => [field, shipment[field]]));
  const { latest_checkpoint: latest } = shipment;
  return {
    ...(fields as Pick<Shipment, (typeof listedFields)[number]>),
    latest: latest && { description: latest.description, location: latest.location },
  };
}

/** The first page is shown soon and renewed often; whoever reads on reads far. */
const pageSizeFirst = 100;
const pageSize = 500;
const refreshMs = 5000;
const countsRefreshMs = 15_000;
const causedMax = 20;
/** Whoever has read on further than this looks at what was, and is not disturbed. */
export const pagesRefreshedMax = 2;

export const shipmentsQuery = (filter: Filter, timeZone: string) =>
  infiniteQueryOptions({
    queryKey: ['shipments', 'list', filter, timeZone],
    queryFn: async ({ pageParam, signal }): Promise<Page<Listed>> => {
      const limit = pageParam === null ? pageSizeFirst : pageSize;
      const query = { ...queryOf(filter, timeZone), limit, cursor: pageParam ?? undefined };
      const path = withQuery('/trackings', query);
      const { data, next_cursor } = await call<Page<Shipment>>('GET', path, undefined, { signal });
      return { data: data.map(listed), next_cursor };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > pagesRefreshedMax ? false : refreshMs),
  });

export const countsQuery = queryOptions({
  queryKey: ['shipments', 'counts'],
  queryFn: () => call<TrackingCounts>('GET', '/trackings/counts'),
  refetchInterval: ({ state }) => (state.status === 'error' ? false : countsRefreshMs),
});

export const shipmentQuery = (id: string) =>
  queryOptions({
    queryKey: ['shipments', 'one', id],
    queryFn: () => call<Shipment>('GET', `/trackings/${encodeURIComponent(id)}`),
    refetchInterval: refreshMs,
  });

/** The deliveries that it caused, newest first. */
export const causedQuery = (id: string) =>
  queryOptions({
    queryKey: ['deliveries', 'caused', id],
    queryFn: () =>
      call<Page<Delivery>>('GET', withQuery('/deliveries', { tracking_id: id, limit: causedMax })),
    refetchInterval: refreshMs,
  });

/** All that are known by name; they change with the server's version only. */
export const couriersQuery = queryOptions({
  queryKey: ['couriers'],
  queryFn: async () => (await call<Page<Courier>>('GET', '/couriers?limit=500')).data,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Names by code, the same function as long as they are; a courier that is not known goes by its code. */
export function useCourierNames(): (code: string) => string {
  const { data } = useQuery(couriersQuery);
  return useMemo(() => {
    const names = new Map(data?.map(({ code, name }) => [code, name]));
    return (code) => names.get(code) ?? code;
  }, [data]);
}

/** Who may carry this number, the likeliest first; none where it cannot be a number yet. */
export const candidatesQuery = (number: string) =>
  queryOptions({
    queryKey: ['couriers', 'detect', number],
    queryFn: async () => {
      const said = { tracking_number: number };
      return (await call<{ candidates: CourierCandidate[] }>('POST', '/couriers/detect', said)).candidates;
    },
    enabled: number.length >= 3,
    staleTime: Number.POSITIVE_INFINITY,
  });

const one = (id: string) => `/trackings/${encodeURIComponent(id)}`;

export type Action = 'refresh' | 'archive' | 'unarchive' | 'stop' | 'resume';

export const act = (id: string, action: Action) => call<Shipment>('POST', `${one(id)}/${action}`);
export const remove = (id: string) => call<null>('DELETE', one(id));
export const change = (id: string, changes: TrackingChanges) => call<Shipment>('PATCH', one(id), changes);
export const create = (draft: TrackingDraft) => call<Shipment>('POST', '/trackings', draft);

/** Has everything of shipments, and of what they caused, asked for anew. */
export function useOutdate(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['shipments'] }),
      queries.invalidateQueries({ queryKey: ['deliveries', 'caused'] }),
    ]);
  };
}
