/**
 * Tells when this server's own network (or name servers, or proxy) fails: attempts then count for no delivery, and nobody's
 * receiver is to blame. Said once when it begins, again every ten minutes, and when it is over.
 */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { AttemptReport } from './concluding.ts';

export interface NetworkAlarm {
  /** To be called with every attempt. */
  attempted(report: Pick<AttemptReport, 'attempt'>): void;
  /** Epoch milliseconds of the first of the failures; null while all is well. */
  readonly failingSince: number | null;
}

const repeatMs = 600_000;

export function makeNetworkAlarm({ log, clock }: { log: Log; clock: Clock }): NetworkAlarm {
  let failingSince: number | null = null;
  let toldAt = 0;
  return {
    get failingSince() {
      return failingSince;
    },
    attempted({ attempt }) {
      if (attempt.verdict !== 'unspent') {
        if (failingSince !== null) log.warn("this server's own network works again");
        failingSince = null;
        return;
      }
      const now = clock.monotonic();
      if (failingSince !== null && now - toldAt < repeatMs) return;
      failingSince ??= attempt.startedAt;
      toldAt = now;
      const since = new Date(failingSince).toISOString();
      log.error(
        { reason: attempt.reason, since },
        "this server's own network fails: deliveries wait and spend no attempts",
      );
    },
  };
}
