// The client of Waybell's own API, `/api/v1`, for programs and for the commands of `waybell`. Only Web APIs are used
// (fetch, URL, crypto), so it runs in Node, Deno, Bun, a browser and an edge worker alike.
//
// Every POST carries an `Idempotency-Key`, the same on every try, so a repetition can do nothing twice. Only an
// answer that says "nothing was taken, come again" (429, 503, or a key whose first request is still being answered)
// is tried again; a lost connection is the caller's to judge, and safe to repeat under a key of the caller's own.

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
  /** An account's key, or the operator's for `accounts`. Without one only `server` answers. */
  apiKey?: string | null | undefined;
  timeoutMs?: number | undefined;
  /** For tests, and for runtimes with a fetch of their own. */
  fetch?: typeof fetch | undefined;
  /** Waits between tries. */
  wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

export interface WriteOptions {
  /** Under which a repetition of this request gives the first one's answer; one is made where it is not given. */
  idempotencyKey?: string | undefined;
}

export type Client = ReturnType<typeof makeClient>;

/** @throws TypeError where the URL is not one of http or https */
export function makeClient(options: ClientOptions) {
  const { call, exchange } = makeCall(options);
  const get = <T>(path: string) => call<T>('GET', path);
  const post = <T>(path: string, body?: unknown, write?: WriteOptions) =>
    call<T>('POST', path, { body, ...write });
  const patch = <T>(path: string, body: unknown) => call<T>('PATCH', path, { body });
  const remove = <T = void>(path: string) => call<T>('DELETE', path);
  const list = <T>(path: string, query: Query = {}): CursorList<T> =>
    makeCursorList((more) => get<Page<T>>(`${path}${queryOf({ ...query, ...more })}`), query);
  const one = (folder: string, id: string, action = '') =>
    `/api/v1/${folder}/${segment(id)}${action && `/${action}`}`;

  return {
    /** Reports checkpoints and fields of 1 to 1000 parcels; one result each, in the order given. */
    updates: (updates: readonly Update[], write?: WriteOptions) =>
      post<{ results: UpdateResult[] }>('/api/v1/updates', { updates }, write),

    trackings: {
      create: (draft: TrackingDraft, write?: WriteOptions) =>
        post<Tracking>('/api/v1/trackings', draft, write),
      /** Newest first, without their checkpoints. */
      list: (query?: TrackingQuery) => list<Tracking>('/api/v1/trackings', query),
      get: (id: string) => get<Tracking>(one('trackings', id)),
      update: (id: string, changes: TrackingChanges) => patch<Tracking>(one('trackings', id), changes),
      remove: (id: string) => remove(one('trackings', id)),
      /** Asks the courier for news now. */
      refresh: (id: string) => post<Tracking>(one('trackings', id, 'refresh')),
      archive: (id: string) => post<Tracking>(one('trackings', id, 'archive')),
      unarchive: (id: string) => post<Tracking>(one('trackings', id, 'unarchive')),
      /** Asks the courier no more; reports are still taken. */
      stop: (id: string) => post<Tracking>(one('trackings', id, 'stop')),
      resume: (id: string) => post<Tracking>(one('trackings', id, 'resume')),
    },

    webhooks: {
      /** The answer has the secret; no later one does. */
      create: (draft: WebhookDraft & { url: string }, write?: WriteOptions) =>
        post<Webhook & { secret: string; warning?: string }>('/api/v1/webhooks', draft, write),
      list: (query?: Query) => list<Webhook>('/api/v1/webhooks', query),
      get: (id: string) => get<Webhook>(one('webhooks', id)),
      update: (id: string, changes: WebhookDraft) =>
        patch<Webhook & { warning?: string }>(one('webhooks', id), changes),
      remove: (id: string) => remove(one('webhooks', id)),
      enable: (id: string) => post<Webhook>(one('webhooks', id, 'enable')),
      /** Sends no more; what is owed is parked. */
      disable: (id: string) => post<Webhook>(one('webhooks', id, 'disable')),
      /** Sends a sample now and answers with the exchange; it is no delivery. */
      test: (id: string, draft: { status?: Status } = {}) =>
        post<TestAttempt>(one('webhooks', id, 'test'), draft),
      /** The old secret signs too until `overlap_seconds` have passed (a day if not given). */
      rotateSecret: (id: string, draft: { overlap_seconds?: number } = {}) =>
        post<Webhook & { secret: string }>(one('webhooks', id, 'rotate-secret'), draft),
      /** Puts parked deliveries made at or after `since` back, oldest revision of each parcel first. */
      recover: (id: string, draft: RecoverDraft) => post<Recovered>(one('webhooks', id, 'recover'), draft),
      /** Sends events that it never had, such as those from before it existed. */
      replayMissing: (id: string, draft: ReplayDraft = {}) =>
        post<Replayed>(one('webhooks', id, 'replay-missing'), draft),
    },

    deliveries: {
      /** Newest first. */
      list: (query?: DeliveryQuery) => list<Delivery>('/api/v1/deliveries', query),
      /** With every attempt. */
      get: (id: string) => get<DeliveryDetails>(one('deliveries', id)),
      /** Sends now, whatever its state and out of order; answers with the attempt. */
      redeliver: (id: string, write?: WriteOptions) =>
        post<Attempt>(one('deliveries', id, 'redeliver'), undefined, write),
      /** Sends those that fit again now, oldest first, a page at a time: go on with `cursor` until `next_cursor` is null. */
      redeliverMany: (filter: RedeliverFilter) =>
        post<RedeliveredPage>('/api/v1/deliveries/redeliver', filter),
    },

    /** The log of events, oldest first; `next_cursor` is where to go on, now or later. */
    events: { list: (query?: Query) => list<TrackingEvent | OperationalEvent>('/api/v1/events', query) },

    couriers: {
      list: (query?: Query) => list<Courier>('/api/v1/couriers', query),
      /** Who may carry this number, the likeliest first. */
      detect: (trackingNumber: string) =>
        post<{ candidates: CourierCandidate[] }>('/api/v1/couriers/detect', {
          tracking_number: trackingNumber,
        }),
    },

    /** For the operator's key. */
    accounts: {
      /** The answer has the account's first key; no later one does. */
      create: (draft: AccountDraft, write?: WriteOptions) =>
        post<NewAccount>('/api/v1/accounts', draft, write),
      list: (query?: Query) => list<Account>('/api/v1/accounts', query),
      get: (id: string) => get<Account>(one('accounts', id)),
      update: (id: string, changes: AccountChanges) => patch<Account>(one('accounts', id), changes),
      suspend: (id: string) => patch<Account>(one('accounts', id), { suspended: true }),
      resume: (id: string) => patch<Account>(one('accounts', id), { suspended: false }),
    },

    /** The account of the key in use. */
    account: {
      get: () => get<Account>('/api/v1/account'),
      update: (changes: Partial<AccountDraft>) => patch<Account>('/api/v1/account', changes),
    },

    keys: {
      /** The answer has the key; no later one does. */
      create: (draft: { name: string; role?: Role }, write?: WriteOptions) =>
        post<ApiKey & { key: string }>('/api/v1/keys', draft, write),
      list: (query?: Query) => list<ApiKey>('/api/v1/keys', query),
      revoke: (id: string) => remove(one('keys', id)),
    },

    /** Takes away what the first start made to be looked at. */
    samples: { remove: () => remove<{ removed: number }>('/api/v1/samples') },

    /** What machines ask of the server; needs no key. */
    server: {
      health: () => get<{ status: string }>('/healthz'),
      /** Whether the store takes writes just now. */
      ready: () => call<{ status: string }>('GET', '/readyz', { tries: 1 }).then(() => true, falseIf503),
      version: async () => (await get<{ info: { version: string } }>('/api/v1/openapi.json')).info.version,
      /** Counters and gauges in Prometheus' text form. */
      metrics: async () => (await exchange('GET', '/metrics')).text,
      /** The server's clock, epoch milliseconds, to the second; null where a proxy hides it. */
      time: async () => {
        const { response } = await exchange('GET', '/healthz');
        return Date.parse(response.headers.get('date') ?? '') || null;
      },
    },
  };
}

