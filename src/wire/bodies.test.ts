import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { aCheckpoint, aState, testNow } from '../../test/support/build.ts';
import { fullRequest } from '../../test/support/fullBody.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import { countryCodeOf } from '../domain/countries.ts';
import type { Courier } from '../domain/courier.ts';
import { limits } from '../domain/limits.ts';
import { WEBHOOK_VERSIONS, type WebhookVersion } from '../domain/status.ts';
import { noFields } from '../domain/tracking.ts';
import { renderData } from './data.ts';
import { phpJson } from './phpJson.ts';
import type { Rendering } from './rendering.ts';
import { buildRequest } from './request.ts';

const root = new URL('../../', import.meta.url);
const golden = (version: WebhookVersion) => read(`src/wire/golden/${version}.json`);

/** The parcel of the golden bodies and of the reference page: all of it is invented. */
const checkpoints: readonly Checkpoint[] = [
  aCheckpoint({
    side: 'destination',
    wall: '2026-01-05 14:20:09',
    offsetMinutes: 60,
    description: 'Delivered to the recipient´s neighbour',
    location: '11122, Sweden',
    ...aState('delivered004'),
    code: 'DLV-4',
  }),
  aCheckpoint({
    side: 'destination',
    wall: '2026-01-05 07:41',
    at: Date.parse('2026-01-05T07:41:00+01:00'),
    description: 'Out for delivery',
    location: null,
    ...aState('pickup001'),
  }),
  aCheckpoint({
    wall: '2025-12-22 21:40',
    at: Date.parse('2025-12-22T21:40:00+08:00'),
    description: '离开处理中心',
    location: '中国 杭州',
    ...aState('transit006'),
  }),
  aCheckpoint({
    wall: '2025-12-20',
    at: Date.parse('2025-12-20T00:00:00+08:00'),
    description: '已收到寄件信息',
    ...aState('inforeceived001'),
  }),
];

const chinaEms: Courier = {
  code: 'china-ems',
  name: 'China EMS',
  homepage: 'http://www.ems.com.cn/',
  phone: '+86 20 11183',
  country: 'CN',
  kind: 'post',
};
const swedenPosten: Courier = {
  code: 'sweden-posten',
  name: 'Sweden Posten',
  homepage: 'http://www.posten.se/',
  phone: null,
  country: 'SE',
  kind: 'post',
};

const parcel: Rendering = {
  trackingId: 'trk_019b41f2c7a07e3d9a5e60718293a4b5',
  number: 'LZ550018342CN',
  courierCode: 'china-ems',
  destinationCourierCode: 'sweden-posten',
  origin: chinaEms,
  destination: swedenPosten,
  state: aState('delivered004'),
  fields: {
    ...noFields,
    title: 'Teapot / blue',
    customerEmail: '',
    originCountry: 'CN',
    destinationCountry: 'SE',
  },
  revision: 4,
  checkpoints,
  deciding: checkpoints[0] as Checkpoint,
  createdAt: Date.parse('2025-12-20T02:11:12Z'),
  updatedAt: Date.parse('2026-01-05T13:21:40Z'),
  timeZone: 'Asia/Shanghai',
};

const unknown: Rendering = {
  ...parcel,
  courierCode: null,
  destinationCourierCode: null,
  origin: null,
  destination: null,
  state: aState('pending001'),
  fields: noFields,
  revision: 1,
  checkpoints: [],
  deciding: null,
};

/** Everything of a request but the version and its data. */
const source = {
  deliveryId: 'dlv_019b8e4d5f1c7000a1b2c3d4e5f60718',
  revision: parcel.revision,
  eventType: 'tracking.status_changed',
  eventAt: parcel.updatedAt,
  now: Date.parse('2026-01-05T13:21:41Z'),
  signingEmail: 'warehouse@shop.example',
  accountSecret: '5b0e7c1a-93d4-4f26-8a57-d2c60f1b9e34',
  secrets: ['whsec_d2F5YmVsbC1maXh0dXJlLXNlY3JldC0wMDAwMDE='],
  signatureHeaders: null,
  headers: {},
  userAgent: 'Waybell/0.1.0',
} as const;

