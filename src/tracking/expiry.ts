/** Says of parcels without news for thirty days that they expired: an update like any other, found once an hour. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { emptyUpdate } from '../domain/update.ts';
import type { TrackingStore } from '../store/store.ts';
import type { Ingest } from './ingest.ts';

export interface Expiry {
  start(): void;
  /** Looks once; returns how many expired. */
  run(): Promise<number>;
  stop(): Promise<void>;
}

const silenceMs = 30 * 86_400_000;
const everyMs = 3_600_000;
const atOnceMax = 200;

export function makeExpiry({
  store,
  ingest,
  clock,
  log,
}: {
  store: Pick<TrackingStore, 'dueExpiries'>;
  ingest: Pick<Ingest, 'submit'>;
  clock: Clock;
  log: Log;
}): Expiry {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<unknown> | null = null;
  let stopped = false;

  async function run(): Promise<number> {
    const now = clock.now();
    let expired = 0;
    while (!stopped) {
      // The store finds by whole days, so the last day's are looked at once more.
      const due = (await store.dueExpiries(now - silenceMs, atOnceMax)).filter(
        (tracking) => tracking.newsAt <= now - silenceMs,
      );
      if (due.length === 0) break;
      const updates = due.map((tracking) => ({
        ...emptyUpdate,
        accountId: tracking.accountId,
        number: tracking.number,
        rawNumber: tracking.rawNumber,
        trackingId: tracking.id,
        create: false,
        expire: true,
        source: 'poll' as const,
        receivedAt: now,
      }));
      const results = await ingest.submit({ updates, answer: null });
      expired += results.filter((result) => result.ok && result.changed).length;
      // Each leaves the list by expiring; if none could, going on would never end.
      if (!results.some((result) => result.ok && result.tracking.expiredAt !== null)) break;
    }
    return expired;
  }

  function tick(): void {
    running = run().catch((error) =>
      log.error({ err: error }, 'expiry failed and is tried again in an hour'),
    );
    timer = setTimeout(tick, everyMs);
    timer.unref();
  }

  return {
    start: tick,
    run,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
