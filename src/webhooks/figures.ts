/**
 * Health at a glance: how the webhooks of an account have fared in the last hours and what waits at them now, and beside it
 * what the overview tells of trackings and couriers. Read out of what is kept by the hour and of counts with a bound, so that
 * asking costs the same however much is sent or waits. It is a few seconds behind (`base/tallies.ts`).
 *
 * One account is read for at a time only, and who asks for what is being read gets that: however often an account asks, the
 * others' lists are read in between.
 */
import type { Clock } from '../base/clock.ts';
import { hourMs } from '../base/durations.ts';
import { oneAfterAnotherBy } from '../base/oneAfterAnother.ts';
import { hourOf } from '../domain/figures.ts';
import { limits } from '../domain/limits.ts';
import type { Webhook } from '../domain/webhook.ts';
import { addLatencies, noLatencies, percentileMs } from '../pipeline/latency.ts';
import type {
  AccountId,
  Backlog,
  CourierFigures,
  FigureStore,
  TrackingCount,
  TrackingStore,
  WebhookCount,
  WebhookHours,
} from '../store/store.ts';
import type { Webhooks } from './webhooks.ts';

export interface Figures {
  overview(accountId: AccountId, hours: number): Promise<Overview>;
  /** @throws AppError `webhook_not_found` */
  ofWebhook(accountId: AccountId, id: string, hours: number): Promise<WebhookFigures & Span & CountedTo>;
}

