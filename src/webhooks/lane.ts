/**
 * One webhook's queue in memory: the heads of its parcels, first attempts before retries. It holds a bounded number of
 * each, and bounded bytes of bodies, its own and of all lanes together (`room.ts`); what does not fit stays in the store's table
 * and is fetched when there is room. Retries take half of the bytes at most, so that they keep no first attempt from being sent;
 * and one head that may be sent now is always taken, so that every webhook goes on by itself, however little room there is.
 *
 * - `ready` may be sent now, oldest first; `retries` wait for a time, soonest first.
 * - `spilledAt` is the soonest moment at which something that is not held may be due: 0 when the table has ready heads
 *   that are not here, infinity when everything is here.
 *
 * Times are monotonic milliseconds, so that a clock set back or forth neither delays nor hurries a retry.
 */
import TinyQueue from 'tinyqueue';
import { limits } from '../domain/limits.ts';
import type { OwedDelivery, QueuePosition } from '../store/store.ts';
import type { Room } from './room.ts';

export interface Lane {
  readonly webhookId: string;
  /** Where in the table the next fetch begins: what lies before is here. Null: at its beginning. */
  position: QueuePosition | null;
  /** Whether heads are being fetched from the table. */
  fetching: boolean;
  /** Begins a reading of the table. */
  read(): Reading;
  /** How often something found no room: what was read meanwhile may not hold it. */
  readonly misses: number;
  /** How often it was emptied: what was known before that is out of date. */
  readonly emptied: number;
  /** Takes a head that is due at `at` (0: now), unless it is held already or there is no room, by number or by bytes. */
  offer(owed: OwedDelivery, at: number): void;
  /** The next head to send at the time `now`; null when there is none due. It stays known until `forget`. */
  take(now: number): OwedDelivery | null;
  /** Whether `take` would have one at the time `now`. */
  isDue(now: number): boolean;
  /** The delivery is settled or scheduled anew: if it still waits here it is not sent, and it may be offered again. */
  forget(deliveryId: string): void;
  /** Empties the lane, but for what is under way; readings that have begun bring nothing. */
  clear(): void;
  /** The same, and it takes nothing any more: its webhook was deleted. */
  close(): void;
  /** Whether the table should be read now. */
  wantsFetch(now: number): boolean;
  /** The table is read from its beginning: it may have gained something anywhere. */
  reread(): void;
  /** All that the table holds now is about to be offered. */
  expectAll(): void;
  /** From this moment on the table may hold more than is here. */
  spill(at: number): void;
  /** The soonest moment after `now` at which there is something to do that no request's end would bring about. */
  nextAt(now: number): number;
  /** Heads held, those under way included, and the bytes of their bodies. */
  readonly size: number;
  readonly bytes: number;
  /** Bytes that it may yet take. */
  readonly bytesLeft: number;
}

/**
 * What the table held at some moment is offered later; meanwhile some of it was sent and settled, and is known no more. A
 * reading leaves that out, and all once the lane was emptied: the table may have been put in another order.
 */
export interface Reading {
  offer(owed: OwedDelivery, at: number): void;
  /** False once the lane was emptied. */
  readonly isValid: boolean;
  end(): void;
}

/** What is held: how large its body is, and whether it waits for a retry. */
interface Held {
  readonly bytes: number;
  waits: boolean;
}

interface Retry {
  readonly owed: OwedDelivery;
  readonly at: number;
}

/** Shifted places of the array are let go of in portions. */
const shiftedMax = 256;

const heldMax = limits.deliveriesInMemoryPerWebhook;

