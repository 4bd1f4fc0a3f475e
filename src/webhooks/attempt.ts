/**
 * One attempt of a delivery: build the signed request, or have the letter written, make the exchange, judge it, and say what is
 * to be written.
 */
import type { Clock } from '../base/clock.ts';
import type { Ids } from '../base/id.ts';
import { type Account, emailKey, keyAt, webhookKey } from '../domain/account.ts';
import type { Attempt, AttemptCause, Exchange } from '../domain/attempt.ts';
import { acceptanceOf, dataVersion, owedVersion } from '../domain/delivery.ts';
import { type AnyEvent, isOperational } from '../domain/event.ts';
import type { Webhook } from '../domain/webhook.ts';
import { judge } from '../pipeline/outcome.ts';
import { nextDelayMs, readRetryAfter } from '../pipeline/schedule.ts';
import type { OwedDelivery, Settlement } from '../store/store.ts';
import { buildRequest, type WebhookRequest } from '../wire/request.ts';
import type { StandardEventType } from '../wire/standard.ts';

/** The door to the network, as much of it as an attempt needs. */
export interface Door {
  exchange(request: {
    poolKey: string;
    /** Whose look-ups of names these are among. */
    party: string;
    url: string;
    headers: Record<string, string>;
    body: string;
  }): Promise<Exchange>;
}

/** What an attempt was: where it went, what of it may be logged, and what came back. */
export interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly exchange: Exchange;
}

/** The way of letters. Nothing that a mail server does is thrown. */
export interface Post {
  send(order: Pick<AttemptOrder, 'owed' | 'webhook' | 'account'>): Promise<Sent>;
}

export interface AttemptTools {
  readonly door: Door;
  readonly post: Post;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly userAgent: string;
  /** A number in [0, 1). */
  random(): number;
}

export interface AttemptOrder {
  readonly owed: OwedDelivery;
  readonly webhook: Webhook;
  readonly account: Account;
  readonly cause: AttemptCause;
}

/** Time that an attempt which does not count waits before it is made again. */
const unspentDelayMs = 30_000;

export interface AttemptEnd {
  readonly settlement: Settlement;
  /** Milliseconds until the next attempt; null when there is none. */
  readonly delayMs: number | null;
}

export async function makeAttempt(order: AttemptOrder, tools: AttemptTools): Promise<AttemptEnd> {
  const { owed, webhook, cause } = order;
  const { delivery } = owed;
  const startedAt = tools.clock.now();
  const sent = webhook.mail === null ? call(order, startedAt, tools) : tools.post.send(order);
  const { exchange, ...way } = await sent;
  const version = webhook.mail === null ? delivery.version : owedVersion(webhook);
  const { verdict, reason } = judge(exchange, acceptanceOf({ ...delivery, version }));
  const attempt: Attempt = {
    id: tools.ids.next('att'),
    accountId: delivery.accountId,
    deliveryId: delivery.id,
    webhookId: webhook.id,
    cause,
    startedAt,
    url: way.url,
    requestHeaders: way.headers,
    exchange,
    verdict,
    reason,
  };
  const now = tools.clock.now();
  if (verdict === 'accepted') return end(order, attempt, 'accepted', now, null);
  if (cause === 'redeliver')
    return { settlement: { attempt, delivery, next: null, notice: null, epoch: null }, delayMs: null };
  if (verdict === 'cancel') return end(order, attempt, 'cancelled', now, null);
  if (verdict === 'unspent')
    return { ...end(order, attempt, 'scheduled', now, unspentDelayMs), delayMs: unspentDelayMs };
  const retryAfter =
    exchange.kind === 'response' ? readRetryAfter(exchange.headers['retry-after'], now) : null;
  const delayMs =
    verdict === 'retry'
      ? nextDelayMs({
          attempts: delivery.attempts + 1,
          retrySeconds: webhook.retrySeconds,
          daily: webhook.retryDaily,
          retryAfterSeconds: retryAfter,
          random: tools.random(),
        })
      : null;
  return delayMs === null
    ? end(order, attempt, 'parked', now, null)
    : end(order, attempt, 'scheduled', now, delayMs);
}

async function call(order: AttemptOrder, now: number, { door, userAgent }: AttemptTools): Promise<Sent> {
  const { id: poolKey, accountId: party, url } = order.webhook;
  const request = requestOf(order, { now, userAgent });
  const exchange = await door.exchange({ poolKey, party, url, ...request });
  return { url: withoutUserinfo(url), headers: loggable(request.headers, order.webhook), exchange };
}

/** The request as it would be sent at that moment: `data` never differs, the envelope's time and signatures do. */
export function requestOf(
  { owed, webhook, account }: Omit<AttemptOrder, 'cause'>,
  { now, userAgent }: { now: number; userAgent: string },
): WebhookRequest {
  const { delivery, data } = owed;
  return buildRequest({
    version: dataVersion(delivery.version),
    data,
    deliveryId: delivery.id,
    revision: delivery.revision ?? 0,
    eventType: eventTypeOf(owed.event),
    eventAt: owed.event.createdAt,
    now,
    signingEmail: keyAt(emailKey(account), now),
    accountSecret: keyAt(webhookKey(account), now),
    secrets: secretsAt(webhook, now),
    signatureHeaders: webhook.signatureHeaders,
    headers: webhook.headers,
    userAgent,
  });
}

/** The standard version's name for an event. */
function eventTypeOf(event: AnyEvent): StandardEventType {
  if (isOperational(event)) return event.kind;
  return event.kind === 'status' ? 'tracking.status_changed' : 'tracking.updated';
}

function end(
  { owed: { delivery } }: AttemptOrder,
  attempt: Attempt,
  state: 'accepted' | 'parked' | 'cancelled' | 'scheduled',
  now: number,
  delayMs: number | null,
): AttemptEnd {
  const attempts = attempt.verdict === 'unspent' ? delivery.attempts : delivery.attempts + 1;
  const next = {
    state,
    attempts,
    dueAt: delayMs === null ? null : now + delayMs,
    settledAt: state === 'accepted' || state === 'cancelled' ? now : null,
  };
  return { settlement: { attempt, delivery, next, notice: null, epoch: null }, delayMs };
}

function secretsAt(webhook: Webhook, now: number): readonly string[] {
  const { previousSecret, previousSecretUntil } = webhook;
  return previousSecret !== null && previousSecretUntil !== null && now < previousSecretUntil
    ? [webhook.secret, previousSecret]
    : [webhook.secret];
}

/** The merchant's own headers may be credentials: their names are logged, their values are not. */
function loggable(headers: Record<string, string>, webhook: Webhook): Record<string, string> {
  const own = Object.keys(webhook.headers);
  if (own.length === 0) return headers;
  const names = new Set(own.map((name) => name.toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      names.has(name.toLowerCase()) ? '(hidden)' : value,
    ]),
  );
}

function withoutUserinfo(url: string): string {
  if (!url.includes('@')) return url;
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
