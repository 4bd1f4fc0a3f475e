/**
 * How Waybell holds up where senders break: each scenario is a run with the trouble beside one without, on fresh stores,
 * with single updates of the usual workload.
 *
 *     npm run bench -- NAME… [--updates 20000] [--rows 1000000] [--no-record]
 *
 * - `isolation`: ten accounts with a receiver each; then one of these is dead and one takes five seconds. The figures are
 *   those of the other eight.
 * - `paced`: 1000 updates a second are offered, however fast they are answered.
 * - `versions`: the same work in each version. `fan-out`: four webhooks instead of one.
 * - `parked`: a restart with so many parked deliveries (`--rows`) of a disabled webhook, beside a restart without.
 * - `stored`: a restart with so many trackings (`--rows`) of four checkpoints each, updates going to others.
 *
 * `p50` and `p99` are from the answer that an update is taken to the receiver having its webhook.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { WEBHOOK_VERSIONS, type WebhookVersion } from '../src/domain/status.ts';
import type { Plan } from './contestants/scenario.ts';
import { sendLoad, startReceiver } from './drive.ts';
import { postUpdates, startServer, stopServer, usageOf } from './servers.ts';
import { firstUpdate, workload } from './workload.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    updates: { type: 'string', default: '20000' },
    rows: { type: 'string', default: '1000000' },
    'no-record': { type: 'boolean', default: false },
  },
});
const updates = Number(values.updates);
const rows = Number(values.rows);
/** As in `floors.ts`. */
const warmUp = 20_000;
/** A multiple of the number of accounts, so that a connection and its parcels belong to one. */
const connections = 60;
const slowMs = 5000;
/** Where nobody listens: the port of "discard". */
const deadUrl = 'http://127.0.0.1:9/hook';

interface Trouble {
  readonly accounts?: number;
  /** By account: its receiver. */
  readonly dead?: readonly number[];
  readonly slow?: readonly number[];
  /** Whose updates are measured; all, where not given. */
  readonly measured?: (account: number) => boolean;
  readonly version?: WebhookVersion;
  readonly webhooksEach?: number;
  readonly rate?: number;
  /** Filled before a restart: parcels beside those of the workload, and whether each parks a delivery. */
  readonly fill?: { readonly parcels: number; readonly checkpoints: number; readonly parks: boolean };
}

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMicros: number;
  readonly peakMiB: number;
  /** From the start of the process to the first webhook, and its peak memory till then; null without a restart. */
  readonly firstSent: { readonly ms: number; readonly peakMiB: number } | null;
}

