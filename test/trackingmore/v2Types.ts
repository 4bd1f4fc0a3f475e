/**
 * The types of v2's answers, as TrackingMore's pages show them and clients bind them: a text or null and never a number, an
 * object or null and never an empty list, no member of `meta` beside its three.
 */
import Type, { type TSchema } from 'typebox';
import { bareId, checkAnswer, exactly, instant, text, texts } from './boundTypes.ts';

const status = Type.Enum([
  ...['pending', 'notfound', 'transit', 'pickup', 'delivered', 'undelivered', 'exception', 'expired'],
]);

const carriers = Type.Array(
  exactly({
    ...texts('phone homepage picture'),
    name: Type.String(),
    code: Type.String(),
    type: Type.String(),
  }),
);
const detected = Type.Array(exactly({ name: Type.String(), code: Type.String() }));

const identity = {
  id: bareId,
  tracking_number: Type.String(),
  carrier_code: text,
  status,
  created_at: instant,
};

const side = exactly({
  ...texts('ItemReceived ItemDispatched DepartfromAirport ArrivalfromAbroad CustomsClearance'),
  ...texts('DestinationArrived weblink phone carrier_code'),
  trackinfo: Type.Array(
    exactly({
      Date: Type.String(),
      StatusDescription: Type.String(),
      Details: Type.String(),
      checkpoint_status: status,
    }),
  ),
});

const tracking = exactly({
  ...identity,
  updated_at: instant,
  ...texts('order_create_time title order_id comment customer_name original_country destination_country'),
  ...texts('service_code singed_by lastEvent lastUpdateTime'),
  customer_email: Type.Array(Type.String()),
  archived: Type.Boolean(),
  itemTimeLength: Type.Integer(),
  stayTimeLength: Type.Integer(),
  origin_info: side,
  destination_info: Type.Union([side, Type.Null()]),
});

const created = {
  ...identity,
  ...texts(
    'order_create_time customer_email customer_name order_id comment title logistics_channel destination',
  ),
};
const updated = {
  ...created,
  updated_at: instant,
  ...texts('destination_code customer_phone'),
  archived: Type.Boolean(),
};
const named = exactly({ tracking_number: Type.String(), carrier_code: text });

const several = (counted: string, each: TSchema) =>
  exactly({
    submitted: Type.Integer(),
    [counted]: Type.Integer(),
    trackings: Type.Array(each),
    errors: Type.Array(
      exactly({ ...texts('tracking_number carrier_code'), code: Type.Integer(), message: Type.String() }),
    ),
  });

const count = Type.Integer({ minimum: 0 });
const share = Type.Number({ minimum: 0, maximum: 1 });

const data = {
  ...{ carriers, detected, tracking },
  created: exactly(created),
  updated: exactly(updated),
  list: exactly({
    page: Type.Integer(),
    limit: Type.Integer(),
    total: Type.String({ pattern: '^\\d+$' }),
    items: Type.Array(tracking),
  }),
  realtime: exactly({ items: Type.Array(tracking, { minItems: 1, maxItems: 1 }) }),
  batch: several('added', exactly(created)),
  updatemore: several('updated', exactly(updated)),
  delete: several('delete', exactly({ meta: named })),
  notupdate: several('change', named),
  update: exactly({ Usertag: Type.String() }),
  userinfo: exactly({
    email: Type.String(),
    regtime: Type.String({ pattern: '^\\d+$' }),
    phone: text,
    money: Type.Number(),
    track_number: Type.Integer(),
  }),
  counts: exactly({
    ...{ pending: count, notfound: count, transit: count, pickup: count },
    ...{ delivered: count, undelivered: count, exception: count, expired: count },
  }),
  remote: exactly({
    submitted: Type.Integer(),
    other: Type.Array(
      exactly({
        ...texts('far_express_company two_code far_country far_city_postcode'),
        message: Type.String(),
      }),
    ),
    remote: Type.Array(Type.Object({})),
  }),
  costtime: Type.Array(
    exactly({
      ...{ carrier_code: Type.String(), original: Type.String(), destination: Type.String() },
      ...{ total: count, delivered: count },
      ...{ range1: share, range3: share, range4: share, range5: share, range6: share },
      average: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
  aircargo: Type.Array(
    exactly({
      ...texts('track_number weight piece origin destination'),
      status_number: Type.Integer(),
      track_info: Type.Array(Type.Object({})),
      flight_info: Type.Array(Type.Object({})),
      message: Type.String(),
    }),
  ),
  nothing: Type.Array(Type.Object({}), { maxItems: 0 }),
};

export type KindV2 = keyof typeof data;

/** By method and path. */
export const kindsV2: Readonly<Record<string, KindV2>> = {
  'GET /carriers': 'carriers',
  'POST /carriers': 'carriers',
  'GET /carriers/detect': 'detected',
  'POST /carriers/detect': 'detected',
  'POST /trackings/post': 'created',
  'GET /trackings/:carrier_code/:tracking_number': 'tracking',
  'GET /trackings/:carrier_code/:tracking_number/:lang': 'tracking',
  'PUT /trackings/:carrier_code/:tracking_number': 'updated',
  'POST /trackings/:carrier_code/:tracking_number': 'updated',
  'DELETE /trackings/:carrier_code/:tracking_number': 'nothing',
  'GET /trackings/get': 'list',
  'POST /trackings/get': 'list',
  'POST /trackings/realtime': 'realtime',
  'POST /trackings/update': 'update',
  'POST /trackings/batch': 'batch',
  'POST /trackings/updatemore': 'updatemore',
  'POST /trackings/delete': 'delete',
  'POST /trackings/notupdate': 'notupdate',
  'GET /trackings/getuserinfo': 'userinfo',
  'POST /trackings/getuserinfo': 'userinfo',
  'GET /trackings/getstatusnumber': 'counts',
  'POST /trackings/getstatusnumber': 'counts',
  'POST /trackings/costtime': 'costtime',
  'POST /trackings/remote': 'remote',
  'POST /trackings/aircargo': 'aircargo',
};

/** Fails where the whole answer is not of these types. */
export function checkV2(kind: KindV2, answer: unknown): void {
  const meta = exactly({ code: Type.Integer(), type: Type.String(), message: Type.String() });
  checkAnswer(kind, exactly({ meta, data: data[kind] }), answer);
}
