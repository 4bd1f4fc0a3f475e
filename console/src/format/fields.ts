/**
 * Every field of every version's body, in the order in which they stand in it, and every header. What a field means is a text
 * of its own in `en.json`, shared by the versions that have it; `docs/reference/webhooks.md` says the same at length. A test
 * holds these lists to the bodies that are sent.
 */
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import type texts from '../i18n/en.json';

type Meaning = keyof (typeof texts)['format']['fields'];
type Unit = keyof (typeof texts)['format']['units'];
type FieldType = 'text' | 'number' | 'boolean' | 'object' | 'list';

export interface Field {
  readonly path: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  readonly meaning: Meaning;
  readonly unit: Unit | null;
  /** For where the sample has none. */
  readonly example: string | null;
}

interface More {
  readonly unit?: Unit;
  readonly example?: string;
}

/** `text?` may be null. */
function field(path: string, type: FieldType | `${FieldType}?`, meaning: Meaning, more: More = {}): Field {
  const { unit = null, example = null } = more;
  const nullable = type.endsWith('?');
  return { path, type: (nullable ? type.slice(0, -1) : type) as FieldType, nullable, meaning, unit, example };
}

const signed = (at: string, time: string): Field[] => [
  field(at, 'object', 'verify'),
  field(`${at}.${time}`, 'number', 'verifyTime', { unit: 'epochSeconds' }),
  field(`${at}.signature`, 'text', 'verifySignature', { unit: 'hex' }),
];

const v2: readonly Field[] = [
  field('meta', 'object', 'meta'),
  field('meta.code', 'number', 'always'),
  field('meta.type', 'text', 'always'),
  field('meta.message', 'text', 'always'),
  field('data', 'object', 'data'),
  field('data.id', 'text', 'trackingId', { unit: 'hexId' }),
  field('data.tracking_number', 'text', 'trackingNumber'),
  field('data.carrier_code', 'text?', 'originCourier'),
  field('data.status', 'text', 'status8'),
  field('data.created_at', 'text', 'createdAt', { unit: 'accountZone' }),
  field('data.updated_at', 'text', 'updatedAt', { unit: 'accountZone' }),
  field('data.title', 'text?', 'title'),
  field('data.order_id', 'text?', 'orderId', { example: '"#1042"' }),
  field('data.customer_name', 'text?', 'customerName', { example: '"Mika Berg"' }),
  field('data.customer_email', 'text?', 'customerEmail', { example: '"mika@example.com"' }),
  field('data.original_country', 'text?', 'originCountry', { unit: 'countryName' }),
  field('data.destination_country', 'text?', 'destinationCountry', { unit: 'countryName' }),
  field('data.itemTimeLength', 'number', 'transitDays', { unit: 'days' }),
  ...sideV2('origin_info', 'object', 'originSide'),
  ...sideV2('destination_info', 'object?', 'destinationSide'),
  field('data.lastEvent', 'text?', 'lastEvent', { unit: 'commas' }),
  ...signed('verifyInfo', 'timeStr'),
];

function sideV2(name: string, type: 'object' | 'object?', meaning: Meaning): Field[] {
  const at = `data.${name}`;
  return [
    field(at, type, meaning),
    field(`${at}.weblink`, 'text?', 'courierPage'),
    field(`${at}.phone`, 'text?', 'courierPhone', { example: '"+86 20 11183"' }),
    field(`${at}.carrier_code`, 'text?', 'courierCode'),
    field(`${at}.trackinfo`, 'list', 'checkpoints'),
    field(`${at}.trackinfo[].Date`, 'text', 'checkpointTime', { unit: 'courierTime' }),
    field(`${at}.trackinfo[].StatusDescription`, 'text', 'checkpointText'),
    field(`${at}.trackinfo[].Details`, 'text', 'checkpointPlaceEmpty'),
  ];
}

