/**
 * The HTTP server: routes, who may ask, limits, and one way of refusing. Handlers translate between JSON and the
 * services; they decide nothing.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import helmet from 'helmet';
import type { Accounts } from '../accounts/accounts.ts';
import type { Audit } from '../accounts/audit.ts';
import { sessionMs } from '../accounts/sessions.ts';
import { AppError, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { Unsubscribing } from '../mail/unsubscribing.ts';
import { type AccountsServices, accountsRoutes } from './api/accounts.ts';
import { type BackupsServices, backupsRoutes } from './api/backups.ts';
import { type CourierCredentialsServices, courierCredentialsRoutes } from './api/courierCredentials.ts';
import { couriersRoutes } from './api/couriers.ts';
import { type DeliveriesServices, deliveriesRoutes } from './api/deliveries.ts';
import { type EventsServices, eventsRoutes } from './api/events.ts';
import { ProblemSchema } from './api/fields.ts';
import { type InboxServices, inboxApiRoutes } from './api/inbox.ts';
import { type KeysServices, keysRoutes } from './api/keys.ts';
import { type MembersServices, membersRoutes } from './api/members.ts';
import { type NoticesServices, noticesRoutes } from './api/notices.ts';
import { type OverviewServices, overviewRoutes } from './api/overview.ts';
import { type PeopleServices, peopleRoutes } from './api/people.ts';
import { type SamplesServices, samplesRoutes } from './api/samples.ts';
import { type SessionServices, sessionRoutes } from './api/session.ts';
import { type TrackingsServices, trackingsRoutes } from './api/trackings.ts';
import { UpdateItem, type UpdatesServices, updatesRoutes } from './api/updates.ts';
import { type ViewsServices, viewsRoutes } from './api/views.ts';
import { type WebhookBacklogServices, webhookBacklogRoutes } from './api/webhookBacklog.ts';
import { type WebhooksServices, webhooksRoutes } from './api/webhooks.ts';
import { type WebhookTrialsServices, webhookTrialsRoutes } from './api/webhookTrials.ts';
import { auditChanges } from './audited.ts';
import { consoleAssets, consolePages } from './console.ts';
import { inboxRoutes } from './inbox.ts';
import { readNulAsUnknown } from './nul.ts';
import { describeRoute, openapi } from './openapi.ts';
import { type OperationsServices, operationsRoutes } from './operations.ts';
import { authenticate, resolvePrincipal, type WaysIn } from './principal.ts';
import { problemDetails, sendProblem } from './problem.ts';
import type { Api } from './route.ts';
import { schemaCompilers } from './schemaCompilers.ts';
import { addSessionCookie } from './sessionCookie.ts';
import { findSignedIn } from './signedIn.ts';
import { signInRoutes } from './signIn/signIn.ts';
import { type TrackServices, trackRoutes } from './track/track.ts';
import { plainAddress } from './trackingmore/address.ts';
import {
  makeTrackingmore,
  type Trackingmore,
  type TrackingmoreServices,
} from './trackingmore/trackingmore.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

export type { Api } from './route.ts';

/** All that the routes work with: `app.ts` fills it. */
export interface Services
  extends UpdatesServices,
    TrackingsServices,
    ViewsServices,
    WebhooksServices,
    WebhookTrialsServices,
    WebhookBacklogServices,
    DeliveriesServices,
    EventsServices,
    InboxServices,
    AccountsServices,
    BackupsServices,
    KeysServices,
    PeopleServices,
    CourierCredentialsServices,
    MembersServices,
    NoticesServices,
    OverviewServices,
    Omit<SessionServices, 'cookie'>,
    SamplesServices,
    TrackingmoreServices,
    TrackServices,
    OperationsServices {
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly unsubscribing: Unsubscribing;
  /** Resolves when all is heard that other processes have changed of settings. */
  hearNews(): Promise<void>;
}

