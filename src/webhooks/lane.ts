/**
 * One webhook's queue in memory: the heads of its parcels, first attempts before retries. It holds a bounded number of
 * each, and of bytes; what does not fit stays in the store's table and is fetched when there is room.
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

export interface Lane {
  readonly webhookId: string;
  /** Where in the table the next fetch begins: what lies before is here. Null: at its beginning. */
  position: QueuePosition | null;
  /** Whether heads are being fetched from the table. */
  fetching: boolean;
  /** How often something found no room: what was read meanwhile may not hold it. */
  readonly misses: number;
  /** Takes a head that is due at `at` (0: now), unless it is held already or there is no room, by number or by bytes. */
  offer(owed: OwedDelivery, at: number): void;
  /** The next head to send at the time `now`; null when there is none due. It stays known until `forget`. */
  take(now: number): OwedDelivery | null;
  /** Whether `take` would have one at the time `now`. */
  isDue(now: number): boolean;
  /** The delivery is settled or scheduled anew: if it still waits here it is not sent, and it may be offered again. */
  forget(deliveryId: string): void;
  /** Empties the lane, but for what is under way. */
  clear(): void;
  /** Whether the table should be read now. */
  wantsFetch(now: number): boolean;
  /** All that the table holds now is about to be offered. */
  expectAll(): void;
  /** From this moment on the table may hold more than is here. */
  spill(at: number): void;
  /** The soonest moment after `now` at which there is something to do that no request's end would bring about. */
  nextAt(now: number): number;
  /** Heads held, those under way included, and the bytes of their bodies. */
  readonly size: number;
  readonly bytes: number;
}

interface Retry {
  readonly owed: OwedDelivery;
  readonly at: number;
}

/** Of the bytes, retries that wait may take half: they may wait for hours, and first attempts go before them. */
const retryBytesMax = limits.deliveryBytesInMemoryPerWebhook / 2;
/** The table is read again when the others have less than this: then there is room for what is read. */
const readyBytesLow = limits.deliveryBytesInMemoryPerWebhook / 4;

/** Shifted places of the array are let go of in portions. */
const shiftedMax = 256;

export function makeLane(webhookId: string, heldMax: number = limits.deliveriesInMemoryPerWebhook): Lane {
  /** Ids of what is held, with the sizes of their bodies. */
  const known = new Map<string, number>();
  let bytes = 0;
  /** Of these, the retries that wait, with the sum of their bytes. */
  const waiting = new Map<string, number>();
  let retryBytes = 0;
  let misses = 0;
  let ready: OwedDelivery[] = [];
  let shifted = 0;
  let retries = newRetries();
  let spilledAt = Number.POSITIVE_INFINITY;

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

  function forget(deliveryId: string): void {
    bytes -= known.get(deliveryId) ?? 0;
    known.delete(deliveryId);
    waitNoMore(deliveryId);
  }

  function waitNoMore(deliveryId: string): void {
    if (waiting.size === 0) return;
    retryBytes -= waiting.get(deliveryId) ?? 0;
    waiting.delete(deliveryId);
  }

  return {
    webhookId,
    position: null,
    fetching: false,
    offer(owed, at) {
      const { id } = owed.delivery;
      if (known.has(id)) return;
      const full =
        at > 0
          ? retries.length >= heldMax || retryBytes >= retryBytesMax
          : readyCount() >= heldMax || bytes >= limits.deliveryBytesInMemoryPerWebhook;
      if (full) {
        misses++;
        this.spill(at);
        if (this.position !== null && !liesBehind(owed, this.position)) this.position = null;
        return;
      }
      known.set(id, owed.data.length);
      bytes += owed.data.length;
      if (at > 0) {
        retries.push({ owed, at });
        waiting.set(id, owed.data.length);
        retryBytes += owed.data.length;
      } else ready.push(owed);
    },
    take(now) {
      for (let owed = shift(); owed !== null; owed = shift()) if (known.has(owed.delivery.id)) return owed;
      for (let retry = retries.peek(); retry !== undefined && retry.at <= now; retry = retries.peek()) {
        retries.pop();
        waitNoMore(retry.owed.delivery.id);
        if (known.has(retry.owed.delivery.id)) return retry.owed;
      }
      return null;
    },
    isDue: (now) => readyCount() > 0 || (retries.peek()?.at ?? Number.POSITIVE_INFINITY) <= now,
    forget,
    clear() {
      for (const owed of ready.slice(shifted)) forget(owed.delivery.id);
      for (let retry = retries.pop(); retry !== undefined; retry = retries.pop())
        forget(retry.owed.delivery.id);
      ready = [];
      shifted = 0;
      retries = newRetries();
      spilledAt = Number.POSITIVE_INFINITY;
      this.position = null;
    },
    wantsFetch(now) {
      const isLow = readyCount() < heldMax / 2 && bytes - retryBytes < readyBytesLow;
      return !this.fetching && spilledAt <= now && isLow;
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
