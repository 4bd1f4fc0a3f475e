/**
 * Every route as it is meant to be used, its answer compared whole. Each answer is also held against the server's own
 * description, and at the end every operation that is described must have been used.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { verifyWebhook } from '../../src/sdk/verify.ts';
import { testNow } from '../support/build.ts';
import { type Listener, withListener } from '../support/listener.ts';
import { misfit, type Operation, readOpenapi } from '../support/openapi.ts';
import { type Answer, type Caller, type Said, type TestServer, withServer } from '../support/server.ts';
import { until as comes } from '../support/until.ts';

const clock = { now: () => testNow, monotonic: () => performance.now() };
/** 2024-03-15 12:00 UTC, in the account's Stockholm. */
const now = '2024-03-15T13:00:00+01:00';
const minute = '2024-03-15T12:00:00+00:00';
const used = new Set<string>();
let described: readonly Operation[] = [];

interface Scene extends TestServer, Listener {
  /** Asks, and holds the answer against the description. */
  ask(caller: Caller, method: string, path: string, said?: Said): Promise<Answer>;
}

function route(name: string, run: (scene: Scene) => Promise<void>): void {
  test(name, () =>
    withServer(
      (server) =>
        withListener(async (listener) => {
          const { document, operations } = await readOpenapi(server.nobody);
          described = operations;
          const ask: Scene['ask'] = async (caller, method, path, said) => {
            const answer = await caller(method, path, said);
            const operation = operationOf(operations, method, path);
            used.add(`${method} ${operation.path}`);
            assert.equal(misfit(document, operation, answer), null);
            return answer;
          };
          await run({ ...server, ...listener, ask, url: listener.url });
        }),
      { clock },
    ),
  );
}

after(() => {
  const unused = described
    .map(({ method, path }) => `${method} ${path}`)
    .filter((operation) => !used.has(operation));
  assert.deepEqual(unused, [], 'every operation that is described is used in this file');
});

const scan = {
  time: '2024-03-10T10:00:00+08:00',
  description: 'Arrived at the depot',
  location: 'Shanghai',
  status: 'transit003',
};

const checkpoint = {
  ...scan,
  status: 'transit',
  substatus: 'transit003',
  side: 'origin',
  code: null,
  id: null,
  version: 0,
  source: 'api',
  ahead: false,
  revision: 2,
};

const furtherFields = {
  order_number: null,
  order_date: null,
  customer_phone: null,
  recipient_postcode: null,
  logistics_channel: null,
  note: null,
  label: null,
  language: null,
  ship_date: null,
  lookup_account: null,
  lookup_postcode: null,
  lookup_key: null,
  lookup_origin_country: null,
  lookup_destination_country: null,
};

const parcel = {
  tracking_number: 'LX 203 960 974 CN',
  courier_code: 'china-ems',
  destination_courier_code: null,
  status: 'pending',
  substatus: 'pending001',
  manual: false,
  revision: 1,
  generation: 1,
  title: 'A lamp',
  order_id: null,
  customer_name: null,
  customer_email: null,
  origin_country: null,
  destination_country: 'SE',
  ...furtherFields,
  archived: false,
  stopped: false,
  created_at: now,
  updated_at: now,
  final_at: null,
  latest_checkpoint: null,
  checkpoints: [],
};

const draft = { tracking_number: 'LX 203 960 974 CN', title: 'A lamp', destination_country: 'SE' };

route('a tracking is created, found again by creating it, reported on and read', async ({ ask, anna }) => {
  const created = await ask(anna.owner, 'POST', '/trackings', { body: draft });
  const { id } = created.json;
  assert.match(id, /^trk_[0-9a-f]{32}$/);
  assert.deepEqual([created.status, created.json], [201, { id, ...parcel }]);

  const again = await ask(anna.owner, 'POST', '/trackings', {
    body: { tracking_number: 'lx203960974cn', order_id: '7' },
  });
  assert.deepEqual([again.status, again.json], [200, { id, ...parcel, order_id: '7', revision: 2 }]);
  await ask(anna.owner, 'PATCH', `/trackings/${id}`, { body: { order_id: null } });

  const updates = [{ tracking_number: 'LX203960974CN', checkpoints: [scan] }];
  const reported = await ask(anna.owner, 'POST', '/updates', { body: { updates } });
  assert.deepEqual(reported.json, {
    results: [
      {
        tracking_id: id,
        tracking_number: 'LX 203 960 974 CN',
        courier_code: 'china-ems',
        status: 'transit',
        revision: 4,
        changed: true,
      },
    ],
  });

  const seen = { ...checkpoint, revision: 4 };
  const { checkpoints: _, ...listed } = {
    ...{ id, ...parcel },
    ...{ status: 'transit', substatus: 'transit003', revision: 4, latest_checkpoint: seen },
  };
  assert.deepEqual((await ask(anna.owner, 'GET', `/trackings/${id}`)).json, {
    ...listed,
    checkpoints: [seen],
  });
  assert.deepEqual((await ask(anna['read-only'], 'GET', '/trackings')).json, {
    data: [listed],
    next_cursor: null,
  });
});

