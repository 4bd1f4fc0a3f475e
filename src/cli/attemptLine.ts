/** One attempt as one line for a terminal: time, number, from → to, version, where, response, how long, signature. */
import { type AnyEvent, isOperational } from '../domain/event.ts';
import type { AttemptReport } from '../webhooks/concluding.ts';
import { clockTime, paint } from './terminal.ts';

export function attemptLine({ attempt, delivery, event, webhook }: AttemptReport): string {
  const { exchange, verdict } = attempt;
  const answer = exchange.kind === 'response' ? String(exchange.status) : exchange.code;
  const good = verdict === 'accepted';
  const target = new URL(webhook.url);
  const place = target.pathname.startsWith('/inbox/') ? 'inbox' : target.host;
  return [
    paint.dim(clockTime(attempt.startedAt)),
    good ? paint.good('✔') : paint.warn('✗'),
    paint.strong((delivery.number ?? '–').padEnd(26)),
    eventText(event).padEnd(26),
    delivery.version,
    place,
    good ? paint.good(answer) : paint.warn(answer),
    `${Math.round(exchange.timings.totalMs)} ms`.padStart(6),
    good ? paint.dim(signatureNote(attempt)) : attempt.reason,
  ].join('  ');
}

function eventText(event: AnyEvent): string {
  return isOperational(event) ? event.kind : `${event.from.status} → ${event.to.status}`;
}

/** The inbox says whether the signature was right; other receivers keep that to themselves. */
function signatureNote({ exchange, requestHeaders }: AttemptReport['attempt']): string {
  if (exchange.kind === 'response' && exchange.headers['waybell-verified'] === 'yes')
    return 'signature verified';
  return `signed ${requestHeaders['webhook-signature']?.slice(3, 11) ?? ''}…`;
}
