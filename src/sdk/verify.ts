/**
 * Decides whether a webhook request is genuine. The request says by its shape what it is: a V2 body has
 * `verifyInfo`, a V3 body has `verify`, V4 has the headers `timestamp` and `signature`, and everything
 * Waybell sends, of any version, also has the three Standard Webhooks headers.
 *
 * The invariant: with a `whsec_` secret only the standard signature counts, and a request without it is
 * refused. Falling back to TrackingMore's signature would let a forger choose the weaker check by leaving out
 * three headers, and that signature covers no body and has an email address for its key.
 *
 * Whatever arrives, the answer is a value; a request of a stranger never makes this throw. It keeps no memory
 * of ids: a receiver drops what it has already handled by the header `webhook-id`.
 */
import { decodeSecret, SECRET_PREFIX, signStandard, signTime } from './sign.ts';

/**
 * How far from our clock a standard signature may be dated; the figure the Standard Webhooks libraries use.
 */
const standardToleranceSeconds = 300;

export type WebhookVersion = 'v2' | 'v3' | 'v4' | 'standard';

/**
 * `version` is the kind of webhook, `scheme` the signature that was checked, `signedAt` epoch milliseconds.
 */
export type Verification =
  | { ok: true; version: WebhookVersion; scheme: WebhookVersion; signedAt: number; warning: string | null }
  | { ok: false; reason: string };

export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

export interface VerifyWebhookOptions {
  /** The body exactly as it arrived, before any JSON parser. */
  body: string | Uint8Array;
  headers: WebhookHeaders;
  /** The account's signing email: the key of V2 and V3. */
  email?: string | undefined;
  /**
   * The webhook's `whsec_…`, or the account's webhook secret (V4). Several are tried, for the days of a
   * rotation.
   */
  secret?: string | readonly string[] | undefined;
  /** 0 accepts any age. Without it: 300 for the standard signature, any age for V2, V3 and V4. */
  toleranceSeconds?: number | undefined;
  /** Epoch milliseconds; the clock's time without it. */
  now?: number | undefined;
}

/**
 * Checks one request. The `reason` of a refusal says what was wrong and what to do, for the receiver's own
 * log.
 */
export async function verifyWebhook(options: VerifyWebhookOptions): Promise<Verification> {
  const request = readRequest(options);
  if (typeof request === 'string') return refuse(request);
  const secrets = [options.secret].flat().filter(isFilled);
  const standardSecrets = secrets.filter((secret) => secret.startsWith(SECRET_PREFIX));
  if (standardSecrets.length > 0) return verifyStandard({ request, secrets: standardSecrets, options });

  if (request.timed === null) return refuse(whyNotTimed(request, secrets.length > 0));
  const email = isFilled(options.email) ? [options.email] : [];
  const keys = request.version === 'v4' ? secrets : email;
  if (keys.length === 0) return refuse(whyNoKey(request.version));
  return verifyTimed({ request, timed: request.timed, keys, options });
}

interface WebhookRequest {
  version: WebhookVersion;
  bytes: Uint8Array;
  text: string;
  header: (name: string) => string | null;
  /**
   * Where TrackingMore's signature of the time was found; the two values are still as the stranger wrote
   * them.
   */
  timed: TimedSignature | null;
}

interface TimedSignature {
  place: string;
  timestamp: unknown;
  signature: unknown;
}

