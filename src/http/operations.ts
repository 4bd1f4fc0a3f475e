/** What machines ask of the server, without a key: is it alive, would it take work, how does it fare. */
import Type from 'typebox';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';
import type { Api } from './route.ts';

export interface OperationsServices {
  readonly store: Pick<Store, 'ready'>;
  readonly metrics: Metrics;
}

const tags = ['operations'];
const config = { access: 'public' } as const;
const Health = Type.Object({ status: Type.String() });

export function operationsRoutes(api: Api, { store, metrics }: OperationsServices): void {
  api.get(
    '/healthz',
    { config, schema: { tags, summary: 'The process is alive', response: { 200: Health } } },
    () => ({ status: 'ok' }),
  );

  api.get(
    '/readyz',
    {
      config,
      schema: {
        tags,
        summary: 'The store takes writes just now; 503 if it does not',
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      if (await store.ready()) return { status: 'ready' };
      return reply.code(503).send({ status: 'store unavailable' });
    },
  );

  api.get(
    '/metrics',
    {
      config,
      schema: {
        tags,
        summary: 'Counters and gauges for Prometheus',
        response: {
          200: {
            description: "Prometheus' text form.",
            content: { 'text/plain': { schema: Type.String() } },
          },
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}
