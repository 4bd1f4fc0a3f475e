/** What machines ask of the server, without a key: is it alive, would it take work, how does it fare. */
import Type from 'typebox';
import type { Clock } from '../base/clock.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';
import type { Api } from './route.ts';

export interface OperationsServices {
  readonly store: Pick<Store, 'ready'>;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** How long an answer about the store holds: asking it is a durable write, and anybody may ask us. */
const readyMs = 1000;

const tags = ['operations'];
const config = { access: 'public' } as const;
const Health = Type.Object({ status: Type.String() });

export function operationsRoutes(api: Api, { store, metrics, clock }: OperationsServices): void {
  const ready = makeReadiness(store, clock);

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
      if (await ready()) return { status: 'ready' };
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

/** Whoever asks while the store is being asked, or soon after its answer, gets that answer. */
function makeReadiness(store: OperationsServices['store'], clock: Clock): () => Promise<boolean> {
  let last: Promise<boolean> | null = null;
  let answeredAt = 0;
  let pending = false;

  async function ask(): Promise<boolean> {
    pending = true;
    try {
      return await store.ready();
    } finally {
      pending = false;
      answeredAt = clock.monotonic();
    }
  }

  return () => {
    if (last === null || (!pending && clock.monotonic() - answeredAt >= readyMs)) last = ask();
    return last;
  };
}
