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
import { shardsTotal } from '../base/id.ts';
import type { Log } from '../base/log.ts';
import type { Account } from '../domain/account.ts';
import { type Delivery, parcelOf } from '../domain/delivery.ts';
import { limits } from '../domain/limits.ts';
import { shardOfDelivery } from '../domain/shard.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { AccountId, DeliveryStore, OwedDelivery } from '../store/store.ts';
import { StoreUnavailable } from '../store/store.ts';
import { makeAlarms } from './alarms.ts';
import { type AttemptTools, makeAttempt } from './attempt.ts';
import { type Channel, isReordered, makeChannel } from './channel.ts';
import { type Listeners, makeConcluding } from './concluding.ts';
import { type HeadKey, makeFilling } from './filling.ts';
import { type Gate, makeGate } from './gate.ts';
import { makeRedelivering, type Redeliver } from './redelivering.ts';
import { makeRoom } from './room.ts';
import { makeSettling } from './settling.ts';

export interface SenderOptions extends AttemptTools, Listeners {
  readonly store: Pick<DeliveryStore, 'settle' | 'webhooksWithWork' | 'queue' | 'heads'>;
  readonly log: Log;
  readonly shards: SendingShards;
  /** Told of deliveries that another process is to send. */
  onElsewhere(owed: readonly OwedDelivery[]): void;
  /** A receiver that was away answers again. */
  onOpened(webhookId: string): void;
  /** Told of one that was settled by hand and is another process's to send. */
  onSettledElsewhere(delivery: Delivery): void;
  webhookOf(accountId: AccountId, webhookId: string): Promise<Webhook | null>;
  accountOf(accountId: AccountId): Promise<Account>;
  /** A time before this process, epoch milliseconds: a clock that shows less was set back, and nobody waits for that. */
  readonly timeBefore?: number;
  /** Requests under way at a time, of all webhooks. */
  readonly inFlightMax?: number;
  /** Of bodies that wait in memory, of all webhooks. */
  readonly heldBytesMax?: number;
}

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
  /** Another process has settled that delivery by hand: where it waits here, or is just being read, it is not sent. */
  letGo(webhookId: string, deliveryId: string): void;
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
  /** The end of any of them may have been missed. */
  forgetRests(): void;
  /** Whatever is held of it may be out of date: another process has changed it or its queue. */
  refresh(webhook: Pick<Webhook, 'id' | 'failingSince'>): void;
  /** Forgets the webhook itself too: it was deleted. */
  forget(webhookId: string): void;
  /** Begins no attempt of a webhook while its queue in the store is put in another order, then reads it anew. */
  reorder<T>(webhookId: string, work: () => Promise<T>): Promise<T>;
  /** Goes on with a webhook whose account is not suspended any more. */
  resume(webhookId: string): void;
  outlook(webhookId: string): Outlook;
  /** Sends at once, outside the parcel's order, whatever state the delivery is in. @throws AppError `account_suspended` */
  readonly redeliver: Redeliver;
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

const retryMs = 500;
/** A lease that is too short for an attempt is renewed in that time, or has ended. */
const leaseWaitMs = 250;
/** A suspended account is looked at again after so long, lest one that is resumed in that very moment be missed. */
const suspendedMs = 60_000;

const never = Number.POSITIVE_INFINITY;

