/**
 * Asks couriers for news when it is due. What a courier reports is an update like any other; `pollAt` is set in the same
 * transaction, so a crash asks again rather than never. A courier that cannot be reached is asked later. For a suspended
 * account nobody is asked; its trackings are looked at again every hour, so the asking goes on after it is taken back.
 */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { CourierAdapter, Credentials } from '../couriers/courier.ts';
import type { Tracking } from '../domain/tracking.ts';
import { type Update, updateOf } from '../domain/update.ts';
import type {
  AccountId,
  AccountStore,
  CredentialStore,
  ShardNumbers,
  TrackingStore,
} from '../store/store.ts';
import type { Asked } from './courierTallies.ts';
import type { Ingest } from './ingest.ts';
import { readUpdate } from './readUpdate.ts';

export interface Polling {
  start(): void;
  /** Something may be due sooner than was known. */
  wake(): void;
  stop(): Promise<void>;
}

export interface PollingOptions {
  readonly store: Pick<TrackingStore, 'duePolls' | 'nextPollAt'> &
    Pick<AccountStore, 'account'> &
    Pick<CredentialStore, 'courierCredentials'>;
  readonly ingest: Pick<Ingest, 'submit'>;
  readonly clock: Clock;
  readonly log: Log;
  adapterOf(code: string): CourierAdapter | null;
  /** Told of every time that a courier was asked. */
  onAsked(asked: Asked): void;
  /** Of which trackings this process asks. */
  shards(): ShardNumbers;
}

const atOnceMax = 50;
const idleMsMax = 60_000;
const troubleMs = 60_000;
const leftMs = 1000;
const suspendedMs = 3_600_000;

export function makePolling(options: PollingOptions): Polling {
  const { store, ingest, clock, log, adapterOf } = options;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let stopped = false;
  let again = false;

  /** Asks each that is due once; whether any still is, so that no courier is asked over and over. */
  async function run(): Promise<boolean> {
    const asked = new Set<string>();
    for (;;) {
      const due = await store.duePolls(clock.now(), atOnceMax, options.shards());
      if (due.length === 0 || stopped) return false;
      if (due.some(({ id }) => asked.has(id))) return true;
      for (const { id } of due) asked.add(id);
      const suspended = await suspendedAmong(due);
      const ends = await Promise.allSettled(
        due.map((tracking) =>
          suspended.has(tracking.accountId) ? postpone(tracking, suspendedMs) : poll(tracking),
        ),
      );
      // Only when all have ended, so that nothing is asked twice at a time.
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
  }

  async function suspendedAmong(due: readonly Tracking[]): Promise<ReadonlySet<AccountId>> {
    const accounts = await Promise.all(
      [...new Set(due.map((tracking) => tracking.accountId))].map((id) => store.account(id)),
    );
    return new Set(accounts.flatMap((account) => (account?.suspended ? [account.id] : [])));
  }

  async function postpone(tracking: Tracking, byMs: number): Promise<void> {
    const now = clock.now();
    await ingest.submit({ updates: [noNews(tracking, now, now + byMs)], answer: null });
  }

  async function poll(tracking: Tracking): Promise<void> {
    const now = clock.now();
    const update = await report(tracking, now).catch((error) => {
      log.warn({ err: error, tracking: tracking.id }, 'a courier could not be asked');
      return noNews(tracking, now, now + troubleMs);
    });
    const [result] = await ingest.submit({ updates: [update], answer: null });
    if (result?.ok === false) {
      log.warn(
        { tracking: tracking.id, problem: result.problem.code },
        "a courier's report could not be taken",
      );
      await postpone(tracking, troubleMs);
    }
  }

  /** Read for every asking: another process may have changed them just now. */
  async function credentialsOf(
    accountId: AccountId,
    { code, credentials }: CourierAdapter,
  ): Promise<Credentials> {
    if (credentials === undefined) return {};
    return (await store.courierCredentials(accountId, code))?.values ?? {};
  }

  async function report(tracking: Tracking, now: number): Promise<Update> {
    const adapter = tracking.courierCode === null ? null : adapterOf(tracking.courierCode);
    if (adapter === null) return noNews(tracking, now, null);
    const asked = { accountId: tracking.accountId, courierCode: adapter.code, at: now };
    try {
      const update = await ask(adapter, tracking, now);
      options.onAsked({ ...asked, failure: null });
      return update;
    } catch (error) {
      options.onAsked({ ...asked, failure: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  async function ask(adapter: CourierAdapter, tracking: Tracking, now: number): Promise<Update> {
    const { scans, nextAt, destinationCourierCode } = await adapter.poll({
      number: tracking.number,
      createdAt: tracking.createdAt,
      credentials: await credentialsOf(tracking.accountId, adapter),
      now,
    });
    const reading = readUpdate(
      {
        number: tracking.rawNumber,
        courierCode: tracking.courierCode,
        scans,
        fields:
          destinationCourierCode === undefined ? {} : { destination_courier_code: destinationCourierCode },
        create: false,
      },
      {
        accountId: tracking.accountId,
        receivedAt: now,
        source: adapter.code === 'sandbox' ? 'sandbox' : 'poll',
      },
    );
    if (!reading.ok) throw new Error(reading.problem.message);
    return { ...reading.update, trackingId: tracking.id, settings: { pollAt: nextAt } };
  }

  async function schedule(waitMin: number): Promise<void> {
    if (stopped) return;
    const next = waitMin > 0 ? null : await store.nextPollAt(options.shards());
    const wait = next === null ? waitMin || idleMsMax : Math.min(Math.max(next - clock.now(), 0), idleMsMax);
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(tick, wait);
    timer.unref();
  }

  /** After a round. What failed, the store being full say, would fail again at once. */
  async function next(waitMin: number): Promise<void> {
    running = null;
    const atOnce = again && waitMin === 0;
    again = false;
    if (atOnce) tick();
    else
      await schedule(waitMin).catch((error) => log.error({ err: error }, 'polling could not be scheduled'));
  }

  function tick(): void {
    if (stopped) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = run().then(
      (isLeft) => next(isLeft ? leftMs : 0),
      (error) => {
        log.error({ err: error }, 'polling failed and goes on in a minute');
        return next(troubleMs);
      },
    );
  }

  return {
    start: tick,
    wake: tick,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

/** Says only when the courier is to be asked next. */
function noNews(tracking: Tracking, receivedAt: number, pollAt: number | null): Update {
  return { ...updateOf(tracking, { source: 'poll', receivedAt }), settings: { pollAt } };
}
