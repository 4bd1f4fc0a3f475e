/**
 * A load on a site, from an update handed over to its webhook at the receiver, and what it took. An update is one event and
 * one delivery, so the webhooks are counted by the updates' serials: each once, and those that came again apart.
 */
import { type Receiver, sendLoad, startReceiver } from '../drive.ts';
import { progress } from '../record.ts';
import { postUpdates, usageOf } from '../servers.ts';
import { firstUpdate, type Mix, workload } from '../workload.ts';
import { familyMicros } from './cpu.ts';
import type { Site } from './site.ts';

/** As in `floors.ts`; a short run warms up as shortly. */
export const warmUpOf = (updates: number): number => Math.min(20_000, updates);

/** So long may nothing come before the run is given up, milliseconds: longer than a lease of another process. */
const silenceMsMax = 60_000;

export interface Slice {
  readonly perSecond: number;
  readonly p99: number;
}

export interface Measured {
  readonly perSecond: number;
  /** From sending an update to its answer, milliseconds. */
  readonly answerP50: number;
  /** From the answer to the receipt of the webhook. */
  readonly p50: number;
  readonly p99: number;
  /** CPU an update, microseconds: of all Waybell processes, and of PostgreSQL's. */
  readonly serverMicros: number;
  readonly databaseMicros: number;
  /** Of the largest Waybell process. */
  readonly peakMiB: number;
  /** Webhooks that came again. */
  readonly repeated: number;
  /** Of as many updates each, in the order of receipt. */
  readonly slices: readonly Slice[];
}

export interface LoadOptions {
  readonly site: Site;
  readonly receiver: Receiver;
  /** Of all steps together. */
  readonly updates: number;
  /** Where the receiver has had an earlier load: behind the last of that. */
  readonly firstSerial?: number;
  readonly batch: boolean;
  /** Of the server's first process; null where there is no PostgreSQL. */
  readonly databasePid: number | null;
  readonly mix?: Mix;
}

export interface LoadSteps {
  /** Sends so many and waits for their webhooks. */
  send(updates: number): Promise<void>;
  /** The same, measured. */
  measure(updates: number, options?: { readonly slices: number }): Promise<Measured>;
}

export function openLoad(options: LoadOptions): LoadSteps {
  const { site, receiver, updates: total, firstSerial: first = 0, batch, databasePid, mix } = options;
  const sentAt = new Float64Array(first + total);
  const answeredAt = new Float64Array(first + total);
  const urls = site.servers.map(({ url }) => url);
  const load = { urls, keys: [site.key], batch, sentAt, answeredAt, ...(mix && { mix }) };
  let serial = first;

  async function send(updates: number): Promise<void> {
    const firstSerial = serial;
    serial += updates;
    const watch = setInterval(() => progress(`${receiver.received()} of ${serial} webhooks`), 500);
    try {
      await sendLoad({ ...load, updates, firstSerial });
      await arrival(receiver, serial);
    } finally {
      clearInterval(watch);
      progress('');
    }
  }

  async function use() {
    const usages = await Promise.all(site.servers.map(usageOf));
    return {
      server: usages.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
      database: databasePid === null ? 0 : familyMicros(databasePid),
      peakBytes: Math.max(...usages.map(({ peakBytes }) => peakBytes)),
    };
  }

  return {
    send,
    async measure(updates, { slices } = { slices: 1 }) {
      const first = serial;
      const repeatedBefore = receiver.repeated();
      const before = await use();
      const startedAt = performance.now();
      await send(updates);
      const seconds = (performance.now() - startedAt) / 1000;
      const after = await use();
      const at = receiver.at.subarray(first, serial);
      const waited = at.map((one, index) => Math.max(0, one - (answeredAt[first + index] as number)));
      const answers = at.map(
        (_, index) => (answeredAt[first + index] as number) - (sentAt[first + index] as number),
      );
      return {
        perSecond: updates / seconds,
        answerP50: quantile(answers, 0.5),
        p50: quantile(waited, 0.5),
        p99: quantile(waited, 0.99),
        serverMicros: (after.server - before.server) / updates,
        databaseMicros: (after.database - before.database) / updates,
        peakMiB: after.peakBytes / 2 ** 20,
        repeated: receiver.repeated() - repeatedBefore,
        slices: slicesOf({ at, waited, startedAt, slices }),
      };
    },
  };
}

/** A receiver for so many updates, and whatever is to be done with it. */
export async function withReceiver<T>(updates: number, run: (receiver: Receiver) => Promise<T>): Promise<T> {
  const receiver = await startReceiver(updates);
  try {
    return await run(receiver);
  } finally {
    receiver.close();
  }
}

/** The workload's parcels, or the first so many of them with so many checkpoints, before the measuring begins. */
export async function makeTrackings(
  { servers, key }: Site,
  {
    trackings = workload.trackings,
    checkpointsEach = workload.checkpointsAtStart,
  }: { readonly trackings?: number; readonly checkpointsEach?: number } = {},
): Promise<void> {
  const [first] = servers;
  if (first === undefined) return;
  for (let made = 0; made < trackings; made += 1000) {
    const count = Math.min(1000, trackings - made);
    const some = Array.from({ length: count }, (_, index) => firstUpdate(made + index, checkpointsEach));
    await postUpdates(first.url, key, some);
    progress(`${made + count} of ${trackings} trackings`);
  }
  progress('');
}

async function arrival(receiver: Receiver, count: number): Promise<void> {
  let before = -1;
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const received = receiver.received();
      if (received === before) reject(new Error(`${count - received} of ${count} webhooks did not come.`));
      before = received;
    }, silenceMsMax);
  });
  try {
    await Promise.race([receiver.waitFor(count), silence]);
  } finally {
    clearInterval(timer);
  }
}

function slicesOf({
  at,
  waited,
  startedAt,
  slices,
}: {
  readonly at: Float64Array;
  readonly waited: Float64Array;
  readonly startedAt: number;
  readonly slices: number;
}): Slice[] {
  const order = Array.from(at.keys()).sort((a, b) => (at[a] as number) - (at[b] as number));
  const size = Math.ceil(order.length / slices);
  let begun = startedAt;
  return Array.from({ length: slices }, (_, index) => {
    const own = order.slice(index * size, (index + 1) * size);
    const ended = at[own.at(-1) as number] as number;
    const seconds = (ended - begun) / 1000;
    begun = ended;
    return {
      perSecond: own.length / seconds,
      p99: quantile(
        Float64Array.from(own, (one) => waited[one] as number),
        0.99,
      ),
    };
  });
}

function quantile(values: Float64Array, share: number): number {
  return values.toSorted()[Math.floor(values.length * share)] ?? Number.NaN;
}
