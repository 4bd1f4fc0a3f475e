/**
 * Counts the ends of attempts by webhook and hour, beside the sending and not on its way: see `base/tallies.ts`. An attempt
 * belongs to the hour in which it began, as the log of attempts has it.
 */
import type { Log } from '../base/log.ts';
import { makeTallies, type Tallies } from '../base/tallies.ts';
import type { Attempt } from '../domain/attempt.ts';
import { hourOf, type WebhookHour } from '../domain/figures.ts';
import { addLatencies, bucketOf, noLatencies } from '../pipeline/latency.ts';
import { type FigureStore, StoreUnavailable } from '../store/store.ts';

export interface AttemptTallies extends Omit<Tallies<unknown>, 'of'> {
  /** To be called with every attempt after its end is written. */
  attempted(attempt: Attempt): void;
}

type Sum = { -readonly [Member in keyof WebhookHour]: WebhookHour[Member] } & { latencies: number[] };

export function makeAttemptTallies({
  store,
  log,
}: {
  store: Pick<FigureStore, 'addWebhookHours'>;
  log: Log;
}): AttemptTallies {
  const tallies = makeTallies<Sum>({
    what: 'of attempts',
    keyOf: ({ webhookId, hour }) => keyOf(webhookId, hour),
    add(into, one) {
      into.accepted += one.accepted;
      into.failed += one.failed;
      addLatencies(into.latencies, one.latencies);
    },
    write: (hours) => store.addWebhookHours(hours),
    isWrittenLater: (error) => error instanceof StoreUnavailable && !error.isUncertain,
    log,
  });
  return {
    ...tallies,
    attempted({ accountId, webhookId, startedAt, verdict, exchange }) {
      if (verdict === 'unspent') return;
      const hour = hourOf(startedAt);
      const make = () => ({
        ...{ accountId, webhookId, hour, accepted: 0, failed: 0, latencies: noLatencies() },
      });
      const sum = tallies.of(keyOf(webhookId, hour), make);
      if (sum === null) return;
      if (verdict === 'accepted') sum.accepted++;
      else sum.failed++;
      // How fast a receiver answers: of one that does not there is nothing to tell.
      if (exchange.kind !== 'response') return;
      const bucket = bucketOf(exchange.timings.totalMs);
      sum.latencies[bucket] = (sum.latencies[bucket] ?? 0) + 1;
    },
  };
}

function keyOf(webhookId: string, hour: number): string {
  return `${webhookId} ${hour}`;
}
