/** Saved views: filters of the list of shipments under names, which everybody in the account sees. */
import { queryOptions } from '@tanstack/react-query';
import { call, type Page } from '../api/call.ts';

export interface View {
  readonly id: string;
  readonly name: string;
  /** Parameters of `GET /trackings`. */
  readonly query: Readonly<Record<string, string>>;
  readonly created_at: string;
}

/** A server of before has none, and then nothing of them is shown. */
export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: async () => (await call<Page<View>>('GET', '/views?limit=100')).data,
  staleTime: 60_000,
});

export const saveView = (name: string, query: View['query']) => call<View>('POST', '/views', { name, query });
export const renameView = (id: string, name: string) => call<View>('PATCH', `/views/${id}`, { name });
export const removeView = (id: string) => call<null>('DELETE', `/views/${id}`);
