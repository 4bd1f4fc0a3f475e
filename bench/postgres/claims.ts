/**
 * How a backlog is shared out among workers, on the database alone: by shards that each worker owns, and by claiming every
 * portion `for update skip locked`. Both read deliveries with their bodies, a hundred at a time, and settle them by the
 * same store; nothing is sent.
 *
 *     npm run bench -- claims [--updates 40000] [--workers 1,2,4,8] [--rounds 2] [--no-record]
 *
 * - `shards`: each worker holds its share by leases, reads its own shards onwards, and settles under their epochs.
 * - `claims`: each worker takes the first hundred that nobody has, by one statement of its own transaction that puts them off
 *   for the length of a lease, and settles them under no epoch. Its database has the index that this reads by, by time
 *   alone, in place of the one by shard.
 */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Id } from '../../src/base/id.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import type { TrackingCommit } from '../../src/store/store.ts';
import { aParcel, changeOf, commit, settled } from '../../test/conformance/world.ts';
import { aCheckpoint } from '../../test/support/build.ts';
import type { Cluster } from '../../test/support/postgres.ts';
import { openTable, progress } from '../record.ts';
import { messageOf } from '../servers.ts';
import type { WorkerDone, WorkerPlan } from './claimWorker.ts';
import { settingsNote, withCluster } from './cluster.ts';
import { familyMicros } from './cpu.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    updates: { type: 'string', default: '40000' },
    workers: { type: 'string', default: '1,2,4,8' },
    rounds: { type: 'string', default: '2' },
    'no-record': { type: 'boolean', default: false },
  },
});
const deliveries = Number(values.updates);
const flushSize = 256;
const checkpointsEach = 4;
/** As long as a body of that many scans. */
const bodyBytes = 2400;
const vaultKey = Buffer.alloc(32, 'key 7');

type How = WorkerPlan['how'];

/** By time alone, as a plain queue has it. */
const plainIndex = `
  drop index delivery_head;
  create index delivery_plain on delivery (webhook_id, due_at, id) where state in ('ready', 'scheduled')`;

/** A database with so many parcels, each owed to one webhook. */
async function fill(cluster: Cluster): Promise<{ readonly url: string; readonly webhookId: Id<'wh'> }> {
  const url = await cluster.create();
  const store = await openPostgresStore({ url, name: 'bench', key: vaultKey });
  const { account, webhooks } = await settled(store, {});
  const checkpoints = Array.from({ length: checkpointsEach }, () =>
    aCheckpoint({ location: 'Stockholm, SE' }),
  );
  const data = JSON.stringify('x'.repeat(bodyBytes));
  for (let made = 0; made < deliveries; made += flushSize) {
    const count = Math.min(flushSize, deliveries - made);
    const changes = Array.from({ length: count }, (): TrackingCommit => {
      const change = changeOf(aParcel(account.id, { checkpoints }), webhooks);
      return { ...change, bodies: change.bodies.map((body) => ({ ...body, data })) };
    });
    await commit(store, ...changes);
    progress(`${made + count} of ${deliveries} deliveries`);
  }
  progress('');
  await store.close();
  await cluster.query(url, 'vacuum analyze');
  return { url, webhookId: (webhooks[0] as Webhook).id };
}

interface Measured {
  readonly perSecond: number;
  readonly databaseMicros: number;
  readonly workerMicros: number;
  /** Of one portion, over all workers. */
  readonly takeP50: number;
  readonly settleP50: number;
  /** The share of the worker that took the most. */
  readonly largestShare: number;
}

/** On a copy of the filled database, so that every run finds the same. */
async function measure(
  cluster: Cluster,
  { template, webhookId, how, workers }: { template: string; webhookId: Id<'wh'>; how: How; workers: number },
): Promise<Measured> {
  const url = await cluster.create(template);
  if (how === 'claims') await cluster.query(url, plainIndex);
  const plan: WorkerPlan = { how, url, webhookId, vaultKey: vaultKey.toString('hex'), workers };
  const file = path.join(import.meta.dirname, 'claimWorker.ts');
  const children = Array.from({ length: workers }, () =>
    fork(file, [JSON.stringify(plan)], { execArgv: ['--disable-warning=ExperimentalWarning'] }),
  );
  try {
    await Promise.all(children.map((child) => messageOf(child)));
    await cluster.query(url, 'checkpoint');
    const before = familyMicros(cluster.pid);
    const startedAt = performance.now();
    const ends = await Promise.all(children.map(workOf));
    const seconds = (performance.now() - startedAt) / 1000;
    const databaseMicros = (familyMicros(cluster.pid) - before) / deliveries;
    const counts = ends.map(({ settled: count }) => count);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total !== deliveries)
      throw new Error(`${total} of ${deliveries} deliveries were settled, by ${how}.`);
    return {
      perSecond: deliveries / seconds,
      databaseMicros,
      workerMicros: ends.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0) / deliveries,
      takeP50: median(ends.flatMap(({ takeMs }) => takeMs)),
      settleP50: median(ends.flatMap(({ settleMs }) => settleMs)),
      largestShare: Math.max(...counts) / deliveries,
    };
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
    await cluster.drop(url);
  }
}

async function workOf(child: ChildProcess): Promise<WorkerDone> {
  child.send('go');
  return messageOf<WorkerDone>(child);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const workerCounts = values.workers.split(',').map(Number);
if (!workerCounts.every((count) => [1, 2, 4, 8, 16, 32].includes(count))) {
  console.error(
    `--workers are powers of two up to 32, since 64 shards are spread over them, not "${values.workers}".`,
  );
  process.exit(2);
}
await withCluster(async (cluster) => {
  const { url, webhookId } = await fill(cluster);
  const template = new URL(url).pathname.slice(1);
  const table = await openTable({
    what: 'claims',
    note: `${deliveries} deliveries of a parcel each, a hundred at a time, ${values.rounds} rounds. ${cluster.version}: ${settingsNote}.`,
    columns: [
      ...['round', 'workers', 'shared out by', 'deliveries/s', 'of shards', 'PostgreSQL CPU µs/delivery'],
      ...['workers CPU µs/delivery', 'taking 100 p50 ms', 'settling 100 p50 ms', 'largest share'],
    ],
    keep: !values['no-record'],
  });
  for (const workers of workerCounts) {
    for (let round = 1; round <= Number(values.rounds); round++) {
      let shards = Number.NaN;
      for (const how of ['shards', 'claims'] as const) {
        const one = await measure(cluster, { template, webhookId, how, workers });
        if (how === 'shards') shards = one.perSecond;
        table.line([
          ...[round, workers, how, Math.round(one.perSecond), (one.perSecond / shards).toFixed(2)],
          ...[one.databaseMicros, one.workerMicros].map(Math.round),
          ...[one.takeP50, one.settleP50].map((ms) => ms.toFixed(1)),
          `${Math.round(one.largestShare * 100)} %`,
        ]);
      }
    }
  }
  table.end();
});