route('every field is taken, shown, changed and cleared', async ({ ask, anna }) => {
  const said = Object.fromEntries(Object.keys(furtherFields).map((name) => [name, `a ${name}`]));
  const { id } = (await ask(anna.owner, 'POST', '/trackings', { body: draft })).json;
  const patch = async (body: unknown) => (await ask(anna.member, 'PATCH', `/trackings/${id}`, { body })).json;
  assert.deepEqual(await patch(said), { id, ...parcel, ...said, revision: 2 });
  assert.deepEqual(await patch(furtherFields), { id, ...parcel, revision: 3 });
  const updates = [{ tracking_number: 'LX203960974CN', ...said }];
  await ask(anna.member, 'POST', '/updates', { body: { updates } });
  const { json } = await ask(anna.owner, 'GET', `/trackings/${id}`);
  assert.deepEqual(json, { id, ...parcel, ...said, revision: 4 });
});

route('trackings are filtered', async ({ ask, anna }) => {
  await ask(anna.owner, 'POST', '/updates', {
    body: {
      updates: [
        { tracking_number: 'FILTER1', courier_code: 'dhl', checkpoints: [{ ...scan, status: 'delivered' }] },
        { tracking_number: 'FILTER2', courier_code: 'ups' },
      ],
    },
  });
  const numbers = async (query: string) =>
    (await ask(anna.owner, 'GET', `/trackings?${query}`)).json.data.map(
      (tracking: { tracking_number: string }) => tracking.tracking_number,
    );
  assert.deepEqual(await numbers('status=delivered'), ['FILTER1']);
  assert.deepEqual(await numbers('courier_code=ups'), ['FILTER2']);
  assert.deepEqual(await numbers('tracking_number=filter-2'), ['FILTER2']);
  assert.deepEqual(await numbers('archived=true'), []);
  assert.deepEqual(await numbers('archived=false'), ['FILTER2', 'FILTER1']);
  assert.deepEqual(await numbers('created_from=2024-03-15T13:00:00%2B01:00'), ['FILTER2', 'FILTER1']);
  assert.deepEqual(await numbers('created_from=2024-03-15T13:00:01+01:00'), []);
  assert.deepEqual(await numbers('created_to=2024-03-15'), []);
});

route('a tracking is edited, and its status set by hand and taken back', async ({ ask, anna }) => {
  const { id } = (await ask(anna.owner, 'POST', '/trackings', { body: draft })).json;
  const patch = (body: unknown) => ask(anna.member, 'PATCH', `/trackings/${id}`, { body });
  const manual = { status: 'delivered', substatus: 'delivered002', manual: true, revision: 2, final_at: now };
  assert.deepEqual((await patch({ status: 'delivered002' })).json, { id, ...parcel, ...manual });
  assert.deepEqual((await patch({ status: null })).json, { id, ...parcel, revision: 3 });
  const edits = {
    title: null,
    customer_name: 'Zoë',
    destination_courier_code: 'sweden-posten',
    archived: true,
  };
  assert.deepEqual((await patch(edits)).json, { id, ...parcel, ...edits, revision: 4 });
  assert.deepEqual((await patch({ title: null })).json.revision, 4, 'nothing new is no revision');
  const refused = await patch({ courier_code: 'dhl' });
  assert.deepEqual([refused.status, refused.json.code], [409, 'courier_fixed']);
});

route('a courier becomes known, unless that parcel exists already', async ({ ask, anna }) => {
  const create = async (body: unknown) => (await ask(anna.owner, 'POST', '/trackings', { body })).json;
  const unknown = await create({ tracking_number: 'UNKNOWN1' });
  assert.equal(unknown.courier_code, null);
  const { json } = await ask(anna.owner, 'PATCH', `/trackings/${unknown.id}`, {
    body: { courier_code: 'dhl' },
  });
  assert.deepEqual([json.courier_code, json.revision], ['dhl', 2]);

  const deleted = await create({ tracking_number: 'UNKNOWN2', courier_code: 'dhl' });
  await ask(anna.owner, 'DELETE', `/trackings/${deleted.id}`);
  const another = await create({ tracking_number: 'UNKNOWN2' });
  await create({ tracking_number: 'UNKNOWN2', courier_code: 'dhl' });
  const taken = await ask(anna.owner, 'PATCH', `/trackings/${another.id}`, { body: { courier_code: 'dhl' } });
  assert.deepEqual([taken.status, taken.json.code], [409, 'tracking_exists']);
});

route('a tracking is archived, stopped, resumed, refreshed and deleted', async ({ ask, anna }) => {
  const { id } = (
    await ask(anna.owner, 'POST', '/trackings', {
      body: { tracking_number: 'ACT123', courier_code: 'sandbox' },
    })
  ).json;
  const act = async (name: string) => ask(anna.owner, 'POST', `/trackings/${id}/${name}`);
  assert.equal((await act('archive')).json.archived, true);
  assert.equal((await act('unarchive')).json.archived, false);
  assert.equal((await act('stop')).json.stopped, true);
  const stopped = await act('refresh');
  assert.deepEqual([stopped.status, stopped.json.code], [409, 'refresh_unavailable']);
  assert.equal((await act('resume')).json.stopped, false);
  assert.equal((await act('refresh')).status, 200);
  assert.equal((await ask(anna.owner, 'DELETE', `/trackings/${id}`)).status, 204);
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/archive'],
  ] as const) {
    assert.equal((await ask(anna.owner, method, `/trackings/${id}${path}`)).json.code, 'tracking_not_found');
  }
  assert.deepEqual((await ask(anna.owner, 'GET', '/trackings')).json.data, []);
});