export interface FiguresOptions {
  readonly store: Pick<FigureStore, 'webhookHours' | 'courierFigures' | 'backlogs'> &
    Pick<TrackingStore, 'trackingCounts'>;
  readonly webhooks: Pick<Webhooks, 'list' | 'get'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Whole hours, the last of them not over yet. */
export interface Span {
  readonly hours: number;
  readonly from: number;
  readonly to: number;
}

export interface Hour {
  readonly at: number;
  readonly accepted: number;
  readonly failed: number;
}

/** Of attempts in a span. */
export interface Fared {
  readonly accepted: number;
  readonly failed: number;
  /** Null where there were none. */
  readonly successRate: number | null;
  /** Of those that were answered. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Every hour of the span, oldest first. */
  readonly byHour: readonly Hour[];
}

export type Waiting = Omit<Backlog, 'webhookId'>;

export interface WebhookFigures extends Fared, Waiting {
  readonly webhookId: Webhook['id'];
}

/** How far is counted of each webhook. */
export interface CountedTo {
  readonly countedTo: number;
}

export interface Overview extends Span {
  readonly trackings: readonly TrackingCount[];
  /** Of all webhooks together, those that were deleted since included. */
  readonly deliveries: Fared & Waiting & CountedTo;
  readonly webhooks: readonly WebhookFigures[];
  readonly couriers: readonly CourierFigures[];
}

export function makeFigures({ store, webhooks, clock }: FiguresOptions): Figures {
  const inTurn = oneAfterAnotherBy<AccountId>();
  const underWay = new Map<string, Promise<unknown>>();

  /** @param what of the account, and nobody else's */
  function once<Found>(accountId: AccountId, what: string, read: () => Promise<Found>): Promise<Found> {
    const key = `${accountId} ${what}`;
    const known = underWay.get(key);
    if (known !== undefined) return known as Promise<Found>;
    const reading = inTurn(accountId, read).finally(() => underWay.delete(key));
    underWay.set(key, reading);
    return reading;
  }

  function spanOf(hours: number): Span {
    const to = clock.now();
    return { hours, from: hourOf(to) - (hours - 1) * hourMs, to };
  }

  async function overview(accountId: AccountId, hours: number): Promise<Overview> {
    const span = spanOf(hours);
    const ids = (await webhooks.list(accountId)).map(({ id }) => id);
    const countedTo = countedToOf(ids.length);
    const [trackings, figures, couriers, backlogs] = await Promise.all([
      store.trackingCounts(accountId),
      store.webhookHours(accountId, { from: span.from, webhookId: null }),
      store.courierFigures(accountId, span.from),
      store.backlogs(ids, countedTo),
    ]);
    const hoursOf = Map.groupBy(figures.hours, ({ webhookId }) => webhookId);
    const latenciesOf = Map.groupBy(figures.latencies, ({ webhookId }) => webhookId);
    const all = { ...faredOf(figures, span), ...together(backlogs), countedTo };
    return {
      ...{ ...span, trackings, couriers, deliveries: all },
      webhooks: backlogs.map((backlog) => {
        const { webhookId } = backlog;
        const own = { hours: hoursOf.get(webhookId) ?? [], latencies: latenciesOf.get(webhookId) ?? [] };
        return { ...backlog, ...faredOf(own, span) };
      }),
    };
  }

  async function ofWebhook(
    { accountId, id: webhookId }: Pick<Webhook, 'accountId' | 'id'>,
    hours: number,
  ): Promise<WebhookFigures & Span & CountedTo> {
    const span = spanOf(hours);
    const countedTo = countedToOf(1);
    const [figures, [backlog = nothingWaits]] = await Promise.all([
      store.webhookHours(accountId, { from: span.from, webhookId }),
      store.backlogs([webhookId], countedTo),
    ]);
    return { ...span, ...backlog, ...faredOf(figures, span), webhookId, countedTo };
  }

  return {
    overview: (accountId, hours) => once(accountId, `all ${hours}`, () => overview(accountId, hours)),
    async ofWebhook(accountId, id, hours) {
      const webhook = await webhooks.get(accountId, id);
      return once(accountId, `${webhook.id} ${hours}`, () => ofWebhook(webhook, hours));
    },
  };
}

/** How far is counted of each: of very many webhooks not as far, so that all of them together stay within a bound. */
function countedToOf(webhooks: number): number {
  const share = Math.floor(limits.waitingCountedTogether / Math.max(1, webhooks));
  return Math.min(Math.max(share, limits.waitingCountedMin), limits.waitingCountedMax);
}

function faredOf({ hours, latencies }: WebhookHours, { from, hours: number }: Span): Fared {
  const byHour = Array.from({ length: number }, (_, index) => ({
    ...{ at: from + index * hourMs, accepted: 0, failed: 0 },
  }));
  for (const one of hours) addHour(byHour, one, from);
  const sum = noLatencies();
  for (const one of latencies) addLatencies(sum, one.latencies);
  const accepted = byHour.reduce((total, hour) => total + hour.accepted, 0);
  const failed = byHour.reduce((total, hour) => total + hour.failed, 0);
  return {
    ...{
      accepted,
      failed,
      byHour,
      successRate: accepted + failed === 0 ? null : accepted / (accepted + failed),
    },
    ...{ p50Ms: percentileMs(sum, 0.5), p95Ms: percentileMs(sum, 0.95), p99Ms: percentileMs(sum, 0.99) },
  };
}

/** What another process, whose clock is ahead, counted in an hour that is still to come is told when it has come. */
function addHour(byHour: { accepted: number; failed: number }[], one: WebhookCount, from: number): void {
  const hour = byHour[(one.hour - from) / hourMs];
  if (hour === undefined) return;
  hour.accepted += one.accepted;
  hour.failed += one.failed;
}

const nothingWaits: Waiting = { waiting: 0, parked: 0, oldestWaitingAt: null, nextAttemptAt: null };

function together(backlogs: readonly Backlog[]): Waiting {
  return {
    waiting: backlogs.reduce((total, { waiting }) => total + waiting, 0),
    parked: backlogs.reduce((total, { parked }) => total + parked, 0),
    oldestWaitingAt: earliest(backlogs.map(({ oldestWaitingAt }) => oldestWaitingAt)),
    nextAttemptAt: earliest(backlogs.map(({ nextAttemptAt }) => nextAttemptAt)),
  };
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}
