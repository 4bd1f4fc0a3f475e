/**
 * How webhooks have fared within the last hours: one request for all of them. A server from before there were figures has none,
 * and then nothing of them is shown.
 */
import { queryOptions } from '@tanstack/react-query';
import { call, withQuery } from '../api/call.ts';
import { Refusal } from '../api/refusal.ts';

export interface Hour {
  /** When it begins. */
  readonly at: string;
  /** Attempts that were accepted, and that failed. */
  readonly accepted: number;
  readonly failed: number;
}

export interface WebhookFigures {
  readonly webhook_id: string;
  readonly accepted: number;
  readonly failed: number;
  /** Of the attempts, 0 to 1; null: there were none. */
  readonly success_rate: number | null;
  readonly p95_ms: number | null;
  /** Deliveries, now; no more than `counted_to` are counted. */
  readonly waiting: number;
  readonly parked: number;
  readonly oldest_waiting_at: string | null;
  readonly next_attempt_at: string | null;
  /** Oldest first, without a gap. */
  readonly by_hour: readonly Hour[];
}

export interface Figures {
  readonly countedTo: number;
  readonly of: ReadonlyMap<string, WebhookFigures>;
}

interface Overview {
  readonly deliveries: { readonly counted_to: number };
  readonly webhooks: readonly WebhookFigures[];
}

export const hourSpans = [24, 168] as const;
export type HourSpan = (typeof hourSpans)[number];

const refreshMs = 15_000;

export const figuresQuery = (hours: HourSpan) =>
  queryOptions({
    queryKey: ['webhooks', 'figures', hours],
    queryFn: async (): Promise<Figures | null> => {
      try {
        const { deliveries, webhooks } = await call<Overview>('GET', withQuery('/overview', { hours }));
        const of = new Map(webhooks.map((figures) => [figures.webhook_id, figures]));
        return { countedTo: deliveries.counted_to, of };
      } catch (error) {
        if (error instanceof Refusal && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data === null ? false : refreshMs),
  });

/** The hour in which most failed; null: none did. */
export function worstHour(hours: readonly Hour[]): Hour | null {
  return hours.reduce<Hour | null>(
    (worst, hour) => (hour.failed > (worst?.failed ?? 0) ? hour : worst),
    null,
  );
}