function readRequest(options: VerifyWebhookOptions): WebhookRequest | string {
  const { body } = options;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    return 'The body is neither text nor bytes: pass the raw body as it arrived, not what a JSON parser made of it.';
  }
  // A copy, because a view of shared memory could change between the signature check and its use.
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body);
  if (bytes.length === 0) {
    return 'The body is empty: read the raw body before a parser or another middleware consumes it.';
  }
  const text = new TextDecoder().decode(bytes);
  const content = parseObject(text);
  if (content === null)
    return 'The body is not a JSON object: it was cut off or changed, or is not a webhook.';

  const header = readHeaders(options.headers);
  const common = { bytes, text, header };
  if (content.verifyInfo !== undefined) {
    const { timeStr, signature } = asObject(content.verifyInfo) ?? {};
    return {
      ...common,
      version: 'v2',
      timed: { place: 'verifyInfo.timeStr', timestamp: timeStr, signature },
    };
  }
  if (content.verify !== undefined) {
    const { timestamp, signature } = asObject(content.verify) ?? {};
    return { ...common, version: 'v3', timed: { place: 'verify.timestamp', timestamp, signature } };
  }
  const timestamp = header('timestamp');
  const signature = header('signature');
  if (timestamp !== null && signature !== null) {
    return { ...common, version: 'v4', timed: { place: 'the header timestamp', timestamp, signature } };
  }
  return { ...common, version: 'standard', timed: null };
}

async function verifyStandard(check: {
  request: WebhookRequest;
  secrets: string[];
  options: VerifyWebhookOptions;
}): Promise<Verification> {
  const { request, secrets, options } = check;
  const id = request.header('webhook-id');
  const time = request.header('webhook-timestamp');
  const signatures = request.header('webhook-signature');
  if (id === null || time === null || signatures === null) {
    const missing = STANDARD_HEADERS.filter((name) => request.header(name) === null).join(', ');
    return refuse(
      `Missing header: ${missing}. Every request of Waybell carries it, so a proxy dropped it or the request is not ` +
        'genuine. To accept what TrackingMore itself sends, verify without the whsec_ secret.',
    );
  }
  const timestamp = readSeconds(time);
  if (timestamp === null)
    return refuse('The header webhook-timestamp is not a whole number of seconds since 1970.');
  const malformed = secrets.findIndex((secret) => decodeSecret(secret) === null);
  if (malformed >= 0) {
    return refuse(
      `Secret ${malformed + 1} starts with ${SECRET_PREFIX} but is not base64 after it: copy it again, whole and ` +
        'without spaces or line breaks.',
    );
  }

  // A proxy that folds repeated headers into one puts a comma in front of the space.
  const offered = signatures.split(/,?\s+/);
  let matches = false;
  for (const secret of secrets) {
    const expected = await signStandard({ secret, id, timestamp, body: request.bytes });
    for (const signature of offered) matches = equalInConstantTime(expected, signature) || matches;
  }
  if (!matches) return refuse(whyNotStandard(request, offered));

  const stale = whyStale({
    timestamp,
    tolerance: options.toleranceSeconds ?? standardToleranceSeconds,
    now: options.now,
  });
  if (stale !== null) return refuse(stale);
  return {
    ok: true,
    version: request.version,
    scheme: 'standard',
    signedAt: timestamp * 1000,
    warning: null,
  };
}

async function verifyTimed(check: {
  request: WebhookRequest;
  timed: TimedSignature;
  keys: string[];
  options: VerifyWebhookOptions;
}): Promise<Verification> {
  const { request, timed, keys, options } = check;
  const timestamp = readSeconds(timed.timestamp);
  if (timestamp === null)
    return refuse(`The time in ${timed.place} is not a whole number of seconds since 1970.`);
  if (typeof timed.signature !== 'string') return refuse(`The signature beside ${timed.place} is not text.`);
  let matches = false;
  for (const key of keys) {
    matches = equalInConstantTime(await signTime({ key, timestamp }), timed.signature) || matches;
  }
  if (!matches) return refuse(whyNotTimedMatch(request.version));

  const stale = whyStale({ timestamp, tolerance: options.toleranceSeconds ?? 0, now: options.now });
  if (stale !== null) return refuse(stale);
  const warning =
    `The ${request.version} signature covers only the time, not the body, which may be forged by whoever has seen one ` +
    'request or knows the key. Pass the whsec_ secret of the webhook to have the body checked.';
  return { ok: true, version: request.version, scheme: request.version, signedAt: timestamp * 1000, warning };
}

const STANDARD_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

function refuse(reason: string): Verification {
  return { ok: false, reason };
}

