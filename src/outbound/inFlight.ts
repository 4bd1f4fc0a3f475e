/**
 * One exchange while it is under way: undici tells it what happens on the connection, it ends exactly once, as a value.
 * It is a class because one is made per request at tens of thousands a second, and methods on a prototype cost nothing.
 *
 * What is known decides the end. Once the head of a response was read there is a status, so the end is a response
 * whatever happens to the body (a reset, a time-out, too much of it: `truncated`). Before that it is a failure: `before`
 * the request was handed to a connection, `during` it, or `after` the first bytes of an unfinished head.
 */
import type { Dispatcher } from 'undici';
import type { Clock } from '../base/clock.ts';
import type { Exchange, Timings } from '../domain/attempt.ts';
import { bodyText, flatHeaders, packedBytesExtra, unpack } from './answer.ts';
import type { Line } from './connect.ts';
import { ConnectError, codeOf, failureReason, ourCodes, type Phase } from './failure.ts';

/** What all exchanges of a door share. */
export interface InFlightShared {
  readonly clock: Clock;
  readonly exchangeMsMax: number;
  readonly connectMsMax: number;
  readonly responseBytesMax: number;
}

/** What is sent, and through which pool. */
export interface Order {
  readonly pool: Dispatcher;
  readonly request: Dispatcher.DispatchOptions;
  /** Host and port, for people. */
  readonly host: string;
}

type ResponseHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** The request was given up while it waited for a connection; the connection is not to be harmed by it. */
const givenUp = new Error('The request was given up while it waited.');
/** A time that no clock shows; numbers throughout keep the object cheap. */
const never = -1;
const dropped = new Error('The rest of the response is not wanted.');

export class InFlight implements Dispatcher.DispatchHandler {
  /** The connection that was chosen for the request; null while it waits for one. */
  line: Line | null = null;
  readonly #shared: InFlightShared;
  readonly #order: Order;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt: number;
  #ended = false;
  #isSecondTry = false;
  #controller: Dispatcher.DispatchController | null = null;
  #sentAt = never;
  #firstByteAt = never;
  #isFirstOnLine = false;
  #isUnsent = false;
  #status = 0;
  #headers: ResponseHeaders = noHeaders;
  #bytesMax = 0;
  #bytes = 0;
  #body: Buffer | null = null;
  #more: Buffer[] | null = null;

  constructor(shared: InFlightShared, order: Order, resolve: (exchange: Exchange) => void) {
    this.#shared = shared;
    this.#order = order;
    this.#resolve = resolve;
    this.#startedAt = shared.clock.monotonic();
    this.#timer = setTimeout(expire, shared.exchangeMsMax, this);
  }

  send(): void {
    this.#order.pool.dispatch(this.#order.request, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown, because aborting here would close a connection that others can use.
    if (this.#ended) throw givenUp;
    this.#controller = controller;
    this.#sentAt = this.#shared.clock.monotonic();
    this.#isFirstOnLine = this.line?.requests === 0;
    if (this.line !== null) this.line.requests++;
  }

  /** Called right after the write: a socket that has already failed then took nothing of it. */
  onRequestSent(): void {
    this.#isUnsent = this.line?.socket?.errored != null;
  }

  onResponseStarted(): void {
    if (this.#firstByteAt === never) this.#firstByteAt = this.#shared.clock.monotonic();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: ResponseHeaders,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const isPacked = typeof headers['content-encoding'] === 'string';
    this.#bytesMax = this.#shared.responseBytesMax + (isPacked ? packedBytesExtra : 0);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    const room = this.#bytesMax - this.#bytes;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#bytes += kept.length;
    if (this.#body === null) this.#body = kept;
    else if (this.#more === null) this.#more = [this.#body, kept];
    else this.#more.push(kept);
    if (chunk.length > room) {
      this.#respond(true);
      controller.abort(dropped);
    }
  }

  onResponseEnd(): void {
    if (!this.#ended) this.#respond(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#ended) return;
    if (this.#status !== 0) this.#respond(true);
    else if (this.#isUnsent && !this.#isFirstOnLine && !this.#isSecondTry) this.#sendAgain();
    else this.#fail(codeOf(error), error instanceof ConnectError ? error.reason : null, error.message);
  }

  /** A kept connection that the receiver had closed: nothing has left, so a fresh one may carry the same request. */
  #sendAgain(): void {
    this.#isSecondTry = true;
    this.#isUnsent = false;
    this.#sentAt = never;
    this.#controller = null;
    this.line = null;
    this.send();
  }

  /** The whole exchange took too long. */
  expire(): void {
    if (this.#ended) return;
    // The status is known, and a status is an answer, however slowly its body comes.
    if (this.#status !== 0) this.#respond(true);
    else this.#fail('TIMEOUT', null, '');
    this.#controller?.abort(dropped);
  }

  #respond(truncated: boolean): void {
    const end = this.#end();
    const bytes = this.#more === null ? this.#body : Buffer.concat(this.#more);
    const head = {
      kind: 'response',
      status: this.#status,
      headers: flatHeaders(this.#headers),
      ...end,
    } as const;
    const encoding = this.#headers['content-encoding'];
    if (bytes === null || typeof encoding !== 'string') {
      this.#resolve({ ...head, body: bytes === null ? '' : bodyText(bytes), truncated });
      return;
    }
    void unpack(bytes, encoding, this.#shared.responseBytesMax).then((body) => {
      this.#resolve({ ...head, body: body.text, truncated: truncated || body.truncated });
    });
  }

  #fail(code: string, words: string | null, detail: string): void {
    const end = this.#end();
    const phase: Phase = this.#sentAt === never ? 'before' : this.#firstByteAt === never ? 'during' : 'after';
    const ms = code === 'TIMEOUT' ? this.#shared.exchangeMsMax : this.#shared.connectMsMax;
    const reason = words ?? failureReason(code, { host: this.#order.host, phase, ms, detail });
    this.#resolve({ kind: 'failure', phase, code, reason, ours: ourCodes.has(code), ...end });
  }

  /** From here on nothing counts any more. The connection's record is read now: it may serve another one next. */
  #end(): { address: string | null; timings: Timings } {
    this.#ended = true;
    clearTimeout(this.#timer);
    const { line } = this;
    // Of a connection that was there already, the look-up and the connecting were not needed.
    const isNew = line !== null && (this.#sentAt === never || this.#isFirstOnLine);
    return {
      address: line?.address ?? null,
      timings: {
        dnsMs: isNew ? rounded(line.dnsMs) : null,
        connectMs: isNew ? rounded(line.connectMs) : null,
        firstByteMs: this.#firstByteAt === never ? null : rounded(this.#firstByteAt - this.#sentAt),
        totalMs: rounded(this.#shared.clock.monotonic() - this.#startedAt),
      },
    };
  }
}

const noHeaders: ResponseHeaders = {};

function expire(inFlight: InFlight): void {
  inFlight.expire();
}

/** To hundredths of a millisecond; more digits only cost room in the log of attempts. */
function rounded<T extends number | null>(ms: T): T {
  return (ms === null ? null : Math.round(ms * 100) / 100) as T;
}
