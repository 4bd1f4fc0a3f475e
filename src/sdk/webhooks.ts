/** Webhooks: what is configured. Answers may have more members than are named here. */
import type { TestAttempt } from './attempts.ts';
import { type Calls, one, type WriteOptions } from './calls.ts';
import type { CountedTo, FiguresQuery, Span, WebhookFigures } from './overview.ts';
import { type Query, queryOf } from './pages.ts';
import type { Status } from './status.ts';

/** The calls of `/api/v1/webhooks`. */
export function makeWebhooks({ get, post, patch, remove, list }: Calls) {
  return {
    /** The answer has the secret; no later one does. */
    create: (draft: WebhookDraft & { url: string }, write?: WriteOptions) =>
      post<Webhook & { secret: string; warning?: string }>('/api/v1/webhooks', draft, write),
    list: (query?: Query) => list<Webhook>('/api/v1/webhooks', query),
    /** The request that a webhook of that version would get, of a sample; nothing is sent. */
    preview: (query: { version: NonNullable<WebhookDraft['version']>; status?: Status | undefined }) =>
      get<WebhookPreview>(`/api/v1/webhooks/preview${queryOf(query)}`),
    get: (id: string) => get<Webhook>(one('webhooks', id)),
    /** How it fared in the last hours, and what waits for it now. */
    figures: (id: string, query: FiguresQuery = {}) =>
      get<WebhookFigures & Span & CountedTo>(`${one('webhooks', id, 'figures')}${queryOf({ ...query })}`),
    update: (id: string, changes: WebhookDraft) =>
      patch<Webhook & { warning?: string }>(one('webhooks', id), changes),
    remove: (id: string) => remove(one('webhooks', id)),
    enable: (id: string) => post<Webhook>(one('webhooks', id, 'enable')),
    /** Sends no more; what is owed is parked. */
    disable: (id: string) => post<Webhook>(one('webhooks', id, 'disable')),
    /** Whether a webhook could have this URL, as `create` would say; with `webhook_id`, whether that one could. */
    checkUrl: (said: { url: string; webhook_id?: string }) =>
      post<CheckedUrl>('/api/v1/webhooks/check-url', said),
    /** Sends a sample now and answers with the exchange; it is no delivery. */
    test: (id: string, draft: { status?: Status } = {}) =>
      post<TestAttempt>(one('webhooks', id, 'test'), draft),
    /** The old secret signs too until `overlap_seconds` have passed (a day if not given). */
    rotateSecret: (id: string, draft: { overlap_seconds?: number } = {}) =>
      post<Webhook & { secret: string }>(one('webhooks', id, 'rotate-secret'), draft),
    /** The secret before signs no more from now on. */
    endOverlap: (id: string) => post<Webhook>(one('webhooks', id, 'end-overlap')),
    /** Puts parked deliveries made at or after `since` back, oldest revision of each parcel first. */
    recover: (id: string, draft: RecoverDraft) => post<Recovered>(one('webhooks', id, 'recover'), draft),
    /** Sends events that it never had, such as those from before it existed. */
    replayMissing: (id: string, draft: ReplayDraft = {}) =>
      post<Replayed>(one('webhooks', id, 'replay-missing'), draft),
  };
}

export interface WebhookDraft {
  url?: string;
  description?: string;
  version?: 'v2' | 'v3' | 'v4' | 'standard';
  callback?: boolean;
  statuses?: 'all' | Status[];
  fires_on?: 'status_change' | 'every_update';
  ordered?: boolean;
  headers?: Record<string, string>;
  retry_seconds?: number[] | null;
  /** After the schedule once a day for ever, instead of parking. */
  retry_daily?: boolean;
  rate_per_second?: number | null;
  disable_after_days?: number | null;
  /** Further names of the headers `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
  signature_headers?: { id: string; timestamp: string; signature: string } | null;
  /** What is told of the sending to the account's other webhooks; for version `standard` alone. */
  operational_events?: OperationalEventType[];
}

export interface CheckedUrl {
  ok: boolean;
  problem?: { code: string; detail: string };
  /** For people: what may surprise them. */
  warning?: string;
}

export type OperationalEventType =
  | 'webhook.failing'
  | 'webhook.recovered'
  | 'webhook.disabled'
  | 'delivery.parked';

export interface Webhook extends Required<WebhookDraft> {
  id: string;
  /** Just now: requests under way, how many may be, and until when none begins. */
  sending: { in_flight: number; window: number; closed_until: string | null };
  enabled: boolean;
  disabled_reason: string | null;
  /** Since when nothing was accepted, once it is more than a moment; null: it is well. */
  failing_since: string | null;
  previous_secret_until: string | null;
  created_at: string;
  updated_at: string;
}

export interface WebhookPreview {
  headers: Record<string, string>;
  body: string;
}

/** Work that can be done in portions: with a limit it ends soon after so many, and `next_cursor` says where to go on. */
export interface Portion {
  /** Only counts. */
  dry_run?: boolean;
  limit?: number;
  cursor?: string;
}

export interface RecoverDraft extends Portion {
  /** ISO 8601, inclusive. */
  since: string;
  until?: string;
  tracking_id?: string;
}

export interface Recovered {
  count: number;
  next_cursor: string | null;
}

export interface ReplayDraft extends Portion {
  /** ISO 8601, inclusive. */
  since?: string;
  until?: string;
}

export interface Replayed extends Recovered {
  /** What happened before is not in the log any more. */
  events_kept_since: string;
}
