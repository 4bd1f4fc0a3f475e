/**
 * Waybell on PostgreSQL, with one process and with several on one database, beside Waybell on its file and the floor, one
 * after another in one run on one machine, in rounds: from an update handed over to its webhook at the receiver.
 *
 *     npm run bench -- --postgres [--updates 40000] [--rounds 2] [--only floor,sqlite,1,2,3] [--mode single,batch] [--no-record]
 *
 * The updates are spread over the processes by connection, and a parcel's always come by the same. `webhook p50` and `p99`
 * are from the answer that an update is taken to the receiver having its webhook. Ratios are to the same round's. All share
 * the machine: load, receiver, Waybell and PostgreSQL.
 */
import { parseArgs } from 'node:util';
import type { Cluster } from '../../test/support/postgres.ts';
import { openTable } from '../record.ts';
import { settingsNote, withCluster, withDatabase } from './cluster.ts';
import { type Measured, makeTrackings, openLoad, warmUpOf, withReceiver } from './load.ts';
import { type Site, withFloor, withSite } from './site.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    postgres: { type: 'boolean', default: true },
    updates: { type: 'string', default: '40000' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string', default: 'floor,sqlite,1,2,3' },
    mode: { type: 'string', default: 'single,batch' },
    'no-record': { type: 'boolean', default: false },
  },
});
const updates = Number(values.updates);
const warmUp = warmUpOf(updates);
const names = values.only.split(',');

async function measure(cluster: Cluster, name: string, mode: string): Promise<Measured> {
  const total = warmUp + updates;
  return withReceiver(total, (receiver) => {
    const target = receiver.url;
    const run = async (site: Site, databasePid: number | null) => {
      if (name !== 'floor') await makeTrackings(site);
      const load = openLoad({ site, receiver, updates: total, batch: mode === 'batch', databasePid });
      await load.send(warmUp);
      return load.measure(updates);
    };
    if (name === 'floor') return withFloor(target, (site) => run(site, null));
    if (name === 'sqlite')
      return withSite({ target, processes: 1, database: null }, (site) => run(site, null));
    return withDatabase(cluster, (database) =>
      withSite({ target, processes: Number(name), database }, (site) => run(site, cluster.pid)),
    );
  });
}

function title(name: string): string {
  if (name === 'floor') return name;
  if (name === 'sqlite') return 'Waybell on SQLite';
  return `Waybell on PostgreSQL, ${name === '1' ? '1 process' : `${name} processes`}`;
}

const unknown = names.find((name) => !/^(floor|sqlite|[1-9])$/.test(name));
if (unknown !== undefined) {
  console.error(`--only names floor, sqlite, or a number of processes from 1 to 9, not "${unknown}".`);
  process.exit(2);
}
await withCluster(async (cluster) => {
  const table = await openTable({
    what: 'postgres',
    note: `${updates} updates each after ${warmUp} to warm up, ${values.rounds} rounds. ${cluster.version}: ${settingsNote}.`,
    columns: [
      ...[
        'round',
        'mode',
        'program',
        'updates/s',
        'of floor',
        'of SQLite',
        'CPU µs/update',
        'Waybell',
        'PostgreSQL',
      ],
      ...['answer p50 ms', 'webhook p50 ms', 'p99 ms', 'peak MiB', 'sent again'],
    ],
    keep: !values['no-record'],
  });
  for (const mode of values.mode.split(',')) {
    for (let round = 1; round <= Number(values.rounds); round++) {
      const rates = new Map<string, number>();
      for (const name of names) {
        const one = await measure(cluster, name, mode);
        rates.set(name, one.perSecond);
        const ratio = (to: string) =>
          (one.perSecond / (rates.get(to) ?? Number.NaN)).toFixed(2).replace('NaN', '');
        table.line([
          ...[round, mode, title(name), Math.round(one.perSecond), ratio('floor'), ratio('sqlite')],
          ...[one.serverMicros + one.databaseMicros, one.serverMicros, one.databaseMicros].map(Math.round),
          ...[one.answerP50, one.p50, one.p99].map((ms) => ms.toFixed(1)),
          ...[Math.round(one.peakMiB), one.repeated],
        ]);
      }
    }
  }
  table.end();
});
