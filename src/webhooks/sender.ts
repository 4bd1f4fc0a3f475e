/**
 * The right half of the flow: every delivery that is owed is attempted until it is settled.
 *
 * Per webhook there is a lane (`lane.ts`: what is to be sent) and a gate (`gate.ts`: when the next may begin); webhooks
 * that find all places of the process taken get the next ones in turn. An attempt's end is written before anything
 * follows from it: only the commit that settles a delivery releases its parcel's next one, and a process that
 * dies in between finds the delivery `ready` in the table and sends it again under the same id. If the end cannot be
 * written it is kept, with the gate's place, until it can. What a suspended account's webhooks are owed waits, as it
 * stands, until the account is resumed.
 */
import { dayMs } from '../base/durations.ts';
import { shardsTotal } from '../base/id.ts';
import type { Log } from '../base/log.ts';
import type { Account } from '../domain/account.ts';
import type { Attempt } from '../domain/attempt.ts';
import { type Delivery, parcelOf } from '../domain/delivery.ts';
import { AppError } from '../domain/error.ts';
import type { AnyEvent } from '../domain/event.ts';
import { limits } from '../domain/limits.ts';
import type { DisabledBy } from '../domain/operationalEvent.ts';
import { shardOfDelivery } from '../domain/shard.ts';
import type { Webhook } from '../domain/webhook.ts';
import { afterAttempt, type Health, newHealth } from '../pipeline/health.ts';
import { delayMsMax } from '../pipeline/schedule.ts';
import type { AccountId, DeliveryStore, Notice, OwedDelivery, Settlement } from '../store/store.ts';
import { StoreUnavailable } from '../store/store.ts';
import { makeAlarms } from './alarms.ts';
import { type AttemptTools, makeAttempt } from './attempt.ts';
import { type Gate, makeGate } from './gate.ts';
import { type Lane, makeLane } from './lane.ts';
import { parkingNotice } from './notices.ts';
import { makeRoom } from './room.ts';
import { makeSettling } from './settling.ts';
import type { HealthNews } from './webhooks.ts';

/** Told after an attempt's end is durable. */
export interface AttemptReport {
  readonly attempt: Attempt;
  readonly delivery: Delivery;
  readonly settlement: Settlement;
  readonly webhook: Webhook;
  readonly event: AnyEvent;
}

export interface SenderOptions extends AttemptTools {
  readonly store: Pick<DeliveryStore, 'settle' | 'webhooksWithWork' | 'queue' | 'heads'>;
  readonly log: Log;
  readonly shards: SendingShards;
  /** Told of deliveries that another process is to send. */
  onElsewhere(owed: readonly OwedDelivery[]): void;
  /** A receiver that was away answers again. */
  onOpened(webhookId: string): void;
  webhookOf(accountId: AccountId, webhookId: string): Promise<Webhook | null>;
  webhooksOf(accountId: AccountId): Promise<readonly Webhook[]>;
  accountOf(accountId: AccountId): Promise<Account>;
  /** The receiver answered 410, or has failed for as long as it may. */
  disable(webhook: Webhook, cause: { by: DisabledBy; reason: string }): Promise<void>;
  onAttempt(report: AttemptReport): void;
  /** The webhook has begun to fail, or has recovered. */
  onHealth(webhook: Webhook, news: HealthNews): Promise<void>;
  /** A process that reorders a queue for longer than that has died over it. */
  readonly reorderMsMax?: number;
  /** A time before this process, epoch milliseconds: a clock that shows less was set back, and nobody waits for that. */
  readonly timeBefore?: number;
  /** Requests under way at a time: of all webhooks, and of one. */
  readonly inFlightMax?: number;
  readonly inFlightPerWebhookMax?: number;
  readonly heldPerWebhookMax?: number;
  /** Of bodies that wait in memory, of all webhooks. */
  readonly heldBytesMax?: number;
}

/** What it takes to find a delivery, and the lane that it belongs to. */
export type HeadKey = Pick<Delivery, 'accountId' | 'webhookId' | 'id'>;

/** Of which parcels this process sends what is owed. */
export interface SendingShards {
  holds(shard: number): boolean;
  /** Under which an attempt may begin on a shard that is held; null: not just now. */
  epoch(shard: number): number | null;
  /** Those that are held; null: all. */
  held(): readonly number[] | null;
}

