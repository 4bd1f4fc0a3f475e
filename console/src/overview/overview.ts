/** What the first page shows: the figures of an account over a span, and the address that says how long it is. */
import { queryOptions } from '@tanstack/react-query';
import type { Overview } from '../../../src/sdk/overview.ts';
import { call, withQuery } from '../api/call.ts';
import type { HourSpan } from '../webhooks/figures.ts';

export interface OverviewSearch {
  /** Of the last day without it. */
  readonly hours?: 168;
}

export function readSpan(said: Record<string, unknown>): OverviewSearch {
  return Number(said.hours) === 168 ? { hours: 168 } : {};
}

export type { CourierFigures, FiguresHour as Hour, Overview } from '../../../src/sdk/overview.ts';

const refreshMs = 15_000;

export const overviewQuery = (hours: HourSpan) =>
  queryOptions({
    queryKey: ['overview', hours],
    queryFn: () => call<Overview>('GET', withQuery('/overview', { hours })),
    refetchInterval: refreshMs,
    placeholderData: (before: Overview | undefined) => before,
  });
