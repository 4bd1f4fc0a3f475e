/**
 * The two signatures a webhook can carry. The standard one covers the delivery id, the time and every byte of
 * the body; TrackingMore's (versions 2, 3 and 4) covers the time alone. Only Web APIs are used, so the file
 * runs in Node, Deno, Bun, a browser and an edge worker alike. Nothing here decides whether a request is to
 * be believed: that is verify.ts.
 */

/** The characters every webhook secret starts with; what follows them is the key in base64. */
export const SECRET_PREFIX = 'whsec_';

/**
 * Signs a body as Standard Webhooks says: base64 of HMAC-SHA256 over `id.timestamp.body`, with `v1,` in
 * front.
 *
 * @param message.secret `whsec_` and the key in base64; another form is a programmer's error and throws a
 *   TypeError.
 * @param message.timestamp epoch seconds, as sent in the header `webhook-timestamp`.
 */
export async function signStandard(message: {
  secret: string;
  id: string;
  timestamp: number;
  body: string | Uint8Array;
}): Promise<string> {
  const key = decodeSecret(message.secret);
  if (key === null)
    throw new TypeError(`A webhook secret is "${SECRET_PREFIX}" followed by its key in base64.`);
  const head = encoder.encode(`${message.id}.${message.timestamp}.`);
  const body = typeof message.body === 'string' ? encoder.encode(message.body) : message.body;
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  const signature = await hmacSha256(key, signed);
  return `v1,${btoa(String.fromCharCode(...signature))}`;
}

/**
 * Signs a time as TrackingMore does: lower-case hex of HMAC-SHA256 over the decimal timestamp.
 *
 * @param message.key the account's email (versions 2 and 3) or its webhook secret (version 4), used as plain
 *   text.
 * @param message.timestamp epoch seconds.
 */
export async function signTime(message: { key: string; timestamp: number }): Promise<string> {
  const signature = await hmacSha256(encoder.encode(message.key), encoder.encode(String(message.timestamp)));
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The key inside a `whsec_…` secret, or null where the text has another form or no key. */
export function decodeSecret(secret: string): Uint8Array<ArrayBuffer> | null {
  if (!secret.startsWith(SECRET_PREFIX)) return null;
  const encoded = secret.slice(SECRET_PREFIX.length);
  // atob() overlooks white space, which would hide the commonest mistake: a line break copied along with the
  // secret.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

const encoder = new TextEncoder();

async function hmacSha256(key: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data));
}
