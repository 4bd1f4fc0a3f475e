/** What the form of a webhook holds while it is filled in, and what of it is sent. */
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import { readWaits, writeWaits } from './schedule.ts';
import type { OperationalEventType, Status, Webhook, WebhookDraft } from './webhooks.ts';

export interface Header {
  /** Of the row on the page, which keeps it while its name is being typed. */
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

/** Further names of the three headers of the signature; with `none` they have only their own. */
export interface SignatureNames {
  readonly kind: 'none' | 'svix' | 'own';
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

export interface Draft {
  readonly url: string;
  readonly description: string;
  readonly version: WebhookVersion;
  readonly callback: boolean;
  readonly statuses: 'all' | readonly Status[];
  readonly fires_on: 'status_change' | 'every_update';
  readonly ordered: boolean;
  /** As it is typed; empty: as many as the receiver takes. */
  readonly rate: string;
  readonly headers: readonly Header[];
  readonly retry: 'default' | 'own';
  /** As they are typed, for a schedule of its own. */
  readonly waits: string;
  readonly retry_daily: boolean;
  /** As it is typed; empty: never. */
  readonly disableAfterDays: string;
  readonly signature: SignatureNames;
  readonly operational_events: readonly OperationalEventType[];
}

const noNames: SignatureNames = { kind: 'none', id: '', timestamp: '', signature: '' };
const svixNames: SignatureNames = {
  kind: 'svix',
  id: 'svix-id',
  timestamp: 'svix-timestamp',
  signature: 'svix-signature',
};
export const presets = { none: noNames, svix: svixNames } as const;

/** Of the address of the page of a new one: where it is to send. */
export function readNewWebhook({ url }: Record<string, unknown>): { url?: string } {
  return typeof url === 'string' ? { url } : {};
}

export function newDraft(url: string): Draft {
  return {
    url,
    description: '',
    version: 'standard',
    callback: true,
    statuses: 'all',
    fires_on: 'status_change',
    ordered: true,
    rate: '',
    headers: [],
    retry: 'default',
    waits: '30s 5m 30m 2h 12h',
    retry_daily: false,
    disableAfterDays: '',
    signature: noNames,
    operational_events: [],
  };
}

export function draftOf(webhook: Webhook): Draft {
  const { url, description, version, callback, statuses, fires_on, ordered, rate_per_second: rate } = webhook;
  const { retry_seconds: waits, retry_daily, disable_after_days: days, operational_events } = webhook;
  const headers = Object.entries(webhook.headers).map(([name, value], id) => ({ id, name, value }));
  const start = newDraft(url);
  return {
    ...start,
    ...{
      description,
      version,
      callback,
      statuses,
      fires_on,
      ordered,
      headers,
      retry_daily,
      operational_events,
    },
    rate: rate === null ? '' : String(rate),
    retry: waits === null ? 'default' : 'own',
    waits: waits === null ? start.waits : writeWaits(waits),
    disableAfterDays: days === null ? '' : String(days),
    signature: namesOf(webhook.signature_headers),
  };
}

function namesOf(said: Webhook['signature_headers']): SignatureNames {
  if (said === null) return noNames;
  const { id, timestamp, signature } = svixNames;
  const isSvix = said.id === id && said.timestamp === timestamp && said.signature === signature;
  return isSvix ? svixNames : { kind: 'own', ...said };
}

/** What is typed and cannot be sent, since it is no value at all. Null: all can. */
export function unreadable({ retry, waits }: Draft): 'waits' | null {
  return retry === 'own' && readWaits(waits) === null ? 'waits' : null;
}

/** Whether any setting that is folded away is not as it is by itself. */
export function hasMore(draft: Draft): boolean {
  const { retry, retry_daily, disableAfterDays, signature, operational_events, headers, rate, ordered } =
    draft;
  return (
    [retry === 'own', retry_daily, disableAfterDays !== '', signature.kind !== 'none'].includes(true) ||
    [operational_events.length > 0, headers.length > 0, rate !== '', !ordered].includes(true)
  );
}

/** All of it: a hidden value of a header that is sent back means the value that it hides. */
export function bodyOf(draft: Draft): WebhookDraft {
  const { url, description, version, callback, statuses, fires_on, ordered, retry_daily } = draft;
  const { signature, operational_events: events } = draft;
  return {
    ...{ description, version, callback, fires_on, ordered, retry_daily },
    url: url.trim(),
    statuses: statuses === 'all' ? 'all' : [...statuses],
    rate_per_second: numberOf(draft.rate),
    headers: headersOf(draft.headers),
    retry_seconds: draft.retry === 'default' ? null : [...(readWaits(draft.waits) ?? [])],
    disable_after_days: numberOf(draft.disableAfterDays),
    signature_headers:
      signature.kind === 'none'
        ? null
        : {
            id: signature.id.trim(),
            timestamp: signature.timestamp.trim(),
            signature: signature.signature.trim(),
          },
    // TrackingMore's receivers know no such bodies, and the form asks for them with the version that does.
    operational_events: version === 'standard' ? [...events] : [],
  };
}

/** Those that have a name. */
export function headersOf(headers: readonly Header[]): Record<string, string> {
  return Object.fromEntries(
    headers.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
  );
}

function numberOf(typed: string): number | null {
  return typed.trim() === '' ? null : Number(typed);
}
