/** Requests to v4, one after the other, so that every endpoint and every code is met. `{1}` is the first id that was answered. */
import { COURIERS } from '../../src/couriers/catalogue.ts';
import { limits } from '../../src/domain/limits.ts';

export interface Step {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    /** Sent as JSON; a text as it is. */
    readonly body?: unknown;
    /** Beside the key and `content-type: application/json`. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Whose key; the member's where not given. */
    readonly key?: 'none' | 'read-only' | 'operator';
  };
  /** Of a long list, the first few. */
  readonly shown?: number;
  /** Not written down: it only makes ready for the next one. */
  readonly hidden?: boolean;
}

const post = (path: string, body?: unknown) => ({
  method: 'POST',
  path,
  ...(body === undefined ? {} : { body }),
});
const get = (path: string) => ({ method: 'GET', path });
const put = (path: string, body: unknown) => ({ method: 'PUT', path, body });
const usps = { tracking_number: '9400111899562537624326', courier_code: 'usps' };
const unknownId = '0'.repeat(32);

export const v4Steps: readonly Step[] = [
  { name: 'all couriers', request: get('/v4/couriers/all'), shown: 1 },
  {
    name: 'couriers of a number',
    request: post('/v4/couriers/detect', { tracking_number: 'LX203960974CN' }),
  },
  { name: 'a number of no courier', request: post('/v4/couriers/detect', { tracking_number: 'ZZZ' }) },
  { name: 'detecting without a number', request: post('/v4/couriers/detect', {}) },
  { name: 'a list while there is nothing', request: get('/v4/trackings/get') },
  {
    name: 'a tracking is created with every field',
    request: post('/v4/trackings/create', {
      ...usps,
      ...{ order_number: 'A-1001', order_id: '77', order_date: '2017/8/27 16:51', title: 'A lamp' },
      ...{ origin_country_iso2: 'us', destination_country_iso2: 'DE', customer_name: 'Zoë' },
      ...{ customer_email: 'zoe@shop.example', customer_sms: '+1 555 0100', recipient_postcode: '90210' },
      ...{ logistics_channel: 'priority', tracking_courier_account: 'ACC', tracking_postal_code: '10115' },
      ...{
        tracking_origin_country: 'US',
        tracking_destination_country: 'DE',
        tracking_ship_date: '20240301',
      },
      ...{ tracking_key: 'KEY', language: 'en', note: 'Fragile', label: '1,2', auto_correct: '1' },
    }),
  },
  { name: 'it exists already', request: post('/v4/trackings/create', { ...usps, title: 'Another' }) },
  {
    name: 'clients that are typed send empty texts and nulls for what they do not say, and numbers for texts',
    request: post('/v4/trackings/create', {
      ...{ tracking_number: 612999988208211, courier_code: 'dhl', order_id: 42 },
      ...{ order_number: '', title: null, origin_country_iso2: '', destination_country_iso2: null },
    }),
  },
  {
    name: 'a number that is too long to be sent as one',
    request: post('/v4/trackings/create', '{"tracking_number":61299998820821171811,"courier_code":"dhl"}'),
  },
  {
    name: 'without a courier it is detected',
    request: post('/v4/trackings/create', { tracking_number: 'LX203960974CN' }),
  },
  { name: 'or not', request: post('/v4/trackings/create', { tracking_number: 'ZZZ' }) },
  { name: 'no number', request: post('/v4/trackings/create', { courier_code: 'usps' }) },
  { name: 'a number that is none', request: post('/v4/trackings/create', { ...usps, tracking_number: '?' }) },
  {
    name: 'a courier that is none',
    request: post('/v4/trackings/create', { ...usps, courier_code: 'royalmail' }),
  },
  {
    name: 'a courier that wants more',
    request: post('/v4/trackings/create', { tracking_number: '3SABCD0000001', courier_code: 'postnl-3s' }),
  },
  {
    name: 'and is given it',
    request: post('/v4/trackings/create', {
      ...{ tracking_number: '3SABCD0000001', courier_code: 'postnl-3s' },
      ...{ tracking_postal_code: '1011AB', tracking_destination_country: 'NL' },
    }),
  },
  {
    name: 'one that is there already is told as such',
    request: post('/v4/trackings/create', { tracking_number: '3SABCD0000001', courier_code: 'postnl-3s' }),
  },
  {
    name: 'a country that is none',
    request: post('/v4/trackings/create', { ...usps, origin_country_iso2: 'USA' }),
  },
  { name: 'a field that is no text', request: post('/v4/trackings/create', { ...usps, title: { a: 1 } }) },
  { name: 'a body that is no JSON', request: post('/v4/trackings/create', '{"tracking_number":') },
  {
    name: 'a courier reports',
    request: post('/api/v1/updates', {
      updates: [
        {
          ...usps,
          checkpoints: [
            {
              time: '2024-03-10T10:00',
              description: 'Picked up',
              location: 'Austin, US',
              status: 'transit001',
            },
            {
              time: '2024-03-12T18:30:05+01:00',
              description: 'Delivered',
              status: 'delivered001',
              code: 'DL',
            },
          ],
        },
      ],
    }),
  },
  { name: 'the list, newest first', request: get('/v4/trackings/get?items_amount=2'), shown: 1 },
  { name: 'its second page', request: get('/v4/trackings/get?items_amount=3&pages_amount=2') },
  {
    name: 'by numbers',
    request: get(`/v4/trackings/get?tracking_numbers=${usps.tracking_number},NONE`),
    shown: 0,
  },
  { name: 'by courier', request: get('/v4/trackings/get?courier_code=dhl'), shown: 0 },
  { name: 'by status', request: get('/v4/trackings/get?delivery_status=delivered,exception'), shown: 0 },
  { name: 'by archive', request: get('/v4/trackings/get?archived_status=archived') },
  {
    name: 'by dates whose plus was not escaped',
    request: get(
      '/v4/trackings/get?created_date_min=2024-03-15T12:00:00+00:00&created_date_max=2024-03-16T00:00:00+00:00&updated_date_min=2024-03-15&updated_date_max=1710590400&items_amount=1',
    ),
    shown: 0,
  },
  { name: 'by dates before', request: get('/v4/trackings/get?created_date_max=2024-03-15T11:59:59%2B00:00') },
  { name: 'a date that is none', request: get('/v4/trackings/get?created_date_min=yesterday') },
  { name: 'a status that is none', request: get('/v4/trackings/get?delivery_status=lost') },
  { name: 'an archive that is none', request: get('/v4/trackings/get?archived_status=maybe') },
  { name: 'a page that is none', request: get('/v4/trackings/get?pages_amount=0') },
  { name: 'a page that is too large', request: get('/v4/trackings/get?items_amount=2001') },
  {
    name: 'too many numbers',
    request: get(`/v4/trackings/get?tracking_numbers=${Array.from({ length: 41 }, (_, i) => `N000${i}`)}`),
  },
  {
    name: 'a batch, of which some are refused',
    request: post('/v4/trackings/batch', [
      { tracking_number: 'BATCH-1', courier_code: 'ups', title: 'First' },
      { tracking_number: 'batch1', courier_code: 'ups' },
      usps,
      { courier_code: 'usps' },
      { tracking_number: 'BATCH2', courier_code: 'none' },
      { tracking_number: 'BATCH3', courier_code: 'deutsche-post' },
      'BATCH4',
    ]),
  },
  {
    name: 'a batch as an unofficial client sends it',
    request: post('/v4/trackings/batch', { trackings: [{ tracking_number: 'BATCH5', courier_code: 'ups' }] }),
  },
  {
    name: 'a batch of more than forty',
    request: post(
      '/v4/trackings/batch',
      Array.from({ length: 41 }, (_, i) => ({ tracking_number: `N000${i}`, courier_code: 'ups' })),
    ),
  },
  { name: 'a batch of nothing', request: post('/v4/trackings/batch', []) },
  {
    name: 'an update; what is empty stays as it is',
    request: put('/v4/trackings/update/{1}', {
      title: 'A lamp, blue',
      note: '',
      label: null,
      archived_status: 'archived',
    }),
  },
  { name: 'archived ones', request: get('/v4/trackings/get?archived_status=archived'), shown: 0 },
  { name: 'another courier', request: put('/v4/trackings/update/{2}', { courier_code_new: 'dhl-germany' }) },
  {
    name: 'another courier that is none',
    request: put('/v4/trackings/update/{2}', { courier_code_new: 'none' }),
  },
  {
    name: 'an update of one that is not there',
    request: put(`/v4/trackings/update/${unknownId}`, { title: 'x' }),
  },
  {
    name: 'another courier that wants more',
    request: put('/v4/trackings/update/{2}', { courier_code_new: 'deutsche-post' }),
  },
  { name: 'an update of what is no id', request: put('/v4/trackings/update/none', { title: 'x' }) },
  { name: 'a retrack of one that has not expired', request: post('/v4/trackings/retrack/{1}') },
  {
    name: 'realtime of one that exists',
    request: post('/v4/trackings/realtime', { tracking_number: 'BATCH5', courier_code: 'ups' }),
  },
  {
    name: 'a number at as many couriers as it may have',
    request: post(
      '/v4/trackings/batch',
      COURIERS.slice(0, limits.livesPerNumberMax).map(({ code }) => ({
        ...{ tracking_number: 'MANY1', courier_code: code },
        tracking_ship_date: '20240301',
      })),
    ),
    hidden: true,
  },
  {
    name: 'and at one more',
    request: post('/v4/trackings/create', { tracking_number: 'MANY1', courier_code: 'usps' }),
  },
  { name: 'an air waybill', request: post('/v4/awb', { awb_number: '235-69030430' }) },
  {
    name: 'an air waybill by a key that may only read',
    request: { ...post('/v4/awb', { awb_number: '235-69030430' }), key: 'read-only' },
  },
  { name: 'an air waybill that is none', request: post('/v4/awb', { awb_number: '23569' }) },
  { name: 'a deletion', request: { method: 'DELETE', path: '/v4/trackings/delete/{2}' } },
  { name: 'a deletion of what is deleted', request: { method: 'DELETE', path: '/v4/trackings/delete/{2}' } },
  {
    name: 'doubled slashes',
    request: post('/v4/trackings///batch', [{ tracking_number: 'BATCH5', courier_code: 'ups' }]),
  },
  {
    name: 'a form',
    request: {
      ...post('/v4/couriers/detect', 'tracking_number=LX203960974CN'),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    shown: 0,
  },
  { name: 'another method', request: get('/v4/trackings/create') },
  { name: 'no such page', request: get('/v4/trackings/none') },
  { name: 'an address that cannot be read', request: get('/v4/trackings/delete/%zz') },
  { name: 'no key', request: { ...get('/v4/trackings/get'), key: 'none' } },
  {
    name: "v2's header",
    request: {
      ...get('/v4/trackings/get?tracking_numbers=NONE'),
      key: 'none',
      headers: { 'trackingmore-api-key': '{key}' },
    },
  },
  {
    name: "a gateway's key beside it",
    request: {
      ...get('/v4/trackings/get?tracking_numbers=NONE'),
      headers: { authorization: 'Bearer gateway' },
    },
  },
  {
    name: 'an empty header of this version beside that of another',
    request: {
      ...get('/v4/trackings/get?tracking_numbers=NONE'),
      key: 'none',
      headers: { 'tracking-api-key': '', 'trackingmore-api-key': '{key}' },
    },
  },
  { name: 'a key that may only read', request: { ...post('/v4/trackings/create', usps), key: 'read-only' } },
  {
    name: "the operator's key, which has no account",
    request: { ...get('/v4/couriers/all'), key: 'operator' },
  },
];