const webhook = {
  description: '',
  version: 'v2',
  callback: true,
  statuses: ['delivered'],
  fires_on: 'every_update',
  ordered: true,
  headers: { 'X-Shop': '(hidden)' },
  retry_seconds: [1, 604_800],
  retry_daily: false,
  rate_per_second: 0.5,
  disable_after_days: null,
  signature_headers: { id: 'svix-id', timestamp: 'svix-timestamp', signature: 'svix-signature' },
  operational_events: [],
  sending: { in_flight: 0, window: 4, closed_until: null },
  failing_since: null,
  enabled: true,
  disabled_reason: null,
  previous_secret_until: null,
  created_at: now,
  updated_at: now,
};

function settings(url: string) {
  const { version, statuses, fires_on, retry_seconds, rate_per_second, signature_headers } = webhook;
  return {
    ...{ url, version, statuses, fires_on, retry_seconds, rate_per_second, signature_headers },
    headers: { 'X-Shop': 's3cret' },
  };
}

route('a webhook is created with its secret, which no later answer has', async ({ ask, anna, url }) => {
  const created = await ask(anna.owner, 'POST', '/webhooks', { body: settings(url) });
  const { id, secret, ...rest } = created.json;
  assert.equal(created.status, 201);
  assert.match(id, /^wh_[0-9a-f]{32}$/);
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{32}$/);
  assert.deepEqual(rest, { url, ...webhook });
  assert.deepEqual((await ask(anna.owner, 'GET', `/webhooks/${id}`)).json, { id, url, ...webhook });
  assert.deepEqual((await ask(anna['read-only'], 'GET', '/webhooks')).json, {
    data: [{ id, url, ...webhook }],
    next_cursor: null,
  });
});

route(
  'a webhook is edited; what is hidden in answers may be sent back and stays',
  async ({ ask, anna, url, heard }) => {
    const secretUrl = url.replace('//', '//user:pass@');
    const { json } = await ask(anna.owner, 'POST', '/webhooks', { body: settings(secretUrl) });
    assert.equal(json.url, url.replace('//', '//***@'));
    const path = `/webhooks/${json.id}`;
    const body = {
      url: json.url,
      description: 'till',
      statuses: 'all',
      headers: { ...json.headers, 'X-New': '1' },
    };
    const edited = await ask(anna.owner, 'PATCH', path, { body });
    assert.deepEqual(edited.json.headers, { 'X-Shop': '(hidden)', 'X-New': '(hidden)' });
    assert.deepEqual([edited.json.statuses, edited.json.description], ['all', 'till']);
    await ask(anna.owner, 'POST', `${path}/test`);
    assert.deepEqual([heard[0]?.headers['x-shop'], heard[0]?.headers['x-new']], ['s3cret', '1']);
    assert.equal(
      (await ask(anna.owner, 'PATCH', path, { body: { retry_seconds: null } })).json.retry_seconds,
      null,
    );
  },
);

route(
  'the path of a URL with credentials is edited without them, and they follow to no other host',
  async ({ ask, anna, url, heard }) => {
    const secretUrl = url.replace('//', '//user:pass@');
    const { json } = await ask(anna.owner, 'POST', '/webhooks', { body: settings(secretUrl) });
    const path = `/webhooks/${json.id}`;
    const body = { url: `${json.url}moved/here` };
    const edited = await ask(anna.owner, 'PATCH', path, { body });
    assert.deepEqual([edited.status, edited.json.url], [200, body.url]);
    await ask(anna.owner, 'POST', `${path}/test`);
    assert.equal(heard[0]?.headers.authorization, `Basic ${btoa('user:pass')}`);

    for (const [method, at] of [
      ['PATCH', path],
      ['POST', '/webhooks'],
    ] as const) {
      const refused = await ask(anna.owner, method, at, { body: { url: 'https://***@other.example/' } });
      assert.deepEqual([refused.status, refused.json.code, refused.json.where], [422, 'url_invalid', '/url']);
      assert.match(refused.json.detail, /`\*\*\*` stands for .* Send them in the URL/);
    }
    assert.equal((await ask(anna.owner, 'GET', path)).json.url, body.url);
  },
);

route('operational events are selected in the standard version alone', async ({ ask, anna, url }) => {
  const body = { url, operational_events: ['webhook.failing', 'delivery.parked'] };
  const { json } = await ask(anna.owner, 'POST', '/webhooks', { body });
  assert.deepEqual(json.operational_events, body.operational_events);
  const path = `/webhooks/${json.id}`;
  const edit = (said: object) => ask(anna.owner, 'PATCH', path, { body: said });
  for (const [said, where] of [
    [{ version: 'v4' }, '/version'],
    [{ version: 'v3', operational_events: ['webhook.disabled'] }, '/operational_events'],
  ] as const) {
    const { status, json: refused } = await edit(said);
    assert.deepEqual([status, refused.code, refused.where], [422, 'operational_events_unsupported', where]);
    assert.match(refused.detail, /`version` to `standard`, or `operational_events` to \[\]/);
  }
  const kept = (await ask(anna.owner, 'GET', path)).json;
  assert.deepEqual([kept.version, kept.operational_events], ['standard', body.operational_events]);
  const changed = (await edit({ version: 'v4', operational_events: [] })).json;
  assert.deepEqual([changed.version, changed.operational_events], ['v4', []]);
  assert.equal((await edit({ operational_events: ['webhook.failing'] })).json.where, '/operational_events');
});