/** How a webhook's sending stands just now. */
export interface Outlook {
  /** Requests under way, and how many may be; 0: the receiver is away, one request probes it now and then. */
  readonly inFlight: number;
  readonly window: number;
  /** Epoch milliseconds until which the gate lets nothing through; null: it is open. */
  readonly closedUntil: number | null;
}

export interface Sender {
  /** Takes up everything that is owed in the shards that are held: at the start, and whenever those are others. */
  takeUp(): Promise<void>;
  /** Looks in the table for what is due and not here, as others may have put it there without being heard. */
  look(): Promise<void>;
  /** Takes those that are heads of their parcels and held: another process has put them into the table. */
  take(deliveries: readonly HeadKey[]): Promise<void>;
  /** Whether attempts of a shard are under way or wait to be written. */
  isBusy(shard: number): boolean;
  /** Another process was answered by the receiver. */
  hint(webhookId: string): void;
  /** New deliveries, after their commit. Those that are blocked or parked are not for now; those of other shards are passed on. */
  offer(owed: readonly OwedDelivery[]): void;
  /** Reads a webhook's queue again: after a recovery, or when it was enabled. */
  refill(webhookId: string): void;
  /** Forgets what is queued in memory for a webhook: it was disabled or deleted. */
  drop(webhookId: string): void;
  /** Begins no attempt of it until that rest has ended: some process puts its queue in another order. */
  rest(webhookId: string, rest: number): void;
  /** That rest has ended: the queue is read anew. */
  goOn(webhookId: string, rest: number): void;
  /** Whatever is held of it may be out of date: another process has changed it or its queue. */
  refresh(webhookId: string): void;
  /** Forgets the webhook itself too: it was deleted. */
  forget(webhookId: string): void;
  /** Begins no attempt of a webhook while its queue in the store is put in another order, then reads it anew. */
  reorder<T>(webhookId: string, work: () => Promise<T>): Promise<T>;
  /** Goes on with a webhook whose account is not suspended any more. */
  resume(webhookId: string): void;
  outlook(webhookId: string): Outlook;
  /** Sends at once, outside the parcel's order, whatever state the delivery is in. @throws AppError `account_suspended` */
  redeliver(owed: OwedDelivery, webhook: Webhook): Promise<AttemptReport>;
  /** Whether a request for this delivery is under way. */
  isSending(deliveryId: string): boolean;
  /** Requests under way; heads held in memory, the bytes of their bodies, and the webhooks that are known. */
  load(): {
    readonly inFlight: number;
    readonly held: number;
    readonly heldBytes: number;
    readonly webhooks: number;
  };
  /** Starts no further attempts and waits for those under way, at most so many milliseconds. True if all ended. */
  stop(withinMs: number): Promise<boolean>;
}

/** Rows of a queue that are read at a time. */
const fetchedMax = 1000;
const fetchedBytesMax = 8 * 1024 * 1024;
const settleRetryMs = 500;
const reorderMsDefault = 120_000;
/** Of takings-up: callers of the API need connections as well. */
const fetchesAtOnce = 3;
/** One that always has something to send is looked at that seldom. */
const lookedAtMs = 60_000;
/** Rows of a queue that a look may find besides those under way. */
const lookedAtMax = 200;
/** A lease that is too short for an attempt is renewed in that time, or has ended. */
const leaseRestMs = 250;
/** An attempt whose end cannot be written for a fault of its data is made again after so long: it may be lasting. */
const unsettledRetryMs = 600_000;
/** A suspended account is looked at again after so long, lest one that is resumed in that very moment be missed. */
const suspendedMs = 60_000;

const never = Number.POSITIVE_INFINITY;

/** What the sender keeps of a webhook. */
interface Channel {
  readonly lane: Lane;
  readonly gate: Gate;
  /** Null until a first attempt. */
  health: Health | null;
  /** Reorderings of its queue under way here. */
  reorders: number;
  /** Those under way in any process, by number, and when each has died over it, monotonic milliseconds. */
  readonly rests: Map<number, number>;
  /** Its account was found suspended, or its lease too short: until this time, monotonic milliseconds, nothing is begun. */
  restsUntil: number;
  /** When the table was last looked at for what is not here, monotonic milliseconds. */
  lookedAt: number;
}

