/**
 * What an old snapshot does: another connection has looked at the database before the measuring began, and stays in its
 * transaction, so that no row that dies meanwhile can be cleaned up. One process of Waybell with such a connection beside
 * one without, over time. The run should be long beside a minute, since so often the server looks for what to clean up; and there
 * are so many trackings that few get more than some updates, so that an update costs the same at the end.
 *
 *     npm run bench -- snapshot [--updates 240000] [--slices 6] [--rounds 1] [--mode single] [--no-record]
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import type { Cluster } from '../../test/support/postgres.ts';
import { openTable } from '../record.ts';
import type { Mix } from '../workload.ts';
import { settingsNote, withCluster, withDatabase } from './cluster.ts';
import { type Measured, makeTrackings, openLoad, type Slice, warmUpOf, withReceiver } from './load.ts';
import { withSite } from './site.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    updates: { type: 'string', default: '240000' },
    slices: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '1' },
    mode: { type: 'string', default: 'single' },
    'no-record': { type: 'boolean', default: false },
  },
});
const updates = Number(values.updates);
const warmUp = warmUpOf(updates);

/** All are alike. */
const mix: Mix = { trackings: 120_000, hotShare: 1, hotUpdatesShare: 1, newShare: 0, seed: 1 };

interface Outcome extends Measured {
  /** Of `delivery` and `tracking`, with their indexes, at the end. */
  readonly tables: readonly { readonly mib: number; readonly dead: number; readonly vacuums: number }[];
}

async function measure(
  cluster: Cluster,
  { held, batch }: { held: boolean; batch: boolean },
): Promise<Outcome> {
  const total = warmUp + updates;
  return withDatabase(cluster, (database) =>
    withReceiver(total, (receiver) =>
      withSite({ target: receiver.url, processes: 1, database }, async (site) => {
        await makeTrackings(site, { trackings: mix.trackings });
        const load = openLoad({ site, receiver, updates: total, batch, databasePid: cluster.pid, mix });
        await load.send(warmUp);
        const letGo = held ? await holdSnapshot(database) : async () => {};
        try {
          const measured = await load.measure(updates, { slices: Number(values.slices) });
          return { ...measured, tables: await tablesOf(cluster, database) };
        } finally {
          await letGo();
        }
      }),
    ),
  );
}

/** Looks once and stays; gives what ends it. */
async function holdSnapshot(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('set idle_in_transaction_session_timeout = 0');
  await client.query('begin isolation level repeatable read');
  await client.query('select 1');
  return () => client.end();
}

const selectTables = `
  select pg_total_relation_size(relid) / 1048576.0 as mib, n_dead_tup as dead, autovacuum_count as vacuums
  from pg_stat_user_tables where relname in ('delivery', 'tracking') order by relname`;

/** The server's processes tell their counts when they have had nothing to do for a second. */
async function tablesOf(cluster: Cluster, url: string): Promise<Outcome['tables']> {
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const rows = await cluster.query(url, selectTables);
  return rows.map(({ mib, dead, vacuums }) => ({
    mib: Number(mib),
    dead: Number(dead),
    vacuums: Number(vacuums),
  }));
}

await withCluster(async (cluster) => {
  const table = await openTable({
    what: 'snapshot',
    note: `${updates} updates each after ${warmUp} to warm up, ${values.rounds} rounds; what slices of as many updates each came to, in turn. ${cluster.version}: ${settingsNote}.`,
    columns: [
      ...['round', 'mode', 'old snapshot', 'updates/s', 'by slice', 'last of first', 'p99 ms by slice'],
      ...[
        'CPU µs/update',
        'Waybell',
        'PostgreSQL',
        '`delivery` MiB',
        'dead rows',
        '`tracking` MiB',
        'dead rows',
      ],
    ],
    keep: !values['no-record'],
  });
  const bySlice = ({ slices }: Outcome, shown: (slice: Slice) => string) => slices.map(shown).join(' ');
  for (const mode of values.mode.split(',')) {
    for (let round = 1; round <= Number(values.rounds); round++) {
      for (const held of [false, true]) {
        const one = await measure(cluster, { held, batch: mode === 'batch' });
        const [first, last] = [one.slices[0]?.perSecond ?? 0, one.slices.at(-1)?.perSecond ?? 0];
        table.line([
          ...[round, mode, held ? 'held open' : 'none', Math.round(one.perSecond)],
          ...[bySlice(one, (slice) => String(Math.round(slice.perSecond))), (last / first).toFixed(2)],
          bySlice(one, (slice) => slice.p99.toFixed(1)),
          ...[one.serverMicros + one.databaseMicros, one.serverMicros, one.databaseMicros].map(Math.round),
          ...one.tables.flatMap(({ mib, dead, vacuums }) => [mib.toFixed(1), dead, vacuums]),
        ]);
      }
    }
  }
  table.end();
});