export interface ServerOptions {
  readonly services: Services;
  readonly log: FastifyBaseLogger;
  readonly trustProxy: boolean;
  readonly version: string;
  /** Where it is reached from outside; null: nobody said. */
  readonly publicUrl: string | null;
  /** The built console. */
  readonly consoleFolder: string;
  /** Whether it takes anything but what machines ask of its state. */
  readonly isApi: boolean;
  /** What the cookies of who is signed in are signed by: the same at every process. */
  readonly sessionSecret: string;
  /** Whether TrackingMore's API counts requests as TrackingMore does. */
  readonly trackingmoreRateLimits: boolean;
}

export async function makeServer(options: ServerOptions): Promise<Api> {
  const { services, log, trustProxy, version, publicUrl } = options;
  const trackingmore = makeTrackingmore(services);
  const server: Api = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy,
    bodyLimit: limits.bodyBytesMax,
    // Idle connections of callers are kept longer than common proxies keep theirs, so that the proxy closes first.
    keepAliveTimeout: 75_000,
    requestTimeout: 60_000,
    // Of a caller that neither sends nor reads: longer than any request takes to be answered.
    connectionTimeout: 600_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true } },
    schemaController: { compilersFactory: schemaCompilers },
    genReqId: () => crypto.randomUUID(),
    frameworkErrors(error, request, reply) {
      // No hook has been there before.
      reply.headers(securityHeaders);
      if (!trackingmore.refuse(error, request, reply)) sendProblem(error, request, reply);
    },
    clientErrorHandler: refuseUnreadable,
    rewriteUrl: ({ url = '/' }) => plainAddress(url),
    return503OnClosing: false,
  }).withTypeProvider<TypeBoxTypeProvider>();

  // Whatever is expected, the answer is what it is.
  server.server.on('checkExpectation', (request, response) =>
    server.server.emit('request', request, response),
  );
  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  server.decorateRequest('principal', null);
  server.decorateRequest('signedIn', null);
  server.addHook('onRequest', (_request, reply, next) => {
    reply.headers(securityHeaders);
    next();
  });
  refuseWhileStopping(server);
  if (options.isApi) consolePages(server, options.consoleFolder);
  refuseUnknown(server, trackingmore);
  takeJsonOnly(server);
  readNulAsUnknown(server);
  await server.register(swagger, {
    openapi: openapi(version, publicUrl),
    transform: describeRoute,
    refResolver,
  });
  server.addSchema({ $id: 'Update', ...UpdateItem });
  server.addSchema({ $id: 'Problem', ...ProblemSchema });

  operationsRoutes(server, services);
  if (!options.isApi) return server;
  inboxRoutes(server, services.inbox);
  unsubscribeRoutes(server, services.unsubscribing);
  await trackRoutes(server, services);
  await consoleAssets(server, options.consoleFolder);
  const cookie = await addSessionCookie(server, {
    secret: options.sessionSecret,
    publicUrl,
    maxAgeMs: sessionMs,
  });
  signInRoutes(server, { ...services, cookie }, options.consoleFolder);
  const ways: WaysIn = {
    accounts: services.accounts,
    signedInOf: (request) => findSignedIn(request, { sessions: services.sessions, cookie }),
  };
  const serve = (routes: (api: Api) => void, before?: () => Promise<void>) =>
    server.register(
      async (instance) => {
        const api: Api = instance.withTypeProvider<TypeBoxTypeProvider>();
        api.addHook('onRequest', async (request, reply) => {
          reply.header('cache-control', 'no-store');
          if (request.routeOptions.config.access === 'public') return;
          if (before !== undefined) {
            // Who is nobody costs no look at the database. What a key may do is looked at afterwards: it may be news.
            await authenticate(request, ways);
            await before();
          }
          request.principal = await resolvePrincipal(request, ways);
        });
        auditChanges(api, services.audit);
        routes(api);
      },
      { prefix: '/api/v1' },
    );
  await serve((api) => {
    updatesRoutes(api, services);
    trackingsRoutes(api, services);
    peopleRoutes(api, services);
    viewsRoutes(api, services);
    eventsRoutes(api, services);
    couriersRoutes(api);
    courierCredentialsRoutes(api, services);
    inboxApiRoutes(api, services);
    backupsRoutes(api, services);
    sessionRoutes(api, { ...services, cookie });
    api.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () =>
      server.swagger(),
    );
  });
  // Settings are held in memory. Who has just changed them may ask another process next.
  await serve((api) => {
    webhookTrialsRoutes(api, services);
    webhooksRoutes(api, services);
    webhookBacklogRoutes(api, services);
    overviewRoutes(api, services);
    deliveriesRoutes(api, services);
    accountsRoutes(api, services);
    keysRoutes(api, services);
    membersRoutes(api, services);
    noticesRoutes(api, services);
    samplesRoutes(api, services);
  }, services.hearNews);
  await trackingmore.wear(server, {
    accounts: services.accounts,
    rateLimits: options.trackingmoreRateLimits,
  });
  await server.register(swaggerUi, { routePrefix: '/api', staticCSP: describedPageCsp });
  return server;
}

