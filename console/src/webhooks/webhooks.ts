/** What the console asks of webhooks, and what it forgets when one of them was changed. */
import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TestAttempt } from '../../../src/sdk/attempts.ts';
import type { Status } from '../../../src/sdk/status.ts';
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import type {
  CheckedUrl,
  OperationalEventType,
  Recovered,
  Replayed,
  Webhook,
  WebhookDraft,
} from '../../../src/sdk/webhooks.ts';
import { call, type Page, withQuery } from '../api/call.ts';
import { type Count, type Counted, countUpTo, inPortions, type Work } from '../api/work.ts';

export type { Status } from '../../../src/sdk/status.ts';
export type { OperationalEventType, Webhook, WebhookDraft } from '../../../src/sdk/webhooks.ts';

export const versions = ['v2', 'v3', 'v4', 'standard'] as const satisfies readonly WebhookVersion[];

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

export const operationalEvents = [
  'webhook.failing',
  'webhook.recovered',
  'webhook.disabled',
  'delivery.parked',
] as const satisfies readonly OperationalEventType[];

const refreshMs = 5000;
/** Counting goes no further than this. */
const countMax = 10_000;
const portionSize = 500;
/** An answer about a name that is looked up holds for a moment. */
const checkedMs = 30_000;
/** Before anything was ever parked. */
const ever = '2000-01-01';

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async () => (await call<Page<Webhook>>('GET', '/webhooks?limit=500')).data,
  refetchInterval: refreshMs,
});

/** Addresses by id; a webhook that is gone goes by its id. */
export function useWebhookUrls(): (id: string) => string {
  const { data } = useQuery(webhooksQuery);
  return (id) => data?.find((webhook) => webhook.id === id)?.url ?? id;
}

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id],
    queryFn: () => call<Webhook>('GET', `/webhooks/${encodeURIComponent(id)}`),
    refetchInterval: refreshMs,
  });

/** How many deliveries of it are parked. */
export const parkedQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id, 'parked'],
    queryFn: (): Promise<Count> =>
      countUpTo(countMax, recoverWork(id, { since: ever, dry_run: true, limit: countMax })),
    refetchInterval: refreshMs,
  });

/** How many events since a time it never had; null: since the oldest that is kept. */
export const missingQuery = (id: string, since: string | null) =>
  queryOptions({
    queryKey: ['webhooks', id, 'missing', since],
    queryFn: (): Promise<Count> =>
      countUpTo(countMax, replayWork(id, { ...sinceOf(since), dry_run: true, limit: countMax })),
    staleTime: 0,
  });

/** What creating a webhook would say of the URL; with an id, what editing that one would. */
export const checkUrlQuery = (url: string, webhookId: string | null) =>
  queryOptions({
    queryKey: ['checkUrl', webhookId, url],
    queryFn: () =>
      call<CheckedUrl>('POST', '/webhooks/check-url', {
        url,
        ...(webhookId === null ? {} : { webhook_id: webhookId }),
      }),
    staleTime: checkedMs,
    retry: false,
  });

export interface Preview {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a request of that version looks like; asked anew only when the version or the status is another. */
export const previewQuery = (version: WebhookVersion, status: Status) =>
  queryOptions({
    queryKey: ['preview', version, status],
    queryFn: () => call<Preview>('GET', withQuery('/webhooks/preview', { version, status })),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });

export function sendTest(id: string, status: Status): Promise<TestAttempt> {
  return call('POST', `/webhooks/${id}/test`, { status });
}

/** Puts all parked deliveries back, a portion at a time. */
export const recoverAll = (id: string) => recoverWork(id, { since: ever, limit: portionSize });

/** Owes what it never had to it, a portion at a time. */
export const replayAll = (id: string, since: string | null) =>
  replayWork(id, { ...sinceOf(since), limit: portionSize });

function recoverWork(id: string, said: object): Work<Counted> {
  return inPortions(
    (cursor) => call<Recovered>('POST', `/webhooks/${id}/recover`, { ...said, ...(cursor && { cursor }) }),
    { count: 0 },
    added,
  );
}

function replayWork(id: string, said: object): Work<Counted> {
  return inPortions(
    (cursor) =>
      call<Replayed>('POST', `/webhooks/${id}/replay-missing`, { ...said, ...(cursor && { cursor }) }),
    { count: 0 },
    added,
  );
}

function added(sum: Counted, { count }: Counted): Counted {
  return { count: sum.count + count };
}

function sinceOf(since: string | null): { since?: string } {
  return since === null ? {} : { since };
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

export const endOverlap = (id: string) => call<Webhook>('POST', `/webhooks/${id}/end-overlap`);

/** After a change: whatever is known of webhooks is asked anew, their figures in the overview included. */
export function useOutdate(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    const keys = [['webhooks'], ['overview']];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
