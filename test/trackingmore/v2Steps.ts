/** Requests to v2, one after the other, so that every endpoint and every code is met. */
import { COURIERS } from '../../src/couriers/catalogue.ts';
import { limits } from '../../src/domain/limits.ts';
import type { Step } from './v4Steps.ts';

const post = (path: string, body?: unknown) => ({
  method: 'POST',
  path: `/v2/${path}`,
  ...(body === undefined ? {} : { body }),
});
const get = (path: string) => ({ method: 'GET', path: `/v2/${path}` });
const put = (path: string, body: unknown) => ({ method: 'PUT', path: `/v2/${path}`, body });
const remove = (path: string) => ({ method: 'DELETE', path: `/v2/${path}` });
const usps = { tracking_number: '9400111899562537624326', carrier_code: 'usps' };
const atUsps = `trackings/usps/${usps.tracking_number}`;
const tooLong = 'x'.repeat(limits.fieldCharsMax + 1);
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ tracking_number: `N000${i}`, carrier_code: 'ups' }));

export const v2Steps: readonly Step[] = [
  { name: 'all carriers', request: get('carriers'), shown: 1 },
  { name: 'all carriers, as PHP asks', request: { ...get('carriers/'), headers: { lang: 'cn' } }, shown: 0 },
  { name: 'carriers by POST', request: post('carriers'), shown: 0 },
  {
    name: 'carriers of a number',
    request: post('carriers/detect', { tracking_number: 'LX203960974CN' }),
  },
  {
    name: 'carriers of a number in a query',
    request: get('carriers/detect?tracking_number=LX203960974CN'),
  },
  { name: 'a number of no carrier', request: post('carriers/detect', { tracking_number: 'ZZZ' }) },
  { name: 'detecting without a number', request: post('carriers/detect', {}) },
  { name: 'a list while there is nothing', request: get('trackings/get') },
  {
    name: 'a tracking is created with every field',
    request: post('trackings/post', {
      ...usps,
      ...{ order_id: '#77', order_create_time: '2017/8/27 16:51', title: 'A lamp', destination_code: 'de' },
      ...{ customer_name: 'Zoë', customer_email: 'zoe@shop.example', customer_phone: '+1 555 0100' },
      ...{ logistics_channel: 'priority', tracking_ship_date: '20240301', tracking_postal_code: '10115' },
      ...{ tracking_account_number: 'ACC', tracking_destination_country: 'DE', lang: 'en' },
      ...{ comment: 'Fragile', auto_correct: 1 },
    }),
  },
  { name: 'it exists already', request: post('trackings/post', { ...usps, title: 'Another' }) },
  {
    name: 'clients send empty texts and nulls for what they do not say, and numbers for texts',
    request: post('trackings/post', {
      ...{ tracking_number: 612999988208211, carrier_code: 'dhl', order_id: 42 },
      ...{ title: null, destination_code: '', tracking_postal_code: '', customer_email: null },
    }),
  },
  {
    name: 'a number that is too long to be sent as one',
    request: post('trackings/post', '{"tracking_number":61299998820821171811,"carrier_code":"dhl"}'),
  },
  {
    name: 'without a carrier it is detected',
    request: post('trackings/post', { tracking_number: 'LX203960974CN' }),
  },
  { name: 'or not', request: post('trackings/post', { tracking_number: 'ZZZ' }) },
  { name: 'no number', request: post('trackings/post', { carrier_code: 'usps' }) },
  { name: 'a number that is none', request: post('trackings/post', { ...usps, tracking_number: '?' }) },
  { name: 'a carrier that is none', request: post('trackings/post', { ...usps, carrier_code: 'royalmail' }) },
  {
    name: 'a carrier that wants more',
    request: post('trackings/post', { tracking_number: 'RB123456785DE', carrier_code: 'deutsche-post' }),
  },
  {
    name: 'and is given it',
    request: post('trackings/post', [
      { tracking_number: 'RB123456785DE', carrier_code: 'deutsche-post', tracking_ship_date: 20240301 },
    ]),
  },
  {
    name: 'one that is there already is told as such',
    request: post('trackings/post', { tracking_number: 'RB123456785DE', carrier_code: 'deutsche-post' }),
  },
  { name: 'a country that is none', request: post('trackings/post', { ...usps, destination_code: 'USA' }) },
  { name: 'a field that is no text', request: post('trackings/post', { ...usps, title: { a: 1 } }) },
  {
    name: 'fields that are too long, by the names that they have here',
    request: post('trackings/batch', [
      { tracking_number: 'LONG1', carrier_code: 'ups', order_create_time: tooLong },
      { tracking_number: 'LONG2', carrier_code: 'ups', comment: tooLong },
    ]),
  },
  { name: 'a body that is no JSON', request: post('trackings/post', 'tracking_number') },
  {
    name: 'couriers report',
    request: {
      method: 'POST',
      path: '/api/v1/updates',
      body: {
        updates: [
          {
            ...{ tracking_number: usps.tracking_number, courier_code: 'usps', origin_country: 'US' },
            checkpoints: [
              { time: '2024-03-08 08:00', description: 'Announced', status: 'inforeceived001' },
              {
                ...{ time: '2024-03-10T10:00', description: 'Picked up', location: 'Austin, US' },
                status: 'transit001',
              },
              { time: '2024-03-11 03:00', description: 'Left the airport', status: 'transit007' },
              {
                ...{
                  time: '2024-03-12T18:30:05+01:00',
                  description: 'Delivered',
                  location: 'Berlin, Germany',
                },
                status: 'delivered001',
              },
            ],
          },
          {
            ...{ tracking_number: 'LX203960974CN', courier_code: 'china-ems' },
            ...{ destination_courier_code: 'usps' },
            checkpoints: [{ time: '2024-03-14 10:00', description: 'Announced', status: 'inforeceived001' }],
          },
        ],
      },
    },
  },
  { name: 'one tracking', request: get(atUsps) },
  { name: 'in a language', request: get(`${atUsps}/en`) },
  {
    name: 'with a second carrier, and nothing but an announcement',
    request: get('trackings/china-ems/LX203960974CN/'),
  },
  { name: 'one that was not created', request: get('trackings/usps/9400111899562537680047') },
  { name: 'of a carrier that is none', request: get(`trackings/royalmail/${usps.tracking_number}`) },
  { name: 'the list, newest first', request: get('trackings/get?limit=2'), shown: 1 },
  { name: 'its second page', request: get('trackings/get?limit=3&page=2') },
  { name: 'a page beyond', request: get('trackings/get?limit=3&page=20') },
  {
    name: 'by numbers, as PHP and Java ask',
    request: post('trackings/get', { numbers: `${usps.tracking_number},NONE`, limit: 25, page: 1 }),
    shown: 0,
  },
  { name: 'by numbers that were not created', request: get('trackings/get?numbers=NONE1,NONE2') },
  { name: 'by orders', request: get('trackings/get?orders=%2377,none'), shown: 0 },
  { name: 'by orders that are none', request: get('trackings/get?orders=none') },
  { name: 'by an order that is too long', request: get(`trackings/get?orders=none,${tooLong}`) },
  { name: 'by status, in capitals', request: get('trackings/get?status=DELIVERED'), shown: 0 },
  { name: 'what is only announced is not found', request: get('trackings/get?status=notfound'), shown: 0 },
  { name: 'by archive', request: get('trackings/get?archived=true') },
  { name: 'archived or not', request: get('trackings/get?archived=mixed'), shown: 0 },
  {
    name: 'with all that the PHP class sends',
    request: get(
      'trackings/get?page=1&limit=100&created_at_min=0&created_at_max=1710504000&update_time_min=0&update_time_max=1710504000&order_created_time_min=0&order_created_time_max=1710504000&lang=&numbers=&orders=',
    ),
    shown: 0,
  },
  {
    name: 'by dates, with fractions of a second',
    request: get(
      'trackings/get?created_at_min=1710504000.0&update_time_min=1710504000.5&update_time_max=1999999999',
    ),
    shown: 0,
  },
  { name: 'by dates before', request: get('trackings/get?created_at_max=1710503000') },
  { name: 'by dates of orders', request: get('trackings/get?order_created_time_min=1521314361') },
  { name: 'a date that is none', request: get('trackings/get?created_at_min=yesterday') },
  { name: 'a status that is none', request: get('trackings/get?status=lost') },
  { name: 'a page that is none', request: get('trackings/get?page=0') },
  { name: 'a page that is too large', request: get('trackings/get?limit=2001') },
  {
    name: 'too many numbers',
    request: get(`trackings/get?numbers=${many(41).map((one) => one.tracking_number)}`),
  },
  { name: 'counts by status', request: get('trackings/getstatusnumber') },
  {
    name: 'counts of a time, by POST',
    request: post('trackings/getstatusnumber', { created_at_min: 1710500000, created_at_max: 1710503000 }),
  },
  {
    name: 'an update; what is empty stays as it is',
    request: put(atUsps, { title: 'A lamp, blue', comment: '', customer_phone: null, archived: 'true' }),
  },
  { name: 'archived ones', request: get('trackings/get?archived=true'), shown: 0 },
  { name: 'an exception by hand', request: put(atUsps, { status: 7, archived: false }) },
  { name: 'taken back', request: put(atUsps, { status: '8' }) },
  {
    name: 'delivered by hand, as the oldest PHP client sends it',
    request: post('trackings/dhl/612999988208211', { status: '4' }),
  },
  { name: 'a status that cannot be set', request: put(atUsps, { status: '5' }) },
  { name: 'an archive that is none', request: put(atUsps, { archived: 'maybe' }) },
  { name: 'an update in a list of one', request: put(atUsps, [{ logistics_channel: 'economy' }]) },
  {
    name: 'an update of one that is not there',
    request: put('trackings/usps/9400111899562537680047', { title: 'x' }),
  },
  {
    name: 'updates, of which some are refused; of one parcel in their order',
    request: post('trackings/updatemore', [
      { ...usps, title: 'One' },
      { ...usps, title: 'Two', order_id: '#78' },
      { tracking_number: 'LX203960974CN', carrier_code: 'china-ems', status: '4' },
      { ...usps, carrier_code: 'dhl' },
      { ...usps, status: '1' },
      { carrier_code: 'usps' },
      'LX203960974CN',
    ]),
  },
  { name: 'too many updates', request: post('trackings/updatemore', many(201)) },
  { name: 'no updates', request: post('trackings/updatemore', []) },
  {
    name: 'a batch, of which some are refused',
    request: post('trackings/batch', [
      { tracking_number: 'BATCH-1', carrier_code: 'ups', title: 'First' },
      { tracking_number: 'batch1', carrier_code: 'ups' },
      usps,
      { carrier_code: 'usps' },
      { tracking_number: 'BATCH2', carrier_code: 'none' },
      { tracking_number: 'BATCH3', carrier_code: 'postnl-3s' },
      { tracking_number: 'BATCH4', carrier_code: 'ups' },
    ]),
  },
  { name: 'a batch of more than forty', request: post('trackings/batch', many(41)) },
  { name: 'a batch of nothing', request: post('trackings/batch') },
  {
    name: 'realtime of one that exists',
    request: post('trackings/realtime', { tracking_number: 'BATCH4', carrier_code: 'ups' }),
  },
  {
    name: 'realtime of one that does not',
    request: post('trackings/realtime', {
      ...{ tracking_number: '3SABCD0000001', carrier_code: 'postnl-3s', tracking_postal_code: '1011AB' },
      ...{ specialNumberDestination: 'NL', order: '#79' },
    }),
  },
  {
    name: 'another carrier',
    request: post('trackings/update', {
      ...{ tracking_number: 'BATCH4', carrier_code: 'ups', update_carrier_code: 'fedex' },
    }),
  },
  { name: 'by which it is found', request: get('trackings/fedex/BATCH4') },
  {
    name: 'another carrier that is none',
    request: post('trackings/update', { ...usps, update_carrier_code: 'none' }),
  },
  {
    name: 'another carrier that wants more',
    request: post('trackings/update', {
      ...{
        tracking_number: 'RB123456785DE',
        carrier_code: 'deutsche-post',
        update_carrier_code: 'postnl-3s',
      },
    }),
  },
  {
    name: 'another carrier of one that is not there',
    request: post('trackings/update', { ...usps, carrier_code: 'dhl', update_carrier_code: 'ups' }),
  },
  {
    name: 'the same number there already',
    request: post('trackings/post', { tracking_number: 'BATCH4', carrier_code: 'ups' }),
  },
  {
    name: 'another carrier, where there is one already',
    request: post('trackings/update', {
      ...{ tracking_number: 'BATCH4', carrier_code: 'ups', update_carrier_code: 'fedex' },
    }),
  },
  {
    name: 'no more updates',
    request: post('trackings/notupdate', [
      { tracking_number: 'BATCH4', carrier_code: 'ups' },
      { tracking_number: 'NONE', carrier_code: 'ups' },
    ]),
  },
  {
    name: 'a deletion of several',
    request: post('trackings/delete', [
      { tracking_number: 'BATCH4', carrier_code: 'ups' },
      { tracking_number: 'BATCH4', carrier_code: 'fedex' },
      { tracking_number: 'batch 4', carrier_code: 'fedex' },
    ]),
  },
  { name: 'a deletion', request: remove('trackings/ups/BATCH1') },
  { name: 'a deletion of what is deleted', request: remove('trackings/ups/BATCH1') },
  {
    name: 'a number at as many carriers as it may have',
    request: post(
      'trackings/batch',
      COURIERS.slice(0, limits.livesPerNumberMax).map(({ code }) => ({
        ...{ tracking_number: 'MANY1', carrier_code: code, tracking_ship_date: '20240301' },
      })),
    ),
    hidden: true,
  },
  {
    name: 'and at one more',
    request: post('trackings/post', { tracking_number: 'MANY1', carrier_code: 'usps' }),
  },
  { name: 'the account', request: get('trackings/getuserinfo') },
  {
    name: 'the account, to a key that may only read',
    request: { ...get('trackings/getuserinfo'), key: 'read-only' },
  },
  { name: 'the account by POST', request: post('trackings/getuserinfo') },
  {
    name: 'remote areas',
    request: post('trackings/remote', [
      { country: 'Japan', postcode: '7621094', company: 'DHL' },
      { country: 'NZ', postcode: 'Papaaroha' },
    ]),
  },
  { name: 'a remote area of no country', request: post('trackings/remote', [{ postcode: '7621094' }]) },
  {
    name: 'a remote area without a postcode',
    request: post('trackings/remote', { country: 'Japan' }),
  },
  { name: 'no remote area', request: post('trackings/remote', []) },
  {
    name: 'how long it takes',
    request: post('trackings/costtime', [
      { original: 'US', destination: 'DE', carrier_code: 'usps' },
      { original: 'CN', destination: 'RU', carrier_code: 'dhl' },
    ]),
  },
  {
    name: 'how long it takes from nowhere',
    request: post('trackings/costtime', [{ destination: 'DE', carrier_code: 'usps' }]),
  },
  { name: 'how long no way takes', request: post('trackings/costtime', []) },
  {
    name: 'air waybills',
    request: post('trackings/aircargo', { track_number: ['172-28891936', '23569030430'], lang: 'en' }),
  },
  {
    name: 'an air waybill, as another SDK sends it',
    request: post('trackings/aircargo', { track_number: '172-28891936' }),
  },
  {
    name: 'several air waybills by commas',
    request: post('trackings/aircargo', { track_number: '172-28891936, 235-69030430' }),
  },
  { name: 'an air waybill that is none', request: post('trackings/aircargo', { track_number: ['172'] }) },
  { name: 'no air waybill', request: post('trackings/aircargo', {}) },
  { name: 'doubled slashes', request: { method: 'GET', path: '//v2//trackings///getstatusnumber' } },
  {
    name: 'a form',
    request: {
      ...post('carriers/detect', 'tracking_number=LX203960974CN'),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    shown: 0,
  },
  { name: 'another method', request: get('trackings/post') },
  { name: 'no such page', request: get('none') },
  { name: 'an address that cannot be read', request: get('trackings/usps/%zz') },
  { name: 'no key', request: { ...get('trackings/get'), key: 'none' } },
  {
    name: "v2's own header",
    request: {
      ...get('trackings/get?page=20'),
      key: 'none',
      headers: { 'trackingmore-api-key': '{key}' },
    },
  },
  { name: 'a key that may only read', request: { ...post('trackings/post', usps), key: 'read-only' } },
  {
    name: "the operator's key, which has no account",
    request: { ...get('carriers'), key: 'operator' },
  },
];
