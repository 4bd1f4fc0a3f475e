/** What the console asks of webhooks, and what it forgets when one of them was changed. */
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import type { TestAttempt } from '../../../src/sdk/attempts.ts';
import type { Status } from '../../../src/sdk/status.ts';
import type { Recovered, Webhook, WebhookDraft } from '../../../src/sdk/webhooks.ts';
import { call, type Page, withQuery } from '../api/call.ts';

export type { Status } from '../../../src/sdk/status.ts';
export type { Webhook, WebhookDraft } from '../../../src/sdk/webhooks.ts';

export const versions = ['v2', 'v3', 'v4', 'standard'] as const;
export type Version = (typeof versions)[number];

/** Those that a webhook can select. */
export const selectable = [
  'inforeceived',
  'transit',
  'pickup',
  'delivered',
  'undelivered',
  'exception',
  'expired',
  'notfound',
] as const satisfies readonly Status[];

const refreshMs = 5000;
/** Counting goes no further than this. */
const parkedCountMax = 10_000;
const portionSize = 500;
/** Before anything was ever parked. */
const ever = '2000-01-01';

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async () => (await call<Page<Webhook>>('GET', '/webhooks?limit=500')).data,
  refetchInterval: refreshMs,
});

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id],
    queryFn: () => call<Webhook>('GET', `/webhooks/${encodeURIComponent(id)}`),
    refetchInterval: refreshMs,
  });

export interface Parked {
  readonly count: number;
  readonly isMore: boolean;
}

/** How many deliveries of it are parked. */
export const parkedQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id, 'parked'],
    queryFn: async (): Promise<Parked> => {
      const said = { since: ever, dry_run: true, limit: parkedCountMax };
      const { count, next_cursor } = await call<Recovered>('POST', `/webhooks/${id}/recover`, said);
      return { count, isMore: next_cursor !== null };
    },
    refetchInterval: refreshMs,
  });

export interface Preview {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a request of that version looks like; asked anew only when the version or the status is another. */
export const previewQuery = (version: Version, status: Status) =>
  queryOptions({
    queryKey: ['preview', version, status],
    queryFn: () => call<Preview>('GET', withQuery('/webhooks/preview', { version, status })),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before: Preview | undefined) => before,
  });

export function sendTest(id: string, status: Status): Promise<TestAttempt> {
  return call('POST', `/webhooks/${id}/test`, { status });
}

/** Puts all parked deliveries back, a portion at a time. @param onProgress is told how many have been put back by now */
export async function recoverAll(id: string, onProgress: (count: number) => void): Promise<number> {
  let recovered = 0;
  let cursor: string | null = null;
  do {
    const said: object = { since: ever, limit: portionSize, ...(cursor === null ? {} : { cursor }) };
    const portion: Recovered = await call('POST', `/webhooks/${id}/recover`, said);
    recovered += portion.count;
    cursor = portion.next_cursor;
    onProgress(recovered);
  } while (cursor !== null);
  return recovered;
}

export type Created = Webhook & { readonly secret: string; readonly warning?: string };

export const createWebhook = (draft: WebhookDraft) => call<Created>('POST', '/webhooks', draft);

export const updateWebhook = (id: string, draft: WebhookDraft) =>
  call<Webhook & { readonly warning?: string }>('PATCH', `/webhooks/${id}`, draft);

export const removeWebhook = (id: string) => call<null>('DELETE', `/webhooks/${id}`);

export const setEnabled = (id: string, enabled: boolean) =>
  call<Webhook>('POST', `/webhooks/${id}/${enabled ? 'enable' : 'disable'}`);

export const rotateSecret = (id: string, overlapSeconds: number) =>
  call<Created>('POST', `/webhooks/${id}/rotate-secret`, { overlap_seconds: overlapSeconds });

/** After a change: whatever is known of webhooks is asked anew. */
export function useOutdate(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['webhooks'] });
}
