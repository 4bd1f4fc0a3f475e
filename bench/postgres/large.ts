/**
 * Whether a large database is slower: one process of Waybell on a database with so many trackings, beside one on a database
 * with the workload's 20 000, in rounds. Updates name existing trackings at random, all alike, and one in ten a new one.
 *
 *     npm run bench -- large [--trackings 10000000] [--updates 40000] [--rounds 2] [--mode single,batch] [--no-record]
 *
 * The default takes some 20 GB of disk in the checkout, and minutes to fill.
 */
import { parseArgs } from 'node:util';
import type { Receiver } from '../drive.ts';
import { openTable } from '../record.ts';
import { type Mix, workload } from '../workload.ts';
import { settingsNote, withCluster, withDatabase } from './cluster.ts';
import { fillTrackings } from './fill.ts';
import { type Measured, makeTrackings, openLoad, warmUpOf, withReceiver } from './load.ts';
import { withSite } from './site.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    trackings: { type: 'string', default: '10000000' },
    updates: { type: 'string', default: '40000' },
    rounds: { type: 'string', default: '2' },
    mode: { type: 'string', default: 'single' },
    'no-record': { type: 'boolean', default: false },
  },
});
const trackings = Number(values.trackings);
const updates = Number(values.updates);
const warmUp = warmUpOf(updates);
const total = warmUp + updates;
const checkpointsEach = 4;
/** Made by Waybell, and copied. */
const patterns = 100;

interface Outcome extends Measured {
  /** Until the process listens, seconds. */
  readonly startSeconds: number;
}

interface Run {
  readonly database: string;
  readonly receiver: Receiver;
  readonly existing: number;
  readonly batch: boolean;
  /** How many runs there were before it on the same database: each takes other trackings, and later times. */
  readonly before: number;
}

const modes = values.mode.split(',');
const rounds = Number(values.rounds);

/** By a start of its own, so that what is measured has nothing of it in memory. */
const make = (database: string, receiver: Receiver, count: number) =>
  withSite({ target: receiver.url, processes: 1, database }, (site) =>
    makeTrackings(site, { trackings: count, checkpointsEach }),
  );

async function measure(databasePid: number, run: Run): Promise<Outcome> {
  const { database, receiver, existing, batch, before } = run;
  const everyOneAlike = { hotShare: 0, hotUpdatesShare: 0 };
  const mix: Mix = { trackings: existing, ...everyOneAlike, newShare: 0.1, seed: before };
  const startedAt = performance.now();
  return withSite({ target: receiver.url, processes: 1, database }, async (site) => {
    const startSeconds = (performance.now() - startedAt) / 1000;
    const firstSerial = before * total;
    const load = openLoad({ site, receiver, updates: total, firstSerial, batch, databasePid, mix });
    await load.send(warmUp);
    return { ...(await load.measure(updates)), startSeconds };
  });
}

await withCluster((cluster) =>
  withReceiver(modes.length * rounds * total, (receiver) =>
    withDatabase(cluster, async (large) => {
      const filledAt = performance.now();
      await make(large, receiver, patterns);
      await fillTrackings(cluster, { url: large, patterns, trackings });
      const fillSeconds = Math.round((performance.now() - filledAt) / 1000);
      const [size] = await cluster.query(large, 'select pg_database_size(current_database()) as bytes');
      const gigabytes = (Number(size?.bytes) / 1e9).toFixed(2);
      const table = await openTable({
        what: 'large',
        note: `${updates} updates each after ${warmUp} to warm up, ${values.rounds} rounds; ${trackings} trackings are ${gigabytes} GB and took ${fillSeconds} s to fill. ${cluster.version}: ${settingsNote}.`,
        columns: [
          ...[
            'round',
            'mode',
            'trackings',
            'updates/s',
            'of the few',
            'CPU µs/update',
            'Waybell',
            'PostgreSQL',
          ],
          ...['answer p50 ms', 'webhook p50 ms', 'p99 ms', 'start s', 'peak MiB'],
        ],
        keep: !values['no-record'],
      });
      let before = 0;
      for (const mode of modes) {
        for (let round = 1; round <= rounds; round++) {
          const batch = mode === 'batch';
          const few = await withReceiver(total, (own) =>
            withDatabase(cluster, async (database) => {
              await make(database, own, workload.trackings);
              return measure(cluster.pid, {
                ...{ database, receiver: own, existing: workload.trackings },
                ...{ batch, before: 0 },
              });
            }),
          );
          const many = await measure(cluster.pid, {
            ...{ database: large, receiver, existing: trackings },
            ...{ batch, before },
          });
          before++;
          for (const [count, one] of [[workload.trackings, few] as const, [trackings, many] as const]) {
            table.line([
              ...[round, mode, count, Math.round(one.perSecond), (one.perSecond / few.perSecond).toFixed(2)],
              ...[one.serverMicros + one.databaseMicros, one.serverMicros, one.databaseMicros].map(
                Math.round,
              ),
              ...[one.answerP50, one.p50, one.p99].map((ms) => ms.toFixed(1)),
              ...[one.startSeconds.toFixed(1), Math.round(one.peakMiB)],
            ]);
          }
        }
      }
      table.end();
    }),
  ),
);