/** A refused request, or one that had no answer: then `status` is 0 and `code` `unreachable`. */
export class WaybellError extends Error {
  readonly status: number;
  /** For programs: the `code` of the problem details, `unreachable`, or `not_waybell` where something else answered. */
  readonly code: string;
  /** For people: what was wrong and what to do. */
  readonly detail: string;
  /** A JSON pointer into the body, or the name of a parameter; null for the whole. */
  readonly where: string | null;
  /** The answer's JSON as it came. */
  readonly body: unknown;

  constructor(refusal: {
    status: number;
    code: string;
    detail: string;
    where?: string | null;
    body?: unknown;
    cause?: unknown;
  }) {
    super(refusal.detail, { cause: refusal.cause });
    this.name = 'WaybellError';
    this.status = refusal.status;
    this.code = refusal.code;
    this.detail = refusal.detail;
    this.where = refusal.where ?? null;
    this.body = refusal.body ?? null;
  }
}

/** A list in pages: `for await` goes through all of it, `page()` fetches the first page alone. */
export interface CursorList<T> extends AsyncIterable<T> {
  page(): Promise<Page<T>>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

interface CallOptions {
  body?: unknown;
  idempotencyKey?: string | undefined;
  tries?: number;
}

function makeCall(options: ClientOptions) {
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
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (method === 'POST' && idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    try {
      const response = await fetchOf(`${root}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
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

function falseIf503(error: unknown): false {
  if (error instanceof WaybellError && error.status === 503) return false;
  throw error;
}

function makeCursorList<T>(fetchPage: (more: Query) => Promise<Page<T>>, query: Query): CursorList<T> {
  return {
    page: () => fetchPage({}),
    async *[Symbol.asyncIterator]() {
      let cursor = query.cursor;
      while (true) {
        const page: Page<T> = await fetchPage({ cursor });
        yield* page.data;
        // The log of events always has a next cursor; at its end the page is empty.
        if (page.next_cursor === null || page.data.length === 0) return;
        cursor = page.next_cursor;
      }
    },
  };
}

function queryOf(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

/** Escaped, so that an id cannot lead out of its place; dots alone would, escaped or not. */
function segment(id: string): string {
  if (/^\.{0,2}$/.test(id)) throw new TypeError(`"${id}" is not an id.`);
  return encodeURIComponent(id);
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

// ── what goes out and comes back ──────────────────────────────────────────────────────────────────────────────────
// Answers may have more members than are named here.

export type Status =
  | 'pending'
  | 'notfound'
  | 'inforeceived'
  | 'transit'
  | 'pickup'
  | 'undelivered'
  | 'delivered'
  | 'exception'
  | 'expired';

export type Role = 'owner' | 'member' | 'read-only';

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

export interface Query {
  cursor?: string | undefined;
  /** Rows a page, 1 to 500. */
  limit?: number | undefined;
}

export interface TrackingFields {
  title?: string | null;
  order_id?: string | null;
  customer_name?: string | null;
  customer_email?: string | null;
  /** ISO 3166 alpha-2. */
  origin_country?: string | null;
  destination_country?: string | null;
  destination_courier_code?: string | null;
}

export interface CheckpointDraft {
  /** ISO 8601; without an offset it is the local time of the place. */
  time: string;
  description: string;
  location?: string | null;
  code?: string | null;
  /** A status (`transit`) or sub-status (`transit003`). */
  status?: string | null;
  side?: 'origin' | 'destination';
  id?: string | null;
  version?: number;
}

export interface Update extends TrackingFields {
  tracking_number: string;
  courier_code?: string | null;
  checkpoints?: CheckpointDraft[];
  /** With false a parcel that is not known is an error. */
  create?: boolean;
}

export type UpdateResult =
  | {
      tracking_id: string;
      tracking_number: string;
      courier_code: string | null;
      status: Status;
      revision: number;
      changed: boolean;
      error?: undefined;
    }
  | { error: { code: string; message: string; where?: string } };

export interface TrackingDraft extends TrackingFields {
  tracking_number: string;
  courier_code?: string | null;
}

export interface TrackingChanges extends TrackingFields {
  courier_code?: string | null;
  /** Set by hand, above all reports; null takes it back. */
  status?: string | null;
  archived?: boolean;
}

export interface TrackingQuery extends Query {
  status?: string | undefined;
  courier_code?: string | undefined;
  tracking_number?: string | undefined;
  archived?: boolean | undefined;
  /** ISO 8601, inclusive. */
  created_from?: string | undefined;
  created_to?: string | undefined;
}

export interface Checkpoint {
  /** As reported, never converted. */
  time: string;
  description: string;
  location: string | null;
  status: Status;
  substatus: string;
  side: 'origin' | 'destination';
  code: string | null;
  id: string | null;
  version: number;
  source: string;
  ahead: boolean;
  revision: number;
}

export interface Tracking extends Required<TrackingFields> {
  id: string;
  tracking_number: string;
  courier_code: string | null;
  status: Status;
  substatus: string;
  manual: boolean;
  revision: number;
  generation: number;
  archived: boolean;
  stopped: boolean;
  created_at: string;
  updated_at: string;
  final_at: string | null;
  latest_checkpoint: Checkpoint | null;
  /** Newest first; left out in lists. */
  checkpoints?: Checkpoint[];
}

export interface WebhookDraft {
  url?: string;
  description?: string;
  version?: 'v2' | 'v3' | 'v4' | 'standard';
  callback?: boolean;
  statuses?: 'all' | Status[];
  fires_on?: 'status_change' | 'every_update';
  ordered?: boolean;
  headers?: Record<string, string>;
  retry_seconds?: number[] | null;
  /** After the schedule once a day for ever, instead of parking. */
  retry_daily?: boolean;
  rate_per_second?: number | null;
  disable_after_days?: number | null;
  /** Further names of the headers `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
  signature_headers?: { id: string; timestamp: string; signature: string } | null;
  /** What is told of the sending to the account's other webhooks; for version `standard` alone. */
  operational_events?: OperationalEventType[];
}

export type OperationalEventType =
  | 'webhook.failing'
  | 'webhook.recovered'
  | 'webhook.disabled'
  | 'delivery.parked';

export interface Webhook extends Required<WebhookDraft> {
  id: string;
  /** Just now: requests under way, how many may be, and until when none begins. */
  sending: { in_flight: number; window: number; closed_until: string | null };
  enabled: boolean;
  disabled_reason: string | null;
  /** Since when nothing was accepted, once it is more than a moment; null: it is well. */
  failing_since: string | null;
  previous_secret_until: string | null;
  created_at: string;
  updated_at: string;
}

export type DeliveryState = 'waiting' | 'sending' | 'accepted' | 'parked' | 'cancelled';

export interface DeliveryQuery extends Query {
  state?: string | undefined;
  webhook_id?: string | undefined;
  tracking_id?: string | undefined;
  created_from?: string | undefined;
  created_to?: string | undefined;
}

export interface Delivery {
  id: string;
  state: DeliveryState;
  webhook_id: string;
  event_id: string;
  /** Null, with the number and the revision, for an operational event. */
  tracking_id: string | null;
  tracking_number: string | null;
  revision: number | null;
  version: string;
  /** Attempts spent. */
  attempt_count: number;
  next_attempt_at: string | null;
  created_at: string;
  settled_at: string | null;
}

/** Work that can be done in portions: with a limit it ends soon after so many, and `next_cursor` says where to go on. */
export interface Portion {
  /** Only counts. */
  dry_run?: boolean;
  limit?: number;
  cursor?: string;
}

export interface RecoverDraft extends Portion {
  /** ISO 8601, inclusive. */
  since: string;
  until?: string;
  tracking_id?: string;
}

export interface Recovered {
  count: number;
  next_cursor: string | null;
}

export interface ReplayDraft extends Portion {
  /** ISO 8601, inclusive. */
  since?: string;
  until?: string;
}

export interface Replayed extends Recovered {
  /** What happened before is not in the log any more. */
  events_kept_since: string;
}

export interface RedeliverFilter {
  webhook_id: string;
  state?: DeliveryState;
  tracking_id?: string;
  created_from?: string;
  created_to?: string;
  /** Only counts them. */
  dry_run?: boolean;
  cursor?: string;
}

export interface RedeliveredPage {
  /** Those that fit. */
  count: number;
  sent: number;
  accepted: number;
  /** Under way, the webhook is disabled, or the body is not kept any more. */
  skipped: number;
  next_cursor: string | null;
}

export interface Attempt {
  id: string;
  /** 1 for the first. */
  number: number;
  cause: 'schedule' | 'redeliver';
  started_at: string;
  request: { method: string; url: string; headers: Record<string, string> };
  response: { status: number; headers: Record<string, string>; body: string; truncated: boolean } | null;
  failure: { phase: string; code: string; reason: string; ours: boolean } | null;
  address: string | null;
  timings: {
    dns_ms: number | null;
    connect_ms: number | null;
    first_byte_ms: number | null;
    total_ms: number;
  };
  verdict: string;
  reason: string;
}

export type TestAttempt = Omit<Attempt, 'id' | 'number' | 'cause' | 'request'> & {
  request: Attempt['request'] & { body: string };
};

export interface DeliveryDetails extends Delivery {
  /** The `data` of the body, the same bytes in every attempt; null once it is older than the retention. */
  data: string | null;
  /** Oldest first. */
  attempts: Attempt[];
}

export interface TrackingEvent extends Required<TrackingFields> {
  id: string;
  /** The greatest thing that changed. */
  kind: 'status' | 'substatus' | 'checkpoint' | 'details';
  tracking_id: string;
  tracking_number: string;
  revision: number;
  from: { status: Status; substatus: string };
  to: { status: Status; substatus: string };
  checkpoints_added: number;
  /** Of those added, how many were no news. */
  checkpoints_late: number;
  courier_code: string | null;
  created_at: string;
}

/** Of the sending: `kind` tells it from an event of a tracking. */
export interface OperationalEvent {
  id: string;
  kind: OperationalEventType;
  /** As in the webhook's body. */
  data: Record<string, string | number | null>;
  created_at: string;
}

export interface Courier {
  code: string;
  name: string;
  kind: string;
  country: string | null;
  homepage: string | null;
  phone: string | null;
  /** Whether it can be asked for news; else its scans are reported or pushed. */
  pollable: boolean;
}

export interface CourierCandidate {
  courier_code: string;
  reason: string;
  /** 0 to 1: an order of likelihood. */
  confidence: number;
}

export interface AccountDraft {
  signing_email: string;
  /** IANA name. */
  time_zone?: string;
  webhook_secret?: string;
}

export type AccountChanges = Partial<Pick<AccountDraft, 'signing_email' | 'time_zone'>> & {
  suspended?: boolean;
};

export interface Account {
  id: string;
  signing_email: string;
  time_zone: string;
  suspended: boolean;
  created_at: string;
}

export type NewAccount = Account & { key: string; webhook_secret: string };

export interface ApiKey {
  id: string;
  name: string;
  role: Role;
  hint: string;
  created_at: string;
}