export function makeLane(webhookId: string, room: Room): Lane {
  /** By id. */
  const known = new Map<string, Held>();
  let bytes = 0;
  let waiting = 0;
  let waitingBytes = 0;
  let misses = 0;
  let emptied = 0;
  let ready: OwedDelivery[] = [];
  let shifted = 0;
  let retries = newRetries();
  let spilledAt = Number.POSITIVE_INFINITY;
  let closed = false;
  /** Of each reading that goes on, what was forgotten since it began; null: everything. */
  const readings = new Set<{ gone: Set<string> | null }>();

  const readyCount = () => ready.length - shifted;

  function shift(): OwedDelivery | null {
    if (readyCount() === 0) return null;
    const owed = ready[shifted++] as OwedDelivery;
    if (shifted > shiftedMax && shifted * 2 > ready.length) {
      ready = ready.slice(shifted);
      shifted = 0;
    }
    return owed;
  }

  function keep(deliveryId: string, held: Held): void {
    room.take(held.bytes, known.size === 0);
    known.set(deliveryId, held);
    bytes += held.bytes;
    if (!held.waits) return;
    waiting++;
    waitingBytes += held.bytes;
  }

  function forget(deliveryId: string): void {
    // Also one that is not held: a reading that goes on may be about to bring it.
    for (const { gone } of readings) gone?.add(deliveryId);
    const held = known.get(deliveryId);
    if (held === undefined) return;
    waitNoMore(held);
    known.delete(deliveryId);
    bytes -= held.bytes;
    room.leave(held.bytes, known.size === 0);
  }

  function waitNoMore(held: Held): void {
    if (!held.waits) return;
    held.waits = false;
    waiting--;
    waitingBytes -= held.bytes;
  }

  const allowance = () => Math.min(limits.deliveryBytesInMemoryPerWebhook, room.allowance);
  /** Whether nothing is here that may be sent now, or is being sent. */
  const isIdle = () => known.size === waiting;

  function isFull(at: number): boolean {
    if (at > 0) return retries.length >= heldMax || waitingBytes >= allowance() / 2;
    return readyCount() >= heldMax || (!isIdle() && bytes >= allowance());
  }

  return {
    webhookId,
    position: null,
    fetching: false,
    offer(owed, at) {
      const { id } = owed.delivery;
      if (closed || known.has(id)) return;
      if (isFull(at)) {
        misses++;
        this.spill(at);
        if (this.position !== null && !liesBehind(owed, this.position)) this.position = null;
        return;
      }
      keep(id, { bytes: owed.data.length, waits: at > 0 });
      if (at > 0) retries.push({ owed, at });
      else ready.push(owed);
    },
    take(now) {
      for (let owed = shift(); owed !== null; owed = shift()) if (known.has(owed.delivery.id)) return owed;
      for (let retry = retries.peek(); retry !== undefined && retry.at <= now; retry = retries.peek()) {
        retries.pop();
        const held = known.get(retry.owed.delivery.id);
        if (held === undefined) continue;
        waitNoMore(held);
        return retry.owed;
      }
      return null;
    },
    isDue: (now) => readyCount() > 0 || (retries.peek()?.at ?? Number.POSITIVE_INFINITY) <= now,
    forget,
    read() {
      const reading = { gone: new Set<string>() as Set<string> | null };
      readings.add(reading);
      return {
        offer: (owed, at) => {
          if (reading.gone?.has(owed.delivery.id) === false) this.offer(owed, at);
        },
        get isValid() {
          return reading.gone !== null;
        },
        end: () => void readings.delete(reading),
      };
    },
    clear() {
      emptied++;
      for (const reading of readings) reading.gone = null;
      for (const owed of ready.slice(shifted)) forget(owed.delivery.id);
      for (let retry = retries.pop(); retry !== undefined; retry = retries.pop())
        forget(retry.owed.delivery.id);
      ready = [];
      shifted = 0;
      retries = newRetries();
      spilledAt = Number.POSITIVE_INFINITY;
      this.position = null;
    },
    close() {
      this.clear();
      closed = true;
    },
    wantsFetch(now) {
      if (closed || this.fetching || spilledAt > now || readyCount() >= heldMax / 2) return false;
      // Else it would be read over and over while there is no room for it; what is being sent makes some.
      return isIdle() || bytes - waitingBytes < (allowance() - waitingBytes) / 2;
    },
    reread() {
      this.position = null;
      misses++;
      this.spill(0);
    },
    expectAll() {
      spilledAt = Number.POSITIVE_INFINITY;
    },
    spill(at) {
      spilledAt = Math.min(spilledAt, at);
    },
    nextAt(now) {
      const later = [retries.peek()?.at ?? Number.POSITIVE_INFINITY, spilledAt].filter((at) => at > now);
      return Math.min(...later, Number.POSITIVE_INFINITY);
    },
    get size() {
      return known.size;
    },
    get bytes() {
      return bytes;
    },
    get bytesLeft() {
      return Math.max(allowance() - bytes, 0);
    },
    get emptied() {
      return emptied;
    },
    get misses() {
      return misses;
    },
  };
}

function newRetries(): TinyQueue<Retry> {
  return new TinyQueue<Retry>([], (a, b) => a.at - b.at);
}

/** Whether a fetch from the position on finds it; the table is read by (due, id), ready ones being due at 0. */
function liesBehind({ delivery }: OwedDelivery, position: QueuePosition): boolean {
  const due = delivery.dueAt ?? 0;
  return due > position.dueAt || (due === position.dueAt && delivery.id > position.id);
}
