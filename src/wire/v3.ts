/**
 * Webhook V3: `{code,message,data,verify,usertag}`, the tracking as TrackingMore's API v3 writes it, its historic
 * spellings included (`lastest_checkpoint_time`, `exchangeNumber`, `Scheduled_Address`: receivers bind those very
 * names). Field by field in `docs/reference/webhooks.md`. What Waybell does not collect is null.
 */
import type { Checkpoint, Side } from '../domain/checkpoint.ts';
import { foldState, type Substatus } from '../domain/status.ts';
import { phpJson } from './phpJson.ts';
import {
  courierOn,
  firstWall,
  isUpdating,
  lastEvent,
  onSide,
  type Rendering,
  stayDays,
  transitDays,
} from './rendering.ts';
import { formatInstant, formatOffset, toSecond } from './time.ts';

/** `data` as it is stored with the event and sent with every attempt. */
export function renderV3(rendering: Rendering): string {
  return phpJson(dataV3(rendering));
}

/** The same as a value: what the API answers as well. */
export function dataV3(rendering: Rendering) {
  const { fields, deciding } = rendering;
  const { status, substatus } = foldState('v3', rendering.state);
  return {
    tracking_number: rendering.number,
    courier_code: rendering.courierCode,
    order_number: fields.orderNumber,
    delivery_status: status,
    archived: false,
    updating: isUpdating(rendering.state),
    created_at: formatInstant(rendering.createdAt, rendering.timeZone),
    update_date: formatInstant(rendering.updatedAt, rendering.timeZone),
    shipping_date: fields.shipDate,
    customer_name: fields.customerName,
    customer_email: fields.customerEmail,
    customer_phone: fields.customerPhone,
    title: fields.title,
    logistics_channel: fields.logisticsChannel,
    note: fields.note,
    destination: fields.destinationCountry,
    original: fields.originCountry,
    service_code: null,
    weight: null,
    substatus,
    status_info: null,
    previously: null,
    destination_track_number: null,
    exchangeNumber: null,
    consignee: null,
    scheduled_delivery_date: null,
    Scheduled_Address: null,
    latest_event: lastEvent(deciding, ','),
    lastest_checkpoint_time: deciding === null ? null : zonedTimeOf(deciding),
    transit_time: transitDays(rendering.checkpoints),
    stay_time: stayDays(rendering),
    origin_info: sideOf(rendering, 'origin'),
    destination_info: sideOf(rendering, 'destination'),
  };
}

/** The whole body around stored `data`. @param signature hex HMAC of `timestamp` */
export function envelopeV3(data: string, timestamp: number, signature: string): string {
  return `{"code":200,"message":"Success","data":${data},"verify":{"timestamp":${timestamp},"signature":"${signature}"},"usertag":""}`;
}

function sideOf(rendering: Rendering, side: Side) {
  const { courier, code } = courierOn(rendering, side);
  const wallOf = (substatus: Substatus) => firstWall(rendering, side, substatus);
  return {
    courier_code: code,
    courier_phone: courier?.phone ?? null,
    weblink: courier?.homepage ?? null,
    reference_number: null,
    received_date: side === 'origin' ? firstWall(rendering, side, 'transit') : null,
    dispatched_date: wallOf('transit006'),
    departed_airport_date: wallOf('transit007'),
    arrived_abroad_date: wallOf('transit004'),
    customs_received_date: wallOf('transit005'),
    arrived_destination_date: wallOf('transit003'),
    trackinfo: onSide(rendering, side).map((checkpoint) => {
      const folded = foldState('v3', checkpoint);
      return {
        checkpoint_date: checkpoint.wall,
        tracking_detail: checkpoint.description,
        location: checkpoint.location,
        checkpoint_delivery_status: folded.status,
        checkpoint_delivery_substatus: folded.substatus,
      };
    }),
  };
}

/** V3 states an offset always; where the courier gave none it is `+00:00`, as TrackingMore writes it. */
function zonedTimeOf({ wall, offsetMinutes }: Checkpoint): string {
  return `${toSecond(wall, 'T')}${formatOffset(offsetMinutes ?? 0)}`;
}
