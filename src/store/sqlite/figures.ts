/** Figures of webhooks and couriers by the hour, and what waits at webhooks now. */
import { dayMs } from '../../base/durations.ts';
import { addLatencies, noLatencies } from '../../pipeline/latency.ts';
import { backlogOf } from '../backlog.ts';
import {
  addToCourierHour,
  addToWebhookHour,
  courierHourNames,
  latencyNames,
  rowOfCourierHour,
  rowOfWebhookHour,
  webhookHourNames,
} from '../figureRow.ts';
import type { Backlog, CourierFigures, FigureStore, WebhookCount } from '../store.ts';
import type { Database } from './database.ts';

const addWebhookHour = `
  insert into webhook_hour (${webhookHourNames.join(', ')})
  values (${webhookHourNames.map(() => '?').join(', ')}) ${addToWebhookHour}`;

const addCourierHour = `
  insert into courier_hour (${courierHourNames.join(', ')})
  values (${courierHourNames.map(() => '?').join(', ')}) ${addToCourierHour}`;

const selectHours = `
  select webhook_id, hour, accepted, failed, ${latencyNames.join(', ')} from webhook_hour
  where account_id = :account and hour >= :from and hour < :to and (:webhook is null or webhook_id = :webhook)
  order by hour, webhook_id`;

const selectLater = 'select 1 from webhook_hour where account_id = ? and hour >= ? limit 1';

const selectCouriers = `
  select courier_code, sum(asked) filter (where hour >= :from), sum(failed) filter (where hour >= :from),
    max(answered_at), max(failed_at), (
      select f.failure from courier_hour f
      where f.account_id = c.account_id and f.courier_code = c.courier_code and f.failed_at is not null
      order by f.hour desc limit 1)
  from courier_hour c where account_id = :account
  group by account_id, courier_code having max(hour) >= :from order by account_id, courier_code`;

/** By this index and no other, whatever else could be chosen: what is beside the parked ones may be millions. */
const countParked = `
  select count(*) from (
    select 1 from delivery indexed by delivery_parked
    where webhook_id = ? and state = 'parked' and due_at is null limit ?)`;

const countOwed = `
  select count(*) from (select 1 from delivery indexed by delivery_parcel where webhook_id = ? limit ?)`;

/** Those that are ready come first, the oldest in front. */
const countHeads = `
  select count(*), min(id) from (
    select id from delivery indexed by delivery_head
    where webhook_id = ? and state in ('ready', 'scheduled') order by due_at, id limit ?)`;

const selectNextAttempt = `
  select due_at from delivery indexed by delivery_head
  where webhook_id = ? and state in ('ready', 'scheduled') and due_at > 0 order by due_at limit 1`;

const forgottenAtOnce = 1000;

const forget = (table: string, key: string) => `
  delete from ${table} where (${key}) in (
    select ${key} from ${table} where hour < ? order by hour limit ${forgottenAtOnce})`;

type HourRow = [webhookId: WebhookCount['webhookId'], hour: number, accepted: number, failed: number];

export function makeFigureTable(database: Database): FigureStore {
  const addToWebhook = database.prepare(addWebhookHour);
  const addToCourier = database.prepare(addCourierHour);
  const hoursOf = database.prepareRows(selectHours);
  const laterOf = database.prepareRows(selectLater);
  const couriers = database.prepareRows(selectCouriers);
  const parkedOf = database.prepareRows(countParked);
  const owedOf = database.prepareRows(countOwed);
  const headsOf = database.prepareRows(countHeads);
  const nextOf = database.prepareRows(selectNextAttempt);
  const forgetting = [
    database.prepare(forget('webhook_hour', 'account_id, hour, webhook_id')),
    database.prepare(forget('courier_hour', 'account_id, courier_code, hour')),
  ];

  function backlog(webhookId: Backlog['webhookId'], countedTo: number): Backlog {
    const [parked] = parkedOf.get(webhookId, countedTo) as [number];
    const [owed] = owedOf.get(webhookId, 2 * countedTo) as [number];
    const [heads, oldestId] = headsOf.get(webhookId, countedTo) as [number, string | null];
    const [nextAttemptAt = null] = (nextOf.get(webhookId) ?? []) as [number?];
    return backlogOf({ webhookId, parked, owed, heads, oldestId, nextAttemptAt }, countedTo);
  }

  return {
    addWebhookHours: (hours) =>
      database.write(() => {
        for (const one of hours) addToWebhook.run(...rowOfWebhookHour(one));
      }, 'soon'),
    addCourierHours: (hours) =>
      database.write(() => {
        for (const one of hours) addToCourier.run(...rowOfCourierHour(one));
      }, 'soon'),
    async webhookFigures(accountId, { from, webhookId }) {
      const hours: WebhookCount[] = [];
      const latencies = new Map<WebhookCount['webhookId'], number[]>();
      // A day at a time: of hundreds of webhooks a week is very many rows.
      for (let day = from, isMore = true; isMore; day += dayMs) {
        await database.turn();
        isMore = laterOf.get(accountId, day + dayMs) !== undefined;
        const asked = { account: accountId, from: day, to: day + dayMs, webhook: webhookId };
        for (const row of hoursOf.iterate(asked) as Iterable<[...HourRow, ...number[]]>) {
          const [id, hour, accepted, failed, ...took] = row;
          hours.push({ webhookId: id, hour, accepted, failed });
          const sum = latencies.get(id) ?? noLatencies();
          addLatencies(sum, took);
          latencies.set(id, sum);
        }
      }
      return { hours, latencies: Array.from(latencies, ([id, sum]) => ({ webhookId: id, latencies: sum })) };
    },
    async courierFigures(accountId, from) {
      const rows = couriers.all({ account: accountId, from }) as Parameters<typeof courierOf>[0][];
      return rows.map(courierOf);
    },
    async backlogs(webhookIds, countedTo) {
      const found: Backlog[] = [];
      for (const webhookId of webhookIds) {
        await database.turn();
        found.push(backlog(webhookId, countedTo));
      }
      return found;
    },
    forgetHours: (before) =>
      database.write(
        () => forgetting.map((one) => one.run(before).changes).some((gone) => gone === forgottenAtOnce),
        'soon',
      ),
  };
}

function courierOf([courierCode, asked, failed, answeredAt, failedAt, failure]: [
  courierCode: string,
  asked: number,
  failed: number,
  answeredAt: number | null,
  failedAt: number | null,
  failure: string | null,
]): CourierFigures {
  return { courierCode, asked, failed, answeredAt, failedAt, failure };
}
