/**
 * Waybell's own webhook: `{type,timestamp,data}` as Standard Webhooks recommends, plain JSON in UTF-8, with what the
 * other versions leave out: the revision, the sub-status, couriers by name, and of every checkpoint both the time as it
 * was reported and the instant it was taken for. Field by field in `docs/reference/webhooks.md`.
 */
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Courier } from '../domain/courier.ts';
import { limits } from '../domain/limits.ts';
import type { OperationalEventType } from '../domain/webhook.ts';
import { type Rendering, transitDays } from './rendering.ts';
import { formatInstant, formatOffset } from './time.ts';

/** `data` as it is stored with the event and sent with every attempt. */
export function renderStandard(rendering: Rendering): string {
  const { fields, state, deciding } = rendering;
  return JSON.stringify({
    id: rendering.trackingId,
    revision: rendering.revision,
    tracking_number: rendering.number,
    status: state.status,
    substatus: state.substatus,
    courier: courierOf(rendering.courierCode, rendering.origin),
    destination_courier: courierOf(rendering.destinationCourierCode, rendering.destination),
    title: fields.title,
    order_id: fields.orderId,
    customer_name: fields.customerName,
    customer_email: fields.customerEmail,
    origin_country: fields.originCountry,
    destination_country: fields.destinationCountry,
    transit_days: transitDays(rendering.checkpoints),
    created_at: formatInstant(rendering.createdAt, rendering.timeZone),
    updated_at: formatInstant(rendering.updatedAt, rendering.timeZone),
    latest_checkpoint: deciding === null ? null : checkpointOf(deciding),
    checkpoints: rendering.checkpoints.slice(0, limits.checkpointsRenderedMax).map(checkpointOf),
  });
}

export type StandardEventType = 'tracking.updated' | 'tracking.status_changed' | OperationalEventType;

/**
 * The whole body around stored `data`: the same bytes on every attempt, since its time is the event's.
 * @param event.timestamp epoch milliseconds
 */
export function envelopeStandard(
  data: string,
  event: { readonly type: StandardEventType; readonly timestamp: number },
): string {
  return `{"type":"${event.type}","timestamp":"${new Date(event.timestamp).toISOString()}","data":${data}}`;
}

function courierOf(code: string | null, courier: Courier | null) {
  if (code === null) return null;
  return {
    code,
    name: courier?.name ?? null,
    homepage: courier?.homepage ?? null,
    phone: courier?.phone ?? null,
  };
}

function checkpointOf(checkpoint: Checkpoint) {
  const { offsetMinutes } = checkpoint;
  return {
    side: checkpoint.side,
    time: checkpoint.wall.replace(' ', 'T'),
    time_zone_offset: offsetMinutes === null ? null : formatOffset(offsetMinutes),
    instant: formatInstant(checkpoint.at, 'UTC').replace('+00:00', 'Z'),
    description: checkpoint.description,
    location: checkpoint.location,
    status: checkpoint.status,
    substatus: checkpoint.substatus,
    code: checkpoint.code,
    ahead: checkpoint.ahead,
  };
}