const v3: readonly Field[] = [
  field('code', 'number', 'always'),
  field('message', 'text', 'always'),
  field('data', 'object', 'data'),
  field('data.tracking_number', 'text', 'trackingNumber'),
  field('data.courier_code', 'text?', 'originCourier'),
  field('data.order_number', 'text?', 'orderNumber', { example: '"1042"' }),
  field('data.delivery_status', 'text', 'status8'),
  field('data.archived', 'boolean', 'alwaysFalse'),
  field('data.updating', 'boolean', 'updating'),
  field('data.created_at', 'text', 'createdAt', { unit: 'accountZone' }),
  field('data.update_date', 'text', 'updatedAt', { unit: 'accountZone' }),
  field('data.shipping_date', 'text?', 'shipDate', { example: '"2026-03-01"' }),
  field('data.customer_name', 'text?', 'customerName', { example: '"Mika Berg"' }),
  field('data.customer_email', 'text?', 'customerEmail', { example: '"mika@example.com"' }),
  field('data.customer_phone', 'text?', 'customerPhone', { example: '"+46 8 123 456"' }),
  field('data.title', 'text?', 'title'),
  field('data.logistics_channel', 'text?', 'channel', { example: '"Economy"' }),
  field('data.note', 'text?', 'note', { example: '"Leave at the gate"' }),
  field('data.destination', 'text?', 'destinationCountry', { unit: 'countryCode' }),
  field('data.original', 'text?', 'originCountry', { unit: 'countryCode' }),
  ...unused('data', ['service_code', 'weight']),
  field('data.substatus', 'text?', 'substatusV3'),
  ...unused('data', ['status_info', 'previously', 'destination_track_number', 'exchangeNumber', 'consignee']),
  ...unused('data', ['scheduled_delivery_date', 'Scheduled_Address']),
  field('data.latest_event', 'text?', 'lastEvent', { unit: 'commas' }),
  field('data.lastest_checkpoint_time', 'text?', 'lastTimeV3', { unit: 'courierOffset' }),
  field('data.transit_time', 'number', 'transitDays', { unit: 'days' }),
  field('data.stay_time', 'number', 'stayDays', { unit: 'days' }),
  ...sideV3('origin_info', 'originSideV3'),
  ...sideV3('destination_info', 'destinationSideV3'),
  ...signed('verify', 'timestamp'),
  field('usertag', 'text', 'always'),
];

function sideV3(name: string, meaning: Meaning): Field[] {
  const at = `data.${name}`;
  return [
    field(at, 'object', meaning),
    field(`${at}.courier_code`, 'text?', 'courierCode'),
    field(`${at}.courier_phone`, 'text?', 'courierPhone', { example: '"+86 20 11183"' }),
    field(`${at}.weblink`, 'text?', 'courierPage'),
    ...unused(at, ['reference_number']),
    field(`${at}.received_date`, 'text?', 'firstTransit', { unit: 'courierTime' }),
    field(`${at}.dispatched_date`, 'text?', 'firstDispatched', { unit: 'courierTime' }),
    ...milestones(at, 'courierTime'),
    field(`${at}.trackinfo`, 'list', 'checkpoints'),
    field(`${at}.trackinfo[].checkpoint_date`, 'text', 'checkpointTime', { unit: 'courierTime' }),
    field(`${at}.trackinfo[].tracking_detail`, 'text', 'checkpointText'),
    field(`${at}.trackinfo[].location`, 'text?', 'checkpointPlace'),
    field(`${at}.trackinfo[].checkpoint_delivery_status`, 'text', 'checkpointStatus'),
    field(`${at}.trackinfo[].checkpoint_delivery_substatus`, 'text?', 'checkpointSubstatus'),
  ];
}

function milestones(at: string, unit: Unit): Field[] {
  return [
    field(`${at}.departed_airport_date`, 'text?', 'firstDeparted', { unit }),
    field(`${at}.arrived_abroad_date`, 'text?', 'firstAbroad', { unit }),
    field(`${at}.customs_received_date`, 'text?', 'firstCustoms', { unit }),
    field(`${at}.arrived_destination_date`, 'text?', 'firstFacility', { unit }),
  ];
}

/** There for receivers written for TrackingMore; always null. */
function unused(at: string, names: readonly string[]): Field[] {
  return names.map((name) => field(`${at}.${name}`, 'text?', 'alwaysNull'));
}