for (const version of WEBHOOK_VERSIONS) {
  test(`a ${version} body in which every bound is reached is within the bound of bodies`, () => {
    const bytes = Buffer.byteLength(fullRequest(version, source.signingEmail).body);
    assert.ok(bytes <= limits.webhookBodyBytesMax, `${bytes} bytes`);
    if (version === 'v2') assert.ok(bytes > limits.webhookBodyBytesMax - 1024 * 1024, `only ${bytes} bytes`);
  });

  test(`a ${version} body is, byte for byte, the one that is written down`, () => {
    assert.equal(requestFor(version, parcel).body, oneLine(golden(version)));
  });

  test(`the reference page shows the written-down ${version} body`, () => {
    const page = read('docs/reference/webhooks.md');
    assert.ok(
      page.includes(`\`\`\`json\n${golden(version)}\`\`\``),
      `Copy src/wire/golden/${version}.json into the page.`,
    );
  });

  test(`a ${version} body of a parcel of which nothing is known has every key and no text`, () => {
    const { data } = JSON.parse(requestFor(version, unknown).body);
    const full = JSON.parse(requestFor(version, parcel).body).data;
    assert.deepEqual(Object.keys(data), Object.keys(full));
    assert.equal(data[version === 'v2' || version === 'standard' ? 'status' : 'delivery_status'], 'pending');
    assert.doesNotMatch(JSON.stringify(data), /undefined|NaN|Invalid/);
  });

  test(`a ${version} body tells at most 300 checkpoints, the newest`, () => {
    const many = Array.from({ length: 400 }, (_, index) =>
      aCheckpoint({
        side: index % 2 === 0 ? 'origin' : 'destination',
        wall: '2026-01-05 10:00',
        at: testNow - index,
        description: `scan ${index}`,
      }),
    );
    const { body } = requestFor(version, { ...parcel, checkpoints: many });
    assert.equal(body.match(/scan \d+"/g)?.length, 300);
    assert.doesNotMatch(body, /scan 300"/);
  });
}

test('the TrackingMore versions are one line of ASCII with escaped slashes, and the standard one is plain JSON', () => {
  for (const version of ['v2', 'v3', 'v4'] as const) {
    const { body } = requestFor(version, parcel);
    assert.match(body, /^[ -~]+$/);
    assert.doesNotMatch(body, /[^\\]\//);
  }
  const { body } = requestFor('standard', parcel);
  assert.equal(body, JSON.stringify(JSON.parse(body)));
});

test('V2 writes a shipment of the published shape in the published order, spelling and escapes', () => {
  const text = oneLine(read('test/fixtures/v2-shipment.json'));
  const { data, verifyInfo } = JSON.parse(text);
  const request = buildRequest({
    ...source,
    version: 'v2',
    data: renderData('v2', renderingOf(data)),
    now: verifyInfo.timeStr * 1000,
  });
  assert.equal(request.body, text);
});

test("V2 writes TrackingMore's own sample as TrackingMore does", (t) => {
  const sample = new URL('../shared/seed/webhook-v2-sample.json', root);
  if (!existsSync(sample)) return t.skip(`The sample is not part of the project: no ${sample.pathname}.`);
  const { data } = JSON.parse(readFileSync(sample, 'utf8'));
  assert.equal(renderData('v2', renderingOf(data)), phpJson(data));
});

test('versions 3 and 4 say when a parcel arrived in the country that it goes to', () => {
  const arrived = aCheckpoint({ wall: '2026-01-04 09:30:00', ...aState('transit003') });
  for (const version of ['v3', 'v4'] as const) {
    const { data } = JSON.parse(requestFor(version, { ...parcel, checkpoints: [arrived] }).body);
    assert.match(data.origin_info.arrived_destination_date, /^2026-01-04[ T]09:30:00$/);
  }
});

test('versions 2 and 3 say a parcel that is only announced as not found', () => {
  const announced = { ...parcel, state: aState('inforeceived001') };
  const dataOf = (version: WebhookVersion) => JSON.parse(renderData(version, announced));
  assert.equal(dataOf('v2').status, 'notfound');
  assert.deepEqual([dataOf('v3').delivery_status, dataOf('v3').substatus], ['notfound', 'notfound001']);
  assert.deepEqual(
    [dataOf('v4').delivery_status, dataOf('v4').substatus],
    ['inforeceived', 'inforeceived001'],
  );
  assert.equal(dataOf('standard').status, 'inforeceived');
});

test('an empty text stays empty and an absent one stays null in every version', () => {
  for (const version of WEBHOOK_VERSIONS) {
    const data = JSON.parse(renderData(version, parcel));
    assert.equal(data.customer_email, '');
    assert.equal(data.customer_name, null);
  }
});

test('V4 is typed: text or null everywhere, but for one boolean and one whole number', () => {
  for (const rendering of [parcel, unknown]) {
    const others: string[] = [];
    JSON.parse(renderData('v4', rendering), (key, value) => {
      if (typeof value === 'boolean' || typeof value === 'number') others.push(`${key} ${typeof value}`);
      return value;
    });
    assert.deepEqual(others, ['updating boolean', 'transit_time number']);
  }
});

test('handing over to the destination courier is not the date of delivery', () => {
  const handOver = aCheckpoint({ wall: '2026-01-01 09:00', ...aState('delivered001') });
  const milestones = (rendering: Rendering) =>
    JSON.parse(renderData('v4', rendering)).origin_info.milestone_date.delivery_date;
  assert.equal(milestones({ ...parcel, checkpoints: [handOver] }), null);
  assert.equal(
    milestones({ ...parcel, checkpoints: [handOver], destinationCourierCode: null }),
    '2026-01-01T09:00:00',
  );
  const both = { courierCode: 'dhl', destinationCourierCode: 'dhl' };
  assert.equal(milestones({ ...parcel, checkpoints: [handOver], ...both }), '2026-01-01T09:00:00');
});

test('a milestone is the first of its kind, and a scan dated far ahead is none', () => {
  const scans = [
    aCheckpoint({ wall: '2061-01-05 08:00', ahead: true, ...aState('pickup001') }),
    aCheckpoint({ wall: '2026-01-06 08:00', ...aState('pickup001') }),
    aCheckpoint({ wall: '2026-01-05 08:00', ...aState('pickup001') }),
    aCheckpoint({ wall: '2026-01-02 08:00' }),
  ];
  const data = JSON.parse(renderData('v4', { ...parcel, checkpoints: scans }));
  assert.equal(data.origin_info.milestone_date.outfordelivery_date, '2026-01-05T08:00:00');
  assert.equal(data.transit_time, 5, 'From the second to the sixth, both counted.');
  assert.equal(data.origin_info.trackinfo.length, 4, 'It is shown all the same.');
});

test('a parcel whose scans are all of one day has been on its way for one day', () => {
  const scans = [aCheckpoint({ wall: '2026-01-02 09:00' }), aCheckpoint({ wall: '2026-01-02' })];
  assert.equal(JSON.parse(renderData('v2', { ...parcel, checkpoints: scans })).itemTimeLength, 1);
});

test('a place that is absent leaves no gap in the last event', () => {
  const deciding = aCheckpoint({ wall: '2026-01-02 09:00', description: 'Left the depot', location: null });
  const told = (version: WebhookVersion) => JSON.parse(renderData(version, { ...parcel, deciding }));
  assert.equal(told('v2').lastEvent, 'Left the depot,2026-01-02 09:00');
  assert.equal(told('v3').latest_event, 'Left the depot,2026-01-02 09:00');
  assert.equal(told('v4').latest_event, 'Left the depot, 2026-01-02 09:00:00');
});

test('V3 labels a time without a zone +00:00 and counts the days since it', () => {
  const deciding = aCheckpoint({ wall: '2021-12-07 10:31' });
  const updatedAt = Date.parse('2022-03-29T13:52:48Z');
  const data = JSON.parse(renderData('v3', { ...parcel, deciding, updatedAt }));
  assert.equal(data.lastest_checkpoint_time, '2021-12-07T10:31:00+00:00');
  assert.equal(data.stay_time, 112);
});

test('a courier that is not in the list is still named by its code', () => {
  const data = JSON.parse(renderData('standard', { ...parcel, courierCode: 'own-vans', origin: null }));
  assert.deepEqual(data.courier, { code: 'own-vans', name: null, homepage: null, phone: null });
});

test('a standard body is the same bytes on every attempt', () => {
  const body = (now: number) =>
    buildRequest({ ...source, version: 'standard', data: renderData('standard', parcel), now }).body;
  assert.equal(body(testNow), body(testNow + 3_600_000));
});

function requestFor(version: WebhookVersion, rendering: Rendering) {
  return buildRequest({ ...source, version, data: renderData(version, rendering) });
}

/** The rendering that a V2 body must have been made of: its newest scan of the origin's side decided. */
function renderingOf(data: V2Data): Rendering {
  const sides = [
    ['origin', data.origin_info],
    ['destination', data.destination_info],
  ] as const;
  const scans = sides.flatMap(([side, { trackinfo }]) =>
    trackinfo.map((entry) =>
      aCheckpoint({
        side,
        wall: entry.Date,
        description: entry.StatusDescription,
        location: entry.Details,
      }),
    ),
  );
  return {
    ...parcel,
    trackingId: `trk_${data.id}`,
    number: data.tracking_number,
    courierCode: data.origin_info.carrier_code,
    destinationCourierCode: data.destination_info.carrier_code,
    origin: courierOf(chinaEms, data.origin_info),
    destination: courierOf(swedenPosten, data.destination_info),
    state: aState('exception005'),
    fields: {
      ...noFields,
      title: data.title,
      orderId: data.order_id,
      customerName: data.customer_name,
      customerEmail: data.customer_email,
      originCountry: countryCodeOf(data.original_country),
      destinationCountry: countryCodeOf(data.destination_country),
    },
    checkpoints: scans.toSorted((a, b) => b.at - a.at),
    deciding: scans[0] as Checkpoint,
    createdAt: Date.parse(data.created_at),
    updatedAt: Date.parse(data.updated_at),
  };
}

function courierOf(courier: Courier, { carrier_code, weblink, phone }: V2Side): Courier {
  return { ...courier, code: carrier_code, homepage: weblink, phone };
}

interface V2Side {
  readonly weblink: string;
  readonly phone: string | null;
  readonly carrier_code: string;
  readonly trackinfo: readonly { Date: string; StatusDescription: string; Details: string }[];
}

interface V2Data {
  readonly id: string;
  readonly tracking_number: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly title: string | null;
  readonly order_id: string | null;
  readonly customer_name: string | null;
  readonly customer_email: string | null;
  readonly original_country: string;
  readonly destination_country: string;
  readonly origin_info: V2Side;
  readonly destination_info: V2Side;
}

/** The same JSON text without the white space between its tokens; escapes stay as they are written. */
function oneLine(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}
