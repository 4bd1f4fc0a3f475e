/**
 * One received request as people want to see it: what parcel, what status, what version, genuine or not, seen before or
 * not. Everything in it but the verdict is a stranger's text, so it is cleaned before a terminal gets it.
 */
import { cleanText } from '../normalise/text.ts';
import { type Verification, verifyWebhook } from '../sdk/verify.ts';
import { localTime } from './localTime.ts';
import { paint } from './terminal.ts';

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What requests are checked with; without any nothing can be verified, and each line says so. */
export interface VerificationKeys {
  /** The account's signing email: the key of V2 and V3. */
  readonly email: string | null;
  /** The webhook's `whsec_…`, or the account's webhook secret (V4); several during a rotation. */
  readonly secrets: readonly string[];
}

/** Where a member is null, the request did not say it. */
export interface Summary {
  readonly number: string | null;
  readonly status: string | null;
  readonly version: string | null;
  readonly deliveryId: string | null;
  readonly revision: string | null;
}

/** @param toleranceSeconds 0: of any age; undefined: as a receiver should */
export function verify(
  request: { body: Uint8Array; headers: RequestHeaders },
  keys: VerificationKeys,
  times: { now: number; toleranceSeconds?: number },
): Promise<Verification> {
  return verifyWebhook({
    body: request.body,
    headers: request.headers as Record<string, string | string[] | undefined>,
    email: keys.email ?? undefined,
    secret: keys.secrets,
    ...times,
  });
}

export function summaryOf({ body, headers }: { body: Uint8Array; headers: RequestHeaders }): Summary {
  const content = objectIn(Buffer.from(body).toString('utf8'));
  const data = asObject(content?.data);
  return {
    number: shown(data?.tracking_number),
    // What is of no parcel is named by its type.
    status: shown(data?.status ?? data?.delivery_status ?? content?.type),
    version: content === null ? null : versionOf(content, headers),
    deliveryId: shown(headers['webhook-id']),
    revision: shown(headers['waybell-revision']),
  };
}

export function receivedLine(received: {
  at: number;
  summary: Summary;
  verification: Verification;
  duplicate: boolean;
  answered: number;
}): string {
  const { summary, verification, duplicate, answered } = received;
  return [
    paint.dim(localTime(received.at).slice(11)),
    paint.strong((summary.number ?? '–').padEnd(22)),
    (summary.status ?? '–').padEnd(12),
    (summary.version ?? '–').padEnd(8),
    shortId(summary.deliveryId).padEnd(12),
    `r${summary.revision ?? '–'}`.padEnd(4),
    verdictText(verification),
    ...(duplicate ? [paint.warn('duplicate')] : []),
    ...(answered === 200 ? [] : [paint.warn(`answered ${answered}`)]),
  ].join('  ');
}

export function verdictText(verification: Verification): string {
  if (!verification.ok) return `${paint.bad('✗')} ${cleanText(verification.reason, 400)}`;
  const covers = verification.scheme === 'standard' ? '' : paint.dim(' (the time, not the body)');
  return `${paint.good('✔')} verified${covers}`;
}

/** Ids grow with time, so their ends tell them apart. */
function shortId(id: string | null): string {
  if (id === null) return '–';
  return id.length <= 12 ? id : `…${id.slice(-8)}`;
}

function versionOf(content: Record<string, unknown>, headers: RequestHeaders): string | null {
  if (content.verifyInfo !== undefined) return 'v2';
  if (content.verify !== undefined) return 'v3';
  if (headers.timestamp !== undefined && headers.signature !== undefined) return 'v4';
  if (typeof content.type === 'string') return 'standard';
  return typeof content.code === 'number' ? 'v4' : null;
}

function shown(value: unknown): string | null {
  const plain = typeof value === 'string' || typeof value === 'number';
  return (plain && cleanText(String(value), 60)) || null;
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
