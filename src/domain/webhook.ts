/** The configured thing: where events go, which, in what form. */
import type { Id } from '../base/id.ts';
import type { Status, WebhookVersion } from './status.ts';
import { STATUSES } from './status.ts';

export const FIRES_ON = ['status_change', 'every_update'] as const;
export type FiresOn = (typeof FIRES_ON)[number];

/** Statuses that a webhook can select; `all` means these: nobody wants to hear that nothing is known yet. */
export const SELECTABLE_STATUSES = STATUSES.filter((status) => status !== 'pending');

export interface Webhook {
  readonly id: Id<'wh'>;
  readonly accountId: Id<'acc'>;
  readonly url: string;
  readonly description: string;
  readonly version: WebhookVersion;
  /** TrackingMore's "Callback": with true the receiver's status counts (only 200 in v2 and v3); with false any response does. */
  readonly callback: boolean;
  readonly statuses: 'all' | readonly Status[];
  readonly firesOn: FiresOn;
  readonly ordered: boolean;
  readonly enabled: boolean;
  /** Why it is disabled, one sentence; null while enabled. */
  readonly disabledReason: string | null;
  /** Sent with every request besides Waybell's own. Values are kept encrypted: they may be credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** `whsec_…`, in clear only inside the process. */
  readonly secret: string;
  /** The one before, until `previousSecretUntil`; both sign. */
  readonly previousSecret: string | null;
  readonly previousSecretUntil: number | null;
  /** Seconds to wait after each failed attempt; its length plus one is the number of attempts. Null: the default schedule. */
  readonly retrySeconds: readonly number[] | null;
  /** After the schedule: once a day for ever instead of parking. */
  readonly retryDaily: boolean;
  /** Requests a second at most; null: as many as the receiver takes. */
  readonly ratePerSecond: number | null;
  /** Days of nothing but failures after which it is disabled; null: never. */
  readonly disableAfterDays: number | null;
  /** Names under which the three Standard Webhooks headers are sent besides their own; null: only their own. */
  readonly signatureHeaders: SignatureHeaders | null;
  /** Operational events that are sent to it besides those of trackings. */
  readonly operationalEvents: readonly OperationalEventType[];
  /** Whom it writes letters to instead of calling its URL; null: nobody, it is a webhook as accounts know them. */
  readonly mail: MailTarget | null;
  /** The first of the failed attempts since the last accepted one, once there were enough of them; null: it is well. */
  readonly failingSince: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * Inside, who gets notices by mail is a webhook like others: it has a trigger, is owed deliveries and is sent to from the same
 * queue. What differs is the way of an attempt. The account sees none of them among its webhooks.
 */
export type MailTarget =
  | {
      readonly to: 'member';
      readonly memberId: Id<'mem'>;
      /** What is told again once they go on; null: it is told. */
      readonly paused: MailTrigger | null;
    }
  /** Of each parcel, at the address that the merchant gave with it. */
  | { readonly to: 'recipient' };

export type MailTrigger = Pick<Webhook, 'statuses' | 'operationalEvents'>;

/** For receivers that were written for another sender (`svix-id`, …). */
export interface SignatureHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

export const OPERATIONAL_EVENT_TYPES = [
  'webhook.failing',
  'webhook.recovered',
  'webhook.disabled',
  'delivery.parked',
] as const;
export type OperationalEventType = (typeof OPERATIONAL_EVENT_TYPES)[number];

/** What a webhook is unless its merchant says otherwise. */
export const newWebhook = {
  description: '',
  version: 'standard',
  callback: true,
  statuses: 'all',
  firesOn: 'status_change',
  ordered: true,
  enabled: true,
  disabledReason: null,
  headers: {},
  previousSecret: null,
  previousSecretUntil: null,
  retrySeconds: null,
  retryDaily: false,
  ratePerSecond: null,
  disableAfterDays: null,
  signatureHeaders: null,
  operationalEvents: [],
  mail: null,
  failingSince: null,
} as const;
