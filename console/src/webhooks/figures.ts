/**
 * How webhooks have fared within the last hours: one request for all of them, another for one. A server from before there were figures has none,
 * and then nothing of them is shown.
 */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { CountedTo, FiguresHour as Hour, Overview, WebhookFigures } from '../../../src/sdk/overview.ts';
import { call, withQuery } from '../api/call.ts';
import { Refusal } from '../api/refusal.ts';

export type { FiguresHour as Hour, WebhookFigures } from '../../../src/sdk/overview.ts';

export interface Figures {
  /** Where a number of deliveries reaches it, there may be more. */
  readonly countedTo: number;
  readonly of: ReadonlyMap<string, WebhookFigures>;
}

export const hourSpans = [24, 168] as const;
export type HourSpan = (typeof hourSpans)[number];

const refreshMs = 15_000;

/** Of all webhooks. */
export const figuresQuery = (hours: HourSpan) =>
  queryOptions({
    queryKey: ['webhooks', 'figures', hours],
    queryFn: () =>
      unlessUnknown(async (): Promise<Figures> => {
        const { deliveries, webhooks } = await call<Overview>('GET', withQuery('/overview', { hours }));
        const of = new Map(webhooks.map((figures) => [figures.webhook_id, figures]));
        return { countedTo: deliveries.counted_to, of };
      }),
    refetchInterval: ({ state }) => (state.data === null ? false : refreshMs),
  });

/** Of one. */
export const webhookFiguresQuery = (id: string, hours: HourSpan) =>
  queryOptions({
    queryKey: ['webhooks', id, 'figures', hours],
    queryFn: () =>
      unlessUnknown(() =>
        call<WebhookFigures & CountedTo>(
          'GET',
          withQuery(`/webhooks/${encodeURIComponent(id)}/figures`, { hours }),
        ),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data === null ? false : refreshMs),
  });

async function unlessUnknown<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

/** The hour in which most failed; null: none did. */
export function worstHour(hours: readonly Hour[]): Hour | null {
  return hours.reduce<Hour | null>(
    (worst, hour) => (hour.failed > (worst?.failed ?? 0) ? hour : worst),
    null,
  );
}
