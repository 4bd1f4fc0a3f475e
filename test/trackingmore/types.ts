/**
 * The types that TrackingMore's SDKs for Go, Java and .NET bind the answers of v4 to. They take no other: a number in the
 * place of a text, a list in the place of an object or a member of `meta` they do not know is an exception there.
 */
import assert from 'node:assert/strict';
import Type, { type TSchema } from 'typebox';
import Schema from 'typebox/schema';

const text = Type.Union([Type.String(), Type.Null()]);
const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, text]));
const exactly = (members: Record<string, TSchema>) => Type.Object(members, { additionalProperties: false });
const words = (list: string) => list.trim().split(/\s+/);

const courier = exactly({
  ...texts(...words('courier_country_iso2 courier_url courier_phone default_language courier_logo')),
  courier_name: Type.String(),
  courier_code: Type.String(),
  courier_type: Type.String(),
  tracking_required_fields: Type.Union([Type.Array(Type.String()), Type.Null()]),
  optional_fields: Type.Union([Type.Array(Type.String()), Type.Null()]),
  support_language: Type.Array(Type.String()),
});

const checkpoint = exactly(
  texts(
    ...words(`checkpoint_date checkpoint_delivery_status checkpoint_delivery_substatus tracking_detail location
      country_iso2 state city zip raw_status`),
  ),
);

const side = exactly({
  ...texts(...words('courier_code courier_phone weblink reference_number')),
  ...texts(...words('pickup_date departed_airport_date arrived_abroad_date customs_received_date')),
  arrived_destination_date: text,
  milestone_date: exactly(
    texts(
      ...words(
        'inforeceived_date pickup_date outfordelivery_date delivery_date returning_date returned_date',
      ),
    ),
  ),
  trackinfo: Type.Union([Type.Array(checkpoint), Type.Null()]),
});

const tracking = exactly({
  ...texts(
    ...words(`courier_code order_number order_date destination_country destination_state destination_city
      origin_country origin_state origin_city tracking_postal_code tracking_ship_date tracking_destination_country
      tracking_origin_country tracking_key tracking_courier_account customer_name customer_email customer_sms
      recipient_postcode order_id title logistics_channel note label signed_by service_code weight weight_kg
      product_type pieces dimension previously destination_track_number exchange_number scheduled_delivery_date
      scheduled_address substatus status_info latest_event latest_checkpoint_time`),
  ),
  id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  tracking_number: Type.String(),
  created_at: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d\\d:\\d\\d$' }),
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
      ...texts('id', 'tracking_number', 'courier_code'),
      errorCode: Type.Integer(),
      errorMessage: Type.String(),
    }),
  ),
});

const update = exactly(
  texts(
    ...words(`id tracking_number courier_code courier_code_new order_number order_date order_id destination_country
      origin_country tracking_postal_code tracking_ship_date tracking_courier_account tracking_destination_country
      tracking_origin_country tracking_key customer_name customer_email customer_sms recipient_postcode title
      logistics_channel note label archived_status`),
  ),
);

const awb = exactly({
  ...texts(...words('awb_number awb_status awb_substatus weight piece origin destination last_event')),
  // Clients in Go bind it to a text or to a number, those in Java and .NET to a text.
  status_number: Type.Null(),
  flight_way_station: Type.Array(Type.String()),
  flight_info_new: Type.Array(Type.Object({})),
  flight_info: Type.Record(Type.String(), Type.Object({})),
  track_info: Type.Array(Type.Object({})),
  airline_info: exactly(texts('name', 'url', 'track_url', 'trackpage_url')),
});

const data = {
  ...{ couriers: Type.Array(courier), tracking, trackings: Type.Array(tracking), named, batch, update, awb },
  nothing: Type.Null(),
  noList: Type.Array(Type.Object({}), { maxItems: 0 }),
};

export type Kind = keyof typeof data;

/** By the action that is asked for. */
export const kindsV4: Readonly<Record<string, Kind>> = {
  ...{ all: 'couriers', detect: 'couriers', create: 'tracking', realtime: 'tracking', get: 'trackings' },
  ...{ batch: 'batch', update: 'update', delete: 'named', retrack: 'named', awb: 'awb' },
};

/** Fails where the whole answer is not of these types. */
export function checkV4(kind: Kind, answer: unknown): void {
  const meta = exactly({ code: Type.Integer(), message: Type.String() });
  const check = Schema.Compile(exactly({ meta, data: data[kind] }));
  assert.ok(
    check.Check(answer),
    `${kind}: ${JSON.stringify(check.Errors(answer))}\n${JSON.stringify(answer)}`,
  );
}
