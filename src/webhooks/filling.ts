/**
 * From the table into the lanes: whole queues, whatever became due without being heard of, and single heads that another
 * process has put there. Reading is no decision: what was let go of meanwhile, or put in another order, is left out by the
 * lane (`lane.ts`), and what could not be read is read again.
 */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Delivery } from '../domain/delivery.ts';
import { shardOfDelivery } from '../domain/shard.ts';
import { delayMsMax } from '../pipeline/schedule.ts';
import type { DeliveryStore, OwedDelivery } from '../store/store.ts';
import type { Channel } from './channel.ts';
import type { Reading } from './lane.ts';

/** What it takes to find a delivery, and the lane that it belongs to. */
export type HeadKey = Pick<Delivery, 'accountId' | 'webhookId' | 'id'>;

export interface Filling {
  /** Reads on in a webhook's queue, as much as there is room for. */
  fill(channel: Channel): Promise<void>;
  /** Reads every queue in which something is owed, from its beginning. @throws StoreUnavailable */
  fillAll(): Promise<void>;
  /** Looks for what is due and not here. @throws StoreUnavailable */
  look(): Promise<void>;
  /** Reads those that are heads and held. @throws StoreUnavailable */
  take(deliveries: readonly HeadKey[]): Promise<void>;
}

export interface FillingOptions {
  readonly store: Pick<DeliveryStore, 'webhooksWithWork' | 'queue' | 'heads'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly shards: { holds(shard: number): boolean; held(): readonly number[] | null };
  /** A time before this process, epoch milliseconds: a clock that shows less was set back, and nobody waits for that. */
  readonly timeBefore: number;
  /** Those that there are, by webhook. */
  readonly channels: ReadonlyMap<string, Channel>;
  /** Makes it where there is none. */
  channelOf(webhookId: string): Channel;
  /** Something may have come into a lane. */
  onFilled(channel: Channel): void;
}

/** Rows of a queue that are read at a time. */
const rowsAtOnce = 1000;
const bytesAtOnce = 8 * 1024 * 1024;
/** Queues that are read at a time: callers of the API need connections as well. */
const queuesAtOnce = 3;
const retryMs = 500;
/** One that always has something to send is looked at that seldom. */
const lookedAtMs = 60_000;
/** Rows of a queue that a look may find besides those under way. */
const lookedAtMax = 200;

export function makeFilling(options: FillingOptions): Filling {
  const { store, clock, log, shards, channels, channelOf, onFilled } = options;

  /**
   * When a head of the table is due, monotonic milliseconds; 0: now. A due time further off than any attempt is put off is
   * of a clock that was set back.
   */
  function dueAt({ delivery }: OwedDelivery, now: number, monotonic: number): number {
    const wait = Math.min((delivery.dueAt ?? 0) - Math.max(now, options.timeBefore), delayMsMax);
    return wait > 0 ? monotonic + wait : 0;
  }

  async function fill(channel: Channel): Promise<void> {
    const { lane } = channel;
    lane.fetching = true;
    lane.expectAll();
    // From the beginning, what is held already is read again and skipped.
    const again = lane.position === null;
    const rowsMax = rowsAtOnce + (again ? lane.size : 0);
    const bytesMax = Math.min(bytesAtOnce, lane.bytesLeft) + (again ? lane.bytes : 0);
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
      lane.spill(clock.monotonic() + retryMs);
    } finally {
      reading.end();
      lane.fetching = false;
      onFilled(channel);
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
      const bounds = { rowsMax, bytesMax: lane.bytes + bytesAtOnce };
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

  return {
    fill,
    async fillAll() {
      const waiting = (await store.webhooksWithWork(shards.held(), null)).map(channelOf).values();
      const fillInTurn = async (): Promise<void> => {
        for (const channel of waiting) {
          channel.lane.reread();
          if (channel.lane.wantsFetch(clock.monotonic())) await fill(channel);
        }
      };
      await Promise.all(Array.from({ length: queuesAtOnce }, fillInTurn));
    },
    async look() {
      const held = shards.held();
      if (held?.length === 0) return;
      for (const webhookId of await store.webhooksWithWork(held, clock.now())) {
        const channel = channelOf(webhookId);
        await lookAt(channel, held).catch((error) =>
          log.warn(
            { err: error, webhook: webhookId },
            'a queue could not be looked at and is looked at again',
          ),
        );
        onFilled(channel);
      }
    },
    async take(deliveries) {
      const readings = new Map<string, Reading>();
      const filled = new Set<Channel>();
      for (const { webhookId } of deliveries) {
        const channel = channels.get(webhookId);
        if (channel !== undefined && !readings.has(webhookId)) readings.set(webhookId, channel.lane.read());
      }
      try {
        const now = clock.now();
        const monotonic = clock.monotonic();
        for (const owed of await store.heads(deliveries)) {
          if (!shards.holds(shardOfDelivery(owed.delivery))) continue;
          const { webhookId } = owed.delivery;
          const reading = readings.get(webhookId);
          const channel = channelOf(webhookId);
          // What was sent and settled meanwhile by a new one is not known here.
          if (reading === undefined) channel.lane.reread();
          else reading.offer(owed, dueAt(owed, now, monotonic));
          filled.add(channel);
        }
      } finally {
        for (const reading of readings.values()) reading.end();
      }
      for (const channel of filled) onFilled(channel);
    },
  };
}
