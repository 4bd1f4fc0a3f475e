/**
 * What other processes changed of accounts, keys and webhooks. It is asked for when a signal says that there is some, now and then
 * without one, and whenever the store refuses a write since it rests on what is out of date. Whoever decides anything on what is
 * held in memory says how far the news had been heard before it looked there, so nothing is ever written on old settings.
 */
import type { Log } from '../base/log.ts';
import { AppError, problem } from '../domain/error.ts';
import { type Freshly, type NewsPage, type NewsStore, Outdated, type SignalStore } from '../store/store.ts';

export interface NewsReader {
  /** How far they were heard: to be asked before what is held is looked at. */
  heard(): number;
  /** Resolves when all is heard that was there at the time of the call. */
  catchUp(): Promise<void>;
  /** Decides again after hearing the news. @throws AppError `busy` */
  readonly freshly: Freshly;
  /** What is held in memory by then is out of date. */
  start(): Promise<void>;
  stop(): void;
}

export interface NewsOptions {
  readonly store: Pick<NewsStore, 'news' | 'sayHeard' | 'endLeftRests'> & Pick<SignalStore, 'hearsSignals'>;
  readonly log: Log;
  readonly processId: string;
  /** What is held of these is to be forgotten, at once; torn: all that is held. */
  onNews(page: Pick<NewsPage, 'news' | 'isTorn'>): void;
}

/** With signals these come only where one was lost. */
const signalledMs = 5000;
const unsignalledMs = 500;
/** Settings that change again every time they are to be written are somebody's loop. */
const triesMax = 20;
const busyWith =
  'These settings are being changed by others all the time. Nothing was changed: send it again.';

export function makeNews({ store, log, processId, onNews }: NewsOptions): NewsReader {
  let heard = 0;
  let reading: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  async function read(): Promise<void> {
    for (;;) {
      const page = await store.news(heard);
      if (page === null || page.upTo === heard) return;
      onNews(page);
      heard = page.upTo;
      // Somebody waits for that.
      if (page.isTorn || page.news.some(({ kind }) => kind === 'rests'))
        await store.sayHeard(processId, heard);
    }
  }

  function begin(): Promise<void> {
    reading = read().finally(() => {
      reading = null;
    });
    return reading;
  }

  function catchUp(): Promise<void> {
    if (reading === null) return begin();
    // What is being read may have been asked for too early.
    next ??= reading
      .catch(() => {})
      .then(() => {
        next = null;
        return begin();
      });
    return next;
  }

  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(
      () => {
        catchUp()
          .then(() => store.endLeftRests())
          .catch((error) => log.warn({ err: error }, 'what other processes changed could not be read'))
          .finally(schedule);
      },
      store.hearsSignals() ? signalledMs : unsignalledMs,
    );
    timer.unref();
  }

  return {
    heard: () => heard,
    catchUp,
    async freshly(decide) {
      for (let tries = 1; ; tries++) {
        try {
          return await decide(heard);
        } catch (error) {
          if (!(error instanceof Outdated)) throw error;
          if (tries === triesMax) throw new AppError(problem('busy', busyWith));
          await catchUp();
        }
      }
    },
    async start() {
      const page = await store.news(null);
      if (page === null) return;
      // Requests may have come already, and what they left in memory may be from before that.
      onNews({ news: [], isTorn: true });
      onNews(page);
      heard = page.upTo;
      schedule();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