export function makeSender(options: SenderOptions): Sender {
  const { store, clock, log, shards } = options;
  const { timeBefore = 0, reorderMsMax = reorderMsDefault } = options;
  const inFlightMax = options.inFlightMax ?? limits.requestsInFlight;
  const inFlightPerWebhookMax = options.inFlightPerWebhookMax ?? limits.requestsInFlightPerWebhook;
  const heldMax = options.heldPerWebhookMax ?? limits.deliveriesInMemoryPerWebhook;
  const room = makeRoom(options.heldBytesMax ?? limits.deliveryBytesInMemory);
  const channels = new Map<string, Channel>();
  const sending = new Set<string>();
  let share = 1;
  const alarms = makeAlarms<Channel>(clock, pump);
  /** Requests of all webhooks, and who waits in turn for the end of one. */
  let inFlight = 0;
  const inTurn = new Set<Channel>();
  let stopped = false;
  let onQuiet: (() => void) | null = null;

  const settle = makeSettling(options);
  /** Attempts begun and not yet written, by shard. */
  const busy = new Int32Array(shardsTotal);

  function channelOf(webhookId: string): Channel {
    let channel = channels.get(webhookId);
    if (channel === undefined) {
      const lane = makeLane(webhookId, { room, heldMax });
      const gate = makeGate(inFlightPerWebhookMax);
      gate.share(share);
      channel = {
        ...{ lane, gate, health: null, reorders: 0, rests: new Map<number, number>() },
        ...{ restsUntil: 0, lookedAt: clock.monotonic() },
      };
      channels.set(webhookId, channel);
    }
    return channel;
  }

  function pump(channel: Channel): void {
    const { lane, gate } = channel;
    if (stopped || channel.reorders > 0) return;
    const now = clock.monotonic();
    if (isBeingReordered(channel, now)) return;
    if (now < channel.restsUntil) {
      alarms.set(channel, channel.restsUntil);
      return;
    }
    while (begin(channel, now));
    if (lane.wantsFetch(now)) void fetch(channel);
    // What is due and yet not begun waits for the gate's time, or for the end of a request, which comes by itself.
    const closedUntil = gate.closedUntil(now);
    alarms.set(
      channel,
      lane.isDue(now) ? (closedUntil ?? never) : Math.max(lane.nextAt(now), closedUntil ?? 0),
    );
  }

  /** Whether any process is putting its queue in another order; one that does so for too long has died over it. */
  function isBeingReordered(channel: Channel, now: number): boolean {
    const { lane, rests } = channel;
    if (rests.size === 0) return false;
    for (const [rest, until] of rests) if (until <= now) rests.delete(rest);
    if (rests.size > 0) {
      alarms.set(channel, Math.min(...rests.values()));
      return true;
    }
    // What came here meanwhile may be in another order by now.
    lane.clear();
    lane.reread();
    return false;
  }

  /** Begins the next attempt of a webhook, if there is one and it may; whether it did. */
  function begin(channel: Channel, now: number): boolean {
    const { gate } = channel;
    if (now < channel.restsUntil || channel.rests.size > 0 || !gate.mayBegin(now)) return false;
    if (inFlight >= inFlightMax) {
      inTurn.add(channel);
      return false;
    }
    const head = firstUnderLease(channel, now);
    if (head === null) return false;
    const { owed, shard, epoch } = head;
    gate.begin(now);
    inFlight++;
    busy[shard] = (busy[shard] as number) + 1;
    void send(channel, owed, epoch).finally(() => {
      busy[shard] = (busy[shard] as number) - 1;
    });
    return true;
  }

  /** The next head, with the epoch under which its attempt may begin; null: there is none, or it waits for its lease. */
  function firstUnderLease(channel: Channel, now: number) {
    for (;;) {
      const owed = channel.lane.take(now);
      if (owed === null) return null;
      const shard = shardOfDelivery(owed.delivery);
      const epoch = shards.epoch(shard);
      if (epoch !== null) return { owed, shard, epoch };
      if (putBack(channel, owed)) return null;
    }
  }

  /**
   * Not to be begun just now. Its owner finds it in the table; where that is still this process, its lease is about to be
   * renewed, and the webhook rests until then. Whether it does.
   */
  function putBack(channel: Channel, owed: OwedDelivery): boolean {
    const { lane } = channel;
    const { delivery } = owed;
    lane.forget(delivery.id);
    if (!shards.holds(shardOfDelivery(delivery))) return false;
    lane.offer(owed, 0);
    channel.restsUntil = Math.max(channel.restsUntil, clock.monotonic() + leaseRestMs);
    alarms.set(channel, channel.restsUntil);
    return true;
  }

  /** Places have become free: whoever waits for one gets one, and waits again at the end if it needs more. */
  function giveTurns(): void {
    const now = clock.monotonic();
    for (const channel of inTurn) {
      if (inFlight >= inFlightMax || stopped) return;
      inTurn.delete(channel);
      if (channel.reorders === 0 && begin(channel, now)) inTurn.add(channel);
    }
  }

  async function send(channel: Channel, owed: OwedDelivery, epoch: number): Promise<void> {
    const { lane, gate } = channel;
    const { delivery } = owed;
    let underway = true;
    const end = (ended: Parameters<Gate['end']>[0]): void => {
      underway = false;
      inFlight--;
      if (gate.end(ended)) options.onOpened(delivery.webhookId);
    };
    sending.add(delivery.id);
    try {
      if (delivery.state === 'scheduled' && !(await isStillHead(delivery))) {
        // Settled by hand, or put behind another.
        lane.forget(delivery.id);
        return;
      }
      const webhook = await options.webhookOf(delivery.accountId, delivery.webhookId);
      gate.limit(webhook?.ratePerSecond ?? null);
      const account = webhook?.enabled ? await options.accountOf(delivery.accountId) : null;
      if (account?.suspended) {
        // No attempt is spent. What the webhook is owed stays here and in the table until the account is resumed.
        channel.restsUntil = clock.monotonic() + suspendedMs;
        lane.forget(delivery.id);
        lane.offer(owed, 0);
      } else if (channel.reorders > 0 || channel.rests.size > 0) {
        // It may be behind another by the end of that.
        lane.forget(delivery.id);
        lane.reread();
      } else if (webhook !== null && account !== null && shards.epoch(shardOfDelivery(delivery)) !== epoch) {
        // What was looked up took so long that the lease would not outlast the attempt.
        putBack(channel, owed);
      } else if (webhook !== null && account !== null) {
        const startedAt = clock.monotonic();
        const order = { owed, webhook, account, cause: 'schedule' } as const;
        const { settlement: made, delayMs } = await makeAttempt(order, options);
        const settlement = { ...made, epoch };
        const { exchange } = settlement.attempt;
        // The request is over: another parcel may use its place while the end of this one is being written.
        end({
          exchange,
          parcel: parcelOf(delivery),
          startedAt,
          now: clock.monotonic(),
          wallNow: clock.now(),
          random: options.random(),
        });
        const concluded = conclude(channel, { owed, webhook, settlement, delayMs });
        gate.settling(concluded);
        giveTurns();
        pump(channel);
        await concluded;
      } else {
        lane.forget(delivery.id);
        // It is parked, unless the webhook was just being enabled: the table knows.
        if (webhook === null) forget(delivery.webhookId);
        else lane.spill(clock.monotonic() + settleRetryMs);
      }
    } catch (error) {
      // Not the receiver's doing (that is a value): the delivery stays ready in the table and is taken up again.
      log.error(
        { err: error, delivery: delivery.id, webhook: delivery.webhookId },
        'an attempt could not be made',
      );
      lane.forget(delivery.id);
      lane.spill(clock.monotonic() + settleRetryMs);
    } finally {
      if (underway) end(null);
      sending.delete(delivery.id);
      giveTurns();
      pump(channel);
      if (sending.size === 0) onQuiet?.();
    }
  }

  /** A retry waits for long, and another process may have redelivered it in the meantime. */
  async function isStillHead(delivery: Delivery): Promise<boolean> {
    try {
      return (await store.heads([delivery])).length > 0;
    } catch (error) {
      // While the store is away attempts go on, and their ends are kept.
      if (error instanceof StoreUnavailable) return true;
      throw error;
    }
  }

  interface Conclusion {
    readonly owed: OwedDelivery;
    readonly webhook: Webhook;
    readonly settlement: Settlement;
    readonly delayMs: number | null;
  }

  async function conclude(channel: Channel, conclusion: Conclusion): Promise<void> {
    const { owed, webhook, settlement, delayMs } = conclusion;
    const { lane } = channel;
    const { emptied } = lane;
    /** What the answer tells is of the order from before the lane was emptied, if it was: then the table says. */
    const takeIn = (one: OwedDelivery, at: number): void => {
      if (lane.emptied === emptied) lane.offer(one, at);
      else lane.reread();
    };
    const parks = settlement.next?.state === 'parked';
    const tell = parks ? await parkingTeller(webhook, settlement) : null;
    const settled = await settle({ settlement, tell });
    lane.forget(owed.delivery.id);
    if ('failed' in settled) return takeIn(owed, clock.monotonic() + unsettledRetryMs);
    if (settled.stale) {
      // Another process has had the parcel; what comes of it is that one's to see to, unless it has come back.
      if (shards.holds(shardOfDelivery(owed.delivery))) lane.reread();
      return;
    }
    if (settled.told.length > 0) offer(settled.told);
    if (settled.released !== null) takeIn(settled.released, 0);
    const { next, attempt } = settlement;
    if (settled.applied && next?.state === 'scheduled' && delayMs !== null) {
      const delivery: Delivery = {
        ...owed.delivery,
        state: 'scheduled',
        attempts: next.attempts,
        dueAt: next.dueAt,
      };
      takeIn({ ...owed, delivery }, clock.monotonic() + delayMs);
    }
    options.onAttempt({ ...owed, attempt, settlement, webhook });
    if (attempt.verdict === 'park_and_disable')
      await options.disable(webhook, { by: 'receiver', reason: attempt.reason });
    else if (attempt.verdict !== 'unspent') await keepHealth(channel, webhook, attempt);
  }

  async function keepHealth(channel: Channel, webhook: Webhook, attempt: Attempt): Promise<void> {
    const now = clock.now();
    const accepted = attempt.verdict === 'accepted';
    const before = channel.health ?? newHealth(webhook.failingSince);
    const { health, news } = afterAttempt(before, accepted, now);
    channel.health = health;
    const { failingSince } = health;
    try {
      if (news === 'failing' && failingSince !== null)
        await options.onHealth(webhook, { kind: 'webhook.failing', failingSince, reason: attempt.reason });
      if (news === 'recovered' && before.failingSince !== null)
        await options.onHealth(webhook, { kind: 'webhook.recovered', failingSince: before.failingSince });
    } catch (error) {
      // Not kept and not told: the next attempt finds it news again.
      if (channel.health?.failingSince === failingSince) channel.health = before;
      throw error;
    }
    const { disableAfterDays: days } = webhook;
    if (accepted || !health.told || failingSince === null || days === null) return;
    if (now - failingSince < days * dayMs) return;
    const reason = `Disabled after ${days} days without an accepted delivery.`;
    await options.disable(webhook, { by: 'failures', reason });
  }

  /** Who is to be told is looked up beforehand: when it tells, nothing may wait. */
  async function parkingTeller(webhook: Webhook, settlement: Settlement): Promise<() => Notice | null> {
    const webhooks = await options.webhooksOf(webhook.accountId);
    const { ids } = options;
    return () => parkingNotice(settlement, { about: webhook, webhooks, ids, now: clock.now() });
  }

  async function fetch(channel: Channel): Promise<void> {
    const { lane } = channel;
    lane.fetching = true;
    lane.expectAll();
    // From the beginning, what is held already is read again and skipped.
    const again = lane.position === null;
    const rowsMax = fetchedMax + (again ? lane.size : 0);
    const bytesMax = Math.min(fetchedBytesMax, lane.bytesLeft) + (again ? lane.bytes : 0);
    const { misses } = lane;
    const reading = lane.read();
    try {
      const bounds = { rowsMax, bytesMax };
      const { rows, more } = await store.queue(lane.webhookId, lane.position, bounds, shards.held());
      if (!reading.isValid) return lane.reread();
      const now = clock.now();
      const monotonic = clock.monotonic();
      const last = rows.at(-1)?.delivery;
      // What found no room meanwhile may lie before the last row and yet be newer than what was read.
      const known = more && last !== undefined && lane.misses === misses;
      lane.position = known ? { dueAt: last.dueAt ?? 0, id: last.id } : null;
      for (const owed of rows) reading.offer(owed, dueAt(owed, now, monotonic));
      // There may be more behind the last row, due no sooner than that.
      if (more) lane.spill(dueAt(rows.at(-1) as OwedDelivery, now, monotonic));
    } catch (error) {
      log.warn({ err: error, webhook: lane.webhookId }, 'a queue could not be read and is tried again');
      lane.position = null;
      lane.spill(clock.monotonic() + settleRetryMs);
    } finally {
      reading.end();
      lane.fetching = false;
      pump(channel);
    }
  }

  /**
   * When a head of the table is due, monotonic milliseconds; 0: now. A due time further off than any attempt is put off is
   * of a clock that was set back.
   */
  function dueAt({ delivery }: OwedDelivery, now: number, monotonic: number): number {
    const wait = Math.min((delivery.dueAt ?? 0) - Math.max(now, timeBefore), delayMsMax);
    return wait > 0 ? monotonic + wait : 0;
  }

  function offer(owed: readonly OwedDelivery[]): void {
    const touched = new Set<Channel>();
    const elsewhere: OwedDelivery[] = [];
    for (const one of owed) {
      if (one.delivery.state !== 'ready') continue;
      if (!shards.holds(shardOfDelivery(one.delivery))) {
        elsewhere.push(one);
        continue;
      }
      const channel = channelOf(one.delivery.webhookId);
      channel.lane.offer(one, 0);
      touched.add(channel);
    }
    for (const channel of touched) pump(channel);
    if (elsewhere.length > 0) options.onElsewhere(elsewhere);
  }

  function refill(webhookId: string): void {
    const channel = channelOf(webhookId);
    channel.lane.reread();
    pump(channel);
  }

  async function takeUp(): Promise<void> {
    const held = shards.held();
    share = held === null ? 1 : held.length / shardsTotal;
    for (const { lane, gate } of channels.values()) {
      lane.clear();
      if (share > 0) gate.share(share);
    }
    if (share === 0) return;
    try {
      const waiting = (await store.webhooksWithWork(held, null)).map(channelOf).values();
      const fetchInTurn = async (): Promise<void> => {
        for (const channel of waiting) {
          channel.lane.reread();
          if (channel.lane.wantsFetch(clock.monotonic())) await fetch(channel);
        }
      };
      await Promise.all(Array.from({ length: fetchesAtOnce }, fetchInTurn));
    } catch (error) {
      log.warn({ err: error }, 'what is owed could not be looked for and is looked for again');
      setTimeout(() => stopped || void takeUp(), settleRetryMs).unref();
    }
  }

  async function look(): Promise<void> {
    const held = shards.held();
    if (held?.length === 0) return;
    for (const webhookId of await store.webhooksWithWork(held, clock.now())) {
      const channel = channelOf(webhookId);
      if (stopped) return;
      await lookAt(channel, held).catch((error) =>
        log.warn({ err: error, webhook: webhookId }, 'a queue could not be looked at and is looked at again'),
      );
      pump(channel);
    }
  }

  async function lookAt(channel: Channel, held: readonly number[] | null): Promise<void> {
    const { lane, gate } = channel;
    const begunAt = clock.monotonic();
    // One that has something to send misses nothing that it could send sooner; yet it may have that for ever.
    if (lane.isDue(begunAt) && begunAt - channel.lookedAt < lookedAtMs) return;
    channel.lookedAt = begunAt;
    const reading = lane.read();
    try {
      // What is known stands in front: it is due as well.
      const rowsMax = gate.inFlight + lookedAtMax;
      const bounds = { rowsMax, bytesMax: lane.bytes + fetchedBytesMax };
      const { rows, more } = await store.queue(lane.webhookId, null, bounds, held);
      const now = clock.now();
      const monotonic = clock.monotonic();
      for (const owed of rows)
        if ((owed.delivery.dueAt ?? 0) <= now) reading.offer(owed, dueAt(owed, now, monotonic));
      if (more || !reading.isValid) lane.reread();
    } finally {
      reading.end();
    }
  }

  async function take(deliveries: readonly HeadKey[]): Promise<void> {
    const ids = new Set(deliveries.map(({ webhookId }) => webhookId));
    const readings = new Map(Array.from(ids, (id) => [id as string, channelOf(id).lane.read()]));
    try {
      const now = clock.now();
      const monotonic = clock.monotonic();
      for (const owed of await store.heads(deliveries)) {
        if (!shards.holds(shardOfDelivery(owed.delivery))) continue;
        readings.get(owed.delivery.webhookId)?.offer(owed, dueAt(owed, now, monotonic));
      }
    } finally {
      for (const reading of readings.values()) reading.end();
    }
    for (const id of ids) pump(channelOf(id));
  }

  function drop(webhookId: string): void {
    const channel = channels.get(webhookId);
    if (channel === undefined) return;
    channel.lane.clear();
    // Enabled again it begins anew: else its first failure would end the days it has, and no second one were told.
    channel.health = null;
  }

  function forget(webhookId: string): void {
    channels.get(webhookId)?.lane.close();
    channels.delete(webhookId);
  }

  return {
    takeUp,
    look,
    take,
    isBusy: (shard) => (busy[shard] as number) > 0,
    hint(webhookId) {
      const channel = channels.get(webhookId);
      if (channel === undefined) return;
      channel.gate.hint(clock.monotonic());
      pump(channel);
    },
    rest(webhookId, rest) {
      const channel = channelOf(webhookId);
      channel.rests.set(rest, clock.monotonic() + reorderMsMax);
      pump(channel);
    },
    goOn(webhookId, rest) {
      const channel = channelOf(webhookId);
      channel.rests.delete(rest);
      channel.lane.clear();
      refill(webhookId);
    },
    refresh(webhookId) {
      const channel = channelOf(webhookId);
      channel.lane.clear();
      // That it fails stands in its settings; how often it has failed by now is known here alone.
      if (channel.health?.told) channel.health = null;
      channel.restsUntil = 0;
      refill(webhookId);
    },
    offer,
    refill,
    drop,
    forget,
    async reorder(webhookId, work) {
      const channel = channelOf(webhookId);
      channel.reorders++;
      try {
        return await work();
      } finally {
        channel.reorders--;
        channel.lane.clear();
        if (channels.has(webhookId)) refill(webhookId);
      }
    },
    resume(webhookId) {
      const channel = channels.get(webhookId);
      if (channel === undefined) return;
      channel.restsUntil = 0;
      pump(channel);
    },
    outlook(webhookId) {
      const gate = channels.get(webhookId)?.gate ?? makeGate(inFlightPerWebhookMax);
      const now = clock.monotonic();
      const until = gate.closedUntil(now);
      return {
        inFlight: gate.inFlight,
        window: gate.size,
        closedUntil: until === null ? null : Math.round(clock.now() + until - now),
      };
    },
    async redeliver(owed, webhook) {
      const account = await options.accountOf(owed.delivery.accountId);
      if (account.suspended) throw new AppError('account_suspended');
      const { settlement } = await makeAttempt({ owed, webhook, account, cause: 'redeliver' }, options);
      const unsettled = owed.delivery.settledAt === null;
      const written: Settlement = unsettled ? settlement : { ...settlement, next: null };
      // By hand none is parked, so there is nothing to tell.
      const settled = await settle({ settlement: written, tell: null });
      if ('failed' in settled) throw new Error(`The end of an attempt cannot be written: ${settled.failed}`);
      const channel = channelOf(owed.delivery.webhookId);
      const { lane } = channel;
      if (written.next !== null && settled.applied) lane.forget(owed.delivery.id);
      if (settled.released !== null) offer([settled.released]);
      pump(channel);
      const report = { ...owed, attempt: settlement.attempt, settlement: written, webhook };
      options.onAttempt(report);
      return report;
    },
    isSending: (deliveryId) => sending.has(deliveryId),
    load() {
      let held = 0;
      for (const { lane } of channels.values()) held += lane.size;
      return { inFlight, held, heldBytes: room.bytes, webhooks: channels.size };
    },
    stop(withinMs) {
      stopped = true;
      alarms.stop();
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
