/** What machines ask of the server: whether it is well, who it is, what time it has. Needs no key. */
import type { Calls } from './calls.ts';
import type { Transport } from './transport.ts';
import { WaybellError } from './waybellError.ts';

export function makeServer({ call, exchange }: Transport, { get }: Calls) {
  return {
    health: () => get<{ status: string }>('/healthz'),
    /** Whether the store takes writes just now. */
    ready: () => call<{ status: string }>('GET', '/readyz', { tries: 1 }).then(() => true, falseIf503),
    version: async () => (await get<Description>('/api/v1/openapi.json')).info.version,
    /** Where its operator says that it is reached from outside; null: nothing was said. */
    publicUrl: async () => (await get<Description>('/api/v1/openapi.json')).servers?.[0]?.url ?? null,
    /** Counters and gauges in Prometheus' text form. */
    metrics: async () => (await exchange('GET', '/metrics')).text,
    /** The server's clock, epoch milliseconds, to the second; null where a proxy hides it. */
    time: async () => {
      const { response } = await exchange('GET', '/healthz');
      return Date.parse(response.headers.get('date') ?? '') || null;
    },
  };
}

/** Of the API, as much of it as is asked for. */
interface Description {
  info: { version: string };
  servers?: { url: string }[];
}

function falseIf503(error: unknown): false {
  if (error instanceof WaybellError && error.status === 503) return false;
  throw error;
}
