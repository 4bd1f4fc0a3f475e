/** One attempt as the API writes it: what was asked, what came back, what was made of it. */
import Type from 'typebox';
import type { Account } from '../../domain/account.ts';
import { type Attempt, VERDICTS } from '../../domain/attempt.ts';
import { limits } from '../../domain/limits.ts';
import { Instant, instantsOf, nullable, oneOf } from './fields.ts';

const Headers = Type.Record(Type.String(), Type.String());
const Milliseconds = nullable(Type.Number({ description: 'Milliseconds; null where it was not reached.' }));

/** What is said of any sending, be it an attempt of a delivery or a test. */
export const SendingSchema = Type.Object({
  started_at: Instant,
  request: Type.Object({
    method: oneOf(['POST', 'MAIL'], 'A letter has the second.'),
    url: Type.String(),
    headers: Headers,
  }),
  response: nullable(
    Type.Object({
      status: Type.Integer(),
      headers: Headers,
      body: Type.String(),
      truncated: Type.Boolean({
        description: `The body was longer than the ${limits.responseBytesMax} bytes kept.`,
      }),
    }),
  ),
  failure: nullable(
    Type.Object({
      phase: oneOf(
        ['before', 'during', 'after'],
        'Of the exchange, relative to the request being under way.',
      ),
      code: Type.String({ description: '`ECONNREFUSED`, `TIMEOUT`, `REFUSED_ADDRESS`, …' }),
      reason: Type.String(),
      ours: Type.Boolean({ description: "This server's own network failed, not the receiver." }),
    }),
  ),
  address: nullable(Type.String({ description: 'The address connected to.' })),
  timings: Type.Object({
    dns_ms: Milliseconds,
    connect_ms: Milliseconds,
    first_byte_ms: Milliseconds,
    total_ms: Type.Number(),
  }),
  verdict: oneOf(VERDICTS),
  reason: Type.String({ description: 'One sentence on why.' }),
});

export const AttemptSchema = Type.Object({
  id: Type.String(),
  number: Type.Integer({
    description:
      'Its place among the attempts that are told of the delivery, 1 for the oldest, whatever caused it.',
  }),
  cause: oneOf(['schedule', 'redeliver'], 'A redelivery that fails spends no attempt of the schedule.'),
  ...SendingSchema.properties,
});

export function attemptJson(
  { attempt, number }: { attempt: Attempt; number: number },
  account: Account,
): Type.Static<typeof AttemptSchema> {
  const { id, cause } = attempt;
  return { id, number, cause, ...sendingJson(attempt, account) };
}

export function sendingJson(attempt: Attempt, account: Account): Type.Static<typeof SendingSchema> {
  const { exchange } = attempt;
  const { timings } = exchange;
  return {
    started_at: instantsOf(account)(attempt.startedAt),
    request: {
      method: attempt.url.startsWith('mailto:') ? 'MAIL' : 'POST',
      url: attempt.url,
      headers: { ...attempt.requestHeaders },
    },
    response:
      exchange.kind === 'response'
        ? {
            status: exchange.status,
            headers: { ...exchange.headers },
            body: exchange.body,
            truncated: exchange.truncated,
          }
        : null,
    failure:
      exchange.kind === 'failure'
        ? { phase: exchange.phase, code: exchange.code, reason: exchange.reason, ours: exchange.ours }
        : null,
    address: exchange.address,
    timings: {
      dns_ms: timings.dnsMs,
      connect_ms: timings.connectMs,
      first_byte_ms: timings.firstByteMs,
      total_ms: timings.totalMs,
    },
    verdict: attempt.verdict,
    reason: attempt.reason,
  };
}
