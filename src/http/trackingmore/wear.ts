/**
 * Puts a version of TrackingMore's API on the server. Whatever comes in under the version's prefix is answered in its envelope, as
 * JSON, and never with a page or a redirect.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../../accounts/accounts.ts';
import { AppError } from '../../domain/error.ts';
import { phpJson } from '../../wire/phpJson.ts';
import { accountOf, resolvePrincipal, seenAccountOf } from '../principal.ts';
import { refusalOf } from '../problem.ts';
import type { Api } from '../route.ts';
import { limitRates } from './rates.ts';
import { type Endpoint, type Envelope, Refusal, type Skin } from './skin.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    refusedData?: Endpoint['refusedData'];
    envelope?: Envelope;
  }
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
  const refusal = error instanceof Refusal ? error : refusalOf(error, request, reply);
  const { refusedData = null, envelope = skin } = request.routeOptions?.config ?? {};
  const data = refusal instanceof Refusal && refusal.data !== undefined ? refusal.data : refusedData;
  const { status, body } = envelope.refused(refusal, data);
  return sendJson(reply, status, body);
}

function addEndpoint(api: Api, skin: Skin, endpoint: Endpoint): void {
  const { methods, path, access, perSecond, refusedData, envelope = skin } = endpoint;
  api.route({
    method: [...methods],
    url: path,
    config: { access, refusedData, envelope, rateLimit: { max: perSecond, timeWindow: 1000 } },
    // `/api/v1` alone is described at /api; these are TrackingMore's to describe.
    schema: { hide: true },
    async handler(request, reply) {
      const data = await endpoint.answer({
        account: accountOf(request),
        seenAccount: seenAccountOf(request),
        actor: request.principal?.actor ?? '',
        params: request.params as Record<string, string>,
        query: request.query as Record<string, unknown>,
        body: request.body,
      });
      return sendJson(reply, 200, envelope.accepted(data));
    },
  });
}

/** As TrackingMore's PHP writes it. */
function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(phpJson(body));
}

/**
 * Clients mix the versions' headers up, and whoever comes from `/api/v1` has its own at hand. A gateway's `Authorization` is
 * not for us where one of these is there.
 */
function keyOf({ headers }: FastifyRequest): string | null {
  const keys = [headers['tracking-api-key'], headers['trackingmore-api-key']];
  return keys.map((key) => String(key ?? '').trim()).find((key) => key !== '') ?? null;
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
