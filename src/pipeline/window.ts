/**
 * The window: how many requests a webhook may have under way. One controller is breaker, slow start and adaptive rate:
 *
 * ```text
 *   open     success grows it: doubling each round up to where it last broke, then by one a round, to the cap
 *      │     a strain halves it, once a round; a round of nothing but strain closes it
 *      ▼
 *   closed   nothing is sent and no attempt is spent, but for one probe after a pause that doubles (1 s … 60 s)
 *      │     a probe that is answered opens it at one
 *      └───► open
 * ```
 *
 * *Strain* is an answer that speaks of the receiver and not of the body: 429, 502, 503, 504, and no answer at all.
 * It counts only when it comes from two parcels in turn, since one body may well be what hangs or breaks a receiver;
 * 429 counts always, being about nothing but the rate. Other answers, a 500 among them, are no strain: the receiver is there.
 *
 * A round is told by time: strain of a request that began before the window last shrank has been answered already.
 * Pure: times are monotonic milliseconds, handed in. The rules are those of TCP's congestion control (RFC 5681), for requests.
 */
import type { Exchange } from '../domain/attempt.ts';

export interface Window {
  /** Requests allowed under way, with a fraction that has grown so far; 0: closed. */
  readonly size: number;
  /** Where growth turns from doubling to adding. */
  readonly threshold: number;
  /** When it last shrank or opened: what began before tells nothing new. */
  readonly shrunkAt: number;
  /** Whether a request that began since then was answered well. */
  readonly relieved: boolean;
  /** The parcel that strain came from last; null: none yet. */
  readonly suspect: string | null;
  /** While closed: the pause before the probe, and when it ends. */
  readonly pauseMs: number;
  readonly probeAt: number;
}

/** What a request's end tells the window. */
export interface Signal {
  readonly kind: 'answered' | 'strain' | 'too_many';
  /** Whose request it was. */
  readonly parcel: string;
  readonly startedAt: number;
  readonly now: number;
  /** What the receiver asked for by `Retry-After`, milliseconds; 0 if it did not. */
  readonly askedMs: number;
  /** A number in [0, 1): the caller's die. */
  readonly random: number;
  /** Which part of the webhook's parcels is sent from here; the pauses of a closed window are longer by that. */
  readonly share: number;
}

const sizeFirst = 4;
const pauseMsFirst = 1000;
const pauseMsMax = 60_000;
/** Of one process of several: they tell each other of a receiver that is back, which may get lost. */
const sharedPauseMsMax = 300_000;
/** A receiver may ask a closed window for patience up to this long. */
const askedMsMax = 600_000;
const jitterShare = 0.1;
const strained: ReadonlySet<number> = new Set([502, 503, 504]);

/** A window as it begins: half open, so that a receiver which was away is not met by a crowd. */
export function newWindow(cap: number): Window {
  return {
    size: Math.min(sizeFirst, cap),
    threshold: cap,
    shrunkAt: Number.NEGATIVE_INFINITY,
    relieved: true,
    suspect: null,
    pauseMs: pauseMsFirst,
    probeAt: 0,
  };
}

/** What an exchange says of its receiver. */
export function signalKind(exchange: Exchange): Signal['kind'] {
  if (exchange.kind === 'failure') return 'strain';
  if (exchange.status === 429) return 'too_many';
  return strained.has(exchange.status) ? 'strain' : 'answered';
}

/** How many requests may be under way at `now`. While closed: one, once the pause is over. */
export function allowed({ size, probeAt }: Window, now: number): number {
  if (size > 0) return Math.floor(size);
  return now >= probeAt ? 1 : 0;
}

/** A closed window after somebody else was answered well: the probe may begin at once. */
export function afterHint(window: Window, now: number): Window {
  return window.size === 0 ? { ...window, probeAt: Math.min(window.probeAt, now) } : window;
}

/** The window after a request's end. */
export function afterSignal(window: Window, cap: number, signal: Signal): Window {
  return signal.kind === 'answered' ? grown(window, cap, signal) : shrunk(window, signal);
}

function grown(window: Window, cap: number, { startedAt, now }: Signal): Window {
  const { size, threshold, shrunkAt } = window;
  // An answer to what was sent before the window closed says how the receiver was, not how it is.
  if (startedAt < shrunkAt) return window;
  if (size === 0) return { ...window, size: 1, shrunkAt: now, relieved: true, pauseMs: pauseMsFirst };
  if (size >= cap && window.relieved) return window;
  const more = size < threshold ? 1 : 1 / size;
  return { ...window, size: Math.min(cap, size + more), relieved: true };
}

function shrunk(window: Window, signal: Signal): Window {
  const { kind, parcel, startedAt, now } = signal;
  if (startedAt < window.shrunkAt) return { ...window, suspect: parcel };
  const counts = kind === 'too_many' || (window.suspect !== null && window.suspect !== parcel);
  if (window.size === 0) return closed(window, signal, Math.min(window.pauseMs * 2, pauseMsMax));
  if (!counts) return { ...window, suspect: parcel };
  const half = Math.floor(window.size / 2);
  if (!window.relieved || half === 0) return closed(window, signal, pauseMsFirst);
  return {
    ...window,
    size: half,
    threshold: Math.max(1, half),
    shrunkAt: now,
    relieved: false,
    suspect: parcel,
  };
}

function closed(window: Window, { parcel, now, askedMs, random, share }: Signal, pauseMs: number): Window {
  // Every process probes: all together no oftener than one would.
  const ownPauseMs = Math.min(pauseMs / share, sharedPauseMsMax);
  const wait = Math.max(ownPauseMs, Math.min(askedMs, askedMsMax)) * (1 + jitterShare * random);
  return {
    ...window,
    size: 0,
    threshold: Math.max(1, Math.floor(window.threshold / 2)),
    shrunkAt: now,
    relieved: false,
    suspect: parcel,
    pauseMs,
    probeAt: now + wait,
  };
}
