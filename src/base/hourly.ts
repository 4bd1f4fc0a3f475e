/** Chores that are done once an hour and at the start: one after another, and a failing one does not keep the others. */
import { hourMs } from './durations.ts';
import type { Log } from './log.ts';

export interface Hourly {
  start(): void;
  /** Resolves when a round that is under way has ended. */
  stop(): Promise<void>;
}

/**
 * @param chores by what the log calls them
 * @param isOwn whether they are this process's to do, of several
 */
export function makeHourly(
  chores: Readonly<Record<string, () => Promise<unknown>>>,
  { log, isOwn }: { log: Log; isOwn(): boolean },
): Hourly {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  async function round(): Promise<void> {
    for (const [name, chore] of Object.entries(chores)) {
      if (stopped || !isOwn()) return;
      await chore().catch((error) =>
        log.error({ err: error, chore: name }, 'a chore failed and is tried again in an hour'),
      );
    }
  }

  function tick(): void {
    // A round may take longer than an hour; the next begins an hour after its end.
    running = round().then(() => {
      if (stopped) return;
      timer = setTimeout(tick, hourMs);
      timer.unref();
    });
  }

  return {
    start: tick,
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      return running;
    },
  };
}
