/**
 * Webhook V4: `{code,message,data}`, the tracking as TrackingMore's API v4 writes it. Its clients are typed: every
 * value is text or null, but for `updating` (a boolean) and `transit_time` (a whole number, never null); it is
 * `update_at`, and `archived` is a text. Field by field in `docs/reference/webhooks.md`.
 */
import { bareId } from '../base/id.ts';
import type { Side } from '../domain/checkpoint.ts';
import type { Status, Substatus } from '../domain/status.ts';
import { isHandedOver } from '../domain/tracking.ts';
import { countryOfPlace } from '../normalise/place.ts';
import { phpJson } from './phpJson.ts';
import {
  courierOn,
  firstWall,
  isUpdating,
  lastEvent,
  onSide,
  type Rendering,
  transitDays,
} from './rendering.ts';
import { formatInstant, toSecond } from './time.ts';

/** `data` as it is stored with the event and sent with every attempt. */
export function renderV4(rendering: Rendering): string {
  return phpJson(dataV4(rendering));
}

/** The same as a value: what the API answers as well. */
export function dataV4(rendering: Rendering) {
  const { fields, state, deciding } = rendering;
  return {
    id: bareId(rendering.trackingId),
    tracking_number: rendering.number,
    courier_code: rendering.courierCode,
    order_number: fields.orderNumber,
    order_date: fields.orderDate,
    created_at: formatInstant(rendering.createdAt, rendering.timeZone),
    update_at: formatInstant(rendering.updatedAt, rendering.timeZone),
    delivery_status: state.status,
    archived: 'tracking',
    updating: isUpdating(state),
    source: 'API',
    destination_country: fields.destinationCountry,
    destination_state: null,
    destination_city: null,
    origin_country: fields.originCountry,
    origin_state: null,
    origin_city: null,
    tracking_postal_code: fields.lookupPostcode,
    tracking_ship_date: fields.shipDate,
    tracking_destination_country: fields.lookupDestinationCountry,
    tracking_origin_country: fields.lookupOriginCountry,
    tracking_key: fields.lookupKey,
    tracking_courier_account: fields.lookupAccount,
    customer_name: fields.customerName,
    customer_email: fields.customerEmail,
    customer_sms: fields.customerPhone,
    recipient_postcode: fields.recipientPostcode,
    order_id: fields.orderId,
    title: fields.title,
    logistics_channel: fields.logisticsChannel,
    note: fields.note,
    label: fields.label,
    signed_by: null,
    service_code: null,
    weight: null,
    weight_kg: null,
    product_type: null,
    pieces: null,
    dimension: null,
    previously: null,
    destination_track_number: null,
    exchange_number: null,
    scheduled_delivery_date: null,
    scheduled_address: null,
    substatus: state.substatus,
    status_info: null,
    latest_event: lastEvent(deciding, ', ', (wall) => toSecond(wall, ' ')),
    latest_checkpoint_time: deciding === null ? null : toSecond(deciding.wall, 'T'),
    transit_time: transitDays(rendering.checkpoints),
    origin_info: sideOf(rendering, 'origin'),
    destination_info: sideOf(rendering, 'destination'),
  };
}

/** The whole body around stored `data`; V4 signs in headers. */
export function envelopeV4(data: string): string {
  return `{"code":200,"message":"Success","data":${data}}`;
}

function sideOf(rendering: Rendering, side: Side) {
  const { courier, code } = courierOn(rendering, side);
  const timeOf = (meaning: Status | Substatus) => {
    const wall = firstWall(rendering, side, meaning);
    return wall === null ? null : toSecond(wall, 'T');
  };
  // The partner that takes a parcel over does not pick it up, and handing over to it is not delivering.
  const pickedUp = side === 'origin' ? timeOf('transit') : null;
  const handsOver = side === 'origin' && isHandedOver(rendering);
  return {
    courier_code: code,
    courier_phone: courier?.phone ?? null,
    weblink: courier?.homepage ?? null,
    reference_number: null,
    milestone_date: {
      inforeceived_date: timeOf('inforeceived'),
      pickup_date: pickedUp,
      outfordelivery_date: timeOf('pickup001'),
      delivery_date: handsOver ? null : timeOf('delivered'),
      returning_date: timeOf('exception011'),
      returned_date: timeOf('exception010'),
    },
    pickup_date: pickedUp,
    departed_airport_date: timeOf('transit007'),
    arrived_abroad_date: timeOf('transit004'),
    customs_received_date: timeOf('transit005'),
    arrived_destination_date: timeOf('transit003'),
    trackinfo: onSide(rendering, side).map((checkpoint) => ({
      checkpoint_date: toSecond(checkpoint.wall, 'T'),
      checkpoint_delivery_status: checkpoint.status,
      checkpoint_delivery_substatus: checkpoint.substatus,
      tracking_detail: checkpoint.description,
      location: checkpoint.location,
      country_iso2: countryOfPlace(checkpoint.location),
      state: null,
      city: null,
      zip: null,
      raw_status: checkpoint.code,
    })),
  };
}
