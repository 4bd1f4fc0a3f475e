/**
 * How deliveries have fared within the last hours: one request for the whole account with a line for each webhook, another for
 * one webhook alone. The address of a page says how many hours.
 */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { CountedTo, FiguresHour, Overview, WebhookFigures } from '../../../src/sdk/overview.ts';
import { call, withQuery } from '../api/call.ts';

export const hourSpans = [24, 168] as const;
export type HourSpan = (typeof hourSpans)[number];

interface SpanSearch {
  /** Of the last day without it. */
  readonly hours?: 168;
}

export function readSpan(said: Record<string, unknown>): SpanSearch {
  return Number(said.hours) === 168 ? { hours: 168 } : {};
}

const refreshMs = 15_000;

export const overviewQuery = (hours: HourSpan) =>
  queryOptions({
    queryKey: ['overview', hours],
    queryFn: () => call<Overview>('GET', withQuery('/overview', { hours })),
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  });

export const webhookFiguresQuery = (id: string, hours: HourSpan) =>
  queryOptions({
    queryKey: ['webhooks', id, 'figures', hours],
    queryFn: () =>
      call<WebhookFigures & CountedTo>(
        'GET',
        withQuery(`/webhooks/${encodeURIComponent(id)}/figures`, { hours }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });

/** The hour in which most failed; null: none did. */
export function worstHour(hours: readonly FiguresHour[]): FiguresHour | null {
  return hours.reduce<FiguresHour | null>(
    (worst, hour) => (hour.failed > (worst?.failed ?? 0) ? hour : worst),
    null,
  );
}
