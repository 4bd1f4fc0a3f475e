/** A webhook that is disabled or deleted while very much waits for it: its table is cleared by and by, and nobody waits for that. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import pg from 'pg';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { Store } from '../../src/store/store.ts';
import { startDatabases } from './database.ts';
import { commitRevisions, heardAll, settled } from './world.ts';

const databases = await startDatabases();
const { cluster, withStores } = databases;
after(() => cluster.stop());

/** More than are cleared at once, three of a parcel: so stretches of a thousand rows end amid one. */
const parcels = 3400;
const waiting = 3 * parcels;

interface Full {
  readonly webhook: Webhook;
  readonly first: Delivery;
}

describe('a webhook for which very much waits', () => {
  it('is given out to be sent no more once it is disabled, and is parked in stretches', () =>
    withStores(async ([one, two], url) => {
      const { webhook } = await full(one, url);
      assert.deepEqual(await one.webhooksWithWork(null, null), [webhook.id]);
      await one.updateWebhook({ ...webhook, enabled: false }, null, heardAll);
      assert.deepEqual(await two.clearings(), [webhook.id]);
      assert.deepEqual(await statesIn(url), { ready: parcels, blocked: waiting - parcels });
      assert.deepEqual(await two.webhooksWithWork(null, null), []);
      const bounds = { rowsMax: 10, bytesMax: 1_000_000 };
      assert.deepEqual(await two.queue(webhook.id, null, bounds, null), { rows: [], more: false });
      let steps = 1;
      // Whoever is at it, it goes on where it was left, and whatever is edited meanwhile.
      for (; await (steps % 2 === 0 ? one : two).clear(webhook.id); steps++)
        await one.updateWebhook({ ...webhook, enabled: false, description: `${steps}` }, null, heardAll);
      assert.equal(steps, Math.ceil(waiting / 1000));
      assert.deepEqual(await statesIn(url), { parked: waiting });
      assert.deepEqual(await one.clearings(), []);
    }));

  it('is left alone by one process while another is at it', () =>
    withStores(async ([one, two], url) => {
      const { webhook } = await full(one, url);
      await one.updateWebhook({ ...webhook, enabled: false }, null, heardAll);
      const other = new pg.Client({ connectionString: url });
      await other.connect();
      await other.query('begin; select from clearing for update');
      assert.equal(await two.clear(webhook.id), false);
      await other.query('rollback');
      await other.end();
      assert.equal(await two.clear(webhook.id), true);
    }));

  it('goes on with what is not parked yet where it is enabled meanwhile, each parcel from its earliest on', () =>
    withStores(async ([one], url) => {
      const { webhook } = await full(one, url);
      await one.updateWebhook({ ...webhook, enabled: false }, null, heardAll);
      for (let steps = 0; steps < 2; steps++) assert.equal(await one.clear(webhook.id), true);
      await one.updateWebhook(webhook, null, heardAll);
      assert.deepEqual([await one.clearings(), await one.clear(webhook.id)], [[], false]);
      const states = await statesIn(url);
      assert.equal(states.parked, 2000);
      assert.deepEqual(await one.webhooksWithWork(null, null), [webhook.id]);
      const headless = await cluster.query(
        url,
        `select tracking_id from delivery where state <> 'parked' group by tracking_id
         having count(*) filter (where state = 'ready') <> 1 or min(revision) filter (where state = 'ready') <> min(revision)`,
      );
      assert.deepEqual(headless, []);
      // Disabled again it is cleared from the beginning.
      await one.updateWebhook({ ...webhook, enabled: false }, null, heardAll);
      while (await one.clear(webhook.id));
      assert.deepEqual(await statesIn(url), { parked: waiting });
    }));

  it('has all cancelled in stretches where it is deleted, be it parked or not', () =>
    withStores(async ([one, two], url) => {
      const { webhook, first } = await full(one, url);
      await one.updateWebhook({ ...webhook, enabled: false }, null, heardAll);
      await one.clear(webhook.id);
      await one.deleteWebhook(webhook, first.createdAt + 1000);
      assert.deepEqual(await one.webhooks(webhook.accountId), []);
      assert.deepEqual(await two.clearings(), [webhook.id]);
      while (await two.clear(webhook.id));
      assert.deepEqual([await two.clearings(), await statesIn(url)], [[], {}]);
      const [settledRows] = await cluster.query(
        url,
        `select count(*)::integer, min(settled_at)::float8 as at from delivery_history where state = 'cancelled'`,
      );
      assert.deepEqual(settledRows, { count: waiting, at: first.createdAt + 1000 });
    }));
});

/** A webhook whose table is full: one delivery as the store made it, and copies of it. */
async function full(store: Store, url: string): Promise<Full> {
  const { webhooks } = await settled(store, {});
  const { deliveries } = await commitRevisions(store, 1, webhooks);
  const [first] = deliveries as [Delivery];
  await cluster.query(
    url,
    `insert into delivery (account_id, id, webhook_id, tracking_id, event_id, number, revision, version, callback, ordered, state,
       attempts, due_at, created_at, shard)
     select account_id, left(id, -12) || lpad(to_hex(n), 12, '0'), webhook_id, left(tracking_id, -6) || lpad(to_hex(n / 3), 6, '0'),
       event_id, number, 1 + n % 3, version, callback, ordered, case n % 3 when 0 then 'ready' else 'blocked' end,
       0, case n % 3 when 0 then 0 end, created_at, shard
     from delivery, generate_series(0, ${waiting - 1}) as n;
     delete from delivery where id = '${first.id}'`,
  );
  return { webhook: webhooks[0] as Webhook, first };
}

async function statesIn(url: string): Promise<Record<string, unknown>> {
  const rows = await cluster.query(url, 'select state, count(*)::integer from delivery group by state');
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
