/** Trackings, the updates that make them, and the couriers they are at. */
import assert from 'node:assert/strict';
import { furtherFields, now, route, scan } from './scene.ts';

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
  attention: null,
  archived: false,
  stopped: false,
  created_at: now,
  updated_at: now,
  final_at: null,
  latest_checkpoint: null,
  checkpoints: [],
};

const draft = { tracking_number: 'LX 203 960 974 CN', title: 'A lamp', destination_country: 'SE' };

export function trackingRoutes(): void {
  route('a tracking is created, found again by creating it, reported on and read', async ({ ask, anna }) => {
    const created = await ask(anna.owner, 'POST', '/trackings', { body: draft });
    const { id, track_url } = created.json;
    assert.match(id, /^trk_[0-9a-f]{32}$/);
    assert.deepEqual([created.status, created.json], [201, { id, track_url, ...parcel }]);

    const again = await ask(anna.owner, 'POST', '/trackings', {
      body: { tracking_number: 'lx203960974cn', order_id: '7' },
    });
    assert.deepEqual(
      [again.status, again.json],
      [200, { id, track_url, ...parcel, order_id: '7', revision: 2 }],
    );
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
      ...{ id, track_url, ...parcel },
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
    const { id, track_url } = (await ask(anna.owner, 'POST', '/trackings', { body: draft })).json;
    const patch = async (body: unknown) =>
      (await ask(anna.member, 'PATCH', `/trackings/${id}`, { body })).json;
    assert.deepEqual(await patch(said), { id, track_url, ...parcel, ...said, revision: 2 });
    assert.deepEqual(await patch(furtherFields), { id, track_url, ...parcel, revision: 3 });
    const updates = [{ tracking_number: 'LX203960974CN', ...said }];
    await ask(anna.member, 'POST', '/updates', { body: { updates } });
    const { json } = await ask(anna.owner, 'GET', `/trackings/${id}`);
    assert.deepEqual(json, { id, track_url, ...parcel, ...said, revision: 4 });
  });

  route('trackings are filtered', async ({ ask, anna }) => {
    await ask(anna.owner, 'POST', '/updates', {
      body: {
        updates: [
          {
            tracking_number: 'FILTER1',
            courier_code: 'dhl',
            checkpoints: [{ ...scan, status: 'delivered' }],
          },
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

  route('trackings are searched, found by the attention they need, and counted', async ({ ask, anna }) => {
    const parcels = [
      { tracking_number: 'LX 203 960 974 CN', customer_name: 'Ada Lovelace', order_id: 'A-1' },
      { tracking_number: 'LX203960988CN', order_number: 'a-12', customer_email: 'bo@shop.example' },
      { tracking_number: 'LX203960991CN', customer_name: 'Bo Ek' },
    ];
    const checkpointsOf = (...statuses: string[]) => statuses.map((status) => ({ ...scan, status }));
    const updates = [
      { ...parcels[0], checkpoints: checkpointsOf('exception') },
      { ...parcels[1], checkpoints: checkpointsOf('undelivered') },
      { ...parcels[2], checkpoints: checkpointsOf('exception010') },
    ];
    await ask(anna.owner, 'POST', '/updates', { body: { updates } });
    const found = async (query: string) => {
      const { json } = await ask(anna['read-only'], 'GET', `/trackings?${query}`);
      return json.data.map((one: { attention: string }) => one.attention);
    };
    const [one, second, back] = ['exception', 'failed_attempt', 'returned'];
    assert.deepEqual(await found('search=ada'), [one]);
    assert.deepEqual(await found('search='), [back, second, one]);
    assert.deepEqual(await found('search=A-1&limit=2'), [second, one]);
    assert.deepEqual(await found('search=bo'), [back, second]);
    assert.deepEqual(await found('search=lx203&status=undelivered,exception&attention=returned'), [back]);
    assert.deepEqual(await found('attention=any'), [back, second, one]);
    assert.deepEqual(await found('attention=exception,failed_attempt&archived=false'), [second, one]);
    assert.deepEqual(await found('attention=stalled,expired'), []);
    assert.deepEqual(await found('attention=any&updated_from=2024-03-16'), []);

    assert.deepEqual((await ask(anna.owner, 'GET', '/trackings/counts')).json, {
      by_status: {
        ...{ pending: 0, notfound: 0, inforeceived: 0, transit: 0, pickup: 0 },
        ...{ undelivered: 1, delivered: 0, exception: 2, expired: 0 },
      },
      attention: { exception: 1, failed_attempt: 1, returned: 1, stalled: 0, expired: 0 },
      archived: 0,
      counted_to: 10_000,
    });
    for (const query of ['status=lost', 'attention=none', `search=${'x'.repeat(101)}`, 'updated_to=soon']) {
      const { status, json } = await ask(anna.owner, 'GET', `/trackings?${query}`);
      assert.deepEqual([status, json.code, json.where], [400, 'body_invalid', query.split('=')[0]]);
    }
  });

  route('a view is saved, listed, changed and deleted', async ({ ask, anna }) => {
    const body = { name: ' Late ones ', query: { attention: 'stalled,expired', archived: 'false' } };
    const made = await ask(anna.member, 'POST', '/views', { body });
    const view = { ...body, id: made.json.id, name: 'Late ones', created_at: now };
    assert.match(made.json.id, /^view_[0-9a-f]{32}$/);
    assert.deepEqual([made.status, made.json], [201, view]);
    assert.deepEqual((await ask(anna['read-only'], 'GET', '/views')).json, {
      data: [view],
      next_cursor: null,
    });
    const refusals: [string, unknown, number, string][] = [
      ['POST', { ...body, name: 'Late ones' }, 409, 'view_exists'],
      ['POST', { ...body, name: ' ' }, 400, 'body_invalid'],
      ['POST', { name: 'x', query: { attention: 'none' } }, 400, 'body_invalid'],
      ['POST', { name: 'x', query: { limit: '5' } }, 400, 'body_invalid'],
    ];
    for (const [method, body, status, code] of refusals) {
      const refused = await ask(anna.member, method, '/views', { body });
      assert.deepEqual([refused.status, refused.json.code], [status, code]);
    }
    const patch = { query: { search: 'ada' } };
    const changed = await ask(anna.member, 'PATCH', `/views/${view.id}`, { body: patch });
    assert.deepEqual(changed.json, { ...view, ...patch });
    assert.equal((await ask(anna.member, 'DELETE', `/views/${view.id}`)).status, 204);
    const gone = await ask(anna.member, 'DELETE', `/views/${view.id}`);
    assert.deepEqual([gone.status, gone.json.code], [404, 'view_not_found']);
  });

  route('a tracking is edited, and its status set by hand and taken back', async ({ ask, anna }) => {
    const { id, track_url } = (await ask(anna.owner, 'POST', '/trackings', { body: draft })).json;
    const patch = (body: unknown) => ask(anna.member, 'PATCH', `/trackings/${id}`, { body });
    const manual = {
      status: 'delivered',
      substatus: 'delivered002',
      manual: true,
      revision: 2,
      final_at: now,
    };
    assert.deepEqual((await patch({ status: 'delivered002' })).json, { id, track_url, ...parcel, ...manual });
    assert.deepEqual((await patch({ status: null })).json, { id, track_url, ...parcel, revision: 3 });
    const edits = {
      title: null,
      customer_name: 'Zoë',
      destination_courier_code: 'sweden-posten',
      archived: true,
    };
    assert.deepEqual((await patch(edits)).json, { id, track_url, ...parcel, ...edits, revision: 4 });
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
    const taken = await ask(anna.owner, 'PATCH', `/trackings/${another.id}`, {
      body: { courier_code: 'dhl' },
    });
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
      assert.equal(
        (await ask(anna.owner, method, `/trackings/${id}${path}`)).json.code,
        'tracking_not_found',
      );
    }
    assert.deepEqual((await ask(anna.owner, 'GET', '/trackings')).json.data, []);
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
}
