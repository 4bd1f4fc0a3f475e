/** A tracking as v2 answers it: what its webhook tells, as it is now, and what a webhook leaves out. */
import { courierOf } from '../../../couriers/catalogue.ts';
import type { Account } from '../../../domain/account.ts';
import type { Side } from '../../../domain/checkpoint.ts';
import { foldStatus, type Substatus } from '../../../domain/status.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import { currentRenderingOf } from '../../../tracking/rendering.ts';
import { firstWall, onSide, type Rendering, stayDays } from '../../../wire/rendering.ts';
import { dataV2 } from '../../../wire/v2.ts';

type Zone = Pick<Account, 'timeZone'>;
type Told = ReturnType<typeof dataV2>;

/** @param now epoch milliseconds: how long nothing was heard is counted until then */
export function trackingV2(tracking: Tracking, { timeZone }: Zone, now: number) {
  const rendering = currentRenderingOf({ tracking, timeZone, courierOf });
  const data = dataV2(rendering);
  const { fields } = tracking;
  return {
    id: data.id,
    tracking_number: data.tracking_number,
    carrier_code: data.carrier_code,
    status: data.status,
    created_at: data.created_at,
    updated_at: data.updated_at,
    order_create_time: fields.orderDate,
    // A list here, and a text wherever else v2 tells it.
    customer_email: fields.customerEmail === null ? [] : [fields.customerEmail],
    title: data.title,
    order_id: data.order_id,
    comment: fields.note,
    customer_name: data.customer_name,
    archived: tracking.archived,
    original_country: data.original_country,
    destination_country: data.destination_country,
    itemTimeLength: data.itemTimeLength,
    stayTimeLength: stayDays({ ...rendering, updatedAt: now }),
    service_code: null,
    singed_by: null,
    origin_info: sideV2(rendering, 'origin', data.origin_info),
    destination_info:
      data.destination_info === null ? null : sideV2(rendering, 'destination', data.destination_info),
    lastEvent: data.lastEvent,
    lastUpdateTime: rendering.deciding?.wall ?? null,
  };
}

/** One that was made just now. */
export function createdV2(tracking: Tracking, { timeZone }: Zone) {
  const data = dataV2(currentRenderingOf({ tracking, timeZone, courierOf }));
  const { fields } = tracking;
  return {
    id: data.id,
    tracking_number: data.tracking_number,
    carrier_code: data.carrier_code,
    order_create_time: fields.orderDate,
    status: data.status,
    created_at: data.created_at,
    customer_email: data.customer_email,
    customer_name: data.customer_name,
    order_id: data.order_id,
    comment: fields.note,
    title: data.title,
    logistics_channel: fields.logisticsChannel,
    destination: fields.destinationCountry,
  };
}

/** One that was edited just now. */
export function updatedV2(tracking: Tracking, { timeZone }: Zone) {
  const { updated_at } = dataV2(currentRenderingOf({ tracking, timeZone, courierOf }));
  return {
    ...createdV2(tracking, { timeZone }),
    updated_at,
    destination_code: tracking.fields.destinationCountry,
    customer_phone: tracking.fields.customerPhone,
    archived: tracking.archived,
  };
}

/** What an answer tells of one that was only dealt with. */
export function namedV2(tracking: Tracking) {
  return { tracking_number: tracking.rawNumber, carrier_code: tracking.courierCode };
}

function sideV2(rendering: Rendering, side: Side, told: Told['origin_info']) {
  const wallOf = (substatus: Substatus) => firstWall(rendering, side, substatus);
  const checkpoints = onSide(rendering, side);
  return {
    ItemReceived: side === 'origin' ? firstWall(rendering, side, 'transit') : null,
    ItemDispatched: wallOf('transit006'),
    DepartfromAirport: wallOf('transit007'),
    ArrivalfromAbroad: wallOf('transit004'),
    CustomsClearance: wallOf('transit005'),
    DestinationArrived: wallOf('transit003'),
    ...told,
    trackinfo: checkpoints.map(({ status }, place) => ({
      ...(told.trackinfo[place] as Told['origin_info']['trackinfo'][number]),
      checkpoint_status: foldStatus('v2', status),
    })),
  };
}