const v4: readonly Field[] = [
  field('code', 'number', 'always'),
  field('message', 'text', 'always'),
  field('data', 'object', 'data'),
  field('data.id', 'text', 'trackingId', { unit: 'hexId' }),
  field('data.tracking_number', 'text', 'trackingNumber'),
  field('data.courier_code', 'text?', 'originCourier'),
  field('data.order_number', 'text?', 'orderNumber', { example: '"1042"' }),
  field('data.order_date', 'text?', 'orderDate', { example: '"2026-02-27"' }),
  field('data.created_at', 'text', 'createdAt', { unit: 'accountZone' }),
  field('data.update_at', 'text', 'updatedAt', { unit: 'accountZone' }),
  field('data.delivery_status', 'text', 'status9'),
  field('data.archived', 'text', 'always'),
  field('data.updating', 'boolean', 'updating'),
  field('data.source', 'text', 'always'),
  field('data.destination_country', 'text?', 'destinationCountry', { unit: 'countryCode' }),
  ...unused('data', ['destination_state', 'destination_city']),
  field('data.origin_country', 'text?', 'originCountry', { unit: 'countryCode' }),
  ...unused('data', ['origin_state', 'origin_city']),
  ...asked(['tracking_postal_code', 'tracking_ship_date', 'tracking_destination_country']),
  ...asked(['tracking_origin_country', 'tracking_key', 'tracking_courier_account']),
  field('data.customer_name', 'text?', 'customerName', { example: '"Mika Berg"' }),
  field('data.customer_email', 'text?', 'customerEmail', { example: '"mika@example.com"' }),
  field('data.customer_sms', 'text?', 'customerPhone', { example: '"+46 8 123 456"' }),
  field('data.recipient_postcode', 'text?', 'postcode', { example: '"11122"' }),
  field('data.order_id', 'text?', 'orderId', { example: '"#1042"' }),
  field('data.title', 'text?', 'title'),
  field('data.logistics_channel', 'text?', 'channel', { example: '"Economy"' }),
  field('data.note', 'text?', 'note', { example: '"Leave at the gate"' }),
  field('data.label', 'text?', 'label', { example: '"Spring"' }),
  ...unused('data', ['signed_by', 'service_code', 'weight', 'weight_kg', 'product_type', 'pieces']),
  ...unused('data', ['dimension', 'previously', 'destination_track_number', 'exchange_number']),
  ...unused('data', ['scheduled_delivery_date', 'scheduled_address']),
  field('data.substatus', 'text', 'substatus'),
  ...unused('data', ['status_info']),
  field('data.latest_event', 'text?', 'lastEvent', { unit: 'commaSpaces' }),
  field('data.latest_checkpoint_time', 'text?', 'lastTimeV4', { unit: 'courierSeconds' }),
  field('data.transit_time', 'number', 'transitDays', { unit: 'days' }),
  ...sideV4('origin_info', 'object', 'originSide'),
  ...sideV4('destination_info', 'object?', 'destinationSide'),
];

/** What some couriers want beside the number. */
function asked(names: readonly string[]): Field[] {
  return names.map((name) => field(`data.${name}`, 'text?', 'courierWants'));
}

function sideV4(name: string, type: 'object' | 'object?', meaning: Meaning): Field[] {
  const at = `data.${name}`;
  const unit: Unit = 'courierSeconds';
  return [
    field(at, type, meaning),
    field(`${at}.courier_code`, 'text?', 'courierCode'),
    field(`${at}.courier_phone`, 'text?', 'courierPhone', { example: '"+86 20 11183"' }),
    field(`${at}.weblink`, 'text?', 'courierPage'),
    ...unused(at, ['reference_number']),
    field(`${at}.milestone_date`, 'object', 'milestones'),
    field(`${at}.milestone_date.inforeceived_date`, 'text?', 'firstAnnounced', { unit }),
    field(`${at}.milestone_date.pickup_date`, 'text?', 'firstTransit', { unit }),
    field(`${at}.milestone_date.outfordelivery_date`, 'text?', 'firstOutForDelivery', { unit }),
    field(`${at}.milestone_date.delivery_date`, 'text?', 'firstDelivered', { unit }),
    field(`${at}.milestone_date.returning_date`, 'text?', 'firstReturning', { unit }),
    field(`${at}.milestone_date.returned_date`, 'text?', 'firstReturned', { unit }),
    field(`${at}.pickup_date`, 'text?', 'firstTransit', { unit }),
    ...milestones(at, unit),
    field(`${at}.trackinfo`, 'list', 'checkpoints'),
    field(`${at}.trackinfo[].checkpoint_date`, 'text', 'checkpointTime', { unit }),
    field(`${at}.trackinfo[].checkpoint_delivery_status`, 'text', 'checkpointStatus'),
    field(`${at}.trackinfo[].checkpoint_delivery_substatus`, 'text', 'checkpointSubstatus'),
    field(`${at}.trackinfo[].tracking_detail`, 'text', 'checkpointText'),
    field(`${at}.trackinfo[].location`, 'text?', 'checkpointPlace'),
    field(`${at}.trackinfo[].country_iso2`, 'text?', 'checkpointCountry', { unit: 'countryCode' }),
    ...['state', 'city', 'zip'].map((part) => field(`${at}.trackinfo[].${part}`, 'text?', 'alwaysNull')),
    field(`${at}.trackinfo[].raw_status`, 'text?', 'checkpointCode', { example: '"DLV-4"' }),
  ];
}

