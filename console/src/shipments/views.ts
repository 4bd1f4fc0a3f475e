/** Saved views: filters of the list of shipments under names, which everybody in the account sees. */
import { queryOptions } from '@tanstack/react-query';
import type { View } from '../../../src/sdk/views.ts';
import { call, type Page } from '../api/call.ts';

export type { View } from '../../../src/sdk/views.ts';

/** A server of before has none, and then nothing of them is shown. */
export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: async () => (await call<Page<View>>('GET', '/views?limit=100')).data,
  staleTime: 60_000,
});

export const saveView = (name: string, query: View['query']) => call<View>('POST', '/views', { name, query });
export const renameView = (id: string, name: string) => call<View>('PATCH', `/views/${id}`, { name });
export const removeView = (id: string) => call<null>('DELETE', `/views/${id}`);
