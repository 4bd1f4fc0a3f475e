/** Figures of webhooks and couriers by the hour, and what waits at webhooks now. */
import { dayMs } from '../../base/durations.ts';
import { addLatencies, noLatencies } from '../../pipeline/latency.ts';
import { backlogOf } from '../backlog.ts';
import {
  addToCourierHour,
  addToWebhookHour,
  type CourierRow,
  courierHourNames,
  courierOf,
  forgetHours,
  forgottenAtOnce,
  latencyNames,
  rowOfCourierHour,
  rowOfWebhookHour,
  selectCouriers,
  webhookHourNames,
} from '../figureRow.ts';
import type { Backlog, FigureStore, WebhookCount } from '../store.ts';
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

type HourRow = [webhookId: WebhookCount['webhookId'], hour: number, accepted: number, failed: number];

export function makeFigureTable(database: Database): FigureStore {
  const addToWebhook = database.prepare(addWebhookHour);
  const addToCourier = database.prepare(addCourierHour);
  const hoursOf = database.prepareRows(selectHours);
  const laterOf = database.prepareRows(selectLater);
  const couriers = database.prepareRows(selectCouriers({ account: ':account', from: ':from' }));
  const parkedOf = database.prepareRows(countParked);
  const owedOf = database.prepareRows(countOwed);
  const headsOf = database.prepareRows(countHeads);
  const nextOf = database.prepareRows(selectNextAttempt);
  const forgetting = forgetHours('?').map((sql) => database.prepare(sql));

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
    async webhookHours(accountId, { from, webhookId }) {
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
      const rows = couriers.all({ account: accountId, from }) as CourierRow[];
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