const standard: readonly Field[] = [
  field('type', 'text', 'eventType'),
  field('timestamp', 'text', 'eventTime', { unit: 'utc' }),
  field('data', 'object', 'data'),
  field('data.id', 'text', 'trackingId', { unit: 'prefixedId' }),
  field('data.revision', 'number', 'revision'),
  field('data.tracking_number', 'text', 'trackingNumber'),
  field('data.status', 'text', 'status9'),
  field('data.substatus', 'text', 'substatus'),
  ...courier('courier', 'originCourierObject'),
  ...courier('destination_courier', 'destinationCourierObject'),
  field('data.title', 'text?', 'title'),
  field('data.order_id', 'text?', 'orderId', { example: '"#1042"' }),
  field('data.customer_name', 'text?', 'customerName', { example: '"Mika Berg"' }),
  field('data.customer_email', 'text?', 'customerEmail', { example: '"mika@example.com"' }),
  field('data.origin_country', 'text?', 'originCountry', { unit: 'countryCode' }),
  field('data.destination_country', 'text?', 'destinationCountry', { unit: 'countryCode' }),
  field('data.transit_days', 'number', 'transitDays', { unit: 'days' }),
  field('data.created_at', 'text', 'createdAt', { unit: 'accountZone' }),
  field('data.updated_at', 'text', 'updatedAt', { unit: 'accountZone' }),
  field('data.latest_checkpoint', 'object?', 'latestCheckpoint'),
  ...checkpoint('data.latest_checkpoint'),
  field('data.checkpoints', 'list', 'bothCheckpoints'),
  ...checkpoint('data.checkpoints[]'),
];

function courier(name: string, meaning: Meaning): Field[] {
  const at = `data.${name}`;
  return [
    field(at, 'object?', meaning),
    field(`${at}.code`, 'text', 'courierCode'),
    field(`${at}.name`, 'text?', 'courierName'),
    field(`${at}.homepage`, 'text?', 'courierPage'),
    field(`${at}.phone`, 'text?', 'courierPhone', { example: '"+86 20 11183"' }),
  ];
}

function checkpoint(at: string): Field[] {
  return [
    field(`${at}.side`, 'text', 'side'),
    field(`${at}.time`, 'text', 'checkpointTime', { unit: 'courierIso' }),
    field(`${at}.time_zone_offset`, 'text?', 'offset', { example: '"+01:00"' }),
    field(`${at}.instant`, 'text', 'instant', { unit: 'utc' }),
    field(`${at}.description`, 'text', 'checkpointText'),
    field(`${at}.location`, 'text?', 'checkpointPlace'),
    field(`${at}.status`, 'text', 'checkpointStatus'),
    field(`${at}.substatus`, 'text', 'checkpointSubstatus'),
    field(`${at}.code`, 'text?', 'checkpointCode', { example: '"DLV-4"' }),
    field(`${at}.ahead`, 'boolean', 'ahead'),
  ];
}

export const fieldsOf: Readonly<Record<WebhookVersion, readonly Field[]>> = { v2, v3, v4, standard };

const common: readonly Field[] = [
  field('content-type', 'text', 'contentType'),
  field('user-agent', 'text', 'userAgent'),
  field('webhook-id', 'text', 'webhookId'),
  field('webhook-timestamp', 'number', 'webhookTimestamp', { unit: 'epochSeconds' }),
  field('webhook-signature', 'text', 'webhookSignature', { unit: 'base64' }),
  field('waybell-revision', 'number', 'revision'),
];

export function headersFieldsOf(version: WebhookVersion): readonly Field[] {
  if (version !== 'v4') return common;
  return [
    ...common,
    field('timestamp', 'number', 'ownTimestamp', { unit: 'epochSeconds' }),
    field('signature', 'text', 'ownSignature', { unit: 'hex' }),
  ];
}
