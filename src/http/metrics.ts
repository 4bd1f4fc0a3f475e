/** What Prometheus is told: counters kept as things happen, gauges read when it asks. */
import { Counter, Gauge, Registry } from '@prometheus-io/client';
import type { Clock } from '../base/clock.ts';
import { VERDICTS } from '../domain/attempt.ts';
import type { StoreSize } from '../store/store.ts';
import type { Ingest } from '../tracking/ingest.ts';
import type { AttemptReport } from '../webhooks/concluding.ts';
import type { Sender } from '../webhooks/sender.ts';

export interface Metrics {
  /** The same ingest, counted. */
  counting(ingest: Ingest): Ingest;
  /** To be called with every attempt after its end is written. */
  attempted(report: AttemptReport): void;
  readonly contentType: string;
  text(): Promise<string>;
}

export interface MetricsOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  load(): ReturnType<Sender['load']>;
  /** Whether this server's own network is what fails just now. */
  networkFails(): boolean;
  /** Likewise the mail server that is set. */
  mailFails(): boolean;
  storeSize(): Promise<StoreSize>;
  /** Rows by what they are, as last counted. */
  storeRows(): ReadonlyMap<string, number>;
}

/** Asked for by anybody, twice in a page, and worked out over every table. */
const sizeMs = 10_000;

export function makeMetrics({
  clock,
  load,
  networkFails,
  mailFails,
  storeSize,
  storeRows,
}: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  let size: { readonly asked: Promise<StoreSize>; readonly at: number } | null = null;

  function sizeLately(): Promise<StoreSize> {
    const now = clock.monotonic();
    if (size === null || now - size.at >= sizeMs) {
      const asked = storeSize();
      size = { asked, at: now };
      asked.catch(() => {
        if (size?.asked === asked) size = null;
      });
    }
    return size.asked;
  }

  const updates = new Counter({
    name: 'waybell_updates_total',
    help: 'Updates by what became of them.',
    labelNames: ['result'],
    registers,
  });
  const attempts = new Counter({
    name: 'waybell_attempts_total',
    help: 'Attempts of deliveries by their verdict.',
    labelNames: ['verdict'],
    registers,
  });
  new Gauge({
    name: 'waybell_deliveries_in_flight',
    help: 'Requests to receivers under way.',
    registers,
    collect() {
      this.set(load().inFlight);
    },
  });
  new Gauge({
    name: 'waybell_deliveries_held',
    help: 'Deliveries held in memory, those under way included; the rest waits in the store.',
    registers,
    collect() {
      this.set(load().held);
    },
  });
  new Gauge({
    name: 'waybell_network_failing',
    help: '1 while attempts fail by the network, name servers or proxy of this server, and so spend nothing.',
    registers,
    collect() {
      this.set(Number(networkFails()));
    },
  });
  new Gauge({
    name: 'waybell_mail_failing',
    help: '1 while the mail server that is set cannot be used, and mails wait.',
    registers,
    collect() {
      this.set(Number(mailFails()));
    },
  });
  new Gauge({
    name: 'waybell_store_bytes',
    help: 'Bytes that the store takes on disk.',
    registers,
    async collect() {
      this.set((await sizeLately()).bytes);
    },
  });
  new Gauge({
    name: 'waybell_store_free_bytes',
    help: 'Of the bytes on disk, those that retention has freed and that new rows will take.',
    registers,
    async collect() {
      this.set((await sizeLately()).freeBytes);
    },
  });
  new Gauge({
    name: 'waybell_store_rows',
    help: 'What the store holds; counted once an hour, since a count reads much of it.',
    labelNames: ['of'],
    registers,
    collect() {
      for (const [of, rows] of storeRows()) this.set({ of }, rows);
    },
  });
  // A series that is there from the start shows its first increase.
  for (const result of ['accepted', 'refused']) updates.inc({ result }, 0);
  for (const verdict of VERDICTS) attempts.inc({ verdict }, 0);

  return {
    counting: (ingest) => ({
      ...ingest,
      async submit(request) {
        const results = await ingest.submit(request);
        const accepted = results.reduce((count, result) => count + Number(result.ok), 0);
        updates.inc({ result: 'accepted' }, accepted);
        updates.inc({ result: 'refused' }, results.length - accepted);
        return results;
      },
    }),
    attempted: ({ attempt }) => attempts.inc({ verdict: attempt.verdict }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
