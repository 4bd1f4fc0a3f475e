/**
 * `data` of operational events: what somebody on call needs to find the webhook and begin. Only the `standard` version
 * has them. All of it comes from the event itself, and times are in UTC like the `timestamp` around it. Field by field in
 * `docs/reference/webhooks.md`.
 */
import type { OperationalEvent } from '../domain/operationalEvent.ts';

/** `data` as it is stored with the event and sent with every attempt. */
export function renderOperational(event: OperationalEvent): string {
  return JSON.stringify(operationalData(event));
}

export function operationalData(event: OperationalEvent): Record<string, string | number | null> {
  const { id, url, description } = event.webhook;
  return { webhook_id: id, url, description, ...newsOf(event) };
}

function newsOf(event: OperationalEvent): Record<string, string | number | null> {
  switch (event.kind) {
    case 'webhook.failing':
      return { failing_since: utc(event.failingSince), reason: event.reason };
    case 'webhook.recovered':
      return { failing_since: utc(event.failingSince), recovered_at: utc(event.createdAt) };
    case 'webhook.disabled':
      return {
        disabled_by: event.disabledBy,
        reason: event.reason,
        failing_since: event.failingSince === null ? null : utc(event.failingSince),
        parked_count: event.parked,
        disabled_at: utc(event.createdAt),
      };
    case 'delivery.parked':
      return {
        delivery_id: event.delivery.id,
        event_id: event.delivery.eventId,
        tracking_id: event.delivery.trackingId,
        tracking_number: event.delivery.number,
        revision: event.delivery.revision,
        attempt_count: event.delivery.attempts,
        last_status: event.delivery.status,
        reason: event.delivery.reason,
        parked_at: utc(event.createdAt),
      };
  }
}

function utc(at: number): string {
  return new Date(at).toISOString();
}
