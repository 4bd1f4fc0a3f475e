/**
 * The types that clients of v3 bind its answers to, as two clients in Go and TrackingMore's documents give them: texts are texts
 * or null, counts and times of transit whole numbers, shares numbers, and an object is never a list.
 */
import Type, { type TSchema } from 'typebox';
import { bareId, checkAnswer, each, exactly, instant, text, texts } from './boundTypes.ts';

const itemsOf = (done: TSchema) => exactly({ success: Type.Array(done), error: Type.Array(errorItem) });

const courier = exactly({
  ...each(Type.String(), 'courier_name courier_code courier_type'),
  ...texts('country_code courier_url courier_phone courier_logo'),
});

const checkpoint = exactly({
  ...each(Type.String(), 'checkpoint_date tracking_detail checkpoint_delivery_status'),
  ...texts('location checkpoint_delivery_substatus'),
});

const side = exactly({
  ...texts(`courier_code courier_phone weblink reference_number received_date dispatched_date departed_airport_date
    arrived_abroad_date customs_received_date arrived_destination_date`),
  trackinfo: Type.Array(checkpoint),
});

/** With the historic spellings. */
const trackingMembers = {
  ...texts(`courier_code order_number shipping_date customer_name customer_email customer_phone title
    logistics_channel note destination original service_code weight substatus status_info previously
    destination_track_number exchangeNumber consignee scheduled_delivery_date Scheduled_Address latest_event`),
  tracking_number: Type.String(),
  delivery_status: Type.Enum([
    ...['pending', 'notfound', 'transit', 'pickup', 'delivered', 'expired', 'undelivered', 'exception'],
  ]),
  archived: Type.Boolean(),
  updating: Type.Boolean(),
  created_at: instant,
  update_date: instant,
  lastest_checkpoint_time: Type.Union([instant, Type.Null()]),
  transit_time: Type.Integer(),
  stay_time: Type.Integer(),
  origin_info: side,
  destination_info: side,
};

const named = exactly({ tracking_number: Type.String(), ...texts('courier_code order_number') });

const errorItem = exactly({
  ...texts('tracking_number courier_code'),
  errorCode: Type.Integer(),
  errorMessage: Type.String(),
});

const transit = exactly({
  ...each(Type.String(), 'courier_code original_code destination_code'),
  ...each(Type.Integer(), 'total delivered'),
  ...each(Type.Number(), 'range_1_7 range_8_15 range_16_30 range_31_60 range_60_up average_delivery_time'),
});

const waybill = exactly({
  track_number: Type.String(),
  ...texts('weight piece origin destination last_event'),
  status_number: Type.Integer(),
  track_info: Type.Array(Type.Object({})),
  flight_info: Type.Record(Type.String(), Type.Object({})),
});

const user = {
  email: Type.String(),
  phone: text,
  money: Type.Number(),
  track_number: Type.Integer(),
};

const flat = (data: TSchema) => exactly({ code: Type.Integer(), message: Type.String(), data });

const answers = {
  couriers: flat(Type.Array(courier)),
  trackings: flat(Type.Array(exactly(trackingMembers))),
  realtime: flat(exactly({ id: bareId, sign_supported: text, ...trackingMembers })),
  items: flat(itemsOf(named)),
  count: flat(exactly({ total: Type.Integer() })),
  status: flat(
    exactly(each(Type.Integer(), 'pending notfound transit pickup delivered expired undelivered exception')),
  ),
  courierChange: flat(exactly(each(Type.String(), 'tracking_number courier_code'))),
  /** Nothing is known of any area. */
  remote: flat(itemsOf(Type.Never())),
  transit: flat(Type.Union([transit, itemsOf(transit)])),
  waybill: flat(Type.Union([waybill, Type.Array(waybill)])),
  user: flat(exactly({ ...user, regtime: Type.Integer(), sms: Type.Integer() })),
  userOfOld: exactly({
    meta: exactly({ code: Type.Integer(), type: Type.String(), message: Type.String() }),
    data: exactly({ ...user, regtime: Type.String() }),
  }),
  nothing: flat(Type.Null()),
  noList: flat(Type.Array(Type.Object({}), { maxItems: 0 })),
};

export type KindV3 = keyof typeof answers;

/** By the action that is asked for. */
export const kindsV3: Readonly<Record<string, KindV3>> = {
  ...{
    courier: 'couriers',
    carriers: 'couriers',
    detect: 'couriers',
    get: 'trackings',
    realtime: 'realtime',
  },
  ...{ create: 'items', modifyinfo: 'items', archive: 'items', delete: 'items', notupdate: 'items' },
  ...{ manualupdate: 'items', count: 'count', status: 'status', modifycourier: 'courierChange' },
  ...{ modifycarrier: 'courierChange', remote: 'remote', transittime: 'transit', transitTime: 'transit' },
  ...{ aircargo: 'waybill', userinfo: 'user', getuserinfo: 'userOfOld' },
};

/** Fails where the whole answer is not of these types. */
export function checkV3(kind: KindV3, answer: unknown): void {
  checkAnswer(kind, answers[kind], answer);
}
