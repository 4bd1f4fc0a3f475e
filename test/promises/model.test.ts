/**
 * Order, completeness and idempotency keys against a model: random updates, failing receivers, edits, disabling, recovery,
 * redelivery and restarts, then peace. Everything but the dice is real: server, store, sockets. What is checked afterwards:
 *
 * - completeness: every event that the log holds was accepted by every webhook it was owed to;
 * - keys: one delivery id per event and webhook, and one id never carries two bodies;
 * - order: per parcel and webhook first receipts come by revision, but for those that were parked or sent again by hand,
 *   which the promise leaves out; and nothing is sent while an earlier one is neither accepted nor parked.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { type App, startApp } from '../../src/app.ts';
import type { Config } from '../../src/config/config.ts';
import type { Account } from '../../src/domain/account.ts';
import { startCluster } from '../support/postgres.ts';
import { dataIn, type Heard, openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, callerOf, testConfig } from '../support/server.ts';
import { until } from '../support/until.ts';

const runs = Number(process.env.MODEL_RUNS ?? 3);
const parcels = 4;
const versions = ['v2', 'v4', 'standard'] as const;

/** What may befall it. `who` is one of the webhooks. */
type Command =
  | { readonly kind: 'updates'; readonly parcels: readonly number[] }
  | { readonly kind: 'mood'; readonly who: number; readonly mood: Mood }
  | { readonly kind: 'poison'; readonly parcel: number }
  | { readonly kind: 'silence' | 'enable' | 'recover' | 'redeliver' | 'edit'; readonly who: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'pause'; readonly ms: number };

type Mood = 'good' | 'flaky' | 'away' | 'too many';

const who = fc.nat(versions.length - 1);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('updates' as const),
      parcels: fc.array(fc.nat(parcels - 1), { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('mood' as const),
      who,
      mood: fc.constantFrom<Mood>('good', 'flaky', 'away', 'too many'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('poison' as const), parcel: fc.nat(parcels - 1) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'silence' as const,
        'enable' as const,
        'recover' as const,
        'redeliver' as const,
        'edit' as const,
      ),
      who,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pause' as const), ms: fc.nat(60) }) },
);

test('whatever befalls it: everything arrives, in order, under one key', (t) => playAll(t, async () => null));

test('whatever befalls it on PostgreSQL: everything arrives, in order, under one key', async (t) => {
  const cluster = await startCluster();
  t.after(() => cluster.stop());
  await playAll(t, async () => ({
    url: await cluster.create(),
    directUrl: null,
    connections: 14,
    name: 'of the model',
    vaultKey: Buffer.alloc(32, 'key 7'),
  }));
});

type NewDatabase = () => Promise<Config['database']>;

async function playAll(t: TestContext, newDatabase: NewDatabase): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 15, maxLength: 50 }), async (commands) =>
      play(t, commands, await newDatabase()),
    ),
    // A run takes seconds: what failed is shown as it was, with its seed.
    { numRuns: runs, endOnFailure: true },
  );
}

async function play(
  t: TestContext,
  commands: readonly Command[],
  database: Config['database'],
): Promise<void> {
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-model-'));
  const world = await openWorld(t, { data, database });
  try {
    for (const one of commands) await world.run(one);
    await world.makePeace();
    await world.check();
  } finally {
    await world.close();
    await rm(data, { recursive: true, force: true });
  }
}

