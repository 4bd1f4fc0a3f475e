/** What is said of the API as a whole and of every route alike in its OpenAPI description. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { limits } from '../domain/limits.ts';
import type { Access } from './principal.ts';

type Openapi = NonNullable<FastifyDynamicSwaggerOptions['openapi']>;
type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;

/** @param publicUrl where the server is reached from outside; null: only its own address is known, which goes unsaid */
export function openapi(version: string, publicUrl: string | null): Openapi {
  return {
    openapi: '3.1.0',
    ...(publicUrl === null ? {} : { servers: [{ url: publicUrl }, here] }),
    info: {
      title: 'Waybell',
      version,
      description: 'Shipment tracking with webhooks that are never lost and arrive in order.',
    },
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key; `Waybell-Api-Key: KEY` works as well.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'waybell_session',
          description:
            'Who is signed in; what is not read with GET has to come from a page of this server. Not for the operator.',
        },
      },
    },
    security: [{ key: [] }, { session: [] }],
  };
}

/** For whoever reads the description from inside, where the public address may not be reached. */
const here = { url: '/', description: 'The address this description was read from.' };

/** Adds who may ask (`x-access`) and, where something is written, the idempotency key. */
export const describeRoute: Transform = ({ schema, url, route }) => {
  const access = route.config?.access ?? 'owner';
  const writes =
    !['GET', 'HEAD'].includes(String(route.method)) && !['read', 'self', 'public'].includes(access);
  const described = {
    ...schema,
    'x-access': access,
    ...securityOf(access),
    ...(writes ? { headers: idempotencyHeader } : {}),
  };
  return { schema: described as typeof schema, url };
};

function securityOf(access: Access) {
  if (access === 'public') return { security: [] };
  if (access === 'self') return { security: [{ session: [] }] };
  return access === 'operator' ? { security: [{ key: [] }] } : {};
}

const idempotencyHeader = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      maxLength: limits.idempotencyKeyCharsMax,
      description: `The answer to the first request with it is given again for ${limits.idempotencyHours} hours.`,
    },
  },
};
