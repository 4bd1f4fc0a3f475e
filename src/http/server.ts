/**
 * The HTTP server: routes, who may ask, limits, and one way of refusing. Handlers translate between JSON and the
 * services; they decide nothing.
 */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts } from '../accounts/accounts.ts';
import { AppError } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import { type UpdatesServices, UpdateItem, updatesRoutes } from './api/updates.ts';
import { resolvePrincipal } from './principal.ts';
import { sendProblem } from './problem.ts';

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface Services extends UpdatesServices {
  readonly accounts: Accounts;
}

export interface ServerOptions {
  readonly services: Services;
  readonly log: FastifyBaseLogger;
  readonly trustProxy: boolean;
  readonly version: string;
}

export async function makeServer({ services, log, trustProxy, version }: ServerOptions): Promise<Api> {
  const server = Fastify({
    loggerInstance: log,
    disableRequestLogging: true,
    trustProxy,
    bodyLimit: limits.bodyBytesMax,
    // Idle connections of callers are kept longer than common proxies keep theirs, so that the proxy closes first.
    keepAliveTimeout: 75_000,
    requestTimeout: 60_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true } },
    genReqId: () => crypto.randomUUID(),
  }).withTypeProvider<TypeBoxTypeProvider>();

  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  server.setNotFoundHandler((request, reply) => sendProblem(new AppError('route_not_found'), request, reply));
  server.decorateRequest('principal', null);
  await server.register(swagger, {
    openapi: {
      info: { title: 'Waybell', version, description: 'Shipment tracking with webhooks that are never lost and arrive in order.' },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key; `Waybell-Api-Key: KEY` works as well.' } },
      },
      security: [{ key: [] }],
    },
  });
  server.addSchema({ $id: 'Update', ...UpdateItem });

  await server.register(
    async (instance) => {
      const api: Api = instance.withTypeProvider<TypeBoxTypeProvider>();
      api.addHook('onRequest', async (request) => {
        if (request.routeOptions.config.access !== 'public') await resolvePrincipal(request, services.accounts);
      });
      updatesRoutes(api, services);
      api.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => server.swagger());
    },
    { prefix: '/api/v1' },
  );
  await server.register(swaggerUi, { routePrefix: '/api' });
  return server;
}