route('operational events stand in the log with what happened', async (scene) => {
  const { ask, anna, url } = scene;
  const { id } = (await ask(anna.owner, 'POST', '/webhooks', { body: { url, description: 'till' } })).json;
  await ask(anna.owner, 'POST', `/webhooks/${id}/disable`);
  const { json } = await ask(anna.owner, 'GET', '/events');
  const data = {
    webhook_id: id,
    url,
    description: 'till',
    disabled_by: 'request',
    reason: 'Disabled by hand.',
    failing_since: null,
    parked_count: 0,
    disabled_at: '2024-03-15T12:00:00.000Z',
  };
  assert.deepEqual(json.data, [{ id: json.data[0].id, kind: 'webhook.disabled', data, created_at: now }]);
});

route('plain http is warned of, since it is readable on the way', async ({ ask, anna }) => {
  const body = { url: 'http://9.9.9.9/hook' };
  const { id, warning } = (await ask(anna.owner, 'POST', '/webhooks', { body })).json;
  assert.match(warning, /http/);
  assert.equal((await ask(anna.owner, 'PATCH', `/webhooks/${id}`, { body })).json.warning, warning);
  const safe = await ask(anna.owner, 'PATCH', `/webhooks/${id}`, {
    body: { url: 'https://9.9.9.9/hook' },
  });
  assert.equal(safe.json.warning, undefined);
});

route('settings of a webhook that cannot be are refused by name', async ({ ask, anna, url }) => {
  const refused: [object, number, string][] = [
    [{ url: 'ftp://shop.example/' }, 422, '/url'],
    [{ headers: { Host: 'x' } }, 422, '/headers'],
    [{ headers: { 'X-A': 'a\r\nb' } }, 422, '/headers'],
    [{ version: 'v5' }, 400, '/version'],
    [{ statuses: ['pending'] }, 400, '/statuses/0'],
    [{ statuses: [] }, 400, '/statuses'],
    [{ statuses: 'some' }, 400, '/statuses'],
    [{ retry_seconds: [0] }, 400, '/retry_seconds/0'],
    [{ rate_per_second: 0 }, 400, '/rate_per_second'],
    [{ disable_after_days: 0 }, 400, '/disable_after_days'],
    [{ retry_seconds: Array(51).fill(1) }, 400, '/retry_seconds'],
    [{ callback: 'yes' }, 400, '/callback'],
    [{ operational_events: ['webhook.gone'] }, 400, '/operational_events/0'],
    [{ version: 'v2', operational_events: ['webhook.failing'] }, 422, '/operational_events'],
  ];
  for (const [said, status, where] of refused) {
    const { json } = await ask(anna.owner, 'POST', '/webhooks', { body: { url, ...said } });
    assert.deepEqual([json.status, json.where], [status, where], JSON.stringify(json));
  }
  for (let count = 0; count < 4; count++) await ask(anna.owner, 'POST', '/webhooks', { body: { url } });
  const { json } = await ask(anna.owner, 'POST', '/webhooks', { body: { url } });
  assert.equal(json.code, 'webhooks_too_many');
});

route(
  'a webhook is tried out with a signed sample that is no delivery',
  async ({ ask, anna, url, heard, answer }) => {
    const { json } = await ask(anna.owner, 'POST', '/webhooks', { body: settings(url) });
    answer(503);
    const { json: tried } = await ask(anna.owner, 'POST', `/webhooks/${json.id}/test`, {
      body: { status: 'pickup' },
    });
    assert.equal(tried.request.body, heard[0]?.body);
    assert.equal(JSON.parse(tried.request.body).data.status, 'pickup');
    assert.equal(tried.request.headers['webhook-signature'], heard[0]?.headers['webhook-signature']);
    assert.equal(tried.request.headers['X-Shop'], '(hidden)');
    assert.deepEqual(
      [
        tried.response.status,
        tried.response.body,
        tried.response.headers['x-receiver'],
        tried.verdict,
        tried.failure,
      ],
      [503, 'said 503', 'test', 'retry', null],
    );
    const verified = await verifyWebhook({
      body: tried.request.body,
      headers: tried.request.headers,
      email: 'anna@shop.example',
      secret: json.secret,
      now: testNow,
    });
    assert.equal(verified.ok, true, JSON.stringify(verified));
    assert.deepEqual((await ask(anna.owner, 'GET', '/deliveries')).json.data, []);
  },
);

route('a secret is rotated with an overlap, in which both sign', async ({ ask, anna, url }) => {
  const { json } = await ask(anna.owner, 'POST', '/webhooks', { body: { url } });
  const rotated = await ask(anna.owner, 'POST', `/webhooks/${json.id}/rotate-secret`);
  assert.notEqual(rotated.json.secret, json.secret);
  assert.equal(rotated.json.previous_secret_until, '2024-03-16T13:00:00+01:00');
  const signatures = async () =>
    (await ask(anna.owner, 'POST', `/webhooks/${json.id}/test`)).json.request.headers[
      'webhook-signature'
    ].split(' ').length;
  assert.equal(await signatures(), 2);
  const body = { overlap_seconds: 0 };
  const atOnce = await ask(anna.owner, 'POST', `/webhooks/${json.id}/rotate-secret`, { body });
  assert.equal(atOnce.json.previous_secret_until, null);
  assert.equal(await signatures(), 1);
});

