/**
 * One request to the server and its answer. Only Web APIs are used (fetch, URL, crypto).
 *
 * Every POST carries an `Idempotency-Key`, the same on every try, so a repetition can do nothing twice. Only an
 * answer that says "nothing was taken, come again" (429, 503, or a key whose first request is still being answered)
 * is tried again; a lost connection is the caller's to judge, and safe to repeat under a key of the caller's own.
 */
import { WaybellError } from './waybellError.ts';

/** Tries in all of one request. */
const triesMax = 4;
/** Whoever is asked to come back later than this is better told so than kept waiting. */
const retryAfterSecondsMax = 60;
/** Where `Retry-After` is missing. */
const retrySecondsDefault = 1;
/** One try, from the connection to the last byte; a refresh that asks a slow courier is the longest there is. */
const timeoutMsDefault = 60_000;

export interface ClientOptions {
  /** The server's address, e.g. `http://127.0.0.1:8080`. */
  url: string;
  /** An account's key, or the operator's for `accounts` and `backups`. Without one only `server` answers. */
  apiKey?: string | null | undefined;
  timeoutMs?: number | undefined;
  /** For tests, and for runtimes with a fetch of their own. */
  fetch?: typeof fetch | undefined;
  /** Waits between tries. */
  wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface CallOptions {
  /** A Blob goes as it is, all else as JSON. */
  body?: unknown;
  idempotencyKey?: string | undefined;
  tries?: number;
}

export type Transport = ReturnType<typeof makeTransport>;

/** @throws TypeError where the URL is not one of http or https */
export function makeTransport(options: ClientOptions) {
  const base = new URL(options.url);
  if (!/^https?:$/.test(base.protocol))
    throw new TypeError(`A server's URL starts with http:// or https://, not ${base.protocol}`);
  const root = base.href.replace(/[?#].*$/, '').replace(/\/+$/, '');
  const fetchOf = options.fetch ?? fetch;
  const wait = options.wait ?? pause;
  const timeoutMs = options.timeoutMs ?? timeoutMsDefault;

  async function call<T>(
    method: Method,
    path: string,
    { tries = triesMax, ...given }: CallOptions = {},
  ): Promise<T> {
    // Made once, so that all tries have the same.
    const idempotencyKey = given.idempotencyKey ?? crypto.randomUUID();
    for (let tried = 1; ; tried += 1) {
      const { response, text } = await exchange(method, path, { ...given, idempotencyKey });
      if (response.ok) return parse<T>(response, text, root);
      const refusal = refusalOf(response, text, root);
      const seconds = retrySecondsOf(response, refusal.code);
      if (seconds === null || seconds > retryAfterSecondsMax || tried >= tries) throw refusal;
      await wait(seconds * 1000);
    }
  }

  async function exchange(method: Method, path: string, { body, idempotencyKey }: CallOptions = {}) {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (options.apiKey) headers.authorization = `Bearer ${options.apiKey}`;
    if (body instanceof Blob) headers['content-type'] = body.type || 'application/octet-stream';
    else if (body !== undefined) headers['content-type'] = 'application/json';
    if (method === 'POST' && idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    try {
      const response = await fetchOf(`${root}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
        // Followed, it would carry the key to wherever it points.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { response, text: await response.text() };
    } catch (cause) {
      const detail = `No answer from ${root}: ${whyUnreachable(cause, timeoutMs)}. Is the server running there?`;
      throw new WaybellError({ status: 0, code: 'unreachable', detail, cause });
    }
  }

  return { call, exchange };
}

function parse<T>(response: Response, text: string, root: string): T {
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WaybellError({ status: response.status, code: 'not_waybell', detail: notWaybell(root), cause });
  }
}

function refusalOf(response: Response, text: string, root: string): WaybellError {
  const { status } = response;
  let body: Partial<Record<'code' | 'detail' | 'where', unknown>> | null = null;
  try {
    body = JSON.parse(text);
  } catch {
    // What a proxy answers in our stead is no JSON.
  }
  if (typeof body?.code !== 'string' || typeof body.detail !== 'string') {
    const detail = `The answer was ${status} in a form that is not Waybell's. ${notWaybell(root)}`;
    return new WaybellError({ status, code: 'not_waybell', detail, body });
  }
  const where = typeof body.where === 'string' ? body.where : null;
  return new WaybellError({ status, code: body.code, detail: body.detail, where, body });
}

/** Null where trying again is of no use. */
function retrySecondsOf(response: Response, code: string): number | null {
  const again = response.status === 429 || response.status === 503 || code === 'idempotency_in_progress';
  if (!again) return null;
  const header = response.headers.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? retrySecondsDefault : Math.max(0, (at - Date.now()) / 1000);
}

function notWaybell(root: string): string {
  return `Something other than Waybell, or a proxy before it, answers at ${root}: check the URL.`;
}

/** fetch says only "fetch failed"; what happened is in the cause, of several addresses in the first error there. */
function whyUnreachable(error: unknown, timeoutMs: number): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `it took longer than ${timeoutMs / 1000} s`;
  const inner = cause as { code?: string; message?: string; errors?: { message: string }[] } | undefined;
  if (inner?.code === 'ECONNREFUSED') return 'the connection was refused';
  return inner?.message || inner?.errors?.[0]?.message || inner?.code || message;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
