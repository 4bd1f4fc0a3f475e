/** Deliveries: listed, told, sent again, recovered, cancelled. */
import assert from 'node:assert/strict';
import { until as comes } from '../../support/until.ts';
import { minute, now, report, route, scan, until } from './scene.ts';

export function deliveryRoutes(): void {
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
          channel: 'webhook',
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

  route(
    'many deliveries are sent again, page by page, under their ids',
    async ({ ask, anna, url, heard }) => {
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
    },
  );
}
