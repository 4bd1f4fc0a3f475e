/**
 * The floor, a durable floor and Waybell, one after another in one run on one machine, each with the
 * workload of `workload.ts`, as single updates and as batches. Prints rates, CPU per update, latencies from sending an
 * update to the receiver having its webhook, peak memory, and the ratios to the floor; appends to `bench/RESULTS.md`.
 *
 *     npm run bench -- [--updates 40000] [--only floor,waybell] [--mode single,batch] [--no-record] [--threads]
 *
 * `--threads` prints where the CPU time went, thread by thread (Linux); `--profile` keeps V8's CPU profiles.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { sendLoad, startReceiver } from './drive.ts';
import { postUpdates, startContestant, stopServer, usageOf } from './servers.ts';
import { syncLatency } from './syncLatency.ts';
import { threadTimes } from './threadTimes.ts';
import { firstUpdate, workload } from './workload.ts';

const { values } = parseArgs({
  options: {
    updates: { type: 'string', default: '40000' },
    only: { type: 'string', default: 'floor,durable,waybell' },
    mode: { type: 'string', default: 'single,batch' },
    'no-record': { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    threads: { type: 'boolean', default: false },
  },
});

const contestants = {
  floor: { file: 'floor.ts', arguments: [] },
  durable: { file: 'floor.ts', arguments: ['durable'] },
  waybell: { file: 'waybell.ts', arguments: [] },
} as const;

type Name = keyof typeof contestants;
type Mode = 'single' | 'batch';

interface Result {
  readonly name: Name;
  readonly mode: Mode;
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p99: number;
  readonly answerP50: number;
  readonly peakMiB: number;
}

/** The engine compiles what is hot in the background for the first ten thousands of updates; what is measured is after that. */
const warmUp = 20_000;

async function measure(name: Name, mode: Mode, updates: number): Promise<Result> {
  const folder = mkdtempSync(path.join(import.meta.dirname, '..', 'data-bench-'));
  const total = warmUp + updates;
  const receiver = await startReceiver(total);
  const { file, arguments: extra } = contestants[name];
  const server = await startContestant(
    file,
    [receiver.url, folder, ...extra],
    values.profile ? ['--cpu-prof', '--cpu-prof-dir=/tmp/waybell-profile'] : [],
  );
  const { child, url, key } = server;
  try {
    if (name === 'waybell') await makeTrackings(url, key);
    const sentAt = new Float64Array(total);
    const answeredAt = new Float64Array(total);
    const load = { urls: [url], keys: [key], batch: mode === 'batch', sentAt, answeredAt };
    await sendLoad({ ...load, updates: warmUp, firstSerial: 0 });
    await receiver.waitFor(warmUp);

    const before = await usageOf(server);
    const threads = values.threads ? threadTimes(child.pid as number) : null;
    const start = performance.now();
    await sendLoad({ ...load, updates, firstSerial: warmUp });
    await receiver.waitFor(total);
    const seconds = (performance.now() - start) / 1000;
    const after = await usageOf(server);
    if (threads !== null) printThreads(threads, threadTimes(child.pid as number), updates);

    const latencies = receiver.at
      .subarray(warmUp)
      .map((at, index) => at - (sentAt[warmUp + index] as number))
      .sort();
    const answers = answeredAt
      .subarray(warmUp)
      .map((at, index) => at - (sentAt[warmUp + index] as number))
      .sort();
    return {
      name,
      mode,
      perSecond: updates / seconds,
      cpuMicros: (after.cpuMicros - before.cpuMicros) / updates,
      p50: latencies[Math.floor(updates * 0.5)] as number,
      p99: latencies[Math.floor(updates * 0.99)] as number,
      answerP50: answers[Math.floor(updates * 0.5)] as number,
      peakMiB: after.peakBytes / 2 ** 20,
    };
  } finally {
    await stopServer(server);
    receiver.close();
    rmSync(folder, { recursive: true });
  }
}

/** Microseconds of CPU an update, of the threads that took the most. */
function printThreads(before: Map<string, number>, after: Map<string, number>, updates: number): void {
  const spent = [...after].map(
    ([name, micros]) => [name, (micros - (before.get(name) ?? 0)) / updates] as const,
  );
  const most = spent.filter(([, micros]) => micros >= 1).sort((a, b) => b[1] - a[1]);
  console.log(most.map(([name, micros]) => `${name} ${Math.round(micros)}`).join(' · '));
}

/** The parcels exist before the measuring begins; `transit` fires nothing that is counted (their serials are no serials). */
async function makeTrackings(url: string, key: string): Promise<void> {
  for (let first = 0; first < workload.trackings; first += 1000) {
    const updates = Array.from({ length: 1000 }, (_, index) => firstUpdate(first + index));
    await postUpdates(url, key, updates);
  }
}

function row(result: Result, floor: Result | undefined): string {
  const ratio = floor === undefined ? '' : (result.perSecond / floor.perSecond).toFixed(2);
  const cpuRatio = floor === undefined ? '' : (result.cpuMicros / floor.cpuMicros).toFixed(2);
  return `| ${result.mode} | ${result.name} | ${Math.round(result.perSecond)} | ${ratio} | ${Math.round(result.cpuMicros)} | ${cpuRatio} | ${result.answerP50.toFixed(1)} | ${result.p50.toFixed(1)} | ${result.p99.toFixed(1)} | ${Math.round(result.peakMiB)} |`;
}

const heading = [
  '| mode | program | updates/s | of floor | CPU µs/update | of floor | answer p50 ms | webhook p50 ms | p99 ms | peak MiB |',
  '|---|---|---|---|---|---|---|---|---|---|',
];

const sync = await syncLatency();
const machine = `${os.cpus()[0]?.model.trim()}, ${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${os.type()} ${os.release()}`;
const title = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC · ${machine} · sync of 8 KiB p50 ${sync.p50.toFixed(2)} ms, p99 ${sync.p99.toFixed(2)} ms`;
console.log(`${title}\n`);
console.log(heading.join('\n'));
const lines: string[] = [];
for (const mode of values.mode.split(',') as Mode[]) {
  let floor: Result | undefined;
  for (const name of values.only.split(',') as Name[]) {
    const result = await measure(name, mode, Number(values.updates));
    if (name === 'floor') floor = result;
    const line = row(result, floor);
    console.log(line);
    lines.push(line);
  }
}
if (!values['no-record']) {
  const record = `\n## ${title}\n\n${values.updates} updates each.\n\n${[...heading, ...lines].join('\n')}\n`;
  appendFileSync(path.join(import.meta.dirname, 'RESULTS.md'), record);
}
