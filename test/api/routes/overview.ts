/** How things fare: the overview, and the figures of one webhook. */
import assert from 'node:assert/strict';
import { STATUSES } from '../../../src/domain/status.ts';
import { until } from '../../support/until.ts';
import { now, report, route } from './scene.ts';

const noStatus = Object.fromEntries(STATUSES.map((status) => [status, 0]));
const nothingSent = { accepted: 0, failed: 0, success_rate: null, p50_ms: null, p95_ms: null, p99_ms: null };
const nothingWaits = { waiting: 0, parked: 0, oldest_waiting_at: null, next_attempt_at: null };
const span = { hours: 2, from: '2024-03-15T12:00:00+01:00', to: now };
const byHour = (accepted: number, failed: number) => [
  { at: span.from, accepted: 0, failed: 0 },
  { at: now, accepted, failed },
];

export function overviewRoutes(): void {
  route('the overview tells how trackings, deliveries, webhooks and couriers fare', async (scene) => {
    const { ask, anna, bela, url, answer } = scene;
    const sandbox = { tracking_number: 'SANDBOX-NOINFO-1', courier_code: 'sandbox' };
    await ask(anna.owner, 'POST', '/trackings', { body: sandbox });
    const hook = async (said: object) => {
      const { json } = await ask(anna.owner, 'POST', '/webhooks', { body: { url, ...said } });
      return json.id as string;
    };
    const [well, idle] = [await hook({}), await hook({ statuses: ['delivered'] })];
    await report(scene, 'WELL1');
    const overviewOf = async (caller = anna.owner) => (await ask(caller, 'GET', '/overview?hours=2')).json;
    await until('an accepted attempt is counted', async () => (await overviewOf()).deliveries.accepted === 1);
    answer(500);
    await report(scene, 'ILL1');
    const overview = await until('a failed attempt and the courier are counted', async () => {
      const found = await overviewOf();
      return found.deliveries.failed === 1 && found.couriers.length === 1 && found;
    });

    const { p50_ms, p95_ms, p99_ms, next_attempt_at, ...deliveries } = overview.deliveries;
    const took = { p50_ms, p95_ms, p99_ms };
    assert.ok(p50_ms >= 1 && p95_ms >= p50_ms && p99_ms >= p95_ms);
    assert.match(next_attempt_at, /^2024-03-15T13:00:[23]/);
    const fared = {
      accepted: 1,
      failed: 1,
      success_rate: 0.5,
      waiting: 1,
      parked: 0,
      oldest_waiting_at: now,
    };
    assert.deepEqual(overview, {
      ...span,
      trackings: { total: 3, by_status: { ...noStatus, pending: 1, transit: 2 }, archived: 0 },
      deliveries: { ...fared, ...took, next_attempt_at, counted_to: 10_000 },
      by_hour: byHour(1, 1),
      webhooks: [
        { webhook_id: well, ...fared, ...took, next_attempt_at, by_hour: byHour(1, 1) },
        { webhook_id: idle, ...nothingSent, ...nothingWaits, by_hour: byHour(0, 0) },
      ],
      couriers: [
        {
          ...{ courier_code: 'sandbox', asked: overview.couriers[0].asked, failed: 0 },
          ...{ last_answer_at: now, last_failure_at: null, last_failure: null },
        },
      ],
    });
    assert.deepEqual(deliveries, { ...fared, counted_to: 10_000 });

    const own = await ask(anna['read-only'], 'GET', `/webhooks/${well}/figures?hours=2`);
    assert.deepEqual(own.json, { ...span, ...overview.webhooks[0], counted_to: 10_000 });
    const day = await ask(anna.owner, 'GET', `/webhooks/${idle}/figures`);
    assert.equal(day.json.by_hour.length, 24);
    assert.deepEqual(await overviewOf(bela.owner), {
      ...{ hours: 2, from: '2024-03-15T20:00:00+09:00', to: '2024-03-15T21:00:00+09:00' },
      trackings: { total: 0, by_status: noStatus, archived: 0 },
      deliveries: { ...nothingSent, ...nothingWaits, counted_to: 10_000 },
      by_hour: ['20', '21'].map((hour) => ({ at: `2024-03-15T${hour}:00:00+09:00`, accepted: 0, failed: 0 })),
      ...{ webhooks: [], couriers: [] },
    });
    for (const hours of ['0', '169', '1.5', 'x', '']) {
      const refused = await ask(anna.owner, 'GET', `/overview?hours=${hours}`);
      assert.deepEqual([refused.status, refused.json.where], [400, 'hours'], hours);
    }

    // What a deleted webhook was sent stays in the sums.
    await ask(anna.owner, 'DELETE', `/webhooks/${well}`);
    const after = await overviewOf();
    assert.deepEqual([after.deliveries.accepted, after.deliveries.waiting, after.webhooks.length], [1, 0, 1]);
  });
}