async function measure(trouble: Trouble): Promise<Measured> {
  const { accounts = 1, dead = [], slow = [], measured = () => true, webhooksEach = 1, fill } = trouble;
  const folder = mkdtempSync(path.join(import.meta.dirname, '..', 'data-bench-'));
  // One more for the very first update after a restart.
  const total = 1 + warmUp + updates;
  const at = Array.from({ length: webhooksEach }, () => new Float64Array(total));
  const receivers = await Promise.all(
    Array.from({ length: accounts * webhooksEach }, (_, index) =>
      startReceiver(total, {
        at: at[index % webhooksEach] as Float64Array,
        delayMs: slow.includes(Math.floor(index / webhooksEach)) ? slowMs : 0,
      }),
    ),
  );
  const keys = Array.from({ length: accounts }, (_, index) => `bench-key-of-account-${index}`);
  const webhooks = receivers.map(({ url }, index) => {
    const account = Math.floor(index / webhooksEach);
    return {
      account,
      url: dead.includes(account) ? deadUrl : url,
      version: trouble.version ?? ('v2' as const),
      enabled: true,
    };
  });
  const parking = fill?.parks ? [{ account: 0, url: deadUrl, version: 'v2' as const, enabled: false }] : [];
  const plan: Plan = { folder, keys, webhooks: [...webhooks, ...parking] };
  let firstSent: Measured['firstSent'] = null;
  let server = await startServer(plan);
  try {
    await makeTrackings(server.url, keys);
    if (fill !== undefined) {
      await fillUp(server.url, keys[0] as string, fill);
      await stopServer(server);
      const startedAt = performance.now();
      server = await startServer(plan);
      await sendLoad({ ...loadOf(server.url, keys, total), connections: 1, updates: 1, firstSerial: 0 });
      await arrivals(at, 0, 1);
      const ms = performance.now() - startedAt;
      firstSent = { ms, peakMiB: (await usageOf(server)).peakBytes / 2 ** 20 };
    }
    const load = { ...loadOf(server.url, keys, total), connections };
    const isMeasured = (serial: number) => measured(load.keyOf[serial] as number);
    await sendLoad({ ...load, updates: warmUp, firstSerial: 1 });
    await arrivals(at, 1, warmUp + 1, isMeasured);

    const before = await usageOf(server);
    const startedAt = performance.now();
    const paced = trouble.rate === undefined ? load : { ...load, rate: trouble.rate };
    await sendLoad({ ...paced, updates, firstSerial: warmUp + 1 });
    await arrivals(at, warmUp + 1, total, isMeasured);
    const after = await usageOf(server);

    const latencies: number[] = [];
    let lastAt = 0;
    let count = 0;
    for (let serial = warmUp + 1; serial < total; serial++) {
      if (!isMeasured(serial)) continue;
      count++;
      for (const each of at) {
        lastAt = Math.max(lastAt, each[serial] as number);
        latencies.push(Math.max(0, (each[serial] as number) - (load.answeredAt[serial] as number)));
      }
    }
    latencies.sort((a, b) => a - b);
    return {
      perSecond: count / ((lastAt - startedAt) / 1000),
      p50: latencies[Math.floor(latencies.length * 0.5)] as number,
      p99: latencies[Math.floor(latencies.length * 0.99)] as number,
      cpuMicros: (after.cpuMicros - before.cpuMicros) / updates,
      peakMiB: after.peakBytes / 2 ** 20,
      firstSent,
    };
  } finally {
    await stopServer(server);
    for (const receiver of receivers) receiver.close();
    rmSync(folder, { recursive: true });
  }
}

function loadOf(url: string, keys: readonly string[], total: number) {
  return {
    urls: [url],
    keys,
    batch: false,
    sentAt: new Float64Array(total),
    answeredAt: new Float64Array(total),
    keyOf: new Uint8Array(total),
  };
}

/** Until every serial in the range has come to every webhook. */
async function arrivals(
  at: readonly Float64Array[],
  first: number,
  end: number,
  isMeasured: (serial: number) => boolean = () => true,
): Promise<void> {
  for (const each of at) {
    for (let serial = first; serial < end; serial++) {
      while (each[serial] === 0 && isMeasured(serial)) await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

/** The parcels of each connection, in the account that the connection writes to. */
async function makeTrackings(url: string, keys: readonly string[]): Promise<void> {
  for (const [index, key] of keys.entries()) {
    const own = Array.from({ length: workload.trackings }, (_, tracking) => tracking).filter(
      (tracking) => (tracking % connections) % keys.length === index,
    );
    for (let first = 0; first < own.length; first += 1000)
      await postUpdates(
        url,
        key,
        own.slice(first, first + 1000).map((tracking) => firstUpdate(tracking)),
      );
  }
}

async function fillUp(
  url: string,
  key: string,
  { parcels, checkpoints }: { parcels: number; checkpoints: number },
): Promise<void> {
  let next = 0;
  const isTerminal = process.stderr.isTTY;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      while (next < parcels) {
        const first = next;
        next += 500;
        const some = Array.from({ length: Math.min(500, parcels - first) }, (_, index) => ({
          ...firstUpdate(first + index),
          tracking_number: `PK${String(first + index).padStart(9, '0')}SE`,
        }));
        await postUpdates(
          url,
          key,
          some.map((update) => ({ ...update, checkpoints: scans(update.checkpoints, checkpoints) })),
        );
        if (isTerminal) process.stderr.write(`\r${next} of ${parcels} `);
      }
    }),
  );
  if (isTerminal) process.stderr.write('\r\x1b[K');
}