route('deliveries are listed and told with every attempt, and sent again', async (scene) => {
  const { ask, anna, url, heard, answer } = scene;
  const hook = (
    await ask(anna.owner, 'POST', '/webhooks', { body: { url, version: 'v4', retry_seconds: [60] } })
  ).json;
  answer(500);
  const tracking = await report(scene, 'DELIVER1');
  const waiting = await until(
    () => ask(anna.owner, 'GET', '/deliveries?state=waiting'),
    ({ json }) => json.data[0]?.attempt_count === 1,
  );
  const [delivery] = waiting.json.data;
  assert.deepEqual(waiting.json, {
    data: [
      {
        id: delivery.id,
        state: 'waiting',
        webhook_id: hook.id,
        tracking_id: tracking,
        tracking_number: 'DELIVER1',
        event_id: delivery.event_id,
        revision: 1,
        version: 'v4',
        attempt_count: 1,
        next_attempt_at: delivery.next_attempt_at,
        created_at: now,
        settled_at: null,
      },
    ],
    next_cursor: null,
  });
  assert.match(delivery.next_attempt_at, /^2024-03-15T13:01:0/);

  answer(200);
  const redelivered = await ask(anna.owner, 'POST', `/deliveries/${delivery.id}/redeliver`);
  assert.deepEqual(
    [redelivered.json.cause, redelivered.json.verdict, redelivered.json.number],
    ['redeliver', 'accepted', 2],
  );

  const { json } = await ask(anna['read-only'], 'GET', `/deliveries/${delivery.id}`);
  const { data, attempts, ...rest } = json;
  const settled = { state: 'accepted', attempt_count: 2, next_attempt_at: null, settled_at: now };
  assert.deepEqual(rest, { ...delivery, ...settled });
  assert.ok(
    heard.every(({ body }) => body.includes(data)),
    'what was sent holds the data as it stands here',
  );
  assert.deepEqual(attempts[1], redelivered.json);
  const [first] = attempts;
  assert.deepEqual(first, {
    id: first.id,
    number: 1,
    cause: 'schedule',
    started_at: now,
    request: { method: 'POST', url, headers: first.request.headers },
    response: { status: 500, headers: first.response.headers, body: 'said 500', truncated: false },
    failure: null,
    address: '127.0.0.1',
    timings: first.timings,
    verdict: 'retry',
    reason: 'Answered 500.',
  });
  assert.equal(first.request.headers['webhook-id'], delivery.id);
  for (const query of [
    'state=accepted',
    `webhook_id=${hook.id}`,
    `tracking_id=${tracking}`,
    'created_from=2024-03-15',
  ]) {
    assert.equal((await ask(anna.owner, 'GET', `/deliveries?${query}`)).json.data.length, 1, query);
  }
  for (const query of [
    'state=parked',
    'state=waiting',
    'state=sending',
    'webhook_id=wh_x',
    'created_to=2024-03-15',
  ]) {
    assert.deepEqual((await ask(anna.owner, 'GET', `/deliveries?${query}`)).json.data, [], query);
  }
});

route('a delivery whose request is under way is told as sending', async (scene) => {
  const { ask, anna, url, answer, hears } = scene;
  await ask(anna.owner, 'POST', '/webhooks', { body: { url } });
  answer(null);
  await report(scene, 'SENDING1');
  await hears(1);
  assert.equal((await ask(anna.owner, 'GET', '/deliveries?state=sending')).json.data[0].state, 'sending');
  assert.deepEqual((await ask(anna.owner, 'GET', '/deliveries?state=waiting')).json.data, []);
  answer(200);
  await until(
    () => ask(anna.owner, 'GET', '/deliveries?state=accepted'),
    ({ json }) => json.data.length === 1,
  );
});

route(
  'a disabled webhook is owed parked deliveries, which are recovered once it is enabled',
  async (scene) => {
    const { ask, anna, url, heard } = scene;
    const { id } = (await ask(anna.owner, 'POST', '/webhooks', { body: { url } })).json;
    const disabled = await ask(anna.owner, 'POST', `/webhooks/${id}/disable`);
    assert.deepEqual([disabled.json.enabled, disabled.json.disabled_reason], [false, 'Disabled by hand.']);
    await report(scene, 'PARKED1');
    const [parked] = (await ask(anna.owner, 'GET', '/deliveries?state=parked')).json.data;
    const recover = (body: object) =>
      ask(anna.owner, 'POST', `/webhooks/${id}/recover`, { body: { since: minute, ...body } });
    assert.deepEqual((await recover({ dry_run: true })).json, { count: 1, next_cursor: null });
    assert.deepEqual((await recover({ since: '2024-03-15T12:00:01Z', dry_run: true })).json, {
      count: 0,
      next_cursor: null,
    });
    assert.equal((await recover({})).json.code, 'webhook_disabled');
    const again = await ask(anna.owner, 'POST', `/deliveries/${parked.id}/redeliver`);
    assert.equal(again.json.code, 'webhook_disabled');
    assert.equal((await ask(anna.owner, 'POST', `/webhooks/${id}/enable`)).json.enabled, true);
    assert.deepEqual((await recover({})).json, { count: 1, next_cursor: null });
    await until(
      () => ask(anna.owner, 'GET', `/deliveries/${parked.id}`),
      ({ json }) => json.state === 'accepted',
    );
    assert.equal(heard.length, 1);
  },
);

