/** What operators ask, and their machines: backups, samples, whether the server is well. */
import assert from 'node:assert/strict';
import { until as comes } from '../../support/until.ts';
import { minute, now, report, route, until } from './scene.ts';

export function operationRoutes(): void {
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

  route('what arrived at the built-in receiver is told to its account alone', async (scene) => {
    const { ask, anna, bela } = scene;
    const empty = await ask(anna['read-only'], 'GET', '/inbox');
    const { url } = empty.json;
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/inbox\/[\w-]{24}$/);
    assert.deepEqual(empty.json, { url, data: [], next_cursor: null });
    const { json: webhook } = await ask(anna.owner, 'POST', '/webhooks', { body: { url, version: 'v2' } });
    await ask(anna.owner, 'POST', `/webhooks/${webhook.id}/test`);
    await fetch(url, { method: 'POST', body: 'anything' });
    const { json } = await ask(anna.owner, 'GET', '/inbox?limit=1');
    assert.equal(json.url, url);
    assert.deepEqual(
      json.data.map(({ received_at, verified, body }: Record<string, unknown>) => [
        received_at,
        verified,
        body,
      ]),
      [[now, false, 'anything']],
    );
    const { json: rest } = await ask(anna.owner, 'GET', `/inbox?cursor=${json.next_cursor}`);
    const [message] = rest.data;
    assert.deepEqual([rest.data.length, message.verified, message.reason], [1, true, null]);
    assert.equal(JSON.parse(message.body).data.status, 'delivered');
    const belas = await ask(bela.owner, 'GET', '/inbox');
    assert.deepEqual(belas.json.data, []);
    assert.notEqual(belas.json.url, url);
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
}
