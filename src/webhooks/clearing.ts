/**
 * Works off what was left to be parked when a webhook was disabled, or to be cancelled when it was deleted, since it was very
 * much. Any process does it that finds it so; whoever dies over it is followed by another.
 */
import type { Log } from '../base/log.ts';
import type { WebhookStore } from '../store/store.ts';

export interface Clearing {
  start(): void;
  /** There may be something to clear. */
  wake(): void;
  /** Resolves when what is under way is done. */
  stop(): Promise<void>;
}

/** Who left something has told nobody. */
const lookMs = 60_000;

export function makeClearing({
  store,
  log,
}: {
  store: Pick<WebhookStore, 'clearings' | 'clear'>;
  log: Log;
}): Clearing {
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let running = Promise.resolve();

  async function work(): Promise<void> {
    for (const webhookId of await store.clearings()) {
      try {
        while (!stopped && (await store.clear(webhookId)));
      } catch (error) {
        log.warn({ err: error, webhook: webhookId }, 'what it was owed is parked or cancelled later');
      }
    }
  }

  function wake(): void {
    running = running.then(work).catch((error) => {
      log.warn({ err: error }, 'webhooks that were disabled or deleted are cleared later');
    });
  }

  return {
    start() {
      wake();
      timer = setInterval(wake, lookMs);
      timer.unref();
    },
    wake,
    stop() {
      stopped = true;
      if (timer !== null) clearInterval(timer);
      return running;
    },
  };
}
