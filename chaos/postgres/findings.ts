/** What is left for whoever looks into a failure: everything that was seen, a file each, in a folder of its own. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cluster } from '../../test/support/postgres.ts';
import type { Acknowledged } from '../writers.ts';
import type { Fleet } from './fleet.ts';
import type { Recovery } from './handlers.ts';
import type { Receipt } from './receivers.ts';
import { complaints, type Result } from './report.ts';

export interface Findings {
  readonly result: Result;
  readonly acknowledged: readonly Acknowledged[];
  readonly receipts: readonly Receipt[];
  readonly recoveries: readonly Recovery[];
  readonly byHand: ReadonlySet<string>;
  readonly fleet: Fleet;
  readonly cluster: Pick<Cluster, 'query'>;
  readonly database: string;
}

/** Tables that are small, or tell what was never sent, or why it was. */
const tables = ['process', 'shard', 'delivery', 'attempt', 'news'];

export async function keepFindings({
  result,
  acknowledged,
  receipts,
  recoveries,
  byHand,
  fleet,
  cluster,
  database,
}: Findings): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-chaos-found-'));
  const keep = (name: string, rows: readonly object[]) =>
    writeFileSync(path.join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  writeFileSync(path.join(folder, 'complaints.txt'), `${complaints(result).join('\n')}\n`);
  keep('incidents.ndjson', result.incidents);
  keep('take-overs.ndjson', result.takeOvers);
  keep('stale-begins.ndjson', result.staleBegins);
  keep('acknowledged.ndjson', acknowledged);
  keep('receipts.ndjson', receipts);
  keep('recoveries.ndjson', recoveries);
  keep(
    'by-hand.ndjson',
    Array.from(byHand, (id) => ({ id })),
  );
  for (const table of tables) {
    const rows = await cluster.query(database, `select to_jsonb(t) as row from ${table} t`);
    keep(
      `table-${table}.ndjson`,
      rows.map(({ row }) => row as object),
    );
  }
  for (const { sender, server } of fleet.members)
    writeFileSync(path.join(folder, `process-${sender.split('.')[0]}.log`), server.everything);
  console.error(`What was seen is in ${folder}`);
}
