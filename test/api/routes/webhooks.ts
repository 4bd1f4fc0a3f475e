/** Webhooks: their settings, secrets, samples, and what they are sent of before their time. */
import assert from 'node:assert/strict';
import { verifyWebhook } from '../../../src/sdk/verify.ts';
import { testNow } from '../../support/build.ts';
import { until as comes } from '../../support/until.ts';
import { now, route, scan } from './scene.ts';

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

export function webhookRoutes(): void {
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
        assert.deepEqual(
          [refused.status, refused.json.code, refused.json.where],
          [422, 'url_invalid', '/url'],
        );
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

  route('what a version sends is shown without sending anything', async ({ ask, anna, heard }) => {
    const previewed: [string, string[]][] = [
      ['v2', ['meta', 'data', 'verifyInfo']],
      ['v3', ['code', 'message', 'data', 'verify', 'usertag']],
      ['v4', ['code', 'message', 'data']],
      ['standard', ['type', 'timestamp', 'data']],
    ];
    for (const [version, members] of previewed) {
      const path = `/webhooks/preview?version=${version}&status=pickup`;
      const { json } = await ask(anna['read-only'], 'GET', path);
      assert.deepEqual(Object.keys(JSON.parse(json.body)), members);
      const { data } = JSON.parse(json.body);
      assert.equal(data.status ?? data.delivery_status, 'pickup');
      assert.match(json.headers['webhook-signature'], /^v1,/);
      assert.equal('signature' in json.headers, version === 'v4');
      if (version !== 'v2' && version !== 'v3') continue;
      // TrackingMore's signatures are the account's, so the email of the account verifies them.
      const verified = await verifyWebhook({ ...json, email: 'anna@shop.example', now: testNow });
      assert.equal(verified.ok, true, JSON.stringify(verified));
    }
    const refused = await ask(anna.owner, 'GET', '/webhooks/preview?version=v5');
    assert.deepEqual([refused.status, refused.json.where], [400, 'version']);
    assert.deepEqual(heard, []);
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

  route(
    'the overlap of two secrets is ended before its time, and nothing else of the webhook changes',
    async ({ ask, anna, url }) => {
      const { json } = await ask(anna.owner, 'POST', '/webhooks', { body: { url } });
      const path = `/webhooks/${json.id}`;
      await ask(anna.owner, 'POST', `${path}/rotate-secret`);
      assert.equal(await signatures(), 2);
      const ended = await ask(anna.owner, 'POST', `${path}/end-overlap`);
      assert.deepEqual([ended.status, ended.json.previous_secret_until], [200, null]);
      assert.equal('secret' in ended.json, false);
      assert.equal(await signatures(), 1);
      const { secret, ...made } = json;
      assert.deepEqual((await ask(anna.owner, 'GET', path)).json, made);

      async function signatures() {
        const tried = await ask(anna.owner, 'POST', `${path}/test`);
        return tried.json.request.headers['webhook-signature'].split(' ').length;
      }
    },
  );

  route(
    'a URL is checked in the words with which creating a webhook refuses it or warns of it, and nothing is made',
    async ({ ask, anna, url }) => {
      const said = [
        'http://169.254.169.254/latest',
        'ftp://shop.example/',
        'not a url',
        'https://***@a.example/',
      ];
      for (const one of said) {
        const body = { url: one };
        const refused = (await ask(anna.owner, 'POST', '/webhooks', { body })).json;
        const { status, json } = await ask(anna.owner, 'POST', '/webhooks/check-url', { body });
        const problem = { code: refused.code, detail: refused.detail };
        assert.deepEqual([status, json], [200, { ok: false, problem }], one);
      }
      for (const one of [url, 'http://9.9.9.9/hook', 'https://9.9.9.9/hook']) {
        const body = { url: one };
        const checked = (await ask(anna.member, 'POST', '/webhooks/check-url', { body })).json;
        assert.deepEqual((await ask(anna.owner, 'GET', '/webhooks')).json.data, []);
        const { id, warning } = (await ask(anna.owner, 'POST', '/webhooks', { body })).json;
        assert.deepEqual(checked, { ok: true, ...(warning === undefined ? {} : { warning }) }, one);
        await ask(anna.owner, 'DELETE', `/webhooks/${id}`);
      }
    },
  );

  route(
    'the URL of a webhook is checked with what it hides, and no other account learns of that',
    async ({ ask, anna, bela, url }) => {
      const secretUrl = url.replace('//', '//user:pass@');
      const { json } = await ask(anna.owner, 'POST', '/webhooks', { body: { url: secretUrl } });
      const body = { url: `${json.url}moved`, webhook_id: json.id };
      const checked = await ask(anna.owner, 'POST', '/webhooks/check-url', { body });
      assert.deepEqual(checked.json, { ok: true });
      const foreign = await ask(bela.owner, 'POST', '/webhooks/check-url', { body });
      assert.deepEqual([foreign.status, foreign.json.code], [404, 'webhook_not_found']);
    },
  );

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
}
