/** What the form of a webhook holds while it is filled in, and what of it is sent. */
import type { Status, Version, Webhook, WebhookDraft } from './webhooks.ts';

export interface Header {
  /** Of the row on the page, which keeps it while its name is being typed. */
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

export interface Draft {
  readonly url: string;
  readonly description: string;
  readonly version: Version;
  readonly callback: boolean;
  readonly statuses: 'all' | readonly Status[];
  readonly fires_on: 'status_change' | 'every_update';
  readonly ordered: boolean;
  /** As it is typed; empty: as many as the receiver takes. */
  readonly rate: string;
  readonly headers: readonly Header[];
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
  };
}

export function draftOf(webhook: Webhook): Draft {
  const { url, description, version, callback, statuses, fires_on, ordered, rate_per_second: rate } = webhook;
  const headers = Object.entries(webhook.headers).map(([name, value], id) => ({ id, name, value }));
  return {
    ...{ url, description, version, callback, statuses, fires_on, ordered, headers },
    rate: rate === null ? '' : String(rate),
  };
}

/** All of it: a hidden value of a header that is sent back means the value that it hides. */
export function bodyOf({ rate, headers, statuses, ...draft }: Draft): WebhookDraft {
  return {
    ...draft,
    url: draft.url.trim(),
    statuses: statuses === 'all' ? 'all' : [...statuses],
    rate_per_second: rate.trim() === '' ? null : Number(rate),
    headers: Object.fromEntries(
      headers.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
    ),
  };
}
