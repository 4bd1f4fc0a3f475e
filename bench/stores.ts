/**
 * How much a store takes by itself: flushes of commits, then their settlements, in the sizes that the program hands over.
 * `node bench/stores.ts FOLDER [postgres://…]` measures the embedded store in a new folder, and PostgreSQL in an empty
 * database (it is filled). Two processes' worth of flushes are under way at a time, as in the program.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openPostgresStore } from '../src/store/postgres/open.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import type { Settlement, Store, TrackingCommit } from '../src/store/store.ts';
import { aParcel, changeOf, heardAll, settled, settlementOf } from '../test/conformance/world.ts';
import { aCheckpoint } from '../test/support/build.ts';

const flushes = 80;
const flushSize = 256;
const underWay = 2;
const checkpointsEach = 8;
/** As long as a body of that many scans. */
const bodyBytes = 2800;

const [folder = '.', url] = process.argv.slice(2);
const data = mkdtempSync(path.join(folder, 'waybell-bench-'));
try {
  const key = Buffer.alloc(32, 'key 7');
  await measure('embedded', await openSqliteStore({ folder: data, key }));
  if (url !== undefined) await measure('postgres', await openPostgresStore({ url, name: 'bench', key }));
} finally {
  rmSync(data, { recursive: true, force: true });
}

async function measure(name: string, store: Store): Promise<void> {
  const { account, webhooks } = await settled(store, {});
  const checkpoints = Array.from({ length: checkpointsEach }, () =>
    aCheckpoint({ location: 'Stockholm, SE' }),
  );
  const body = JSON.stringify('x'.repeat(bodyBytes));
  const commits = Array.from({ length: flushes }, () =>
    Array.from({ length: flushSize }, (): TrackingCommit => {
      const change = changeOf(aParcel(account.id, { checkpoints }), webhooks);
      return { ...change, bodies: change.bodies.map((one) => ({ ...one, data: body })) };
    }),
  );
  await rated(`${name}: new parcels, one delivery each`, commits, (trackings) =>
    store.commit({ trackings, answers: [], heard: heardAll }),
  );
  const seconds = commits.map((flush) =>
    flush.map(({ tracking }): TrackingCommit => {
      const change = changeOf({ ...tracking, revision: 2 }, webhooks);
      return { ...change, bodies: change.bodies.map((one) => ({ ...one, data: body })) };
    }),
  );
  await rated(`${name}: a second revision of each`, seconds, (trackings) =>
    store.commit({ trackings, answers: [], heard: heardAll }),
  );
  for (const batch of [commits, seconds]) {
    const ends = batch.map((flush) =>
      flush.flatMap(({ deliveries }): Settlement[] => deliveries.map((one) => settlementOf(one, 'accepted'))),
    );
    await rated(`${name}: deliveries accepted`, ends, (settlements) => store.settle(settlements));
  }
  await store.close();
}

async function rated<T>(
  what: string,
  groups: readonly T[],
  run: (group: T) => Promise<unknown>,
): Promise<void> {
  const queue = [...groups];
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: underWay }, async () => {
      for (let group = queue.shift(); group !== undefined; group = queue.shift()) await run(group);
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const count = groups.length * flushSize;
  const cpu = Math.round((user + system) / count);
  console.log(`${what}: ${Math.round(count / seconds)} a second, ${cpu} µs of this process's CPU each`);
}