route('deleting a webhook cancels what waits for it', async (scene) => {
  const { ask, anna, url } = scene;
  const { id } = (await ask(anna.owner, 'POST', '/webhooks', { body: { url } })).json;
  await ask(anna.owner, 'POST', `/webhooks/${id}/disable`);
  await report(scene, 'CANCEL1');
  assert.equal((await ask(anna.owner, 'DELETE', `/webhooks/${id}`)).status, 204);
  assert.equal((await ask(anna.owner, 'GET', '/deliveries')).json.data[0].state, 'cancelled');
  assert.equal((await ask(anna.owner, 'GET', `/webhooks/${id}`)).json.code, 'webhook_not_found');
});

route('events tell what happened', async (scene) => {
  const { ask, anna } = scene;
  const tracking = await report(scene, 'EVENT1');
  const { json } = await ask(anna.owner, 'GET', '/events');
  const fields = { title: null, order_id: null, customer_name: null, customer_email: null };
  assert.deepEqual(json, {
    data: [
      {
        id: json.data[0].id,
        kind: 'status',
        tracking_id: tracking,
        tracking_number: 'EVENT1',
        revision: 1,
        from: { status: 'pending', substatus: 'pending001' },
        to: { status: 'transit', substatus: 'transit003' },
        checkpoints_added: 1,
        checkpoints_late: 0,
        courier_code: 'dhl',
        destination_courier_code: null,
        ...fields,
        origin_country: null,
        destination_country: null,
        ...furtherFields,
        created_at: now,
      },
    ],
    next_cursor: json.next_cursor,
  });
});

route('couriers are listed, and candidates for a number ranked', async ({ ask, anna }) => {
  const { json } = await ask(anna['read-only'], 'GET', '/couriers?limit=500');
  assert.deepEqual(
    json.data.find((courier: { code: string }) => courier.code === 'sweden-posten'),
    {
      code: 'sweden-posten',
      name: 'Sweden Posten',
      kind: 'post',
      country: 'SE',
      homepage: 'http://www.posten.se/',
      phone: null,
      pollable: false,
    },
  );
  const body = { tracking_number: 'lx 203 960 974 cn' };
  const { candidates } = (await ask(anna['read-only'], 'POST', '/couriers/detect', { body })).json;
  assert.deepEqual([candidates[0].courier_code, candidates[0].confidence > 0.9], ['china-ems', true]);
});

/** Of an account that has the keys it began with. */
const unchanged = {
  previous_signing_email: null,
  previous_signing_email_until: null,
  previous_webhook_secret_until: null,
};

route(
  'the operator creates, lists, reads and edits accounts',
  async ({ ask, operator, anna, bela, nobody }) => {
    const body = {
      signing_email: 'cleo@shop.example',
      time_zone: 'Asia/Tokyo',
      webhook_secret: 'a-secret-brought-along',
    };
    const created = await ask(operator, 'POST', '/accounts', { body });
    const { key, webhook_secret, ...account } = created.json;
    assert.equal(created.status, 201);
    assert.equal(webhook_secret, 'a-secret-brought-along');
    assert.deepEqual(account, {
      id: account.id,
      signing_email: 'cleo@shop.example',
      time_zone: 'Asia/Tokyo',
      ...unchanged,
      suspended: false,
      created_at: '2024-03-15T21:00:00+09:00',
    });
    assert.deepEqual((await ask(operator, 'GET', `/accounts/${account.id}`)).json, account);
    const list = (await ask(operator, 'GET', '/accounts')).json.data.map(({ id }: { id: string }) => id);
    for (const { id } of [anna.account, bela.account, account]) assert.ok(list.includes(id));
    const mine = await nobody('GET', '/account', { headers: { 'waybell-api-key': key } });
    assert.deepEqual(mine.json, account);
    const edited = await ask(operator, 'PATCH', `/accounts/${account.id}`, { body: { suspended: true } });
    assert.deepEqual(edited.json, { ...account, suspended: true });
    const unknown = await ask(operator, 'PATCH', '/accounts/acc_x', { body: { suspended: true } });
    assert.deepEqual([unknown.status, unknown.json.code], [404, 'account_not_found']);
  },
);

route('an owner reads and edits the own account', async ({ ask, anna }) => {
  const { json } = await ask(anna['read-only'], 'GET', '/account');
  assert.deepEqual(json, {
    id: anna.account.id,
    signing_email: 'anna@shop.example',
    time_zone: 'Europe/Stockholm',
    ...unchanged,
    suspended: false,
    created_at: now,
  });
  const edited = await ask(anna.owner, 'PATCH', '/account', {
    body: { time_zone: 'UTC', signing_email: 'a@b.example' },
  });
  assert.deepEqual(edited.json, {
    ...json,
    time_zone: 'UTC',
    signing_email: 'a@b.example',
    created_at: '2024-03-15T12:00:00+00:00',
  });
  const suspending = await ask(anna.owner, 'PATCH', '/account', { body: { suspended: false } });
  assert.equal(suspending.status, 400, 'that is for the operator');
});

