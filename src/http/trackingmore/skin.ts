/**
 * TrackingMore's API in one of its versions, over the services of `/api/v1`: what is the same in all of them. Whatever comes
 * in under the version's prefix is answered in its envelope, as JSON, and never with a page or a redirect. A version is a
 * table of endpoints and two functions that write what is accepted and what is refused.
 */
import type { FastifyError, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Account } from '../../domain/account.ts';
import { AppError } from '../../domain/error.ts';
import { phpJson } from '../../wire/phpJson.ts';
import { type Access, accountOf, resolvePrincipal } from '../principal.ts';
import { asAppError, retryAfterOf } from '../problem.ts';
import type { Api } from '../route.ts';
import { limitRates } from './rates.ts';

export interface Endpoint {
  readonly methods: readonly HTTPMethods[];
  /** Below the version's prefix. */
  readonly path: string;
  readonly access: Extract<Access, 'read' | 'write'>;
  /** Requests of one account, where limits are switched on. */
  readonly perSecond: number;
  /** `data` of a refusal: clients that are typed read null where an object is meant, a list where a list is. */
  readonly refusedData: null | readonly [];
  /** Gives `data`. @throws AppError, Refusal */
  answer(asked: Asked): unknown;
}

export interface Asked {
  readonly account: Account;
  /** Whose key it is. */
  readonly actor: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Undefined where there was none. */
  readonly body: unknown;
}

/** A refusal by one of the version's own codes, which the catalogue of errors does not know. */
export class Refusal extends Error {
  readonly code: number;
  /** What the message names, where it has a place for it. */
  readonly about: string | null;
  /** In the place of `refusedData`. */
  readonly data: unknown;

  constructor(code: number, { about = null, data }: { about?: string | null; data?: unknown } = {}) {
    super(`TrackingMore's code ${code}`);
    this.name = 'Refusal';
    this.code = code;
    this.about = about;
    this.data = data;
  }
}

export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

export interface Skin {
  readonly prefix: '/v2' | '/v3' | '/v4';
  readonly endpoints: readonly Endpoint[];
  /** The whole body around `data`. */
  accepted(data: unknown): unknown;
  refused(refusal: AppError | Refusal, data: unknown): Answered;
}

export interface SkinOptions {
  readonly accounts: Pick<Accounts, 'authenticate'>;
  /** Whether requests are counted as TrackingMore counts them. */
  readonly rateLimits: boolean;
}

export async function wearSkin(
  server: Api,
  skin: Skin,
  { accounts, rateLimits }: SkinOptions,
): Promise<void> {
  await server.register(
    async (api) => {
      readAnyBody(api as Api);
      api.addHook('onRequest', async (request, reply) => {
        reply.header('cache-control', 'no-store');
        // Refused before its body is read.
        if (request.is404) throw notFound(skin, request.url);
        request.principal = await resolvePrincipal(request, { accounts, furtherKeyOf: keyOf });
      });
      api.setErrorHandler((error, request, reply) => sendRefusal(skin, { error, request, reply }));
      api.setNotFoundHandler((request, reply) =>
        sendRefusal(skin, { error: notFound(skin, request.url), request, reply }),
      );
      if (rateLimits) await limitRates(api as Api);
      for (const endpoint of skin.endpoints) addEndpoint(api as Api, skin, endpoint);
    },
    { prefix: skin.prefix },
  );
}

/** Of any failure, also of one before a route was found. */
export function sendRefusal(
  skin: Skin,
  { error, request, reply }: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const refusal = error instanceof Refusal ? error : asAppError(error);
  if (refusal instanceof AppError) {
    const { code } = refusal.problem;
    if (code === 'internal')
      request.log.error({ err: error, requestId: request.id }, 'a request failed unexpectedly');
    const wait = retryAfterOf(code);
    if (wait !== undefined && reply.getHeader('retry-after') === undefined) reply.header('retry-after', wait);
    if (code === 'body_too_large') reply.removeHeader('connection');
  }
  const { refusedData = null } = request.routeOptions?.config ?? {};
  const data = refusal instanceof Refusal && refusal.data !== undefined ? refusal.data : refusedData;
  const { status, body } = skin.refused(refusal, data);
  return sendJson(reply, status, body);
}

function addEndpoint(api: Api, skin: Skin, endpoint: Endpoint): void {
  const { methods, path, access, perSecond, refusedData } = endpoint;
  api.route({
    method: [...methods],
    url: path,
    config: { access, refusedData, rateLimit: { max: perSecond, timeWindow: 1000 } },
    // `/api/v1` alone is described at /api; these are TrackingMore's to describe.
    schema: { hide: true },
    async handler(request, reply) {
      const data = await endpoint.answer({
        account: accountOf(request),
        actor: request.principal?.actor ?? '',
        params: request.params as Record<string, string>,
        query: request.query as Record<string, unknown>,
        body: request.body,
      });
      return sendJson(reply, 200, skin.accepted(data));
    },
  });
}

/** As TrackingMore's PHP writes it. */
function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(phpJson(body));
}

/** Clients mix the versions' headers up, and whoever comes from `/api/v1` has its own at hand. */
function keyOf(request: FastifyRequest): string | null {
  const { headers } = request;
  const key = headers['tracking-api-key'] ?? headers['trackingmore-api-key'];
  return typeof key === 'string' ? key.trim() : null;
}

/**
 * Clients announce JSON with requests that have no body, and send forms, or JSON under any name or none. What cannot be
 * read is refused by the version's own code.
 */
function readAnyBody(api: Api): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    const text = (body as string).replace(/^\ufeff/, '').trim();
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text));
    } catch (cause) {
      if (/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
        done(null, Object.fromEntries(new URLSearchParams(text)));
      } else done(new AppError('body_malformed', {}, cause) as Error as FastifyError);
    }
  });
}

function notFound(skin: Skin, url: string): AppError {
  return new AppError(isKnown(skin, url) ? 'method_not_allowed' : 'route_not_found');
}

function isKnown({ prefix, endpoints }: Skin, url: string): boolean {
  const path = (url.split('?', 1)[0] as string).replace(/\/+$/, '');
  return endpoints.some((endpoint) => {
    const form = `${prefix}${endpoint.path}`.replace(/:[^/]+/g, '[^/]+');
    return new RegExp(`^${form}$`).test(path);
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    refusedData?: Endpoint['refusedData'];
  }
}
