/** Requests to v3, one after the other, so that every action, every name of one and every code is met. */
import { COURIERS } from '../../src/couriers/catalogue.ts';
import { limits } from '../../src/domain/limits.ts';
import type { Step } from './v4Steps.ts';

const asking = (method: string) => (action: string, body?: unknown) => ({
  method,
  path: `/v3/trackings/${action}`,
  ...(body === undefined ? {} : { body }),
});
const get = asking('GET');
const post = asking('POST');
const put = asking('PUT');
const remove = asking('DELETE');
const usps = { tracking_number: '9400111899562537624326', courier_code: 'usps' };
const dhl = { tracking_number: '612999988208211', courier_code: 'dhl' };
const unknown = { tracking_number: 'NONE1', courier_code: 'usps' };
const tooMany = Array.from({ length: 41 }, (_, i) => ({ tracking_number: `N000${i}`, courier_code: 'ups' }));

const reported = (number: string, from: string, to: string | null) => ({
  tracking_number: number,
  courier_code: 'dhl',
  origin_country: 'CN',
  destination_country: 'US',
  checkpoints: [
    { time: `2024-03-${from}T10:00`, description: 'Picked up', status: 'transit001' },
    ...(to === null
      ? []
      : [{ time: `2024-03-${to}T18:30`, description: 'Delivered', status: 'delivered001' }]),
  ],
});