function whyNotTimed(request: WebhookRequest, hasPlainSecret: boolean): string {
  if (STANDARD_HEADERS.every((name) => request.header(name) !== null)) {
    return hasPlainSecret
      ? `Wrong secret form: this request is checked with the webhook's own secret, which starts with ${SECRET_PREFIX}.`
      : `No key for this request: pass the webhook's secret, which starts with ${SECRET_PREFIX}, as "secret".`;
  }
  return (
    'The request carries no signature: neither verifyInfo (V2) nor verify (V3) in the body, nor the headers timestamp ' +
    'and signature (V4) or webhook-id, webhook-timestamp and webhook-signature. Check that no proxy drops headers.'
  );
}

function whyNoKey(version: WebhookVersion): string {
  const key =
    version === 'v4'
      ? 'the account\'s webhook secret as "secret"'
      : 'the email address the account signs with as "email"';
  return `No key for this ${version} request: pass ${key}, or better the webhook's own ${SECRET_PREFIX}… as "secret".`;
}

function whyNotTimedMatch(version: WebhookVersion): string {
  const key =
    version === 'v4'
      ? "The key is the account's webhook secret, whole and as plain text."
      : 'The key is the email address the account signs with, in exactly that spelling.';
  return `The ${version} signature does not match its time. ${key} If that is right, the request is not genuine.`;
}

function whyNotStandard(request: WebhookRequest, offered: string[]): string {
  if (!offered.some((signature) => signature.startsWith('v1,'))) {
    return 'The header webhook-signature has no signature of version 1 ("v1,…"), the only one that is understood here.';
  }
  // A V2 body leaves us as one line of ASCII with every slash escaped; anything else went through a
  // serialiser.
  if (request.version === 'v2' && /[^ -~]|(?<!\\)\//.test(request.text)) {
    return 'The body was re-serialised: a V2 body is one line of ASCII with escaped slashes. Verify the raw bytes as received.';
  }
  return (
    'The signature does not match: the secret is not that of this webhook, or the body was changed or re-serialised on ' +
    'its way. Verify the raw bytes as received, before any JSON parser.'
  );
}

/**
 * Compared so that a clock or a tolerance which is not a number refuses instead of letting everything pass.
 */
function whyStale(check: { timestamp: number; tolerance: number; now: number | undefined }): string | null {
  if (check.tolerance === 0) return null;
  const age = (check.now ?? Date.now()) / 1000 - check.timestamp;
  if (Math.abs(age) <= check.tolerance) return null;
  const excess = Math.ceil(Math.abs(age) - check.tolerance);
  return age > 0
    ? `The timestamp is too old by ${excess} s: the request is a repetition, or this machine's clock is ahead.`
    : `The timestamp is too new by ${excess} s: set this machine's clock, or allow a larger toleranceSeconds.`;
}

/**
 * Accepts a number or its decimal text, because both are seen; the text must be the one the signature was
 * made over.
 */
function readSeconds(value: unknown): number | null {
  if (typeof value === 'string' && /^(0|[1-9][0-9]{0,14})$/.test(value)) return Number(value);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function readHeaders(headers: WebhookHeaders): (name: string) => string | null {
  // Recognised by its method, because the Headers of another library or realm is no instance of ours.
  const { get } = headers as Headers;
  if (typeof get === 'function') return (name) => (headers as Headers).get(name) || null;
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(headers as Record<string, string | string[] | undefined>)) {
    const text = Array.isArray(value) ? value.filter(isFilled).join(' ') : value;
    if (isFilled(text)) found.set(name.toLowerCase(), text);
  }
  return (name) => found.get(name) ?? null;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Looks at every character whatever the earlier ones were, so that the time taken tells a forger nothing. */
function equalInConstantTime(expected: string, offered: string): boolean {
  let difference = expected.length ^ offered.length;
  for (let index = 0; index < expected.length; index += 1) {
    difference |= expected.charCodeAt(index) ^ offered.charCodeAt(index);
  }
  return difference === 0;
}
