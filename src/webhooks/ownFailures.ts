/**
 * Tells when this server's own network (or name servers, or proxy) fails, or the mail server that is set: attempts then count for
 * no delivery, and nobody's receiver is to blame. Said once when it begins, again every ten minutes, and when it is over.
 */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { AttemptReport } from './concluding.ts';

export interface OwnFailures {
  /** To be called with every attempt. */
  attempted(report: Pick<AttemptReport, 'attempt'>): void;
  /** Epoch milliseconds of the first of the failures; null while all is well. */
  readonly failingSince: number | null;
}

export const networkWords = {
  fails: "this server's own network fails: deliveries wait and spend no attempts",
  works: "this server's own network works again",
};

export const mailWords = {
  fails: 'the mail server that is set with --smtp cannot be used: mails wait and spend no attempts',
  works: 'the mail server works again',
};

const repeatMs = 600_000;

export function makeOwnFailures({
  log,
  clock,
  of: words,
}: {
  log: Log;
  clock: Clock;
  of: typeof networkWords;
}): OwnFailures {
  let failingSince: number | null = null;
  let toldAt = 0;
  return {
    get failingSince() {
      return failingSince;
    },
    attempted({ attempt }) {
      // A letter that was not even tried tells nothing of the mail server.
      if (isUntried(attempt)) return;
      if (attempt.verdict !== 'unspent') {
        if (failingSince !== null) log.warn(words.works);
        failingSince = null;
        return;
      }
      const now = clock.monotonic();
      if (failingSince !== null && now - toldAt < repeatMs) return;
      failingSince ??= attempt.startedAt;
      toldAt = now;
      const since = new Date(failingSince).toISOString();
      log.error({ reason: attempt.reason, since }, words.fails);
    },
  };
}

function isUntried({ verdict, exchange }: AttemptReport['attempt']): boolean {
  return (verdict === 'park' || verdict === 'cancel') && exchange.kind === 'failure';
}
