/** Figures as rows, and how they are added to those that are there: alike in both stores. */
import type { CourierHour, WebhookHour } from '../domain/figures.ts';
import { latencyBoundsMs } from '../pipeline/latency.ts';
import type { CourierFigures } from './port/figures.ts';

export const latencyNames: readonly string[] = latencyBoundsMs.map((bound) => `ms_${bound}`);

export const webhookHourNames = [
  ...['account_id', 'hour', 'webhook_id', 'accepted', 'failed'],
  ...latencyNames,
];
export type WebhookHourRow = readonly [accountId: string, hour: number, webhookId: string, ...number[]];

export function rowOfWebhookHour(one: WebhookHour): WebhookHourRow {
  return [one.accountId, one.hour, one.webhookId, one.accepted, one.failed, ...one.latencies];
}

/** Sorted, so that processes that add to the same rows never wait for each other in a circle. */
export function inOrder<Row extends readonly unknown[]>(rows: readonly Row[]): Row[] {
  const keyOf = ([first, second, third]: Row) => JSON.stringify([first, second, third]);
  return rows
    .map((row) => [keyOf(row), row] as const)
    .sort(byKey)
    .map(([, row]) => row);
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export const addToWebhookHour = `
  on conflict (account_id, hour, webhook_id) do update set
    ${webhookHourNames
      .slice(3)
      .map((name) => `${name} = webhook_hour.${name} + excluded.${name}`)
      .join(', ')}`;

export const courierHourNames = [
  ...['account_id', 'courier_code', 'hour', 'asked', 'failed', 'answered_at', 'failed_at', 'failure'],
];
export type CourierHourRow = readonly [
  accountId: string,
  courierCode: string,
  hour: number,
  asked: number,
  failed: number,
  answeredAt: number | null,
  failedAt: number | null,
  failure: string | null,
];

export function rowOfCourierHour(one: CourierHour): CourierHourRow {
  const { accountId, courierCode, hour, asked, failed, answeredAt, failedAt, failure } = one;
  return [accountId, courierCode, hour, asked, failed, answeredAt, failedAt, failure];
}

/** A comparison with nothing is not true, and leaves what there is. */
export const addToCourierHour = `
  on conflict (account_id, courier_code, hour) do update set
    asked = courier_hour.asked + excluded.asked, failed = courier_hour.failed + excluded.failed,
    answered_at = case when excluded.answered_at > coalesce(courier_hour.answered_at, 0)
      then excluded.answered_at else courier_hour.answered_at end,
    failure = case when excluded.failed_at > coalesce(courier_hour.failed_at, 0)
      then excluded.failure else courier_hour.failure end,
    failed_at = case when excluded.failed_at > coalesce(courier_hour.failed_at, 0)
      then excluded.failed_at else courier_hour.failed_at end`;

/** By the names that a driver gives to the account and to the first of the hours. */
export const selectCouriers = ({ account, from }: { account: string; from: string }) => `
  select courier_code, sum(asked) filter (where hour >= ${from}), sum(failed) filter (where hour >= ${from}),
    max(answered_at), max(failed_at), (
      select f.failure from courier_hour f
      where f.account_id = c.account_id and f.courier_code = c.courier_code and f.failed_at is not null
      order by f.hour desc limit 1)
  from courier_hour c where account_id = ${account}
  group by account_id, courier_code having max(hour) >= ${from} order by account_id, courier_code`;

export type CourierRow = readonly [
  courierCode: string,
  asked: number,
  failed: number,
  answeredAt: number | null,
  failedAt: number | null,
  failure: string | null,
];

export function courierOf([
  courierCode,
  asked,
  failed,
  answeredAt,
  failedAt,
  failure,
]: CourierRow): CourierFigures {
  return { courierCode, asked, failed, answeredAt, failedAt, failure };
}

export const forgottenAtOnce = 1000;

/** Of each table some of the oldest. */
export const forgetHours = (before: string): readonly string[] =>
  [
    ['webhook_hour', 'account_id, hour, webhook_id'],
    ['courier_hour', 'account_id, courier_code, hour'],
  ].map(
    ([table, key]) => `
  delete from ${table} where (${key}) in (
    select ${key} from ${table} where hour < ${before} order by hour limit ${forgottenAtOnce})`,
  );
