/**
 * When a webhook's next request may begin: the adaptive window (`pipeline/window.ts`), the fixed rate if it has one
 * (`pipeline/rate.ts`), and a bound on ended attempts that still wait to be written.
 *
 * Where several processes send to a webhook each has a share of all that: of the requests in flight, of the rate, of the probes.
 *
 * Times are monotonic milliseconds.
 */
import type { Exchange } from '../domain/attempt.ts';
import { limits } from '../domain/limits.ts';
import { afterRequest, nextRequestAt } from '../pipeline/rate.ts';
import { readRetryAfter } from '../pipeline/schedule.ts';
import { afterHint, afterSignal, allowed, newWindow, signalKind } from '../pipeline/window.ts';

export interface Gate {
  /** Requests under way. */
  readonly inFlight: number;
  /** Requests that may be under way; 0: the receiver is away and is probed now and then. */
  readonly size: number;
  /** Whether time alone keeps a request back at `now`, and until when; null: it does not. */
  closedUntil(now: number): number | null;
  mayBegin(now: number): boolean;
  begin(now: number): void;
  /** A request that was begun has ended; `null` when none was made of it. Whether it was a probe that opened the window. */
  end(ended: Ended | null): boolean;
  /** An attempt's end is being written until the promise settles. */
  settling(written: Promise<unknown>): void;
  /** Requests a second, from the next on; null: as many as the window allows. */
  limit(perSecond: number | null): void;
  /** Which part of the webhook's parcels is sent from here, above 0 to 1. */
  share(part: number): void;
  /** Another process was answered well: a probe may begin at once. */
  hint(now: number): void;
}

export interface Ended {
  readonly exchange: Exchange;
  /** The parcel whose delivery it was. */
  readonly parcel: string;
  readonly startedAt: number;
  readonly now: number;
  /** Epoch milliseconds, for a `Retry-After` that names a date. */
  readonly wallNow: number;
  /** A number in [0, 1). */
  readonly random: number;
}

/** Ended attempts that wait to be written; beyond it no further ones are begun. */
const settlingMax = 1000;

const inFlightMax = limits.requestsInFlightPerWebhook;

export function makeGate(): Gate {
  let part = 1;
  let cap: number = inFlightMax;
  let window = newWindow(cap);
  let inFlight = 0;
  let settling = 0;
  /** Undefined until a first request has read the webhook: so long one goes at a time. */
  let perSecond: number | null | undefined;
  let dueAt = 0;

  function closedUntil(now: number): number | null {
    const rateAt = perSecond == null ? now : nextRequestAt(dueAt, perSecond * part, now);
    const at = Math.max(rateAt, window.size === 0 ? window.probeAt : now);
    return at > now ? at : null;
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get size() {
      return Math.min(cap, Math.floor(window.size));
    },
    closedUntil,
    mayBegin(now) {
      if (settling >= settlingMax) return false;
      const most = perSecond === undefined ? 1 : Math.min(cap, allowed(window, now));
      return inFlight < most && closedUntil(now) === null;
    },
    begin(now) {
      inFlight++;
      if (perSecond != null) dueAt = afterRequest(dueAt, perSecond * part, now);
    },
    end(ended) {
      inFlight--;
      if (ended === null) return false;
      const { exchange, wallNow, ...rest } = ended;
      const before = window;
      window = afterSignal(window, cap, {
        ...rest,
        share: part,
        kind: signalKind(exchange),
        askedMs: exchange.kind === 'response' ? askedMs(exchange.headers['retry-after'], wallNow) : 0,
      });
      return before.size === 0 && window.size > 0;
    },
    settling(written) {
      settling++;
      void written.finally(() => settling--).catch(() => {});
    },
    limit(rate) {
      perSecond = rate;
    },
    share(own) {
      part = own;
      cap = Math.max(1, Math.round(inFlightMax * own));
    },
    hint(now) {
      window = afterHint(window, now);
    },
  };
}

function askedMs(retryAfter: string | undefined, wallNow: number): number {
  return (readRetryAfter(retryAfter, wallNow) ?? 0) * 1000;
}