export function makeSender(options: SenderOptions): Sender {
  const { store, clock, log, shards } = options;
  const inFlightMax = options.inFlightMax ?? limits.requestsInFlight;
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

  /** Attempts begun and not yet written, by shard. */
  const busy = new Int32Array(shardsTotal);
  const settle = makeSettling(options);
  const conclude = makeConcluding({ ...options, settle, holds: shards.holds, offer });
  const filling = makeFilling({
    ...{ store, clock, log, shards, channels, channelOf, onFilled: pump },
    timeBefore: options.timeBefore ?? 0,
  });

  function channelOf(webhookId: string): Channel {
    let channel = channels.get(webhookId);
    if (channel === undefined) {
      channel = makeChannel(webhookId, { room, share, now: clock.monotonic() });
      channels.set(webhookId, channel);
    }
    return channel;
  }

  function pump(channel: Channel): void {
    const now = clock.monotonic();
    if (!stopped && !isReordered(channel)) alarms.set(channel, goOnWith(channel, now));
  }

  /** Begins what may begin, and says when to look again. */
  function goOnWith(channel: Channel, now: number): number {
    const { lane, gate } = channel;
    while (begin(channel, now));
    if (now < channel.waitsUntil) return channel.waitsUntil;
    if (lane.wantsFetch(now)) void filling.fill(channel);
    // What is due and yet not begun waits for the gate's time, or for the end of a request, which comes by itself.
    const closedUntil = gate.closedUntil(now);
    return lane.isDue(now) ? (closedUntil ?? never) : Math.max(lane.nextAt(now), closedUntil ?? 0);
  }

  /** Begins the next attempt of a webhook, if there is one and it may; whether it did. */
  function begin(channel: Channel, now: number): boolean {
    const { gate } = channel;
    if (isReordered(channel) || now < channel.waitsUntil || !gate.mayBegin(now)) return false;
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
   * renewed, and the webhook waits until then. Whether it does.
   */
  function putBack(channel: Channel, owed: OwedDelivery): boolean {
    const { lane } = channel;
    const { delivery } = owed;
    lane.forget(delivery.id);
    if (!shards.holds(shardOfDelivery(delivery))) return false;
    lane.offer(owed, 0);
    channel.waitsUntil = Math.max(channel.waitsUntil, clock.monotonic() + leaseWaitMs);
    alarms.set(channel, channel.waitsUntil);
    return true;
  }

  /** Places have become free: whoever waits for one gets one, and waits again at the end if it needs more. */
  function giveTurns(): void {
    const now = clock.monotonic();
    for (const channel of inTurn) {
      if (inFlight >= inFlightMax || stopped) return;
      inTurn.delete(channel);
      if (begin(channel, now)) inTurn.add(channel);
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
      const sides = await sidesOf(channel, owed, epoch);
      if (sides === null) return;
      const startedAt = clock.monotonic();
      const made = await makeAttempt({ owed, ...sides, cause: 'schedule' }, options);
      const settlement = { ...made.settlement, epoch };
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
      const { webhook } = sides;
      const concluded = conclude(channel, { owed, webhook, settlement, delayMs: made.delayMs });
      gate.settling(concluded);
      giveTurns();
      pump(channel);
      await concluded;
    } catch (error) {
      // Not the receiver's doing (that is a value): the delivery stays ready in the table and is taken up again.
      log.error(
        { err: error, delivery: delivery.id, webhook: delivery.webhookId },
        'an attempt could not be made',
      );
      lane.forget(delivery.id);
      lane.spill(clock.monotonic() + retryMs);
    } finally {
      if (underway) end(null);
      sending.delete(delivery.id);
      giveTurns();
      pump(channel);
      if (sending.size === 0) onQuiet?.();
    }
  }

  /**
   * The webhook and the account that an attempt is made for, as they are now. Null: it is not to be made just now, and what
   * brings the delivery back is arranged.
   */
  async function sidesOf(
    channel: Channel,
    owed: OwedDelivery,
    epoch: number,
  ): Promise<{ webhook: Webhook; account: Account } | null> {
    const { lane, gate } = channel;
    const { delivery } = owed;
    const { emptied } = lane;
    if (delivery.state === 'scheduled' && !(await isStillHead(delivery))) {
      // Settled by hand, or put behind another.
      lane.forget(delivery.id);
      return null;
    }
    const webhook = await options.webhookOf(delivery.accountId, delivery.webhookId);
    gate.limit(webhook?.ratePerSecond ?? null);
    const account = webhook?.enabled ? await options.accountOf(delivery.accountId) : null;
    if (webhook === null || account === null) {
      lane.forget(delivery.id);
      // It is parked, unless the webhook was just being enabled: the table knows.
      if (webhook === null) forget(delivery.webhookId);
      else lane.spill(clock.monotonic() + retryMs);
    } else if (isReordered(channel) || lane.emptied !== emptied) {
      // It may be behind another by now, or by the end of that.
      lane.forget(delivery.id);
      lane.reread();
    } else if (account.suspended) {
      // No attempt is spent. What the webhook is owed stays here and in the table until the account is resumed.
      channel.waitsUntil = clock.monotonic() + suspendedMs;
      lane.forget(delivery.id);
      lane.offer(owed, 0);
    } else if (shards.epoch(shardOfDelivery(delivery)) !== epoch) {
      // What was looked up took so long that the lease would not outlast the attempt.
      putBack(channel, owed);
    } else return { webhook, account };
    return null;
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

  function readAnew(webhookId: string): void {
    channelOf(webhookId).lane.clear();
    refill(webhookId);
  }

  async function takeUp(): Promise<void> {
    const held = shards.held();
    share = held === null ? 1 : held.length / shardsTotal;
    for (const channel of channels.values()) {
      channel.lane.clear();
      // It is counted for these shards, and another process may have told of it.
      channel.health = null;
      if (share > 0) channel.gate.share(share);
    }
    if (share === 0) return;
    try {
      await filling.fillAll();
    } catch (error) {
      log.warn({ err: error }, 'what is owed could not be looked for and is looked for again');
      setTimeout(() => stopped || void takeUp(), retryMs).unref();
    }
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
    look: filling.look,
    take: filling.take,
    isBusy: (shard) => (busy[shard] as number) > 0,
    hint(webhookId) {
      const channel = channels.get(webhookId);
      if (channel === undefined) return;
      channel.gate.hint(clock.monotonic());
      pump(channel);
    },
    letGo: (webhookId, deliveryId) => channels.get(webhookId)?.lane.forget(deliveryId),
    rest: (webhookId, rest) => void channelOf(webhookId).rests.add(rest),
    goOn(webhookId, rest) {
      channelOf(webhookId).rests.delete(rest);
      readAnew(webhookId);
    },
    forgetRests() {
      for (const { rests } of channels.values()) rests.clear();
    },
    refresh({ id, failingSince }) {
      const channel = channelOf(id);
      // How often it has failed by now is known here alone, until another process finds it failing, or well again.
      if (channel.health?.told !== (failingSince !== null)) channel.health = null;
      channel.waitsUntil = 0;
      readAnew(id);
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
        if (channels.has(webhookId)) readAnew(webhookId);
      }
    },
    resume(webhookId) {
      const channel = channels.get(webhookId);
      if (channel === undefined) return;
      channel.waitsUntil = 0;
      pump(channel);
    },
    outlook(webhookId) {
      const gate = channels.get(webhookId)?.gate ?? makeGate();
      const now = clock.monotonic();
      const until = gate.closedUntil(now);
      return {
        inFlight: gate.inFlight,
        window: gate.size,
        closedUntil: until === null ? null : Math.round(clock.now() + until - now),
      };
    },
    redeliver: makeRedelivering({ ...options, settle, holds: shards.holds, channelOf, offer, pump }),
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
