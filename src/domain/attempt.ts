/**
 * One HTTP request of a delivery, or one letter, and how it ended. Ends are values, never thrown: the door to the network
 * (`outbound/`) reports an `Exchange`, `pipeline/outcome.ts` alone judges it.
 */
import type { Id } from '../base/id.ts';

/** How long the parts of an exchange took, milliseconds; null where that part was not reached or not needed. */
export interface Timings {
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly firstByteMs: number | null;
  readonly totalMs: number;
}

/** What came of one request. `address` is the one connected to, null where there was no connection. */
export type Exchange =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** As much of the body as was read, at most `responseBytesMax` after decompression. */
      readonly body: string;
      readonly truncated: boolean;
      readonly address: string | null;
      readonly timings: Timings;
    }
  | {
      readonly kind: 'failure';
      /** Before the request could be sent, while it was under way, or after the response had begun. */
      readonly phase: 'before' | 'during' | 'after';
      /** `ECONNREFUSED`, `ENOTFOUND`, `TIMEOUT`, `REFUSED_ADDRESS`, …: for programs. */
      readonly code: string;
      /** For people, with the remedy where there is one. */
      readonly reason: string;
      /** The failure is our network's or proxy's, not the receiver's. */
      readonly ours: boolean;
      readonly address: string | null;
      readonly timings: Timings;
    };

/** One that ended before anything could be sent. */
export function unsentExchange(
  code: string,
  reason: string,
  ours: boolean,
): Extract<Exchange, { kind: 'failure' }> {
  const timings = { dnsMs: null, connectMs: null, firstByteMs: null, totalMs: 0 };
  return { kind: 'failure', phase: 'before', code, reason, ours, address: null, timings };
}

export const VERDICTS = ['accepted', 'retry', 'park', 'park_and_disable', 'cancel', 'unspent'] as const;
/** What an exchange means for its delivery: `cancel` is wanted by nobody any more, `unspent` is tried again without counting. */
export type Verdict = (typeof VERDICTS)[number];

/** Who asked for the attempt: the schedule, or a person who sends again or tries a webhook out. */
export type AttemptCause = 'schedule' | 'redeliver';

export interface Attempt {
  readonly id: Id<'att'>;
  readonly accountId: Id<'acc'>;
  readonly deliveryId: Id<'dlv'>;
  readonly webhookId: Id<'wh'>;
  readonly cause: AttemptCause;
  readonly startedAt: number;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly exchange: Exchange;
  readonly verdict: Verdict;
  /** One sentence on why the verdict is what it is. */
  readonly reason: string;
}
