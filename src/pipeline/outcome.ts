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
 */
import type { Exchange, Verdict } from '../domain/attempt.ts';
import type { Acceptance } from '../domain/delivery.ts';

export interface Outcome {
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly reason: string;
}

export function judge(exchange: Exchange, acceptance: Acceptance): Outcome {
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
