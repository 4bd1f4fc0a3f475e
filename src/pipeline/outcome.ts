/**
 * The outcome table: what an exchange means for its delivery. One pure function decides, everywhere.
 *
 * | exchange | only_200 | any_2xx | any_response |
 * |---|---|---|---|
 * | 200 | accepted | accepted | accepted |
 * | other 2xx | retry | accepted | accepted |
 * | 3xx (never followed) | retry | retry | accepted |
 * | 410 | park and disable | park and disable | accepted |
 * | other 4xx, 5xx | retry | retry | accepted |
 * | no response: DNS, refused, TLS, time-out, reset | retry | retry | retry |
 * | address refused by this server's own rules | retry | retry | retry |
 * | our own network or proxy failed | unspent | unspent | unspent |
 *
 * A letter (`smtp`) is judged by what the mail server says of it:
 *
 * | exchange | smtp |
 * |---|---|
 * | 2xx | accepted |
 * | 4xx: not now | retry |
 * | 5xx: not this letter, or nobody there | park |
 * | nobody wants it any more | cancel |
 * | not to be sent from here | park |
 * | no word from the mail server, which is the operator's own, or it takes no letters of ours at all | unspent |
 */
import type { Exchange, Verdict } from '../domain/attempt.ts';
import type { Acceptance } from '../domain/delivery.ts';

export interface Outcome {
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly reason: string;
}

/** Codes of a letter that is not even tried. */
export const UNWANTED = 'UNWANTED';
export const NOT_MAILED = 'NOT_MAILED';

export function judge(exchange: Exchange, acceptance: Acceptance): Outcome {
  if (acceptance === 'smtp') return judgeLetter(exchange);
  if (exchange.kind === 'failure') {
    return { verdict: exchange.ours ? 'unspent' : 'retry', reason: exchange.reason };
  }
  const { status } = exchange;
  if (acceptance === 'any_response') {
    return { verdict: 'accepted', reason: `Answered ${status}; callback is false, so any response counts.` };
  }
  if (status === 200) return { verdict: 'accepted', reason: 'Answered 200.' };
  if (status === 410) {
    return { verdict: 'park_and_disable', reason: 'Answered 410 Gone: the receiver wants no more webhooks.' };
  }
  if (status >= 200 && status < 300) {
    return acceptance === 'any_2xx'
      ? { verdict: 'accepted', reason: `Answered ${status}.` }
      : { verdict: 'retry', reason: `Answered ${status}; callback is true, so only 200 counts.` };
  }
  if (status >= 300 && status < 400) {
    return {
      verdict: 'retry',
      reason: `Answered ${status}; redirects are never followed. Set the webhook to the final URL.`,
    };
  }
  return { verdict: 'retry', reason: `Answered ${status}.` };
}

function judgeLetter(exchange: Exchange): Outcome {
  if (exchange.kind === 'failure') {
    const { code, reason } = exchange;
    if (code === UNWANTED) return { verdict: 'cancel', reason };
    return { verdict: code === NOT_MAILED ? 'park' : 'unspent', reason };
  }
  const { status } = exchange;
  if (status >= 200 && status < 300)
    return { verdict: 'accepted', reason: `The mail server took it: ${status}.` };
  return status >= 500
    ? { verdict: 'park', reason: `The mail server refused it for good: ${status}.` }
    : { verdict: 'retry', reason: `The mail server does not take it now: ${status}.` };
}
