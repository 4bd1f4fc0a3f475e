/**
 * When a webhook fires. `status_change`: the status, in the words of the webhook's version, changed into a selected
 * one (the first after pending included). `every_update`: also on every new checkpoint that is not late and every new
 * sub-status while the status is a selected one. Whether the webhook is enabled is no matter here: what a disabled one
 * would have got is parked for it.
 *
 * Operational events go to those that selected their kind, but for the webhook that the event is about.
 */
import { isEmail } from '../domain/email.ts';
import type { Status } from '../domain/status.ts';
import { foldStatus, type WebhookVersion } from '../domain/status.ts';
import type { TrackingFields } from '../domain/tracking.ts';
import type { OperationalEventType, Webhook } from '../domain/webhook.ts';
import type { Change } from './apply.ts';

export type Trigger = Pick<Webhook, 'version' | 'statuses' | 'firesOn'>;

export function fires(trigger: Trigger, change: Change): boolean {
  const to = foldStatus(trigger.version, change.to.status);
  if (!selects(trigger.statuses, trigger.version, to)) return false;
  if (to !== foldStatus(trigger.version, change.from.status)) return true;
  return trigger.firesOn === 'every_update' && (change.kind === 'substatus' || change.added > change.late);
}

/** Whether there is somebody to tell: who writes to the parcel's recipient needs an address. */
export function hasReader(
  { mail }: Pick<Webhook, 'mail'>,
  { customerEmail }: Pick<TrackingFields, 'customerEmail'>,
): boolean {
  return mail?.to !== 'recipient' || (customerEmail !== null && isEmail(customerEmail));
}

export function hears(
  webhook: Pick<Webhook, 'id' | 'operationalEvents'>,
  news: { readonly kind: OperationalEventType; readonly about: Webhook['id'] },
): boolean {
  return webhook.id !== news.about && webhook.operationalEvents.includes(news.kind);
}

function selects(statuses: Webhook['statuses'], version: WebhookVersion, status: Status): boolean {
  if (statuses === 'all') return status !== 'pending';
  return statuses.some((selected) => foldStatus(version, selected) === status);
}
