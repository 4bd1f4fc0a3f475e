/**
 * The right half of the flow: every delivery that is owed is attempted until it is settled.
 *
 * Per webhook there is a lane; a lane has at most so many requests under way. An attempt's end is written before
 * anything follows from it: only the commit that settles a delivery releases its parcel's next one, and a process that
 * dies in between finds the delivery `ready` in the table and sends it again under the same id. If the end cannot be
 * written it is kept, with the lane's place, until it can.
 */
import { makeGroupCommit } from '../base/groupCommit.ts';
import type { Log } from '../base/log.ts';
import type { Account } from '../domain/account.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { TrackingEvent } from '../domain/event.ts';
import { limits } from '../domain/limits.ts';
import type { Webhook } from '../domain/webhook.ts';
import { defaultRetrySeconds } from '../pipeline/schedule.ts';
import type { AccountId, DeliveryStore, OwedDelivery, Settled, Settlement } from '../store/store.ts';
import { StoreUnavailable } from '../store/store.ts';
import { type AttemptTools, makeAttempt } from './attempt.ts';
import { type Lane, makeLane } from './lane.ts';

/** Told after an attempt's end is durable. */
export interface AttemptReport {
  readonly attempt: Attempt;
  readonly delivery: Delivery;
  readonly settlement: Settlement;
  readonly webhook: Webhook;
  readonly event: TrackingEvent;
}

export interface SenderOptions extends AttemptTools {
  readonly store: Pick<DeliveryStore, 'settle' | 'webhooksWithWork' | 'queue'>;
  readonly log: Log;
  webhookOf(accountId: AccountId, webhookId: string): Promise<Webhook | null>;
  accountOf(accountId: AccountId): Promise<Account>;
  /** The receiver answered 410. */
  disable(webhook: Webhook, reason: string): Promise<void>;
  onAttempt(report: AttemptReport): void;
  readonly inFlightPerWebhookMax?: number;
  readonly heldPerWebhookMax?: number;
}

export interface Sender {
  /** Takes up everything that is owed from before. */
  start(): Promise<void>;
  /** New deliveries, after their commit. Those that are blocked or parked are not for now. */
  offer(owed: readonly OwedDelivery[]): void;
  /** Reads a webhook's queue again: after a recovery, or when it was enabled. */
  refill(webhookId: string): void;
  /** Forgets what is queued in memory for a webhook: it was disabled or deleted. */
  drop(webhookId: string): void;
  /** Sends at once, outside the parcel's order, whatever state the delivery is in. */
  redeliver(owed: OwedDelivery, webhook: Webhook): Promise<AttemptReport>;
  /** Whether a request for this delivery is under way. */
  isSending(deliveryId: string): boolean;
  /** Requests under way, and heads held in memory. */
  load(): { readonly inFlight: number; readonly held: number };
  /** Starts no further attempts and waits for those under way, at most so many milliseconds. True if all ended. */
  stop(withinMs: number): Promise<boolean>;
}

const timerMsMax = 60_000;
/** Ended attempts of a lane that wait to be written; beyond it no further ones are begun. */
const settlingMax = 1000;
/** Rows of a queue that are read at a time. */
const fetchedMax = 1000;
const fetchedBytesMax = 8 * 1024 * 1024;
const settleRetryMs = 500;
/** An attempt's end waits so long for others to be written with it; only its parcel's next delivery waits for that. */
const settleGatherMs = 5;
const settledAtOnceMax = 256;
const settleFlushesMax = 4;
/** A due time further off than the whole schedule is a clock that was set back; nobody waits that long. */
const waitMsMax = (defaultRetrySeconds.at(-1) as number) * 1100;

