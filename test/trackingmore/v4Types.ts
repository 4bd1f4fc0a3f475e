/**
 * The types that TrackingMore's SDKs for Go, Java and .NET bind the answers of v4 to. They take no other: a number in the
 * place of a text, a list in the place of an object or a member of `meta` they do not know is an exception there.
 */
import Type from 'typebox';
import { bareId, checkAnswer, exactly, instant, text, texts } from './boundTypes.ts';

const courier = exactly({
  ...texts('courier_country_iso2 courier_url courier_phone default_language courier_logo'),
  courier_name: Type.String(),
  courier_code: Type.String(),
  courier_type: Type.String(),
  tracking_required_fields: Type.Union([Type.Array(Type.String()), Type.Null()]),
  optional_fields: Type.Union([Type.Array(Type.String()), Type.Null()]),
  support_language: Type.Array(Type.String()),
});

const checkpoint = exactly(
  texts(`checkpoint_date checkpoint_delivery_status checkpoint_delivery_substatus tracking_detail location
      country_iso2 state city zip raw_status`),
);

const side = exactly({
  ...texts('courier_code courier_phone weblink reference_number'),
  ...texts('pickup_date departed_airport_date arrived_abroad_date customs_received_date'),
  arrived_destination_date: text,
  milestone_date: exactly(
    texts('inforeceived_date pickup_date outfordelivery_date delivery_date returning_date returned_date'),
  ),
  trackinfo: Type.Union([Type.Array(checkpoint), Type.Null()]),
});

const tracking = exactly({
  ...texts(`courier_code order_number order_date destination_country destination_state destination_city
      origin_country origin_state origin_city tracking_postal_code tracking_ship_date tracking_destination_country
      tracking_origin_country tracking_key tracking_courier_account customer_name customer_email customer_sms
      recipient_postcode order_id title logistics_channel note label signed_by service_code weight weight_kg
      product_type pieces dimension previously destination_track_number exchange_number scheduled_delivery_date
      scheduled_address substatus status_info latest_event latest_checkpoint_time`),
  id: bareId,
  tracking_number: Type.String(),
  created_at: instant,
  update_at: Type.String(),
  delivery_status: Type.String(),
  archived: Type.String(),
  source: Type.String(),
  updating: Type.Boolean(),
  transit_time: Type.Integer(),
  origin_info: side,
  destination_info: side,
});

const named = exactly({ id: Type.String(), tracking_number: Type.String(), courier_code: text });

const batch = exactly({
  success: Type.Array(named),
  error: Type.Array(
    exactly({
      ...texts('id tracking_number courier_code'),
      errorCode: Type.Integer(),
      errorMessage: Type.String(),
    }),
  ),
});

const update = exactly(
  texts(`id tracking_number courier_code courier_code_new order_number order_date order_id destination_country
      origin_country tracking_postal_code tracking_ship_date tracking_courier_account tracking_destination_country
      tracking_origin_country tracking_key customer_name customer_email customer_sms recipient_postcode title
      logistics_channel note label archived_status`),
);

const awb = exactly({
  ...texts('awb_number awb_status awb_substatus weight piece origin destination last_event'),
  // Clients in Go bind it to a text or to a number, those in Java and .NET to a text.
  status_number: Type.Null(),
  flight_way_station: Type.Array(Type.String()),
  flight_info_new: Type.Array(Type.Object({})),
  flight_info: Type.Record(Type.String(), Type.Object({})),
  track_info: Type.Array(Type.Object({})),
  airline_info: exactly(texts('name url track_url trackpage_url')),
});

const data = {
  ...{ couriers: Type.Array(courier), tracking, trackings: Type.Array(tracking), named, batch, update, awb },
  nothing: Type.Null(),
  noList: Type.Array(Type.Object({}), { maxItems: 0 }),
};

export type KindV4 = keyof typeof data;

/** By the action that is asked for. */
export const kindsV4: Readonly<Record<string, KindV4>> = {
  ...{ all: 'couriers', detect: 'couriers', create: 'tracking', realtime: 'tracking', get: 'trackings' },
  ...{ batch: 'batch', update: 'update', delete: 'named', retrack: 'named', awb: 'awb' },
};

/** Fails where the whole answer is not of these types. */
export function checkV4(kind: KindV4, answer: unknown): void {
  const meta = exactly({ code: Type.Integer(), message: Type.String() });
  checkAnswer(kind, exactly({ meta, data: data[kind] }), answer);
}
