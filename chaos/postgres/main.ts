/**
 * Several processes on one PostgreSQL. Under load (scans, edits, deletions, recoveries, deliveries sent again) they are killed,
 * stopped past their lease and woken, cut off from the database in several ways, restarted in turn, joined by one more; the
 * database is restarted as after a crash. Every disaster comes once a round, in random order; from the second round on every
 * other with another in its middle. Then peace, and an account: lost, undone, out of order, duplicated and why, and how long the
 * shards of the dead stood still.
 *
 *     npm run chaos -- --postgres [--rounds 3] [--processes 3] [--lease 20] [--seed 1] [--only killed,stopped]
 *         [--writers 12] [--editors 6] [--untimed] [--json]
 *
 * Ends with 1 if anything was lost, undone or came out of order, and, but for `--untimed`, if it was sent twice for no
 * reason, taken over too late, or begun without a lease; what was seen is then left in a folder. The dice of the disasters are seeded; when exactly they fall is not.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Scope } from '../../test/support/childServer.ts';
import { startCluster } from '../../test/support/postgres.ts';
import { listed } from '../account.ts';
import { dice, pick, shuffled } from '../dice.ts';
import { progress } from '../progress.ts';
import { startWriters } from '../writers.ts';
import { type Logged, takeAccount } from './account.ts';
import { companions, disasters } from './disasters.ts';
import { startEditors } from './editors.ts';
import { keepFindings } from './findings.ts';
import { type Fleet, type Member, startFleet } from './fleet.ts';
import { type Handled, type Handlers, startHandlers } from './handlers.ts';
import { readBack } from './readBack.ts';
import { ATTEMPTS_MAX, openReceivers, PATHS } from './receivers.ts';
import { failed, type Result, report } from './report.ts';
import { staleBegins } from './stale.ts';
import { takeOvers } from './takeOver.ts';

const names = Object.keys(disasters) as (keyof typeof disasters)[];
const { values } = parseArgs({
  options: {
    postgres: { type: 'boolean' },
    rounds: { type: 'string', default: '3' },
    processes: { type: 'string', default: '3' },
    lease: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    writers: { type: 'string', default: '12' },
    editors: { type: 'string', default: '6' },
    only: { type: 'string', default: names.join(',') },
    untimed: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const processes = Number(values.processes);
const leaseMs = Number(values.lease) * 1000;
const random = dice(Number(values.seed));
const chosen = names.filter((name) => values.only.split(',').includes(name));

/** One parcel waits for its own retries, so there are many. */
const load = {
  writers: Number(values.writers),
  parcelsEach: 20,
  batchMax: 6,
  pauseMsMax: 500,
  random: dice(Number(values.seed) + 1),
};
const edits = {
  editors: Number(values.editors),
  parcelsEach: 6,
  pauseMsMax: 400,
  random: dice(Number(values.seed) + 2),
};
const handling = { pauseMsMax: 1500, random: dice(Number(values.seed) + 3) };
const companyShare = 0.5;
/** Nothing that waits is sent for so long, though a queue rests until whoever puts it in order is surely gone: nobody will. */
const stuckMs = leaseMs * 3 + 60_000;

const ends: (() => Promise<void>)[] = [];
const scope: Scope = { after: (end) => void ends.push(end) };
try {
  const result = await chaos();
  report(result, { json: values.json });
  process.exitCode = failed(result) ? 1 : 0;
} finally {
  for (const end of ends.reverse()) await end();
}

