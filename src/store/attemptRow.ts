/** An attempt as a row: its columns, and the document with the rest. */
import type { Attempt, Verdict } from '../domain/attempt.ts';
import { decodeAttempt, encodeAttempt } from './attemptDocument.ts';
import type { AttemptRow } from './records.ts';

export function rowOfAttempt(attempt: Attempt): AttemptRow {
  const { accountId, deliveryId, id, webhookId, startedAt, verdict } = attempt;
  return [accountId, deliveryId, id, webhookId, startedAt, verdict, encodeAttempt(attempt)];
}

export function attemptOf([
  accountId,
  deliveryId,
  id,
  webhookId,
  startedAt,
  verdict,
  document,
]: AttemptRow): Attempt {
  const ids = { id, accountId, deliveryId, webhookId } as Pick<
    Attempt,
    'id' | 'accountId' | 'deliveryId' | 'webhookId'
  >;
  return decodeAttempt({ ...ids, startedAt, verdict: verdict as Verdict }, document);
}