async function openWorld(t: TestContext, config: Pick<Config, 'data' | 'database'>) {
  const receiver = await openScriptedReceiver(t);
  const moods: Mood[] = versions.map(() => 'good');
  let poisoned: number | null = null;
  receiver.answer(({ path: where, number }) => {
    if (number === `MODEL-${poisoned}`) return 500;
    const mood = moods[Number(where.slice(1, 2))] as Mood;
    const roll = Math.random();
    if (mood === 'away') return 'reset';
    if (mood === 'too many') return roll < 0.5 ? 429 : 200;
    return mood === 'flaky' && roll < 0.4 ? (roll < 0.2 ? 500 : 'reset') : 200;
  });

  let app: App = await startApp({ ...testConfig, ...config });
  const { account, key } = app.first as { account: Account; key: string };
  const call: Caller = Object.assign((...said: Parameters<Caller>) => callerOf(app.url, key)(...said), {
    key,
  });
  const webhookIds: string[] = [];
  for (const [index, version] of versions.entries()) {
    const url = `${receiver.url}/${index}`;
    const { json } = await call('POST', '/webhooks', { body: { url, version, fires_on: 'every_update' } });
    // Shorter than the API takes: five attempts within a moment, so that parking happens too.
    await app.webhooks.update(account.id, json.id, { retrySeconds: [0.002, 0.004, 0.008, 0.016] });
    webhookIds.push(json.id);
  }
  /** Ids that the promise of order leaves out. */
  const outOfTurn = new Set<string>();
  let scans = 0;

  async function listed(webhookId: string, state: string): Promise<{ id: string }[]> {
    const found: { id: string }[] = [];
    for (let cursor = ''; ; ) {
      const query = `webhook_id=${webhookId}&state=${state}&limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { json } = await call('GET', `/deliveries?${query}`);
      found.push(...json.data);
      if (json.next_cursor === null) return found;
      cursor = json.next_cursor;
    }
  }

  async function noteParked(webhookId: string): Promise<void> {
    for (const { id } of await listed(webhookId, 'parked')) outOfTurn.add(id);
  }

  async function recover(webhookId: string): Promise<number> {
    await noteParked(webhookId);
    const { json } = await call('POST', `/webhooks/${webhookId}/recover`, {
      body: { since: '2020-01-01T00:00:00Z' },
    });
    return json.count ?? 0;
  }

  async function run(one: Command): Promise<void> {
    switch (one.kind) {
      case 'updates': {
        const updates = one.parcels.map((parcel) => ({
          tracking_number: `MODEL-${parcel}`,
          courier_code: 'china-ems',
          checkpoints: [{ time: minute(scans++), description: `Scan ${scans}`, status: 'transit' }],
        }));
        const { json } = await call('POST', '/updates', { body: { updates } });
        assert.ok(
          json.results.every((result: { changed?: boolean }) => result.changed),
          JSON.stringify(json),
        );
        return;
      }
      case 'mood':
        moods[one.who] = one.mood;
        return;
      case 'poison':
        poisoned = one.parcel;
        return;
      case 'pause':
        await pause(one.ms);
        return;
      case 'restart':
        await app.stop();
        app = await startApp({ ...testConfig, ...config });
        return;
    }
    const id = webhookIds[one.who] as string;
    switch (one.kind) {
      case 'silence':
        await call('POST', `/webhooks/${id}/disable`);
        return;
      case 'enable':
        await call('POST', `/webhooks/${id}/enable`);
        return;
      case 'edit':
        await call('PATCH', `/webhooks/${id}`, { body: { url: `${receiver.url}/${one.who}?edit=${scans}` } });
        return;
      case 'recover':
        await recover(id);
        return;
      case 'redeliver': {
        const some = [...(await listed(id, 'waiting')), ...(await listed(id, 'accepted'))].at(0);
        if (some === undefined) return;
        outOfTurn.add(some.id);
        await call('POST', `/deliveries/${some.id}/redeliver`);
      }
    }
  }

  return {
    run,
    async makePeace(): Promise<void> {
      moods.fill('good');
      poisoned = null;
      for (const id of webhookIds) await call('POST', `/webhooks/${id}/enable`);
      await until('nothing waits and nothing is parked', async () => {
        let left = 0;
        for (const id of webhookIds) {
          left += await recover(id);
          left += (await listed(id, 'waiting')).length + (await listed(id, 'sending')).length;
        }
        return left === 0;
      });
    },
    async check(): Promise<void> {
      const events: { id: string; tracking_id?: string }[] = [];
      for (let cursor = ''; ; ) {
        const { json } = await call('GET', `/events?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`);
        events.push(...json.data);
        if (json.data.length === 0 || json.next_cursor === null) break;
        cursor = json.next_cursor;
      }
      const told = events.filter(({ tracking_id }) => tracking_id !== undefined);
      assert.equal(told.length, scans, 'every update is an event');
      for (const [index, version] of versions.entries()) {
        const heard = receiver.heard.filter(({ path: where }) => where.startsWith(`/${index}`));
        const accepted = heard.filter(({ answer }) => answer === 200);
        assert.equal(new Set(accepted.map(keyOf)).size, scans, `${version}: every event was accepted`);
        assertKeys(heard, version);
        assertOrder(heard, outOfTurn);
      }
    },
    async close(): Promise<void> {
      await app.stop();
      await receiver.close();
    },
  };
}

/** Which event it is, whatever its id. */
function keyOf({ number, revision }: Heard): string {
  return `${number} ${revision}`;
}

function assertKeys(heard: readonly Heard[], version: (typeof versions)[number]): void {
  const ids = new Map<string, string>();
  const bodies = new Map<string, string>();
  for (const one of heard) {
    const data = dataIn(one.body, version).toString('utf8');
    assert.equal(ids.get(keyOf(one)) ?? one.id, one.id, `${keyOf(one)} came under two ids`);
    assert.equal(bodies.get(one.id) ?? data, data, `${one.id} came with two bodies`);
    ids.set(keyOf(one), one.id);
    bodies.set(one.id, data);
  }
  assert.equal(new Set(ids.values()).size, ids.size, 'one id is one event');
}

function assertOrder(heard: readonly Heard[], outOfTurn: ReadonlySet<string>): void {
  const newest = new Map<string, number>();
  const seen = new Set<string>();
  for (const one of heard) {
    if (seen.has(one.id) || outOfTurn.has(one.id)) continue;
    seen.add(one.id);
    const before = newest.get(one.number) ?? 0;
    assert.ok(one.revision > before, `${one.number}: revision ${one.revision} came after ${before}`);
    newest.set(one.number, one.revision);
  }
}

function minute(count: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, count)).toISOString();
}
