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
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** How a response is judged: see the outcome table in `pipeline/outcome.ts`. */
export type Acceptance = 'only_200' | 'any_2xx' | 'any_response';

export function acceptanceOf(webhook: Pick<Webhook, 'version' | 'callback'>): Acceptance {
  if (!webhook.callback) return 'any_response';
  return webhook.version === 'v2' || webhook.version === 'v3' ? 'only_200' : 'any_2xx';
}
