// U+0000 in an address or an id: on PostgreSQL, which can hold it in no text, it is what nothing has, and costs nothing.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readOpenapi } from '../support/openapi.ts';
import { startCluster } from '../support/postgres.ts';
import { databaseAt, type TestServer, withServer } from '../support/server.ts';

const cluster = await startCluster();
after(() => cluster.stop());

function onPostgres(run: (server: TestServer, url: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const url = await cluster.create();
    await withServer((server) => run(server, url), {}, { database: databaseAt(url) });
  };
}

test(
  'a thousand requests for such an id open no sessions of the database',
  onPostgres(async ({ anna }, url) => {
    const ask = async (count: number) => {
      for (let done = 0; done < count; done++) {
        const { status, json } = await anna.owner('GET', '/trackings/%00');
        assert.deepEqual([status, json.code], [404, 'tracking_not_found']);
      }
    };
    await ask(10);
    const before = await sessionsOf(url);
    await ask(1000);
    // Those of this test's own questions and of what the server does besides are among them.
    assert.ok((await sessionsOf(url)) - before < 50);
  }),
);

test(
  'no path and no parameter of a query fails for it',
  onPostgres(async (server) => {
    const { operations } = await readOpenapi(server.nobody);
    let asked = 0;
    for (const { method, path, access, description } of operations) {
      if (access === 'public') continue;
      const caller = access === 'operator' ? server.operator : server.anna.owner;
      if (path.includes('{id}')) {
        const { status, text } = await caller(method, `/${path.replace('{id}', '%00')}`, {});
        assert.ok(status >= 400 && status < 500, `${method} ${path}: ${text}`);
        asked++;
      }
      for (const { name, in: place } of description.parameters ?? []) {
        if (place !== 'query' || method !== 'GET') continue;
        for (const value of ['%00', 'a%00b']) {
          const { status, text } = await caller('GET', `/${path.replace('{id}', 'x')}?${name}=${value}`);
          assert.ok(status < 500, `${path}?${name}: ${text}`);
          asked++;
        }
      }
    }
    assert.ok(asked > 30, `${asked}`);
    for (const path of [
      '/v4/trackings/update/%00',
      '/v4/trackings/get?tracking_numbers=%00&courier_code=%00',
    ])
      assert.ok((await server.anna.owner('GET', `/${path}`)).status < 500, path);
    assert.equal((await server.nobody('GET', '//inbox/%00')).status, 404);
  }),
);

test(
  'no id and no code of a body fails for it',
  onPostgres(async ({ anna, operator }) => {
    const since = '2024-01-01T00:00:00Z';
    for (const [method, path, body] of [
      ['POST', '/deliveries/redeliver', { webhook_id: '\0' }],
      ['POST', '/deliveries/redeliver', { webhook_id: 'wh_x', tracking_id: '\0' }],
      ['POST', '/webhooks/x/recover', { since, tracking_id: '\0' }],
      ['POST', '/trackings', { tracking_number: 'RR123456785SE', courier_code: '\0' }],
      ['PATCH', '/account', { signing_email: 'a\0@shop.example' }],
    ] as const) {
      const { status, text } = await anna.owner(method, path, { body });
      assert.ok(status >= 400 && status < 500, `${method} ${path}: ${text}`);
    }
    const made = await operator('POST', '/accounts', { body: { signing_email: 'a@b\0.example' } });
    assert.equal(made.status, 400, made.text);
    const texts = { url: 'https://shop.example/hook', version: 'standard', description: 'a\0b' };
    const kept = await anna.owner('POST', '/webhooks', { body: texts });
    assert.ok(kept.status < 500, kept.text);
  }),
);

test(
  "no text in a body for TrackingMore's API fails for it, nor for half a surrogate pair: it is looked for as it is kept",
  onPostgres(async ({ anna }) => {
    const ask = async (path: string, body: unknown) => (await anna.owner('POST', `//${path}`, { body })).json;
    for (const [place, odd] of ['\0', '\ud800'].entries()) {
      const order = `a${odd}b`;
      const parcel = {
        tracking_number: `ODD${place}`,
        courier_code: 'usps',
        order_number: order,
        order_id: order,
      };
      assert.equal((await ask('v3/trackings/create', [parcel])).data.success.length, 1);
      const { code, data } = await ask('v3/trackings/get', { order_numbers: order });
      assert.deepEqual([code, data.length, data[0].tracking_number], [200, 1, `ODD${place}`]);
      assert.equal((await ask('v2/trackings/get', { orders: order })).data.total, '1');
      for (const version of ['v2', 'v3'])
        for (const name of [
          'tracking_numbers',
          'numbers',
          'courier_code',
          'delivery_status',
          'status',
          'archived',
        ])
          assert.ok(
            (await anna.owner('POST', `//${version}/trackings/get`, { body: { [name]: order } })).status <
              500,
          );
    }
  }),
);

/** How many the server has begun in this database since it is there. */
async function sessionsOf(url: string): Promise<number> {
  const [row] = await cluster.query(
    url,
    'select sessions::int as sessions from pg_stat_database where datname = current_database()',
  );
  return row?.sessions as number;
}
