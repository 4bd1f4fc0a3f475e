/**
 * The signatures, synchronously by `node:crypto`, since several are made for every attempt. `sdk/verify.ts` checks the
 * same with Web APIs, and a test holds the two against each other.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** TrackingMore's scheme: hex HMAC-SHA256 of the decimal timestamp, keyed with the signing email or V4's secret. */
export function signTime(key: string, timestamp: number): string {
  // It changes once a second, while thousands of bodies may be sent in one.
  if (timestamp !== timed.timestamp || timed.signatures.size >= keysMax)
    timed = { timestamp, signatures: new Map() };
  let signature = timed.signatures.get(key);
  if (signature === undefined) {
    signature = createHmac('sha256', key).update(String(timestamp)).digest('hex');
    timed.signatures.set(key, signature);
  }
  return signature;
}

const keysMax = 10_000;
let timed = { timestamp: 0, signatures: new Map<string, string>() };

/** Standard Webhooks: `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`, one for every secret, space between. */
export function signStandard(
  secrets: readonly string[],
  signed: { id: string; timestamp: number; body: string },
): string {
  const content = `${signed.id}.${signed.timestamp}.${signed.body}`;
  return secrets
    .map((secret) => `v1,${createHmac('sha256', keyOf(secret)).update(content).digest('base64')}`)
    .join(' ');
}

const keys = new Map<string, KeyObject>();

function keyOf(secret: string): KeyObject {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const key = createSecretKey(Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
  if (keys.size >= keysMax) keys.clear();
  keys.set(secret, key);
  return key;
}
