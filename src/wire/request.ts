/**
 * The request of one attempt: the envelope around the stored `data`, signed at this moment. `data` is the same bytes on
 * every attempt; only the time and what signs it differ.
 *
 * TrackingMore's three schemes sign nothing but a time, so every version also carries the three Standard Webhooks
 * headers, which cover the body, and the revision, by which a receiver can drop what is older than what it has.
 */
import type { WebhookVersion } from '../domain/status.ts';
import type { SignatureHeaders } from '../domain/webhook.ts';
import { signStandard, signTime } from './signature.ts';
import { envelopeStandard, type StandardEventType } from './standard.ts';
import { envelopeV2 } from './v2.ts';
import { envelopeV3 } from './v3.ts';
import { envelopeV4 } from './v4.ts';

export interface RequestSource {
  readonly version: WebhookVersion;
  /** As stored with the event. */
  readonly data: string;
  readonly deliveryId: string;
  /** Of the parcel; 0 where it tells of none. */
  readonly revision: number;
  readonly eventType: StandardEventType;
  /** Epoch milliseconds. */
  readonly eventAt: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The key of V2 and V3. */
  readonly signingEmail: string;
  /** The key of V4. */
  readonly accountSecret: string;
  /** `whsec_…`, newest first; more than one while a rotation overlaps. */
  readonly secrets: readonly string[];
  /** Further names of the three Standard Webhooks headers; null: none. */
  readonly signatureHeaders: SignatureHeaders | null;
  /** The merchant's own. */
  readonly headers: Readonly<Record<string, string>>;
  readonly userAgent: string;
}

export interface WebhookRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

export function buildRequest(source: RequestSource): WebhookRequest {
  const timestamp = Math.floor(source.now / 1000);
  const time = String(timestamp);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': source.userAgent,
    'webhook-id': source.deliveryId,
    'webhook-timestamp': time,
    'webhook-signature': '',
    'waybell-revision': String(source.revision),
  };
  let body: string;
  switch (source.version) {
    case 'v2':
      body = envelopeV2(source.data, timestamp, signTime(source.signingEmail, timestamp));
      break;
    case 'v3':
      body = envelopeV3(source.data, timestamp, signTime(source.signingEmail, timestamp));
      break;
    case 'v4':
      body = envelopeV4(source.data);
      headers.timestamp = time;
      headers.signature = signTime(source.accountSecret, timestamp);
      break;
    case 'standard':
      body = envelopeStandard(source.data, { type: source.eventType, timestamp: source.eventAt });
  }
  headers['webhook-signature'] = signStandard(source.secrets, { id: source.deliveryId, timestamp, body });
  for (const [name, value] of Object.entries(source.headers)) {
    if (!isReservedHeader(name)) headers[name] = value;
  }
  if (source.signatureHeaders !== null) {
    headers[source.signatureHeaders.id] = source.deliveryId;
    headers[source.signatureHeaders.timestamp] = time;
    headers[source.signatureHeaders.signature] = headers['webhook-signature'];
  }
  return { headers, body };
}

/** Whether a merchant may not set this header: it is Waybell's, or belongs to the connection. Any case. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return reservedNames.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix));
}

/** Ours whole, so that a header added in a later release collides with nobody's. */
const reservedPrefixes = ['webhook-', 'waybell-'] as const;

const reservedNames: ReadonlySet<string> = new Set([
  'content-type',
  'user-agent',
  // Of V4, but reserved in all versions: a webhook's version may be changed, and verifiers tell V4 by them.
  'timestamp',
  'signature',
  // Of the body and the answer, which are ours to encode and to read.
  'content-length',
  'content-encoding',
  'accept-encoding',
  // Of the connection (RFC 9110, section 7.6.1).
  'host',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'http2-settings',
]);
