/** A worker of `claims.ts`: takes deliveries, settles them as accepted, and tells what that took when nothing is left. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Id, shardsTotal } from '../../src/base/id.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import { type HeldShard, shardOfDelivery } from '../../src/domain/shard.ts';
import { bodyColumns } from '../../src/store/owedRow.ts';
import { type Database, openDatabase } from '../../src/store/postgres/database.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import type { QueuePosition, Settlement, Store } from '../../src/store/store.ts';
import { settlementOf } from '../../test/conformance/world.ts';
import { aDelivery } from '../../test/support/build.ts';

export interface WorkerPlan {
  readonly how: 'shards' | 'claims';
  readonly url: string;
  readonly webhookId: Id<'wh'>;
  /** In hexadecimal. */
  readonly vaultKey: string;
  readonly workers: number;
}

export interface WorkerDone {
  readonly settled: number;
  readonly cpuMicros: number;
  /** Of each portion. */
  readonly takeMs: readonly number[];
  readonly settleMs: readonly number[];
}

const portion = 100;
/** Longer than a run. */
const leaseMs = 600_000;

/** The next settlements, none when nothing is left. */
type Take = () => Promise<readonly Settlement[]>;

const plan = JSON.parse(process.argv[2] as string) as WorkerPlan;
const store = await openPostgresStore({
  ...{ url: plan.url, name: 'bench' },
  key: Buffer.from(plan.vaultKey, 'hex'),
});

async function work(): Promise<WorkerDone> {
  const before = process.cpuUsage();
  const takeMs: number[] = [];
  const settleMs: number[] = [];
  let settled = 0;
  for (;;) {
    const askedAt = performance.now();
    const settlements = await take();
    if (settlements.length === 0) break;
    const takenAt = performance.now();
    takeMs.push(takenAt - askedAt);
    const results = await store.settle(settlements);
    settleMs.push(performance.now() - takenAt);
    settled += results.filter((one) => 'applied' in one && one.applied).length;
  }
  const { user, system } = process.cpuUsage(before);
  return { settled, cpuMicros: user + system, takeMs, settleMs };
}

/** Rounds as a process makes them, until the shards are spread evenly: with 64 and a power of two, to the last one. */
async function share(shards: Store): Promise<readonly HeldShard[]> {
  const processId = randomUUID();
  const round = (release: readonly HeldShard[]) =>
    shards.holdShards({ processId, duties: ['send'], leaseMs, heard: 0, release });
  let { held } = await round([]);
  while (held.length !== shardsTotal / plan.workers) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    ({ held } = await round(held.slice(shardsTotal / plan.workers)));
  }
  return held;
}

function fromOwnShards(held: readonly HeldShard[]): Take {
  const epochs = new Map(held.map(({ shard, epoch }) => [shard, epoch]));
  let after: QueuePosition | null = null;
  return async () => {
    const bounds = { rowsMax: portion, bytesMax: 64 * 2 ** 20 };
    const { rows } = await store.queue(plan.webhookId, after, bounds, [...epochs.keys()]);
    const last = rows.at(-1)?.delivery;
    if (last !== undefined) after = { dueAt: 0, id: last.id };
    return rows.map(({ delivery }) => ({
      ...settlementOf(delivery, 'accepted'),
      epoch: epochs.get(shardOfDelivery(delivery)) ?? null,
    }));
  };
}

/** A claim is over when its time is: until then the delivery is due later, and nobody's. */
const claim = `
  with free as materialized (
    select account_id, id from delivery
    where webhook_id = $1 and state in ('ready', 'scheduled') and due_at <= $2
    order by due_at, id limit $3 for update skip locked),
  claimed as (
    update delivery d set state = 'scheduled', due_at = $4
    from free where d.account_id = free.account_id and d.id = free.id
    returning d.account_id, d.id, d.tracking_id, d.event_id, d.revision, d.version)
  select d.account_id, d.id, d.tracking_id, d.event_id, d.revision, ${bodyColumns}
  from claimed d join event e on e.account_id = d.account_id and e.id = d.event_id`;

type Row = [
  accountId: Delivery['accountId'],
  id: Delivery['id'],
  trackingId: Delivery['trackingId'],
  eventId: Delivery['eventId'],
  revision: number,
];

function fromClaims(own: Database): Take {
  return async () => {
    const now = Date.now();
    const rows = await own.write((session) =>
      session.rows<Row>(claim, [plan.webhookId, now, portion, now + leaseMs]),
    );
    return rows.map(([accountId, id, trackingId, eventId, revision]) => {
      const { webhookId } = plan;
      const claimed = { accountId, id, webhookId, trackingId, eventId, revision };
      return settlementOf(aDelivery({ ...claimed, state: 'scheduled' }), 'accepted');
    });
  };
}

const database = plan.how === 'claims' ? await openDatabase(plan.url) : null;
const take = database === null ? fromOwnShards(await share(store)) : fromClaims(database);
process.send?.('ready');
await once(process, 'message');
process.send?.(await work());
await once(process, 'disconnect');
await Promise.all([store.close(), database?.close()]);