route('the secret of V4 is changed for a new one or a given one, shown once', async ({ ask, anna }) => {
  const path = '/account/rotate-webhook-secret';
  const { json } = await ask(anna.owner, 'POST', path);
  assert.match(json.webhook_secret, /^[0-9a-f-]{36}$/);
  assert.equal(json.previous_webhook_secret_until, '2024-03-16T13:00:00+01:00', 'a day unless it is said');
  const body = { webhook_secret: 'brought-along-0123456789', overlap_seconds: 0 };
  const brought = await ask(anna.owner, 'POST', path, { body });
  assert.equal(brought.json.webhook_secret, body.webhook_secret);
  assert.equal(brought.json.previous_webhook_secret_until, null);
  const read = await ask(anna.owner, 'GET', '/account');
  assert.ok(!read.text.includes(body.webhook_secret));
  const edited = { signing_email: 'new@shop.example', overlap_seconds: 60 };
  const { json: account } = await ask(anna.owner, 'PATCH', '/account', { body: edited });
  assert.deepEqual(account, {
    ...read.json,
    signing_email: edited.signing_email,
    previous_signing_email: 'anna@shop.example',
    previous_signing_email_until: '2024-03-15T13:01:00+01:00',
  });
  const refused = await ask(anna.owner, 'PATCH', '/account', {
    body: { time_zone: 'UTC', overlap_seconds: 60 },
  });
  assert.deepEqual([refused.status, refused.json.where], [400, '/overlap_seconds']);
  const long = await ask(anna.owner, 'POST', path, { body: { overlap_seconds: 604_801 } });
  assert.equal(long.status, 400);
});

route(
  'keys are made, shown once, listed by their hints and revoked',
  async ({ ask, anna, nobody, store }) => {
    const created = await ask(anna.owner, 'POST', '/keys', { body: { name: 'till', role: 'read-only' } });
    const { key, ...record } = created.json;
    assert.equal(created.status, 201);
    assert.deepEqual(record, {
      id: record.id,
      name: 'till',
      role: 'read-only',
      hint: `${key.slice(0, 7)}…`,
      created_at: now,
    });
    const listed = await ask(anna.owner, 'GET', '/keys');
    assert.deepEqual(listed.json.data.at(-1), record);
    assert.ok(!listed.text.includes(key));
    assert.ok(!JSON.stringify(await store.keys(anna.account.id)).includes(key), 'only its digest is kept');
    const headers = { authorization: `Bearer ${key}` };
    assert.equal((await nobody('GET', '/trackings', { headers })).status, 200);
    assert.equal((await ask(anna.owner, 'DELETE', `/keys/${record.id}`)).status, 204);
    assert.equal((await nobody('GET', '/trackings', { headers })).status, 401);
    assert.equal((await ask(anna.owner, 'DELETE', `/keys/${record.id}`)).json.code, 'key_not_found');
    const own = listed.json.data.find(({ role }: { role: string }) => role === 'owner');
    assert.equal((await ask(anna.owner, 'DELETE', `/keys/${own.id}`)).json.code, 'key_last');
  },
);

route('an account has at most twenty keys', async ({ ask, anna }) => {
  const make = () => ask(anna.owner, 'POST', '/keys', { body: { name: 'one of many' } });
  for (let count = 3; count < 20; count++) assert.equal((await make()).status, 201);
  assert.equal((await make()).json.code, 'keys_too_many');
});

route('a backup is begun, asked for until it is done, and listed', async ({ ask, operator, anna }) => {
  const begun = await ask(operator, 'POST', '/backups', { body: { include_key: true, keep: 3 } });
  const { id, path, key_path, key_id, ...rest } = begun.json;
  assert.equal(id, 'waybell-2024-03-15-12-00-00-000');
  assert.equal(path.endsWith(`/backups/${id}.db`), true);
  assert.match(key_path, /\/vault-key$/);
  assert.match(key_id, /^[0-9a-f]{8}$/);
  const { schema_version } = rest;
  assert.deepEqual(
    [begun.status, rest],
    [
      202,
      {
        ...{ state: 'running', progress: 0, bytes: null, seconds: null, schema_version },
        ...{ key_included: false, removed: [], error: null, started_at: minute },
      },
    ],
  );
  let made = begun.json;
  await comes('it is done', async () => {
    made = (await ask(operator, 'GET', `/backups/${id}`)).json;
    return made.state === 'done';
  });
  assert.equal(made.key_included, true);
  assert.equal(made.key_path, `${path}.vault-key`);
  assert.ok(made.bytes > 0 && made.seconds >= 0 && made.progress === 1);
  const { json: listed } = await ask(operator, 'GET', '/backups');
  assert.deepEqual(listed, { data: [made], next_cursor: null });
  const missing = await ask(operator, 'GET', '/backups/waybell-2024-03-15-12-00-00-001');
  assert.deepEqual([missing.status, missing.json.code], [404, 'backup_not_found']);
  const refused = await ask(operator, 'POST', '/backups', { body: { keep: 0 } });
  assert.deepEqual([refused.status, refused.json.where], [400, '/keep']);
  assert.equal((await anna.owner('POST', '/backups')).status, 403);
});

route('samples that are not there are removed without trouble', async ({ ask, bela }) => {
  assert.deepEqual((await ask(bela.owner, 'DELETE', '/samples')).json, { removed: 0 });
});