/** Named as they were added: `#/components/schemas/Tracking`. */
const refResolver = {
  buildLocalReference: (schema: { $id?: unknown }, _base: unknown, _fragment: unknown, index: number) =>
    typeof schema.$id === 'string' ? schema.$id : `schema${index}`,
};

/**
 * Answers are data, not pages. Whether https is forced is for the proxy in front to say, which alone has it. Helmet works
 * its headers out for every response; ours are the same for all, so it is asked once.
 */
const securityHeaders = helmetsHeaders();

function helmetsHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => {},
  };
  const setAll = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
  });
  setAll({} as IncomingMessage, response as unknown as ServerResponse, () => {});
  return headers;
}

const describedPageCsp = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** What is no request by the rules of HTTP, or has too long headers: of which path and version it is nobody knows. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const isLong = error.code === 'HPE_HEADER_OVERFLOW';
  const status = isLong ? 431 : 400;
  const reason = isLong ? 'Request Header Fields Too Large' : 'Bad Request';
  const what = isLong
    ? 'The headers of a request may have 16 KiB together.'
    : 'This is no request by the rules of HTTP.';
  const body = JSON.stringify({ ...problemDetails(problem('body_invalid', what)), status });
  const headers = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}

/** Requests that come over open connections while the server closes. */
function refuseWhileStopping(server: Api): void {
  let stopping = false;
  server.addHook('preClose', async () => {
    stopping = true;
  });
  server.addHook('onRequest', async () => {
    if (stopping) throw new AppError('stopping');
  });
}

/**
 * A path that is known, with a method that is not, is told from a path that is not. Either is refused before its body is read:
 * no key was asked for. TrackingMore's versions refuse theirs themselves.
 */
function refuseUnknown(server: Api, trackingmore: Pick<Trackingmore, 'isFor'>): void {
  const paths = new Map<string, { form: RegExp; methods: Set<string> }>();
  server.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const form = new RegExp(`^${url.replace(/[.+?^$()[\]{}|\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}/?$`);
    const known = paths.get(url) ?? { form, methods: new Set() };
    for (const one of [method].flat()) known.methods.add(one);
    paths.set(url, known);
  });
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] as string;
    const allowed = new Set<string>();
    for (const { form, methods } of paths.values()) {
      if (form.test(path)) for (const method of methods) allowed.add(method);
    }
    if (allowed.size === 0) return sendProblem(new AppError('route_not_found'), request, reply);
    reply.header('allow', [...allowed].sort().join(', '));
    return sendProblem(new AppError('method_not_allowed'), request, reply);
  };
  server.setNotFoundHandler(refuse);
  server.addHook('onRequest', async (request, reply) => {
    if (request.is404 && !trackingmore.isFor(request.url)) return refuse(request, reply);
  });
}

/** Clients announce JSON with every request, also where there is nothing to say: no body at all is fine. */
function takeJsonOnly(server: Api): void {
  server.removeContentTypeParser('text/plain');
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body as string, done);
  });
}