export function makeSender(options: SenderOptions): Sender {
  const { store, clock, log } = options;
  const inFlightMax = options.inFlightPerWebhookMax ?? limits.requestsInFlightPerWebhook;
  const heldMax = options.heldPerWebhookMax ?? limits.deliveriesInMemoryPerWebhook;
  const lanes = new Map<string, Lane>();
  const sending = new Set<string>();
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let timerAt = Number.POSITIVE_INFINITY;
  let onQuiet: (() => void) | null = null;

  const settling = makeGroupCommit<Settlement, Settled>({
    flush: (settlements) => store.settle(settlements),
    delayMs: settleGatherMs,
    weightMax: settledAtOnceMax,
    flushesMax: settleFlushesMax,
  });

  function laneOf(webhookId: string): Lane {
    let lane = lanes.get(webhookId);
    if (lane === undefined) {
      lane = makeLane(webhookId, heldMax);
      lanes.set(webhookId, lane);
    }
    return lane;
  }

  function pump(lane: Lane): void {
    if (stopped) return;
    const now = clock.monotonic();
    while (lane.inFlight < inFlightMax && lane.settling < settlingMax) {
      const owed = lane.take(now);
      if (owed === null) break;
      void send(lane, owed);
    }
    if (lane.wantsFetch(now)) void fetch(lane);
    wakeAt(lane.nextAt(now));
  }

  async function send(lane: Lane, owed: OwedDelivery): Promise<void> {
    const { delivery } = owed;
    let underway = true;
    lane.inFlight++;
    sending.add(delivery.id);
    try {
      const webhook = await options.webhookOf(delivery.accountId, delivery.webhookId);
      if (webhook?.enabled) {
        const account = await options.accountOf(delivery.accountId);
        const { settlement, delayMs } = await makeAttempt(
          { owed, webhook, account, cause: 'schedule' },
          options,
        );
        // The request is over: another parcel may use its place while the end of this one is being written.
        underway = false;
        lane.inFlight--;
        lane.settling++;
        pump(lane);
        await conclude(lane, { owed, webhook, settlement, delayMs }).finally(() => lane.settling--);
      } else lane.forget(delivery.id);
    } catch (error) {
      // Not the receiver's doing (that is a value): the delivery stays ready in the table and is taken up again.
      log.error(
        { err: error, delivery: delivery.id, webhook: delivery.webhookId },
        'an attempt could not be made',
      );
      lane.forget(delivery.id);
      lane.spill(clock.monotonic() + settleRetryMs);
    } finally {
      if (underway) lane.inFlight--;
      sending.delete(delivery.id);
      pump(lane);
      if (sending.size === 0) onQuiet?.();
    }
  }

  interface Conclusion {
    readonly owed: OwedDelivery;
    readonly webhook: Webhook;
    readonly settlement: Settlement;
    readonly delayMs: number | null;
  }

  async function conclude(lane: Lane, { owed, webhook, settlement, delayMs }: Conclusion): Promise<void> {
    const settled = await settleSurely(settlement);
    lane.forget(owed.delivery.id);
    if (settled.released !== null) lane.offer(settled.released, 0);
    const { next } = settlement;
    if (settled.applied && next?.state === 'scheduled' && delayMs !== null) {
      const delivery: Delivery = {
        ...owed.delivery,
        state: 'scheduled',
        attempts: next.attempts,
        dueAt: next.dueAt,
      };
      lane.offer({ ...owed, delivery }, clock.monotonic() + delayMs);
    }
    options.onAttempt({ ...owed, attempt: settlement.attempt, settlement, webhook });
    if (settlement.attempt.verdict === 'park_and_disable')
      await options.disable(webhook, settlement.attempt.reason);
  }

  /** Writes an attempt's end, for as long as it takes the store to come back. */
  async function settleSurely(settlement: Settlement): Promise<Settled> {
    for (;;) {
      try {
        return await settling.submit(settlement);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        log.warn(
          { err: error, delivery: settlement.delivery.id },
          'the end of an attempt waits for the store',
        );
        await new Promise((resolve) => setTimeout(resolve, settleRetryMs).unref());
      }
    }
  }

  async function fetch(lane: Lane): Promise<void> {
    lane.fetching = true;
    lane.expectAll();
    // From the beginning, what is held already is read again and skipped.
    const again = lane.position === null;
    const rowsMax = fetchedMax + (again ? lane.size : 0);
    const bytesMax = fetchedBytesMax + (again ? lane.bytes : 0);
    const { misses } = lane;
    try {
      const { rows, more } = await store.queue(lane.webhookId, lane.position, { rowsMax, bytesMax });
      const now = clock.now();
      const monotonic = clock.monotonic();
      const last = rows.at(-1)?.delivery;
      // What found no room meanwhile may lie before the last row and yet be newer than what was read.
      const known = more && last !== undefined && lane.misses === misses;
      lane.position = known ? { dueAt: last.dueAt ?? 0, id: last.id } : null;
      for (const owed of rows) lane.offer(owed, dueAt(owed, now, monotonic));
      // There may be more behind the last row, due no sooner than that.
      if (more) lane.spill(dueAt(rows.at(-1) as OwedDelivery, now, monotonic));
    } catch (error) {
      log.warn({ err: error, webhook: lane.webhookId }, 'a queue could not be read and is tried again');
      lane.position = null;
      lane.spill(clock.monotonic() + settleRetryMs);
    } finally {
      lane.fetching = false;
      pump(lane);
    }
  }

  /** When a head of the table is due, monotonic milliseconds; 0: now. */
  function dueAt({ delivery }: OwedDelivery, now: number, monotonic: number): number {
    const wait = Math.min((delivery.dueAt ?? 0) - now, waitMsMax);
    return wait > 0 ? monotonic + wait : 0;
  }

  function wakeAt(at: number): void {
    if (at >= timerAt || at === Number.POSITIVE_INFINITY || stopped) return;
    if (timer !== null) clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(wake, Math.max(1, Math.min(at - clock.monotonic(), timerMsMax)));
    timer.unref();
  }

  function wake(): void {
    timer = null;
    timerAt = Number.POSITIVE_INFINITY;
    for (const lane of lanes.values()) pump(lane);
  }

  return {
    async start() {
      for (const webhookId of await store.webhooksWithWork()) this.refill(webhookId);
    },
    offer(owed) {
      const touched = new Set<Lane>();
      for (const one of owed) {
        if (one.delivery.state !== 'ready') continue;
        const lane = laneOf(one.delivery.webhookId);
        lane.offer(one, 0);
        touched.add(lane);
      }
      for (const lane of touched) pump(lane);
    },
    refill(webhookId) {
      const lane = laneOf(webhookId);
      lane.position = null;
      lane.spill(0);
      pump(lane);
    },
    drop(webhookId) {
      lanes.get(webhookId)?.clear();
    },
    async redeliver(owed, webhook) {
      const account = await options.accountOf(owed.delivery.accountId);
      const { settlement } = await makeAttempt({ owed, webhook, account, cause: 'redeliver' }, options);
      const unsettled = owed.delivery.settledAt === null;
      const written: Settlement = unsettled ? settlement : { ...settlement, next: null };
      const settled = await settleSurely(written);
      const lane = laneOf(owed.delivery.webhookId);
      if (written.next !== null && settled.applied) lane.forget(owed.delivery.id);
      if (settled.released !== null) lane.offer(settled.released, 0);
      pump(lane);
      const report = { ...owed, attempt: settlement.attempt, settlement: written, webhook };
      options.onAttempt(report);
      return report;
    },
    isSending: (deliveryId) => sending.has(deliveryId),
    load() {
      let inFlight = 0;
      let held = 0;
      for (const lane of lanes.values()) {
        inFlight += lane.inFlight;
        held += lane.size;
      }
      return { inFlight, held };
    },
    stop(withinMs) {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      if (sending.size === 0) return Promise.resolve(true);
      return new Promise((resolve) => {
        const limit = setTimeout(() => resolve(false), withinMs);
        onQuiet = () => {
          clearTimeout(limit);
          resolve(true);
        };
      });
    },
  };
}
