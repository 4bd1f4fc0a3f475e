/**
 * One request to `/api/v1` and its answer. Whoever is signed in is known by the cookie, which no script can read; an API key
 * that was typed in is kept in this variable alone, so it is gone with the page.
 */
import { i18n } from '../i18n/i18n.ts';
import { Refusal } from './refusal.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What narrows a list; what is undefined is left out. */
type Query = Readonly<Record<string, string | number | undefined>>;

export interface Page<Row> {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
}

interface CallOptions {
  /** Under one key the server does a thing once, however often it is asked. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

let apiKey: string | null = null;

export function setApiKey(key: string | null): void {
  apiKey = key;
}

export function hasApiKey(): boolean {
  return apiKey !== null;
}

/** @throws Refusal; what `signal` was aborted with */
export function call<T>(method: Method, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  const sent = body === undefined ? null : { type: 'application/json', data: JSON.stringify(body) };
  return ask<T>(method, path, sent, options);
}

/** Sends a file as it is, under the type that the browser takes it for. @throws Refusal */
export function sendFile<T>(path: string, file: File): Promise<T> {
  return ask<T>('PUT', path, { type: file.type || 'application/octet-stream', data: file });
}

interface Said {
  readonly code?: string;
  readonly detail?: string;
  readonly where?: string;
}

interface Sent {
  readonly type: string;
  readonly data: string | File;
}

async function ask<T>(
  method: Method,
  path: string,
  sent: Sent | null,
  { idempotencyKey, signal }: CallOptions = {},
): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  if (apiKey !== null) headers.authorization = `Bearer ${apiKey}`;
  if (sent !== null) headers['content-type'] = sent.type;
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: sent?.data ?? null,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch {
    signal?.throwIfAborted();
    throw unreachable();
  }
  const answer = jsonOf(await response.text());
  if (response.ok) return answer as T;
  const said = (answer ?? {}) as Said;
  const retryAfter = Number(response.headers.get('retry-after'));
  throw new Refusal({
    status: response.status,
    code: said.code ?? 'unknown',
    detail: wordsOf(said) ?? i18n.t('problem.notWaybell', { status: response.status }),
    where: said.where,
    retryAfter: retryAfter > 0 ? retryAfter : null,
  });
}

export function unreachable(): Refusal {
  return new Refusal({ status: 0, code: 'unreachable', detail: i18n.t('problem.unreachable') });
}

/** The server speaks English and knows more of the case; whoever reads another language is told the gist of it in theirs. */
function wordsOf({ code = '', detail }: Said): string | undefined {
  const key = `refusal.${code}`;
  if (i18n.language === 'en' || detail === undefined || !i18n.exists(key)) return detail;
  return `${i18n.t(key as 'refusal.forbidden')} (${detail})`;
}

/** `path?name=value&…` */
export function withQuery(path: string, query: Query): string {
  const said = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said)}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