type Scan = ReturnType<typeof firstUpdate>['checkpoints'][number];

/** So many, an hour apart. */
function scans([first]: readonly Scan[], count: number): readonly Scan[] {
  const { time, ...rest } = first as Scan;
  return Array.from({ length: count }, (_, index) => ({
    ...rest,
    time: `${new Date(Date.parse(time) + index * 3_600_000).toISOString().slice(0, 19)}+00:00`,
  }));
}

const eight = (account: number) => account < 8;
const none = { parcels: 0, checkpoints: 1, parks: true };

const scenarios: Readonly<Record<string, readonly (readonly [string, Trouble])[]>> = {
  isolation: [
    ['ten well, eight of them', { accounts: 10, measured: eight }],
    ['one dead, one slow, the other eight', { accounts: 10, measured: eight, dead: [8], slow: [9] }],
    ['the same at 1000/s: ten well', { accounts: 10, measured: eight, rate: 1000 }],
    [
      'the same at 1000/s: one dead, one slow',
      { accounts: 10, measured: eight, dead: [8], slow: [9], rate: 1000 },
    ],
  ],
  paced: [['1000 updates/s offered', { rate: 1000 }]],
  versions: WEBHOOK_VERSIONS.map((version) => [version, { version }] as const),
  'fan-out': [
    ['one webhook', {}],
    ['four webhooks', { webhooksEach: 4 }],
  ],
  parked: [
    ['nothing parked', { fill: none }],
    [`${rows} parked`, { fill: { ...none, parcels: rows } }],
  ],
  stored: [
    ['20000 trackings', { fill: { ...none, parks: false } }],
    [`${rows} more with 4 checkpoints`, { fill: { parcels: rows, checkpoints: 4, parks: false } }],
  ],
};

const unknown = positionals.find((name) => !Object.hasOwn(scenarios, name));
if (unknown !== undefined) {
  console.error(`There is no scenario "${unknown}". There are: ${Object.keys(scenarios).join(', ')}.`);
  process.exit(2);
}
const machine = `${os.cpus()[0]?.model.trim()}, ${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
const title = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC · ${machine} · ${positionals.join(', ')}`;
const heading = [
  '| scenario | | updates/s | of first | p50 ms | p99 ms | of first | CPU µs/update | peak MiB | first webhook after |',
  '|---|---|---|---|---|---|---|---|---|---|',
];
console.log(`${title}\n\n${heading.join('\n')}`);
const lines: string[] = [];
for (const name of positionals) {
  let first: Measured | null = null;
  for (const [what, trouble] of scenarios[name] ?? []) {
    const result = await measure(trouble);
    if (first === null || what.endsWith('ten well')) first = result;
    const { perSecond, p50, p99, cpuMicros, peakMiB, firstSent } = result;
    const shown =
      firstSent === null ? '' : `${(firstSent.ms / 1000).toFixed(2)} s, ${Math.round(firstSent.peakMiB)} MiB`;
    const line = `| ${name} | ${what} | ${Math.round(perSecond)} | ${(perSecond / first.perSecond).toFixed(2)} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${(p99 / first.p99).toFixed(2)} | ${Math.round(cpuMicros)} | ${Math.round(peakMiB)} | ${shown} |`;
    console.log(line);
    lines.push(line);
  }
}
if (!values['no-record']) {
  const record = `\n## ${title}\n\n${updates} updates each.\n\n${[...heading, ...lines].join('\n')}\n`;
  appendFileSync(path.join(import.meta.dirname, 'RESULTS.md'), record);
}
