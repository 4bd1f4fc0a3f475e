/**
 * How long searches take, and what being found costs. `npm run bench -- search [ROWS]` fills the embedded store
 * and a PostgreSQL of its own with so many trackings (300 000): every second one has an order, a
 * customer's name and an email. Flushes with and without them take turns, so that both meet the same machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Attention } from '../src/domain/attention.ts';
import { readSearch } from '../src/domain/search.ts';
import { noFields, type TrackingFields } from '../src/domain/tracking.ts';
import { openPostgresStore } from '../src/store/postgres/open.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { anyTracking, type Store, type TrackingCommit, type TrackingFilter } from '../src/store/store.ts';
import { aParcel, heardAll, settled } from '../test/conformance/world.ts';
import { aCheckpoint, aState } from '../test/support/build.ts';
import { withCluster } from './postgres/cluster.ts';

const flushSize = 250;
const timesEach = 200;
const checkpoints = Array.from({ length: 4 }, () => aCheckpoint({ location: 'Stockholm, SE' }));

const rows = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 300_000);
const key = Buffer.alloc(32, 'key 7');
const folder = mkdtempSync(path.join(import.meta.dirname, '../data-bench-search-'));
try {
  await measure('embedded', await openSqliteStore({ folder, key }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
await withCluster(async (cluster) => {
  const url = await cluster.create();
  await measure('PostgreSQL', await openPostgresStore({ url, name: 'bench', key }));
});

async function measure(name: string, store: Store): Promise<void> {
  const { account } = await settled(store);
  let made = 0;

  function flush(withFields: boolean): TrackingCommit[] {
    return Array.from({ length: flushSize }, () => {
      const index = made++;
      const fields = withFields ? { ...noFields, ...fieldsOf(index) } : noFields;
      const state = aState(index % 500 === 0 ? 'exception007' : 'transit001');
      const number = `LX${String(index * 7919).padStart(9, '0')}CN`;
      const tracking = aParcel(account.id, { number, fields, state, checkpoints });
      return { tracking, expectedWrites: 0, events: [], bodies: [], deliveries: [] };
    });
  }

  const spent = { with: 0, without: 0 };
  const flushes = Math.floor(rows / flushSize / 2);
  for (let flushed = 0; flushed < flushes; flushed++) {
    for (const kind of ['without', 'with'] as const) {
      const trackings = flush(kind === 'with');
      const begun = performance.now();
      await store.commit({ trackings, answers: [], heard: heardAll });
      spent[kind] += performance.now() - begun;
    }
  }
  const perSecond = (ms: number) => Math.round((flushes * flushSize * 1000) / ms);
  console.log(`${name}: ${made} trackings; new ones a second, one flush of ${flushSize} at a time:`);
  console.log(`  without such fields ${perSecond(spent.without)}, with all of them ${perSecond(spent.with)}`);

  const cases: [string, (turn: number) => Partial<TrackingFilter>][] = [
    ['an order by its id', (turn) => searching(`order-${turn * 97}`)],
    ['a number, all but its end', (turn) => searching(`LX${String(turn * 7919).padStart(9, '0')}`)],
    ['a name of some hundred', (turn) => searching(`ada b${turn % 40}`)],
    ['the beginning of all numbers', () => searching('lx')],
    ['the beginning of half of them', () => searching('order')],
    ['one letter, with a status', () => ({ ...searching('a'), statuses: ['exception'] })],
    ['what needs attention', () => ({ attention: ['exception', 'stalled'] satisfies Attention[] })],
    ['that among all numbers', () => ({ ...searching('lx'), attention: ['exception'] })],
  ];
  for (const [what, filterOf] of cases) {
    const times: number[] = [];
    let items = 0;
    for (let turn = 1; turn <= timesEach; turn++) {
      const begun = performance.now();
      const page = await store.trackings(
        account.id,
        { ...anyTracking, ...filterOf(turn) },
        { after: null, limit: 50 },
      );
      times.push(performance.now() - begun);
      items += page.items.length;
    }
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * (timesEach - 1))] as number).toFixed(1);
    console.log(`  ${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${items / timesEach} rows a page`);
  }
  const begun = performance.now();
  await store.attentionCounts(account.id, 10_000);
  console.log(`  counts of what needs attention: ${(performance.now() - begun).toFixed(1)} ms`);
  await store.close();
}

function searching(text: string): Partial<TrackingFilter> {
  return { search: readSearch(text) ?? null };
}

function fieldsOf(index: number): Partial<TrackingFields> {
  return {
    orderId: `Order-${index}`,
    customerName: `Ada B${index % 400} Lovelace`,
    customerEmail: `customer${index}@shop.example`,
  };
}
