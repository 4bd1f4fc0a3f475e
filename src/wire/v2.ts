/**
 * Webhook V2: `{meta,data,verifyInfo}`, key order and escaping as in TrackingMore's published sample. Field by field in
 * `docs/reference/webhooks.md`.
 */
import { bareId } from '../base/id.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import { countryName } from '../domain/countries.ts';
import type { Courier } from '../domain/courier.ts';
import { foldState } from '../domain/status.ts';
import { phpJson } from './phpJson.ts';
import { lastEvent, onSide, type Rendering, transitDays } from './rendering.ts';
import { formatInstant } from './time.ts';

/** `data` as it is stored with the event and sent with every attempt. */
export function renderV2(rendering: Rendering): string {
  return phpJson(dataV2(rendering));
}

/** The same as a value: what the API answers as well, with more beside it. */
export function dataV2(rendering: Rendering) {
  const { fields } = rendering;
  const destination = onSide(rendering, 'destination');
  return {
    id: bareId(rendering.trackingId),
    tracking_number: rendering.number,
    carrier_code: rendering.courierCode,
    status: foldState('v2', rendering.state).status,
    created_at: formatInstant(rendering.createdAt, rendering.timeZone),
    updated_at: formatInstant(rendering.updatedAt, rendering.timeZone),
    title: fields.title,
    order_id: fields.orderId,
    customer_name: fields.customerName,
    customer_email: fields.customerEmail,
    original_country: fields.originCountry === null ? null : countryName(fields.originCountry),
    destination_country: fields.destinationCountry === null ? null : countryName(fields.destinationCountry),
    itemTimeLength: transitDays(rendering.checkpoints),
    origin_info: side(rendering.origin, rendering.courierCode, onSide(rendering, 'origin')),
    destination_info:
      rendering.destinationCourierCode === null && destination.length === 0
        ? null
        : side(rendering.destination, rendering.destinationCourierCode, destination),
    lastEvent: lastEvent(rendering.deciding, ','),
  };
}

/** The whole body around stored `data`. @param signature hex HMAC of `timeStr` */
export function envelopeV2(data: string, timeStr: number, signature: string): string {
  return `{"meta":{"code":200,"type":"Success","message":"Success"},"data":${data},"verifyInfo":{"timeStr":${timeStr},"signature":"${signature}"}}`;
}

function side(courier: Courier | null, code: string | null, checkpoints: readonly Checkpoint[]) {
  return {
    weblink: courier?.homepage ?? null,
    phone: courier?.phone ?? null,
    carrier_code: code,
    trackinfo: checkpoints.map((checkpoint) => ({
      Date: checkpoint.wall,
      StatusDescription: checkpoint.description,
      Details: checkpoint.location ?? '',
    })),
  };
}
