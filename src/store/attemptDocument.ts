/** An attempt as one JSON text: what has no column of its own, as a tuple (see `eventDocument.ts`). */
import type { Attempt, Exchange } from '../domain/attempt.ts';

/** The columns a driver keeps beside the document. */
export type AttemptColumns = Pick<
  Attempt,
  'id' | 'accountId' | 'deliveryId' | 'webhookId' | 'startedAt' | 'verdict'
>;

/** Raise it with every change of form, and teach `decodeAttempt` the older one. */
const form = 1;

export function encodeAttempt(attempt: Attempt): string {
  const { cause, url, requestHeaders, reason } = attempt;
  return JSON.stringify([form, cause, url, requestHeaders, reason, encodeExchange(attempt.exchange)]);
}

export function decodeAttempt(columns: AttemptColumns, document: string): Attempt {
  const [, cause, url, requestHeaders, reason, exchange] = JSON.parse(document);
  return { ...columns, cause, url, requestHeaders, reason, exchange: decodeExchange(exchange) };
}

/** A response has its status where a failure has its phase: a number there, a word here. */
function encodeExchange(exchange: Exchange): readonly unknown[] {
  const { address, timings } = exchange;
  const times = [timings.dnsMs, timings.connectMs, timings.firstByteMs, timings.totalMs];
  return exchange.kind === 'response'
    ? [address, times, exchange.status, exchange.headers, exchange.body, exchange.truncated]
    : [address, times, exchange.phase, exchange.code, exchange.reason, exchange.ours];
}

// biome-ignore lint/suspicious/noExplicitAny: what `encodeExchange` wrote
function decodeExchange(parts: any): Exchange {
  const [address, [dnsMs, connectMs, firstByteMs, totalMs]] = parts;
  const common = { address, timings: { dnsMs, connectMs, firstByteMs, totalMs } };
  return typeof parts[2] === 'number'
    ? {
        kind: 'response',
        status: parts[2],
        headers: parts[3],
        body: parts[4],
        truncated: parts[5],
        ...common,
      }
    : { kind: 'failure', phase: parts[2], code: parts[3], reason: parts[4], ours: parts[5], ...common };
}

/** The document without what the receiver answered but its status; null where it has nothing of that. */
export function withoutResponse(columns: AttemptColumns, document: string): string | null {
  const attempt = decodeAttempt(columns, document);
  const { exchange } = attempt;
  if (exchange.kind !== 'response') return null;
  if (exchange.body === '' && Object.keys(exchange.headers).length === 0) return null;
  return encodeAttempt({ ...attempt, exchange: { ...exchange, headers: {}, body: '', truncated: false } });
}