route('machines ask without a key whether the server is well', async (scene) => {
  const { ask, nobody, anna, url } = scene;
  await ask(anna.owner, 'POST', '/webhooks', { body: { url } });
  await report(scene, 'METRIC1');
  await until(
    () => ask(anna.owner, 'GET', '/deliveries?state=accepted'),
    ({ json }) => json.data.length === 1,
  );
  assert.deepEqual((await ask(nobody, 'GET', '//healthz')).json, { status: 'ok' });
  assert.deepEqual((await ask(nobody, 'GET', '//readyz')).json, { status: 'ready' });
  const { text } = await ask(nobody, 'GET', '//metrics');
  for (const line of [
    /^waybell_updates_total\{result="accepted"\} 1$/m,
    /^waybell_updates_total\{result="refused"\} 0$/m,
    /^waybell_attempts_total\{verdict="accepted"\} 1$/m,
    /^waybell_deliveries_in_flight 0$/m,
    /^waybell_deliveries_held 0$/m,
    /^waybell_store_bytes [1-9]\d*$/m,
  ]) {
    assert.match(text, line);
  }
});

test('every operation is described: a summary, a tag, an answer, a refusal', () =>
  withServer(async ({ nobody }) => {
    const { document, operations } = await readOpenapi(nobody);
    assert.equal(document.openapi, '3.1.0');
    assert.ok(operations.length >= 40);
    for (const { method, path, access, description } of operations) {
      const what = `${method} ${path}`;
      assert.ok(description.summary && description.tags.length === 1 && access, what);
      const answers = Object.keys(description.responses);
      assert.ok(
        answers.some((status) => status.startsWith('2')),
        what,
      );
      assert.ok(access === 'public' || answers.includes('4XX'), what);
    }
    const names = Object.keys(document.components.schemas);
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(names.includes(name as string), `the schema ${name} is there`);
    }
  }));

async function report({ ask, anna }: Scene, number: string): Promise<string> {
  const updates = [{ tracking_number: number, courier_code: 'dhl', checkpoints: [scan] }];
  const { json } = await ask(anna.owner, 'POST', '/updates', { body: { updates } });
  return json.results[0].tracking_id;
}

async function until(ask: () => Promise<Answer>, holds: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
  }
}

function operationOf(operations: readonly Operation[], method: string, path: string): Operation {
  const plain = (path.startsWith('//') ? path.slice(1) : `/api/v1${path}`).split('?', 1)[0] as string;
  const found = operations.find(
    (operation) =>
      operation.method === method && new RegExp(`^${operation.path.replace('{id}', '[^/]+')}$`).test(plain),
  );
  assert.ok(found, `${method} ${plain} is described`);
  return found;
}

route('a webhook is sent what happened before it existed, once', async ({ ask, anna, url, heard }) => {
  const body = {
    updates: [{ tracking_number: 'LX203960974CN', courier_code: 'china-ems', checkpoints: [scan] }],
  };
  await ask(anna.owner, 'POST', '/updates', { body });
  const { json: made } = await ask(anna.owner, 'POST', '/webhooks', { body: { url, version: 'v2' } });
  const path = `/webhooks/${made.id}/replay-missing`;
  const counted = await ask(anna.owner, 'POST', path, { body: { dry_run: true } });
  assert.deepEqual(counted.json, { count: 1, events_kept_since: now, next_cursor: null });
  assert.equal(heard.length, 0);
  assert.equal((await ask(anna.owner, 'POST', path)).json.count, 1);
  await comes('the webhook came', () => heard.length === 1);
  assert.equal((await ask(anna.owner, 'POST', path)).json.count, 0);
  const later = { body: { since: '2124-01-01T00:00:00Z' } };
  assert.equal((await ask(anna.owner, 'POST', path, later)).json.count, 0);
  await ask(anna.owner, 'POST', `/webhooks/${made.id}/disable`);
  assert.equal((await ask(anna.owner, 'POST', path)).json.code, 'webhook_disabled');
});

route('many deliveries are sent again, page by page, under their ids', async ({ ask, anna, url, heard }) => {
  const { json: made } = await ask(anna.owner, 'POST', '/webhooks', { body: { url } });
  const count = 60;
  const updates = Array.from({ length: count }, (_, n) => ({
    ...{ tracking_number: `AGAIN-${n}`, courier_code: 'china-ems', checkpoints: [scan] },
  }));
  await ask(anna.owner, 'POST', '/updates', { body: { updates } });
  await comes('all came', async () => {
    const { json } = await ask(anna.owner, 'GET', '/deliveries?state=accepted&limit=500');
    return json.data.length === count;
  });
  const body = { webhook_id: made.id, state: 'accepted' };
  const first = await ask(anna.owner, 'POST', '/deliveries/redeliver', { body });
  assert.deepEqual([first.json.sent, first.json.accepted, first.json.skipped], [50, 50, 0]);
  const cursor = first.json.next_cursor;
  const second = await ask(anna.owner, 'POST', '/deliveries/redeliver', { body: { ...body, cursor } });
  assert.deepEqual(second.json, { count: 10, sent: 10, accepted: 10, skipped: 0, next_cursor: null });
  assert.equal(heard.length, 2 * count);
  assert.equal(new Set(heard.map(({ headers }) => headers['webhook-id'])).size, count);
  await ask(anna.owner, 'POST', `/webhooks/${made.id}/disable`);
  const off = await ask(anna.owner, 'POST', '/deliveries/redeliver', { body });
  assert.deepEqual([off.json.sent, off.json.skipped], [0, 50]);
});
