/** `/api/v1/overview` and the figures of one webhook: how things have fared in the last hours, and what waits now. */
import Type from 'typebox';
import type { Account } from '../../domain/account.ts';
import { AppError, problem } from '../../domain/error.ts';
import { limits } from '../../domain/limits.ts';
import { STATUSES } from '../../domain/status.ts';
import type { CourierFigures } from '../../store/store.ts';
import type { Fared, Figures, Hour, Span, Waiting } from '../../webhooks/figures.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { IdParams, Instant, instantsOf, nullable, refusals } from './fields.ts';
import { trackingCountsJson } from './trackingCountsJson.ts';

export interface OverviewServices {
  readonly figures: Figures;
}

const hoursDefault = 24;

const Query = Type.Object(
  {
    hours: Type.Optional(
      Type.String({
        description: `1 to ${limits.overviewHoursMax}, the one that is not over yet included; ${hoursDefault} if not given.`,
      }),
    ),
  },
  { additionalProperties: false },
);

const spanSchemas = {
  hours: Type.Integer(),
  from: Type.String({ description: 'When the first hour began; hours are those of UTC.' }),
  to: Instant,
};

const ByHour = Type.Array(Type.Object({ at: Instant, accepted: Type.Integer(), failed: Type.Integer() }), {
  description: 'Every hour of the span by its beginning, oldest first.',
});

const Latency = nullable(
  Type.Integer({
    description: 'Of the attempts that were answered; from a histogram, so off by a factor of up to 1.5.',
  }),
);

const faredSchemas = {
  accepted: Type.Integer({ description: 'Attempts in the span.' }),
  failed: Type.Integer({ description: 'Attempts in the span; those that do not count are in neither.' }),
  success_rate: nullable(Type.Number({ description: '0 to 1; null where there were no attempts.' })),
  p50_ms: Latency,
  p95_ms: Latency,
  p99_ms: Latency,
};

const waitingSchemas = {
  waiting: Type.Integer({
    description:
      'Deliveries, now. Where more than `counted_to` are parked, those that wait behind another are left out.',
  }),
  parked: Type.Integer({ description: 'Deliveries, now.' }),
  oldest_waiting_at: nullable(Instant),
  next_attempt_at: nullable(
    Type.String({ description: 'The soonest retry of what waits for one; it may be due by now.' }),
  ),
};

const CountedTo = Type.Integer({
  description: 'How far is counted of each webhook: a number that reaches it means "at least so many".',
});

const webhookSchemas = {
  webhook_id: Type.String(),
  ...faredSchemas,
  ...waitingSchemas,
  by_hour: ByHour,
};

const OverviewSchema = Type.Object({
  ...spanSchemas,
  trackings: Type.Object(
    {
      total: Type.Integer({ description: 'Without those that are archived.' }),
      by_status: Type.Object(Object.fromEntries(STATUSES.map((status) => [status, Type.Integer()]))),
      archived: Type.Integer(),
    },
    { description: 'Now.' },
  ),
  deliveries: Type.Object(
    { ...faredSchemas, ...waitingSchemas, counted_to: CountedTo },
    { description: 'Of all webhooks; the attempts of those that were deleted since included.' },
  ),
  by_hour: ByHour,
  webhooks: Type.Array(Type.Object(webhookSchemas)),
  couriers: Type.Array(
    Type.Object({
      courier_code: Type.String(),
      asked: Type.Integer({ description: 'How often it was asked for news in the span.' }),
      failed: Type.Integer({ description: 'Of these, how often there was no answer that could be read.' }),
      last_answer_at: nullable(Instant),
      last_failure_at: nullable(Instant),
      last_failure: nullable(Type.String({ description: 'For people.' })),
    }),
    { description: 'Those that were asked in the span.' },
  ),
});

export function overviewRoutes(api: Api, { figures }: OverviewServices): void {
  api.get(
    '/overview',
    {
      config: { access: 'read' },
      schema: {
        tags: ['overview'],
        summary: 'How trackings, deliveries, webhooks and couriers fare; a few seconds behind',
        querystring: Query,
        response: { 200: OverviewSchema, ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const found = await figures.overview(account.id, hoursOf(request.query.hours));
      const instants = instantsOf(account);
      const at = hourTexts(account);
      const { byHour, countedTo, ...deliveries } = found.deliveries;
      return {
        ...spanJson(found, account),
        trackings: trackingCountsJson(found.trackings),
        deliveries: { ...faredJson(deliveries), ...waitingJson(deliveries, account), counted_to: countedTo },
        by_hour: byHourJson(byHour, at),
        webhooks: found.webhooks.map((one) => ({
          ...{ webhook_id: one.webhookId, ...faredJson(one), ...waitingJson(one, account) },
          by_hour: byHourJson(one.byHour, at),
        })),
        couriers: found.couriers.map((courier) => courierJson(courier, instants)),
      };
    },
  );

  api.get(
    '/webhooks/:id/figures',
    {
      config: { access: 'read' },
      schema: {
        tags: ['webhooks'],
        summary: 'How a webhook fares, and what waits for it; a few seconds behind',
        params: IdParams,
        querystring: Query,
        response: {
          200: Type.Object({ ...spanSchemas, ...webhookSchemas, counted_to: CountedTo }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const hours = hoursOf(request.query.hours);
      const found = await figures.ofWebhook(account.id, request.params.id, hours);
      return {
        ...spanJson(found, account),
        webhook_id: found.webhookId,
        ...faredJson(found),
        ...waitingJson(found, account),
        counted_to: found.countedTo,
        by_hour: byHourJson(found.byHour, hourTexts(account)),
      };
    },
  );
}

/** @throws AppError `body_invalid` */
function hoursOf(text: string | undefined): number {
  if (text === undefined) return hoursDefault;
  const hours = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (hours >= 1 && hours <= limits.overviewHoursMax) return hours;
  const is = `is a whole number from 1 to ${limits.overviewHoursMax}`;
  throw new AppError(problem('body_invalid', `The parameter hours ${is}.`, 'hours'));
}

function spanJson({ hours, from, to }: Span, account: Account) {
  const instants = instantsOf(account);
  return { hours, from: instants(from), to: instants(to) };
}

function faredJson({ accepted, failed, successRate, p50Ms, p95Ms, p99Ms }: Omit<Fared, 'byHour'>) {
  return { accepted, failed, success_rate: successRate, p50_ms: p50Ms, p95_ms: p95Ms, p99_ms: p99Ms };
}

function waitingJson({ waiting, parked, oldestWaitingAt, nextAttemptAt }: Waiting, account: Account) {
  const instants = instantsOf(account);
  const [oldest, next] = [instants(oldestWaitingAt), instants(nextAttemptAt)];
  return { waiting, parked, oldest_waiting_at: oldest, next_attempt_at: next };
}

/** The hours of a week are the same for hundreds of webhooks: each is written once. */
function hourTexts(account: Account): (at: number) => string {
  const instants = instantsOf(account);
  const texts = new Map<number, string>();
  return (at) => {
    const text = texts.get(at) ?? instants(at);
    texts.set(at, text);
    return text;
  };
}

function byHourJson(hours: readonly Hour[], text: (at: number) => string) {
  return hours.map(({ at, accepted, failed }) => ({ at: text(at), accepted, failed }));
}

function courierJson(courier: CourierFigures, instants: ReturnType<typeof instantsOf>) {
  const { courierCode, asked, failed, answeredAt, failedAt, failure } = courier;
  return {
    ...{ courier_code: courierCode, asked, failed },
    last_answer_at: instants(answeredAt),
    last_failure_at: instants(failedAt),
    last_failure: failure,
  };
}
