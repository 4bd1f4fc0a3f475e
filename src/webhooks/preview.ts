/**
 * What a webhook would be sent, without a webhook: the request of a sample in a version, signed with a secret that is made up
 * for it and told to nobody. TrackingMore's signatures are the account's own, as they are sent.
 */
import type { Clock } from '../base/clock.ts';
import type { Ids } from '../base/id.ts';
import type { Account } from '../domain/account.ts';
import type { Status, WebhookVersion } from '../domain/status.ts';
import { newWebhook, type Webhook } from '../domain/webhook.ts';
import type { WebhookRequest } from '../wire/request.ts';
import { requestOf } from './attempt.ts';
import { sampleDelivery } from './sampleDelivery.ts';
import { newSecret } from './webhooks.ts';

interface PreviewTools {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly userAgent: string;
}

export function previewRequest(
  { account, version, status }: { account: Account; version: WebhookVersion; status: Status },
  { clock, ids, userAgent }: PreviewTools,
): WebhookRequest {
  const now = clock.now();
  const webhook: Webhook = {
    ...newWebhook,
    id: ids.next('wh'),
    accountId: account.id,
    url: '',
    version,
    secret: newSecret(),
    createdAt: now,
    updatedAt: now,
  };
  const owed = sampleDelivery(webhook, { status, account, ids, now });
  return requestOf({ owed, webhook, account }, { now, userAgent });
}
