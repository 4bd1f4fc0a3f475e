/**
 * TrackingMore's API, v4, beside its floor in the same run: creates a second, one and forty in a request; then pages of a
 * hundred out of so many trackings, by the filters that merchants use.
 *
 *     npm run bench -- trackingmore [--trackings 1000000] [--creates 20000] [--readings 1000] [--no-record]
 *
 * A row of a list: its first page, again and again; each page to the thousandth, in turn, as clients read lists; and the
 * thousandth by itself, where nobody has read the pages before it, after a restart of the server each time. Milliseconds,
 * as one caller waits for them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { openTable, progress } from './record.ts';
import { type Server, startContestant, startServer, stopServer, usageOf } from './servers.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    trackings: { type: 'string', default: '1000000' },
    creates: { type: 'string', default: '20000' },
    readings: { type: 'string', default: '1000' },
    'no-record': { type: 'boolean', default: false },
  },
});
const trackings = Number(values.trackings);
const creates = Number(values.creates);
const readings = Number(values.readings);
const perBatch = 40;
const perPage = 100;
const lastPage = 1000;
const jumps = 5;
const key = 'wk_of_the_benches_account_and_no_other';
/** One in fifty is of the last one. */
const couriers = ['dhl', 'ups', 'usps', 'fedex', 'gls'];

const filters: Readonly<Record<string, string>> = {
  none: '',
  courier: '&courier_code=gls',
  status: '&delivery_status=pending',
  'made within': '&created_date_min=2026-01-01T00:00:00Z',
  archived: '&archived_status=true',
};

let made = 0;

function nextTracking() {
  const serial = made++;
  const courier = serial % 50 === 0 ? 'gls' : couriers[serial % 4];
  return {
    tracking_number: `BENCH${String(serial).padStart(10, '0')}`,
    courier_code: courier,
    order_number: `#${serial}`,
    customer_name: `Customer ${serial}`,
    title: 'A parcel of the bench',
  };
}

interface Reached {
  readonly server: Server;
  readonly pool: Pool;
}

async function reach<T>(
  server: Server,
  connections: number,
  run: (reached: Reached) => Promise<T>,
): Promise<T> {
  const pool = new Pool(server.url, { connections });
  try {
    return await run({ server, pool });
  } finally {
    await pool.close();
  }
}

async function ask({ pool }: Reached, method: 'GET' | 'POST', at: string, body?: object): Promise<void> {
  const headers = { 'tracking-api-key': key, 'content-type': 'application/json' };
  const answer = await pool.request({
    ...{ path: `/v4/trackings/${at}`, method, headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${at}: ${answer.statusCode} ${text.slice(0, 500)}`);
}

/** As many at a time as there are connections. Trackings a second, and processor time of each. */
async function create(server: Server, connections: number, total: number, inEach: number) {
  return reach(server, connections, async (reached) => {
    const before = await usageOf(server);
    const begunAt = performance.now();
    let left = total;
    const workers = Array.from({ length: connections }, async () => {
      while (left > 0) {
        left -= inEach;
        const some = Array.from({ length: inEach }, nextTracking);
        await (inEach === 1 ? ask(reached, 'POST', 'create', some[0]) : ask(reached, 'POST', 'batch', some));
        if (made % 10_000 < inEach) progress(`${made} trackings`);
      }
    });
    await Promise.all(workers);
    const seconds = (performance.now() - begunAt) / 1000;
    const { cpuMicros, peakBytes } = await usageOf(server);
    return {
      perSecond: Math.round(total / seconds),
      cpuMicros: Math.round((cpuMicros - before.cpuMicros) / total),
      peakMiB: Math.round(peakBytes / 2 ** 20),
    };
  });
}

async function timesOf(reached: Reached, count: number, filter: string, pageOf: (at: number) => number) {
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    const begunAt = performance.now();
    await ask(reached, 'GET', `get?items_amount=${perPage}&pages_amount=${pageOf(at)}${filter}`);
    times.push(performance.now() - begunAt);
  }
  times.sort((a, b) => a - b);
  const at = (part: number) =>
    (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0).toFixed(1);
  return `${at(0.5)} · ${at(0.99)}`;
}

const folders = [0, 1].map(() => mkdtempSync(path.join(import.meta.dirname, '..', 'data-bench-')));
const [folder = '', floorFolder = ''] = folders;
const startWaybell = () => startServer({ folder, keys: [key], webhooks: [] });

try {
  const table = await openTable({
    what: 'trackingmore',
    note: `${creates} creates each of 64 callers; ${trackings} trackings by batches of ${perBatch} of 8 callers; ${readings} readings of the first page, ${jumps} jumps. Lists: p50 · p99, milliseconds.`,
    columns: ['', 'Waybell', 'floor', 'CPU µs each', 'floor', 'peak MiB'],
    keep: !values['no-record'],
  });
  const floor = await startContestant('floorTrackings.ts', [floorFolder]);
  let server = await startWaybell();
  const compare = async (what: string, connections: number, total: number, inEach: number) => {
    const low = await create(floor, connections, Math.min(total, 100_000), inEach);
    made = Math.max(0, made - Math.min(total, 100_000));
    const own = await create(server, connections, total, inEach);
    table.line([what, `${own.perSecond}/s`, `${low.perSecond}/s`, own.cpuMicros, low.cpuMicros, own.peakMiB]);
  };
  await compare('creates, one each', 64, creates, 1);
  await compare('creates, forty each, to a tenth', 8, Math.max(perBatch, trackings / 10 - made), perBatch);
  await compare('creates, forty each, the others', 8, Math.max(perBatch, trackings - made), perBatch);

  const floorTimes = await reach(floor, 1, (reached) => timesOf(reached, readings, '', () => 1));
  await stopServer(floor);
  const pages = Math.min(lastPage, Math.floor(trackings / perPage));
  for (const [name, filter] of Object.entries(filters)) {
    const read = (count: number, pageOf: (at: number) => number) =>
      reach(server, 1, (reached) => timesOf(reached, count, filter, pageOf));
    const line = async (what: string, times: string) => {
      const { peakBytes } = await usageOf(server);
      table.line([`list, ${name}: ${what}`, times, floorTimes, '', '', Math.round(peakBytes / 2 ** 20)]);
    };
    await line('first page', await read(readings, () => 1));
    await line(`to page ${pages} in turn`, await read(pages, (at) => at + 1));
    await line(`page ${pages} after that`, await read(readings, () => pages));
    const jumped: string[] = [];
    for (let jump = 0; jump < jumps; jump++) {
      await stopServer(server);
      server = await startWaybell();
      jumped.push(await read(1, () => pages).catch(() => 'refused'));
    }
    const worst = jumped
      .map((times) => times.split(' · ')[1] ?? times)
      .toSorted((a, b) => Number(b) - Number(a));
    await line(`a jump to page ${pages}, the slowest`, String(worst[0]));
  }
  await stopServer(server);
  table.end();
} finally {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
}