export const v3Steps: readonly Step[] = [
  { name: 'all couriers', request: get('courier?lang=en'), shown: 1 },
  { name: 'by the other name', request: get('carriers'), shown: 0 },
  { name: 'with POST', request: post('courier', []), shown: 0 },
  { name: 'couriers of a number', request: post('detect', { tracking_number: 'LX203960974CN' }), shown: 1 },
  { name: 'a number of no courier', request: post('detect', { tracking_number: 'ZZZ' }) },
  { name: 'detecting without a number', request: post('detect', {}) },
  { name: 'a list while there is nothing', request: get('get') },
  { name: 'counting nothing', request: get('count') },
  {
    name: 'several are created; each is done or told what is wrong with it',
    request: post('create', [
      {
        ...usps,
        ...{ order_number: 'A-1001', title: 'A lamp', destination_code: 'de', customer_name: 'Zoë' },
        ...{ customer_email: 'zoe@shop.example', customer_phone: '+1 555 0100', note: 'Fragile' },
        ...{ logistics_channel: 'priority', shipping_date: '2024-03-01 16:51', lang: 'en' },
        ...{ tracking_shipping_date: '20240301', tracking_postal_code: '10115' },
        ...{ tracking_destination_code: 'DE', tracking_courier_account: 'ACC' },
      },
      { ...usps, title: 'Another' },
      { tracking_number: 612999988208211, courier_code: 'dhl', order_number: '', title: null },
      { courier_code: 'usps' },
      { ...unknown, courier_code: 'royalmail' },
      { tracking_number: '?', courier_code: 'usps' },
      { tracking_number: 'N'.repeat(51), courier_code: 'usps' },
      { ...unknown, note: 'x'.repeat(501) },
      { ...unknown, destination_code: 'Japan' },
      { tracking_number: '3SABCD0000001', courier_code: 'postnl-3s' },
      'NONE1',
    ]),
  },
  { name: 'one alone is answered alike', request: post('create', { tracking_number: 'LX203960974CN' }) },
  {
    name: 'a courier that cannot be told by the number',
    request: post('create', { tracking_number: 'ZZZ' }),
  },
  { name: 'a client creates with PUT', request: put('create', { ...usps, tracking_number: 'PUT-1' }) },
  {
    name: 'names of another version, as published samples have them',
    request: post('create', { tracking_number: 'OLD-1', carrier_code: 'ups', order_id: '77' }),
  },
  { name: 'more than forty', request: post('create', tooMany) },
  { name: 'a list of nothing', request: post('create', []) },
  { name: 'no body', request: post('create') },
  { name: 'a body that cannot be read', request: post('create', '{"tracking_number":') },
  {
    name: 'a courier reports',
    request: {
      method: 'POST',
      path: '/api/v1/updates',
      body: {
        updates: [
          {
            ...usps,
            checkpoints: [
              { time: '2024-03-09T08:00', description: 'Announced', status: 'inforeceived001' },
              {
                ...{ time: '2024-03-10T10:00', description: 'Picked up', location: 'Austin, US' },
                status: 'transit001',
              },
              { time: '2024-03-12T18:30:05+01:00', description: 'Delivered', status: 'delivered001' },
            ],
          },
          {
            tracking_number: 'PUT-1',
            checkpoints: [{ time: '2024-03-09T08:00', description: 'Announced', status: 'inforeceived001' }],
          },
          reported('WAY-1', '01', '04'),
          reported('WAY-2', '01', '12'),
          reported('WAY-3', '01', null),
        ],
      },
    },
    hidden: true,
  },
  { name: 'by numbers', request: get(`get?tracking_numbers=${usps.tracking_number},NONE`) },
  {
    name: 'the same with POST, which a client makes of every GET with parameters',
    request: post('get', { tracking_numbers: usps.tracking_number }),
    shown: 0,
  },
  { name: 'a page', request: get('get?page=2&limit=3'), shown: 0 },
  { name: 'under its other names', request: get('get?pages_amount=2&items_amount=3'), shown: 0 },
  { name: 'a page behind the last', request: get('get?page=9') },
  {
    name: 'what waits for the courier is not found in v3',
    request: get('get?delivery_status=notfound&courier_code=usps&archived_status=false'),
    shown: 0,
  },
  {
    name: 'by dates; clients that are typed send 0 for what they do not say',
    request: get(
      'get?created_date_min=1710460800&created_date_max=1710547200&shipping_date_min=0&shipping_date_max=0&courier_code=',
    ),
    shown: 0,
  },
  { name: 'by dates before', request: get('get?created_at_max=1521314361') },
  { name: 'a date that is none', request: get('get?created_date_min=yesterday') },
  { name: 'a status that is none', request: get('get?delivery_status=lost') },
  { name: 'a page that is none', request: get('get?limit=2001') },
  {
    name: 'too many numbers',
    request: get(`get?tracking_numbers=${tooMany.map((one) => one.tracking_number)}`),
  },
  { name: 'a courier that is none', request: get('get?courier_code=royalmail') },
  { name: 'by order numbers', request: get('get?order_numbers=A-1001,NONE'), shown: 0 },
  { name: 'too many order numbers', request: get(`count?order_numbers=${tooMany.map((_, i) => i)}`) },
  {
    name: 'an order number that is too long',
    request: get(`count?order_numbers=A-1001,${'x'.repeat(limits.fieldCharsMax + 1)}`),
  },
  { name: 'by what it cannot be narrowed by', request: get('get?shipping_date_min=1710460800') },
  { name: 'a count', request: get('count?courier=1&limit=100&created_at_min=1521314361') },
  { name: 'a count of some', request: post('count', { courier_code: 'dhl', delivery_status: 'delivered' }) },
  { name: 'how many of each status', request: get('status') },
  {
    name: 'of one courier, since a time',
    request: get('status?courier_code=usps&created_date_min=1710460800&created_date_max=0'),
  },
  {
    name: 'realtime of one that exists',
    request: post('realtime', { ...usps, title: 'Another' }),
  },
  {
    name: 'realtime of a new one',
    request: post('realtime', { tracking_number: 'NEW-1', courier_code: 'ups' }),
  },
  { name: 'realtime of nothing', request: post('realtime', {}) },
  { name: 'realtime of no courier', request: post('realtime', { tracking_number: 'ZZZ' }) },
  {
    name: 'some are modified; what is empty stays as it is',
    request: put('modifyinfo', [
      { ...usps, title: 'A lamp, blue', note: '', order_number: 'A-1002' },
      { ...unknown, title: 'x' },
      { ...dhl, delivery_status: 5 },
      { ...dhl, archived: 'maybe' },
    ]),
  },
  { name: 'set by hand to delivered', request: put('modifyinfo', { ...dhl, delivery_status: 4 }) },
  {
    name: 'and to an exception, archived',
    request: put('modifyinfo', { ...dhl, status: '7', archived: 'true' }),
  },
  { name: 'as it is now', request: get('get?delivery_status=exception&archived_status=true') },
  { name: 'and back', request: put('modifyinfo', { ...dhl, delivery_status: '8', archived: false }) },
  { name: 'as it is then', request: get('get?delivery_status=exception') },
  { name: 'some are archived', request: post('archive', [dhl, unknown]) },
  { name: 'archived ones', request: get('get?archived_status=true'), shown: 0 },
  { name: 'one is taken out again', request: post('archive', { ...dhl, archived_status: 'false' }) },
  {
    name: 'some are not asked for any more',
    request: post('notupdate', [usps, { tracking_number: 'NONE1' }]),
  },
  {
    name: 'a courier that cannot be asked; a status by hand',
    request: post('manualupdate', [dhl, { ...dhl, delivery_status: '4' }]),
  },
  {
    name: 'another courier',
    request: put('modifycourier', { ...dhl, new_courier_code: 'dhl-germany' }),
  },
  {
    name: 'under its other names',
    request: put('modifycarrier', {
      ...{ tracking_number: dhl.tracking_number, carrier_code: 'dhl-germany' },
      new_carrier_code: 'dhl',
    }),
  },
  {
    name: 'another courier of one that is not there',
    request: put('modifycourier', { ...unknown, new_courier_code: 'ups' }),
  },
  {
    name: 'another courier that wants more',
    request: put('modifycourier', {
      ...{ tracking_number: 'LX203960974CN', new_courier_code: 'deutsche-post' },
    }),
  },
  { name: 'another courier that is not said', request: put('modifycourier', usps) },
  { name: 'another courier that is none', request: put('modifycourier', { ...usps, new_courier_code: 'x' }) },
  {
    name: 'the same number with the other courier',
    request: post('create', { ...usps, courier_code: 'ups' }),
    hidden: true,
  },
  {
    name: 'another courier that has the number already',
    request: put('modifycourier', { ...usps, new_courier_code: 'ups' }),
  },
  {
    name: 'which of several is not said',
    request: post('notupdate', { tracking_number: usps.tracking_number }),
  },
  {
    name: 'a number at as many couriers as it may have',
    request: post(
      'create',
      COURIERS.slice(0, limits.livesPerNumberMax).map(({ code }) => ({
        ...{ tracking_number: 'MANY1', courier_code: code },
        tracking_shipping_date: '20240301',
      })),
    ),
    hidden: true,
  },
  { name: 'and at one more', request: post('create', { tracking_number: 'MANY1', courier_code: 'usps' }) },
  {
    name: 'a remote area',
    request: post('remote', { country: 'JP', postal_code: '7621094', courier_code: 'dhl' }),
  },
  { name: 'several', request: post('remote', [{ country: 'Japan', postcode: '7621094' }]) },
  { name: 'none', request: post('remote', { courier_code: 'dhl' }) },
  {
    name: 'how long it takes',
    request: post('transittime', { courier_code: 'dhl', original_code: 'CN', destination_code: 'us' }),
  },
  {
    name: 'for several, under other names',
    request: post('transitTime', [
      { carrier_code: 'dhl', original: 'CN', destination: 'US' },
      { courier_code: 'dhl', original_code: 'CN', destination_code: 'SE' },
      { courier_code: 'dhl', original_code: 'CN', destination_code: 'Atlantis' },
    ]),
  },
  {
    name: 'where nothing went',
    request: post('transittime', { courier_code: 'ups', original_code: 'CN', destination_code: 'US' }),
  },
  { name: 'not said how', request: post('transittime', { courier_code: 'dhl' }) },
  { name: 'the account', request: get('userinfo') },
  { name: 'under its other name, in another envelope', request: get('getuserinfo') },
  { name: 'to a key that may only read', request: { ...get('userinfo'), key: 'read-only' } },
  {
    name: 'to a key that may only read, in the other envelope',
    request: { ...get('getuserinfo'), key: 'read-only' },
  },
  { name: 'which is that of its refusals too', request: { ...get('getuserinfo'), key: 'none' } },
  { name: 'an air waybill', request: post('aircargo', { track_number: '172-28891936' }) },
  { name: 'several air waybills', request: post('aircargo', { track_number: ['172-28891936'], lang: 'en' }) },
  { name: 'an air waybill that is none', request: post('aircargo', { track_number: '17' }) },
  { name: 'no air waybill', request: post('aircargo', [usps, dhl]) },
  { name: 'some are deleted, one twice', request: remove('delete', [dhl, dhl, unknown]) },
  { name: 'deleting no more than said', request: get('count') },
  { name: 'the sandbox answers with a sample', request: get(`sandbox/get?tracking_numbers=ABC1`) },
  {
    name: 'and creates nothing',
    request: post('sandbox/create', [{ ...unknown, tracking_number: 'SAND1' }]),
  },
  { name: 'realtime included', request: post('sandbox/realtime', unknown), hidden: true },
  {
    name: 'it refuses as ever',
    request: post('sandbox/create', [{ tracking_number: 'SAND1', courier_code: 'x' }]),
  },
  {
    name: 'and deletes nothing, under the other prefix',
    request: { ...remove('', [usps]), path: '/v3/sandbox/trackings/delete' },
  },
  {
    name: 'what is there is there',
    request: get(`get?tracking_numbers=${usps.tracking_number},SAND1&courier_code=usps`),
    shown: 0,
  },
  { name: 'its own count', request: get('sandbox/status') },
  { name: 'its only page', request: get('sandbox/get?page=2') },
  { name: 'what it has not', request: get('sandbox/count?delivery_status=pending') },
  { name: 'doubled slashes', request: { method: 'GET', path: '//v3//trackings//count' } },
  {
    name: 'a form',
    request: {
      ...post('detect', 'tracking_number=LX203960974CN'),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    shown: 0,
  },
  { name: 'another method', request: get('create') },
  { name: 'no such page', request: get('none') },
  { name: 'an address that cannot be read', request: get('%zz') },
  { name: 'no key', request: { ...get('get'), key: 'none' } },
  { name: 'no key for the sandbox', request: { ...get('sandbox/get'), key: 'none' } },
  {
    name: "v2's header",
    request: { ...get('count'), key: 'none', headers: { 'trackingmore-api-key': '{key}' } },
  },
  { name: 'a key that may only read', request: { ...post('create', usps), key: 'read-only' } },
  { name: 'it may ask the sandbox', request: { ...post('sandbox/create', usps), key: 'read-only' } },
  { name: "the operator's key, which has no account", request: { ...get('courier'), key: 'operator' } },
  {
    name: 'a courier under the name of published samples, which is not the one that is detected',
    request: post('create', { tracking_number: 'LX203960974CN', courier: 'usps' }),
  },
  {
    name: 'a courier that wants more is given it',
    request: post('create', {
      ...{ tracking_number: 'RB123456785DE', courier_code: 'deutsche-post', shipping_date: '20240301' },
    }),
    hidden: true,
  },
  {
    name: 'one that is there already is told as such, whatever its courier wants',
    request: post('create', { tracking_number: 'RB123456785DE', courier_code: 'deutsche-post' }),
  },
  { name: 'what is asked so', request: get('count?courier=usps&tracking_numbers=LX203960974CN') },
  { name: 'or is nobody’s code', request: get('count?courier=1&tracking_numbers=LX203960974CN') },
];