async function chaos(): Promise<Result> {
  const startedAt = performance.now();
  const cluster = await startCluster();
  scope.after(cluster.stop);
  const receivers = await openReceivers(scope);
  const database = await cluster.create();
  const fleet = await startFleet(scope, { database, leaseSeconds: leaseMs / 1000, random: load.random });
  const webhooks = await makeWebhooks(await fleet.join(), receivers.url);
  while (fleet.members.length < processes) await fleet.join();

  const writers = startWriters(fleet.ask, load);
  const editors = startEditors(fleet.ask, edits);
  const handlers = startHandlers(fleet.ask, webhooks, handling);
  const scene = { fleet, cluster, leaseMs, random, isDatabaseAway: false };
  for (let round = 1; round <= rounds; round++) {
    for (const name of shuffled(random, chosen)) {
      progress(`round ${round} of ${rounds}: ${name}, ${writers.acknowledged.length} updates acknowledged`);
      const befallen = disasters[name](scene);
      if (round > 1 && random() < companyShare) {
        await pause(random() * leaseMs);
        await pick(random, companions)(scene);
      }
      await befallen;
      // Time to share out the shards anew.
      await pause((0.1 + random() * 0.3) * leaseMs);
    }
  }
  for (const load of [writers, editors, handlers])
    await load.stop().catch((error) => fleet.problems.push(String(error)));
  receivers.calm();
  await settle(fleet, webhooks, handlers);

  const servers = fleet.members.map(({ server }) => server);
  const { parcels } = editors;
  const undone = [...editors.wrong, ...(await readBack({ servers, parcels, webhooks }))];
  const acknowledged = [...writers.acknowledged, ...editors.acknowledged];
  const { receipts } = receivers;
  const { incidents, problems } = fleet;
  const { recoveries } = handlers;
  const byHand = new Set(handlers.byHand);
  const seen = { acknowledged, receipts, incidents, recoveries, byHand, leaseMs };
  const result: Result = {
    ...takeAccount({ ...seen, events: await logOf(fleet) }),
    undone,
    incidents,
    takeOvers: processes > 1 ? takeOvers(seen) : [],
    staleBegins: staleBegins(seen),
    leaseMs,
    problems,
    isTimed: !values.untimed,
    repeatedRequests: writers.repeated + editors.repeated + handlers.repeated,
    done: {
      ...editors.done,
      webhookEdits: handlers.edits,
      recoveries: recoveries.length,
      recovered: recoveries.reduce((sum, { parked }) => sum + parked.length, 0),
      redelivered: handlers.byHand.length,
    },
    seconds: Math.round((performance.now() - startedAt) / 1000),
  };
  if (failed(result))
    await keepFindings({ result, acknowledged, receipts, recoveries, byHand, fleet, cluster, database });
  return result;
}

/** Every event of a parcel. */
async function logOf({ members }: Fleet): Promise<Logged[]> {
  const { server } = members[0] as Member;
  const events: Logged[] = [];
  for await (const event of listed(server, '/events?')) {
    const { tracking_id: trackingId, tracking_number: number, revision, checkpoints_added: added } = event;
    // Events of the sending itself are of no parcel.
    if (trackingId === undefined || number === undefined || revision === undefined) continue;
    events.push({ trackingId, number, revision, isOwed: (added ?? 0) > 0 });
  }
  return events;
}

/** Before the other processes are there: what they do not know of yet is not what is tried here. */
async function makeWebhooks({ server }: Member, url: string): Promise<Handled[]> {
  const webhooks: Handled[] = [];
  for (const path of PATHS) {
    const body = {
      url: url + path,
      fires_on: 'every_update',
      version: path === '/older' ? 'v2' : 'standard',
      // But for the strict one's, none is ever given up.
      retry_seconds: Array((ATTEMPTS_MAX[path] ?? 51) - 1).fill(1),
    };
    const { json, status, text } = await server.call('POST', '/webhooks', { body });
    if (status !== 201) throw new Error(text);
    webhooks.push({ path, id: json.id, description: '', ratePerSecond: null });
  }
  return webhooks;
}

/** Waits until nothing waits, or nothing moves any more; puts back what is parked. */
async function settle(
  { members, problems }: Fleet,
  webhooks: readonly Handled[],
  { recover }: Pick<Handlers, 'recover'>,
): Promise<void> {
  const { server } = members[0] as Member;
  let least = Number.POSITIVE_INFINITY;
  let movedAt = performance.now();
  for (;;) {
    let left = 0;
    for (const webhook of webhooks) {
      const before = left;
      for await (const _ of listed(server, `/deliveries?state=parked&webhook_id=${webhook.id}&`)) left++;
      if (left > before) await recover(webhook);
      for (const state of ['waiting', 'sending'])
        for await (const _ of listed(server, `/deliveries?state=${state}&webhook_id=${webhook.id}&`)) left++;
    }
    if (left === 0) return;
    if (left < least) movedAt = performance.now();
    least = Math.min(least, left);
    if (performance.now() - movedAt > stuckMs) return void problems.push(`${left} deliveries are never sent`);
    progress(`peace: ${left} left to send`);
    await pause(500);
  }
}
